"""The name servers that this computer is told to ask: resolv.conf(5), and what systemd-resolved, systemd-networkd and
NetworkManager have learned, from the files that they keep."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from pathlib import Path

from agent.sources import settings
from checks.subjects import Resolver

_RESOLV_CONF = (
    "etc/resolv.conf",
    "run/systemd/resolve/resolv.conf",
    "run/NetworkManager/resolv.conf",
    "run/NetworkManager/no-stub-resolv.conf",
    "run/resolvconf/interface/*",
)
_KEYS = (
    "usr/lib/systemd/resolved.conf.d/*.conf",
    "run/systemd/resolved.conf.d/*.conf",
    "etc/systemd/resolved.conf",
    "etc/systemd/resolved.conf.d/*.conf",
    "run/systemd/netif/links/*",
)
_KEY = re.compile(r"(?:Fallback)?DNS\s*=\s*(.*)")
_SERVER = re.compile(r"\[([0-9A-Fa-f:.]+)\]|([0-9A-Fa-f:.]+)")


def resolvers(root: Path = Path("/")) -> tuple[Resolver, ...]:
    """Every name server of every file, as the files name them; loopback ones too. Raises OSError."""
    found = (*_of_resolv_conf(root), *_of_keys(root))
    return tuple(dict.fromkeys(found))


def _of_resolv_conf(root: Path) -> Iterator[Resolver]:
    for path in settings.matching(root, _RESOLV_CONF):
        for line in settings.lines(path):
            word, *rest = line.split()
            if word == "nameserver" and rest and (address := _address(rest[0])):
                yield Resolver(address=address, place=_place(path, root))


def _of_keys(root: Path) -> Iterator[Resolver]:
    for path in settings.matching(root, _KEYS):
        for line in settings.lines(path):
            match = _KEY.fullmatch(line)
            for word in match[1].split() if match else ():
                if address := _address(word):
                    yield Resolver(address=address, place=_place(path, root))


def _address(word: str) -> str:
    """The address of `ADDRESS`, `ADDRESS:PORT` or `[IPV6]:PORT`, with `%INTERFACE` or `#NAME` after it; "" for none such."""
    match = _SERVER.match(word)
    for text in (match[1] or match[2], match[2] and match[2].partition(":")[0]) if match else ():
        try:
            return str(ipaddress.ip_address(text or ""))
        except ValueError:
            continue
    return ""


def _place(path: Path, root: Path) -> str:
    return f"/{path.relative_to(root)}"
