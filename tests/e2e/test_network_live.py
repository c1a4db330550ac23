"""The daemon in a network namespace: what lasts seconds leaves a record with its start, its end and its way, and nothing is lost
when more happens than the kernel keeps announcements of."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psutil
import pytest

from policies.finding import Finding
from policies.vocabulary import Kind
from tests.e2e.inside import WEB, office, serving
from tests.e2e.world import Endpoint, wait_until
from tests.netns import Namespace, capture, internet, namespace, wire

OFFICE = 'subnet: 10.1.2.0/24, gateway: 10.1.2.1, gateway_mac: "02:00:00:00:00:01", interface: eth0'
REMOTE = "203.0.113.10"

pytestmark = [pytest.mark.needs_root, pytest.mark.needs_tool("ip")]


@contextmanager
def daemon(folder: Path, inside: Namespace, *checks: str, networks: tuple[str, ...] = ()) -> Iterator[Endpoint]:
    """A daemon inside that has looked once and only wakes for what happens."""
    with Endpoint(folder / "agent", ["ip", "netns", "exec", inside.name]) as endpoint:
        if networks:
            office(endpoint, *networks)
        endpoint.write_policy(folder / "docs", [f"network.{check}" for check in checks])
        endpoint.start_daemon()
        endpoint.wait_for_whole_scan()
        yield endpoint


def found(endpoint: Endpoint, check: str) -> list[Finding]:
    return [finding for finding in endpoint.ledger().values() if finding.check == f"network.{check}"]


def over(endpoint: Endpoint) -> list[Finding]:
    """The exchanges that were answered and have ended. One that was looked at on its way stands there as an attempt besides."""
    return [f for f in found(endpoint, "public-connection") if f.evidence["answered"] and f.evidence["ended_at"]]


def visit(inside: Namespace, port: int = 80) -> None:
    """Exchange a few packets with somebody out there, and be gone."""
    with inside.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        client.settimeout(60)
        client.connect((REMOTE, port))
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        while client.recv(4096):
            pass


def test_a_contact_of_a_moment_is_an_incident_with_its_times_and_its_way(tmp_path: Path) -> None:
    page = WEB.format(status=200, address=REMOTE, port=80)
    with namespace(ipv6=False) as inside, internet(inside) as outside, serving(outside, page):
        inside.ip("route", "add", "default", "via", "198.51.100.1")
        with daemon(tmp_path, inside, "public-connection", "internet-reachable") as endpoint:
            visit(inside)
            wait_until(lambda: bool(over(endpoint)), "the contact and its end are on disk")
            (contact,) = over(endpoint)
            incidents = [f for f in found(endpoint, "internet-reachable") if f.kind is Kind.INCIDENT]
    assert contact.kind is Kind.INCIDENT
    told = {name: contact.evidence[name] for name in ("remote", "port", "protocol", "link", "gateway", "answered")}
    assert told == {
        "remote": REMOTE,
        "port": 80,
        "protocol": "tcp",
        "link": "eth0",
        "gateway": "198.51.100.1",
        "answered": True,
    }
    began, ended = (datetime.fromisoformat(str(contact.evidence[name])) for name in ("began_at", "ended_at"))
    assert began <= ended
    assert [incident.evidence["grade"] for incident in incidents] == ["contacted"]


def test_the_end_of_a_connection_comes_later_to_the_same_incident(tmp_path: Path) -> None:
    with (
        namespace(ipv6=False) as inside,
        internet(inside) as outside,
        outside.socket(socket.AF_INET, socket.SOCK_STREAM) as server,
    ):
        inside.ip("route", "add", "default", "via", "198.51.100.1")
        server.bind((REMOTE, 0))
        server.listen()
        with daemon(tmp_path, inside, "public-connection") as endpoint:
            with inside.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
                client.connect(server.getsockname())
                inside.ip("route", "add", "203.0.113.99/32", "via", "198.51.100.1")  # something to look up for
                wait_until(lambda: bool(found(endpoint, "public-connection")), "the connection is on disk")
                (going_on,) = found(endpoint, "public-connection")
            wait_until(lambda: found(endpoint, "public-connection")[0].evidence["ended_at"] is not None, "its end is on disk")
            (ended,) = found(endpoint, "public-connection")
    assert going_on.evidence["ended_at"] is None
    assert going_on.evidence["program"] == ended.evidence["program"] == psutil.Process().name()
    assert (ended.fingerprint, ended.observed_at) == (going_on.fingerprint, going_on.observed_at)


def test_a_gateway_that_becomes_another_is_seen_at_once(tmp_path: Path) -> None:
    """The cable is plugged in elsewhere: the same addresses, and no route or address changes."""
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as outside:
        wire(inside, outside)
        outside.ip("link", "set", "eth0", "address", "02:00:00:00:00:01")
        outside.ip("addr", "add", "10.1.2.1/24", "dev", "eth0")
        inside.ip("addr", "add", "10.1.2.30/24", "dev", "eth0")
        with daemon(tmp_path, inside, "outside-allowed-network", networks=(OFFICE,)) as endpoint:
            assert found(endpoint, "outside-allowed-network") == []
            outside.ip("link", "set", "eth0", "address", "06:66:66:66:66:66")
            with inside.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
                asker.sendto(b"x", ("10.1.2.1", 9))
            wait_until(lambda: bool(found(endpoint, "outside-allowed-network")), "the foreign gateway is on disk")
            (finding,) = found(endpoint, "outside-allowed-network")
    assert finding.evidence["mac"] == "06:66:66:66:66:66"


def test_an_interface_is_followed_through_its_renaming(tmp_path: Path) -> None:
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as outside:
        wire(inside, outside)
        with daemon(tmp_path, inside, "interface-not-allowed") as endpoint:
            assert [finding.subject for finding in found(endpoint, "interface-not-allowed")] == ["eth0"]
            inside.ip("link", "set", "eth0", "down")
            inside.ip("link", "set", "eth0", "name", "lan7")
            wait_until(lambda: not found(endpoint, "interface-not-allowed"), "it is down")
            inside.ip("link", "set", "lan7", "up")
            wait_until(lambda: bool(found(endpoint, "interface-not-allowed")), "it is up by another name")
            assert [finding.subject for finding in found(endpoint, "interface-not-allowed")] == ["lan7"]


def test_the_daemon_sends_no_packet_whatever_happens(tmp_path: Path) -> None:
    """Nothing but what the policy names is ever sent, and this one names nothing."""
    checks = ("internet-reachable", "public-connection", "public-resolver", "outside-allowed-network", "default-route")
    with namespace(ipv6=False) as inside, internet(inside):
        inside.etc("resolv.conf", f"nameserver {REMOTE}\n")
        with daemon(tmp_path, inside, *checks) as endpoint, capture(inside) as frames:
            inside.ip("route", "add", "default", "via", "198.51.100.1")
            wait_until(lambda: bool(found(endpoint, "default-route")), "the route is on disk")
            inside.ip("route", "del", "default")
            wait_until(lambda: not found(endpoint, "default-route"), "its end is on disk")
            assert frames.sent() == []
