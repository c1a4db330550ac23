"""`agent scan` in network namespaces: every default route is told, and an isolated computer stays silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.inside import outcomes, scan
from tests.e2e.world import Endpoint
from tests.netns import capture, internet, namespace, wire

pytestmark = [pytest.mark.needs_root, pytest.mark.needs_tool("ip")]


def test_every_default_route_of_every_table_and_family_is_reported(tmp_path: Path) -> None:
    with namespace() as inside, namespace() as other:
        wire(inside, other)
        inside.ip("addr", "add", "198.51.100.5/24", "dev", "eth0")
        inside.ip("addr", "add", "2001:db8::5/64", "dev", "eth0")
        inside.ip("route", "add", "default", "via", "198.51.100.1", "metric", "100")
        inside.ip("route", "add", "default", "via", "198.51.100.2", "metric", "200")
        inside.ip("route", "add", "default", "via", "198.51.100.3", "table", "200")
        inside.ip("-6", "route", "add", "default", "via", "2001:db8::1")
        code, result = scan(Endpoint(tmp_path), inside)
    routes = [finding["evidence"] for finding in result["findings"] if finding["check"] == "network.default-route"]
    assert {(route["gateway"], route["table"]) for route in routes} == {
        ("198.51.100.1", 254),
        ("198.51.100.2", 254),
        ("198.51.100.3", 200),
        ("2001:db8::1", 254),
    }
    assert code == 1


def test_a_computer_with_loopback_only_is_compliant_and_sends_no_packet(tmp_path: Path) -> None:
    with namespace() as inside, capture(inside) as wiretap:
        code, result = scan(Endpoint(tmp_path), inside)
        assert wiretap.sent() == []
    assert set(outcomes(result).values()) == {"compliant"}
    assert result["findings"] == []
    assert code == 0


def test_a_computer_that_could_reach_the_internet_is_told_so_without_a_packet(tmp_path: Path) -> None:
    with namespace(ipv6=False) as inside, internet(inside), capture(inside) as wiretap:
        inside.ip("route", "add", "default", "via", "198.51.100.1")
        _, result = scan(Endpoint(tmp_path), inside)
        assert wiretap.sent() == []
    grades = {f["evidence"]["grade"] for f in result["findings"] if f["check"] == "network.internet-reachable"}
    assert grades == {"routed"}


def test_a_probe_that_is_answered_is_contact(tmp_path: Path) -> None:
    with namespace(ipv6=False) as inside, internet(inside) as outside, outside.running("python3", "-u", "-c", _SERVER) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "listening\n"
        _, result = scan(Endpoint(tmp_path), inside, "--probe", "198.51.100.1:8080")
    contacted = [f for f in result["findings"] if f["evidence"].get("grade") == "contacted"]
    assert [finding["kind"] for finding in contacted] == ["incident"]


def test_a_probe_to_where_no_route_leads_is_never_sent(tmp_path: Path) -> None:
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as other, capture(inside) as wiretap:
        wire(inside, other)
        scan(Endpoint(tmp_path), inside, "--probe", "203.0.113.10:80", "--probe", "dns:203.0.113.10/example.com")
        assert wiretap.sent() == []


_SERVER = """
import socket
listener = socket.create_server(("198.51.100.1", 8080))
print("listening")
while True:
    listener.accept()
"""
