"""Network namespaces for tests: each a computer of its own, wired to others, never to this machine's. Needs root and ip."""

from __future__ import annotations

import ctypes
import itertools
import json
import os
import select
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

ROOT = Path(__file__).parent.parent

_ETC = Path("/etc/netns")
_CLONE_NEWNET = 0x40000000
_ETH_P_ALL = 0x0003
_PACKET_OUTGOING = 4
_numbers = itertools.count()


@dataclass(frozen=True)
class Namespace:
    """A network namespace by its name."""

    name: str

    def ip(self, *arguments: str) -> str:
        """Run ip(8) on this namespace; what it printed."""
        return _run("ip", "-n", self.name, *arguments)

    def facts(self, *arguments: str) -> Any:
        """What ip(8) shows, decoded from its JSON."""
        return json.loads(self.ip("-j", *arguments) or "[]")

    def etc(self, place: str, text: str) -> None:
        """Let programs that `ip netns exec` starts find this text in a file of /etc, which must be there outside too."""
        file = _ETC / self.name / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def python(self, program: str, *arguments: str) -> str:
        """Run a Python program of the project inside, with a /sys of its own; what it printed."""
        return _run("ip", "netns", "exec", self.name, sys.executable, "-c", program, *arguments)

    @contextmanager
    def running(self, *command: str) -> Iterator[subprocess.Popen[str]]:
        """A program inside, ended at the end."""
        inside = ["ip", "netns", "exec", self.name, *command]
        with subprocess.Popen(inside, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=_environment()) as process:
            try:
                yield process
            finally:
                process.terminate()

    def call(self, function: Callable[[], T]) -> T:
        """Call a function in a thread inside. Sockets that it makes stay inside; /sys and /proc/self are this process's."""
        return self.start(function).result()

    def start(self, function: Callable[[], T]) -> Future[T]:
        """The same without waiting for the end."""
        thread = ThreadPoolExecutor(1)
        future = thread.submit(self._call, function)
        thread.shutdown(wait=False)
        return future

    def socket(self, family: int, kind: int, protocol: int = 0) -> socket.socket:
        """A socket inside, for use by any thread."""
        return self.call(lambda: socket.socket(family, kind, protocol))

    def set(self, setting: str, value: str) -> None:
        """Set a sysctl, e.g. `net/ipv4/ip_forward`."""
        self.call(lambda: Path("/proc/sys", setting).write_text(value))

    def _call(self, function: Callable[[], T]) -> T:
        with Path("/run/netns", self.name).open("rb") as namespace:
            if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), _CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
        return function()


class Capture:
    """Every frame that leaves or enters the namespace while this is open."""

    def __init__(self, namespace: Namespace) -> None:
        self._socket = namespace.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))

    def sent(self, quiet: float = 0.3) -> list[bytes]:
        """Frames sent until now; ends once nothing has passed for `quiet` seconds, as the kernel sends some things late."""
        frames = []
        while select.select([self._socket], [], [], quiet)[0]:
            frame, address = self._socket.recvfrom(1 << 16)
            if address[2] == _PACKET_OUTGOING:
                frames.append(frame)
        return frames

    def close(self) -> None:
        """Stop."""
        self._socket.close()


@contextmanager
def namespace(*, ipv6: bool = True) -> Iterator[Namespace]:
    """A new namespace whose loopback is up, without a name server. Without IPv6 it sends nothing of its own accord; with it
    the kernel joins its multicast groups within milliseconds, not at random times of the first seconds."""
    made = Namespace(f"shoumi-{os.getpid()}-{next(_numbers)}")
    _run("ip", "netns", "add", made.name)
    try:
        for scope in ("all", "default"):
            made.set(f"net/ipv6/conf/{scope}/disable_ipv6", "0" if ipv6 else "1")
            made.set(f"net/ipv6/conf/{scope}/accept_dad", "0")
        made.set("net/ipv6/conf/default/router_solicitations", "0")
        made.set("net/ipv6/conf/default/mldv2_unsolicited_report_interval", "10")
        made.ip("link", "set", "lo", "up")
        made.etc("resolv.conf", "")
        yield made
    finally:
        _run("ip", "netns", "del", made.name)
        shutil.rmtree(_ETC / made.name, ignore_errors=True)


@contextmanager
def capture(inside: Namespace) -> Iterator[Capture]:
    """A capture of what passes from now on."""
    made = Capture(inside)
    try:
        yield made
    finally:
        made.close()


def wire(one: Namespace, other: Namespace, name: str = "eth0", other_name: str = "eth0") -> None:
    """Join two namespaces by a cable (veth), both ends up."""
    peer = ("peer", "name", other_name, "netns", other.name)
    _run("ip", "link", "add", name, "netns", one.name, "type", "veth", *peer)
    one.ip("link", "set", name, "up")
    other.ip("link", "set", other_name, "up")


@contextmanager
def internet(inside: Namespace) -> Iterator[Namespace]:
    """A fake internet, wired to `inside`: its eth0 is 198.51.100.5/24, and 198.51.100.1 and 203.0.113.10 are out there."""
    with namespace(ipv6=False) as outside:
        wire(inside, outside)
        outside.ip("addr", "add", "198.51.100.1/24", "dev", "eth0")
        outside.ip("addr", "add", "203.0.113.10/24", "dev", "eth0")
        inside.ip("addr", "add", "198.51.100.5/24", "dev", "eth0")
        yield outside


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=_environment(), timeout=60)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:6])} failed: {done.stderr.strip()}")
    return done.stdout
