"""Sockets that have a remote end, of this network namespace, whoever owns them.

TCP is asked for by sock_diag(7), and read from proc_pid_net(5) where the kernel has no inet_diag; the rest is read there always.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from agent.sources import socket_dump
from checks.subjects import Connection

_TCP = (("tcp", "tcp"), ("tcp6", "tcp"))
_OTHERS = (("udp", "udp"), ("udp6", "udp"), ("udplite", "udp"), ("udplite6", "udp"))
STATES: Mapping[int, str] = MappingProxyType(
    {1: "established", 2: "syn_sent", 3: "syn_recv", 4: "fin_wait1", 5: "fin_wait2", 6: "time_wait", 7: "close"}
    | {8: "close_wait", 9: "last_ack", 10: "listen", 11: "closing", 12: "syn_recv"}
)
NOBODY_CAN_TELL = "none"
"""The state of a UDP socket: it knows its remote end, and nothing says whether that end is there."""


def connected() -> Iterable[Connection]:
    """Every socket with a remote end. Raises OSError."""
    try:
        tcp = _dumped()
    except OSError:
        return listed()
    return [*tcp, *listed(files=_OTHERS)]


def listed(root: Path = Path("/"), files: Iterable[tuple[str, str]] = (*_TCP, *_OTHERS)) -> list[Connection]:
    """The same from the files of /proc alone. Raises OSError."""
    found: list[Connection] = []
    for name, protocol in files:
        path = root / "proc/thread-self/net" / name
        try:
            table = path.read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            continue  # the kernel has no such protocol
        found += _rows(table, protocol)
    return found


def _dumped() -> list[Connection]:
    return [
        Connection(protocol="tcp", local=local, remote=remote, port=port, state=STATES.get(state, f"{state:02x}"))
        for local, remote, port, state in socket_dump.tcp()
        if port or remote not in ("0.0.0.0", "::")  # noqa: S104  the address of nobody: no remote end
    ]


def _rows(table: str, protocol: str) -> Iterator[Connection]:
    for line in table.splitlines()[1:]:
        fields = line.split()
        if len(fields) < 4 or not fields[2].strip("0:"):
            continue
        try:
            (local, _), (remote, port) = _end(fields[1]), _end(fields[2])
            state = NOBODY_CAN_TELL if protocol == "udp" else STATES.get(int(fields[3], 16), fields[3].lower())
        except ValueError:
            continue
        yield Connection(protocol=protocol, local=local, remote=remote, port=port, state=state)


def _end(text: str) -> tuple[str, int]:
    """Address and port of `0100007F:1F90`: the address is printed in words of 32 bits of this computer's byte order."""
    address, _, port = text.partition(":")
    words = [int(address[at : at + 8], 16) for at in range(0, len(address), 8)]
    packed = struct.pack(f"={len(words)}I", *words)
    return str(ipaddress.ip_address(packed)), int(port, 16)
