"""`agent scan` in network namespaces: proxies, name servers, portals, address translation, and the office's own network beside
another one with the same addresses. No packet leaves the namespaces."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import pytest

from tests.e2e.inside import DNS, WEB, findings, office, outcomes, scan, serving
from tests.e2e.world import Endpoint
from tests.netns import Namespace, capture, internet, namespace, wire

OFFICE = 'subnet: 10.1.2.0/24, gateway: 10.1.2.1, gateway_mac: "02:00:00:00:00:01", interface: eth0'
PAGE = {"address": "203.0.113.10", "port": 80}

pytestmark = [pytest.mark.needs_root, pytest.mark.needs_tool("ip")]


def in_the_office(inside: Namespace, outside: Namespace, mac: str = "02:00:00:00:00:01") -> None:
    """The computer at its place: its address, its default route, and the gateway, which it has talked to."""
    outside.ip("link", "set", "eth0", "address", mac)
    outside.ip("addr", "add", "10.1.2.1/24", "dev", "eth0")
    inside.ip("addr", "add", "10.1.2.30/24", "dev", "eth0")
    inside.ip("route", "add", "default", "via", "10.1.2.1")
    with inside.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.sendto(b"x", ("10.1.2.1", 9))
        while not any(n.get("lladdr") for n in inside.facts("neigh", "show", "dev", "eth0")):
            pass


def test_the_office_s_own_network_is_in_order(tmp_path: Path) -> None:
    endpoint = Endpoint(tmp_path)
    office(endpoint, OFFICE)
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as outside:
        wire(inside, outside)
        in_the_office(inside, outside)
        code, result = scan(endpoint, inside)
    assert result["findings"] == []
    assert outcomes(result)["network.outside-allowed-network"] == "compliant"
    assert code == 0


def test_the_same_addresses_behind_a_foreign_gateway_are_not(tmp_path: Path) -> None:
    endpoint = Endpoint(tmp_path)
    office(endpoint, OFFICE)
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as outside:
        wire(inside, outside)
        in_the_office(inside, outside, mac="06:66:66:66:66:66")
        with capture(inside) as frames:
            code, result = scan(endpoint, inside)
            assert frames.sent() == []
    (finding,) = findings(result, "outside-allowed-network").values()
    assert finding["evidence"]["mac"] == "06:66:66:66:66:66"
    assert findings(result, "default-route").keys() == {"default via 10.1.2.1 dev eth0"}
    assert code == 1


def test_a_standalone_computer_is_on_no_network_that_could_be_another(tmp_path: Path) -> None:
    endpoint = Endpoint(tmp_path)
    office(endpoint, OFFICE)
    with namespace(ipv6=False) as inside:
        (endpoint.config / "computer.yaml").write_text("level: 机密\nprofile: networked\n")
        _, result = scan(endpoint, inside)
    assert outcomes(result)["network.outside-allowed-network"] == "not_applicable"


def test_a_name_server_and_a_proxy_are_found_in_their_files(tmp_path: Path) -> None:
    with namespace(ipv6=False) as inside, capture(inside) as frames:
        inside.etc("resolv.conf", "nameserver 203.0.113.53\n")
        inside.etc("environment", "https_proxy=http://me:s3cret@10.1.2.9:3128\n")
        _, result = scan(Endpoint(tmp_path), inside)
        assert frames.sent() == []
    (resolver,), (proxy,) = findings(result, "public-resolver").values(), findings(result, "proxy").values()
    assert (resolver["subject"], resolver["severity"]) == ("203.0.113.53", "major")
    assert (proxy["subject"], proxy["severity"]) == ("10.1.2.9:3128", "major")
    assert "s3cret" not in str(result)


def test_a_name_server_that_would_be_asked_is_critical(tmp_path: Path) -> None:
    with namespace(ipv6=False) as inside, internet(inside), capture(inside) as frames:
        inside.ip("route", "add", "203.0.113.0/24", "via", "198.51.100.1")
        inside.etc("resolv.conf", "nameserver 203.0.113.53\n")
        _, result = scan(Endpoint(tmp_path), inside)
        assert frames.sent() == []
    (resolver,) = findings(result, "public-resolver").values()
    assert resolver["severity"] == "critical"


@pytest.mark.needs_tool("nft")
def test_a_computer_that_lends_its_address_to_others(tmp_path: Path) -> None:
    rules = "table ip nat { chain out { type nat hook postrouting priority 100; masquerade; }; }"
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as outside, namespace(ipv6=False) as other:
        wire(inside, outside)
        wire(inside, other, "eth1")
        inside.set("net/ipv4/ip_forward", "1")
        subprocess.run(["ip", "netns", "exec", inside.name, "nft", "-f", "-"], input=rules, text=True, check=True)
        with capture(inside) as frames:
            _, result = scan(Endpoint(tmp_path), inside)
            assert frames.sent() == []
    found = findings(result, "forwarding")
    assert {about: finding["severity"] for about, finding in found.items()} == {
        "ipv4": "critical",
        "nat ip masquerade": "critical",
    }


@pytest.mark.parametrize(("status", "portal"), [(204, False), (302, True), (200, True)])
def test_a_portal_that_answers_in_the_target_s_place_is_told_apart(tmp_path: Path, status: int, portal: bool) -> None:
    with namespace(ipv6=False) as inside, internet(inside) as outside, serving(outside, WEB.format(status=status, **PAGE)):
        inside.ip("route", "add", "default", "via", "198.51.100.1")
        _, result = scan(Endpoint(tmp_path), inside, "--probe", "http:203.0.113.10/generate_204")
    contacted = findings(result, "internet-reachable")["http 203.0.113.10:80/generate_204"]
    assert contacted["kind"] == "incident"
    assert (contacted["evidence"]["detail"], contacted["evidence"]["portal"]) == (f"http {status}", portal)


def test_where_only_names_are_answered_the_internet_is_reached_all_the_same(tmp_path: Path) -> None:
    with namespace(ipv6=False) as inside, internet(inside) as outside, serving(outside, DNS.format(address="203.0.113.10")):
        inside.ip("route", "add", "default", "via", "198.51.100.1")
        probes = ("--probe", "203.0.113.77:443", "--probe", "dns:203.0.113.10/example.org")
        _, result = scan(Endpoint(tmp_path), inside, *probes)
    contacted = {about: f["evidence"] for about, f in findings(result, "internet-reachable").items() if f["kind"] == "incident"}
    assert contacted.keys() == {"dns 203.0.113.10:53/example.org"}
    assert contacted["dns 203.0.113.10:53/example.org"]["detail"] == "rcode 3"


def test_a_probe_goes_by_every_interface_that_would_carry_it(tmp_path: Path) -> None:
    page = WEB.format(status=204, **PAGE)
    with namespace(ipv6=False) as inside, internet(inside) as outside, namespace(ipv6=False) as other:
        wire(inside, other, "eth1")
        inside.ip("addr", "add", "192.0.2.5/24", "dev", "eth1")
        for address in ("192.0.2.1/24", "203.0.113.10/24"):
            other.ip("addr", "add", address, "dev", "eth0")
        inside.ip("route", "add", "default", "via", "198.51.100.1")
        inside.ip("route", "add", "default", "via", "192.0.2.1", "metric", "9")
        with serving(outside, page), serving(other, page):
            _, result = scan(Endpoint(tmp_path), inside, "--probe", "http:203.0.113.10/x")
    incidents = {about for about, f in findings(result, "internet-reachable").items() if f["kind"] == "incident"}
    assert incidents == {"http 203.0.113.10:80/x", "http 203.0.113.10:80/x dev eth1"}


def test_the_policy_s_targets_are_probed_no_oftener_than_it_says(tmp_path: Path) -> None:
    endpoint = Endpoint(tmp_path)
    endpoint.write_policy(tmp_path / "docs", ["network.internet-reachable"], every="1h")
    with (endpoint.config / "policy.yaml").open("a") as policy:
        policy.write('probes: ["203.0.113.10:80"]\n')
    with namespace(ipv6=False) as inside, internet(inside) as outside, serving(outside, WEB.format(status=204, **PAGE)):
        inside.ip("addr", "del", "198.51.100.5/24", "dev", "eth0")
        _, isolated = scan(endpoint, inside)
        inside.ip("addr", "add", "198.51.100.5/24", "dev", "eth0")
        inside.ip("route", "add", "default", "via", "198.51.100.1")
        _, first = scan(endpoint, inside)
        with capture(inside) as frames:
            _, second = scan(endpoint, inside)
            assert frames.sent() == []
    assert findings(isolated, "internet-reachable") == {}
    assert "tcp 203.0.113.10:80" in findings(first, "internet-reachable")
    assert "tcp 203.0.113.10:80" not in findings(second, "internet-reachable")
