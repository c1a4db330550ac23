"""Name servers in files as their programs write them."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from agent.sources.resolvers import resolvers


def write(root: Path, place: str, text: str) -> None:
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def found(root: Path) -> list[tuple[str, str]]:
    return [(resolver.address, resolver.place) for resolver in resolvers(root)]


def test_without_any_file_there_are_none(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_resolv_conf(tmp_path: Path) -> None:
    write(
        tmp_path,
        "etc/resolv.conf",
        "# nameserver 1.1.1.1\nsearch lan\nnameserver 8.8.8.8\nnameserver\t2400:3200::1\nnameserver fe80::1%eth0\nnameserver\n"
        "nameserver dns.example\noptions edns0\n",
    )
    assert found(tmp_path) == [(address, "/etc/resolv.conf") for address in ("8.8.8.8", "2400:3200::1", "fe80::1")]


def test_what_resolved_learned_stands_beside_its_stub(tmp_path: Path) -> None:
    write(tmp_path, "etc/resolv.conf", "nameserver 127.0.0.53\n")
    write(tmp_path, "run/systemd/resolve/resolv.conf", "nameserver 114.114.114.114\n")
    assert found(tmp_path) == [("127.0.0.53", "/etc/resolv.conf"), ("114.114.114.114", "/run/systemd/resolve/resolv.conf")]


@pytest.mark.parametrize(
    ("line", "addresses"),
    [
        ("DNS=1.1.1.1 10.0.0.53", ["1.1.1.1", "10.0.0.53"]),
        ("DNS=1.1.1.1#one.example 8.8.8.8:853", ["1.1.1.1", "8.8.8.8"]),
        ("DNS=[2606:4700::1111]:53%eth0#one.example 2606:4700::1001", ["2606:4700::1111", "2606:4700::1001"]),
        ("FallbackDNS = 9.9.9.9", ["9.9.9.9"]),
        ("#DNS=1.1.1.1", []),
        ("DNS=", []),
        ("DNSSEC=no", []),
        ("DNSOverTLS=1.1.1.1", []),
        ("DNS=:::", []),
    ],
)
def test_settings_of_resolved(tmp_path: Path, line: str, addresses: list[str]) -> None:
    write(tmp_path, "etc/systemd/resolved.conf.d/office.conf", f"[Resolve]\n{line}\n")
    assert [address for address, _ in found(tmp_path)] == addresses


def test_what_a_lease_brought(tmp_path: Path) -> None:
    write(tmp_path, "run/systemd/netif/links/3", "ADMIN_STATE=configured\nDNS=203.0.113.53 10.0.0.1\nNTP=\n")
    write(tmp_path, "run/NetworkManager/no-stub-resolv.conf", "nameserver 203.0.113.54\n")
    assert found(tmp_path) == [
        ("203.0.113.54", "/run/NetworkManager/no-stub-resolv.conf"),
        ("203.0.113.53", "/run/systemd/netif/links/3"),
        ("10.0.0.1", "/run/systemd/netif/links/3"),
    ]


def test_a_file_that_cannot_be_read_is_no_file_without_servers(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/resolv.conf").symlink_to("resolv.conf")
    with pytest.raises(OSError, match="symbolic links"):
        resolvers(tmp_path)


def test_this_computer_s_own_can_be_read() -> None:
    families = {True: socket.AF_INET6, False: socket.AF_INET}
    packed = [socket.inet_pton(families[":" in each.address], each.address) for each in resolvers()]
    assert all(len(address) in (4, 16) for address in packed)
