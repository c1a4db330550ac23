"""What lies at the other end of a network card's cable: a network namespace of this host, which leads nowhere."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.netns import Namespace, namespace

GATEWAY = "203.0.113.1"
SITE = "198.51.100.1"
"""Addresses for documentation (RFC 5737): nobody is there."""
_numbers = itertools.count()


class Cable:
    """From the machine to a namespace. `tap` is the end at the machine's; `plug` puts the other into the namespace."""

    def __init__(self, inside: Namespace, tap: str) -> None:
        self.inside = inside
        self.tap = tap

    def plug(self, address: str) -> None:
        """Lead it inside, where its end gets an address; call it once QEMU has the tap open."""
        subprocess.run(["ip", "link", "set", self.tap, "netns", self.inside.name], check=True)
        self.inside.ip("addr", "add", address, "dev", self.tap)
        self.inside.ip("link", "set", self.tap, "up")


@contextmanager
def cable() -> Iterator[Cable]:
    """A cable into a new namespace."""
    tap = f"vm{os.getpid() % 1_000_000}-{next(_numbers)}"
    subprocess.run(["ip", "tuntap", "add", "dev", tap, "mode", "tap"], check=True)
    try:
        with namespace(ipv6=False) as inside:
            yield Cable(inside, tap)
    finally:
        subprocess.run(["ip", "link", "del", tap], stderr=subprocess.DEVNULL, check=False)  # it went with the namespace, mostly


@contextmanager
def internet() -> Iterator[Cable]:
    """A cable into a fake internet: GATEWAY leads to SITE, where a web server answers."""
    with cable() as way:
        way.inside.ip("addr", "add", f"{SITE}/32", "dev", "lo")
        with way.inside.running(sys.executable, "-m", "http.server", "80", "--bind", SITE, "--directory", "/proc/self/net"):
            yield way
