"""Rules of the older iptables (iptables-legacy) that translate addresses, asked of the kernel (linux/netfilter_ipv4/ip_tables.h).

Some systems still use it where nftables holds nothing. Only tables that are there are asked for: to ask for another makes it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from checks.subjects import Translation

TARGETS: Mapping[str, str] = MappingProxyType(
    {"MASQUERADE": "masquerade", "SNAT": "snat", "DNAT": "dnat", "REDIRECT": "redirect", "NETMAP": "snat", "TPROXY": "redirect"}
)
"""Targets that translate; the newer iptables keeps them in nftables as they are."""

_TABLES = ("nat", "mangle")  # TPROXY stands in the second
_GET_INFO, _GET_ENTRIES = 64, 65
_HOOKS = ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING")
_INFO = struct.Struct("=32sI5I5III")  # name, hooks that are valid, where each begins, underflows, entries, bytes of the entries
_ENTRIES = struct.Struct("=32sI4x")  # name, bytes of the entries; then the entries
_OFFSETS = struct.Struct("=HH")  # from the entry to its target, to the next entry
_TARGET = struct.Struct("=H29sB")  # its size, its name, its revision; then its data
_ERROR = "ERROR"  # the target of an entry that begins a chain of the user's own; its data is the chain's name
_TRIES = 5


@dataclass(frozen=True, slots=True)
class _Family:
    """`offsets`: where `_OFFSETS` stand in an entry."""

    name: str
    names: str
    address: socket.AddressFamily
    level: int
    offsets: int


_FAMILIES = (
    _Family("ip", "ip_tables_names", socket.AF_INET, socket.IPPROTO_IP, 88),
    _Family("ip6", "ip6_tables_names", socket.AF_INET6, socket.IPPROTO_IPV6, 140),
)


def translations(root: Path = Path("/")) -> tuple[Translation, ...]:
    """Every such rule in this network namespace. Raises OSError where the kernel does not tell."""
    found: dict[Translation, None] = {}
    for family in _FAMILIES:
        there = _listed(root / "proc/thread-self/net" / family.names)
        for table in _TABLES:
            if table in there:
                found |= dict.fromkeys(_of_table(family, table))
    return tuple(found)


def _of_table(family: _Family, table: str) -> list[Translation]:
    try:
        return list(_of_entries(family, table, *_read(family, table)))
    except struct.error as error:  # a kernel that lays them out otherwise
        raise OSError(errno.EPROTO, os.strerror(errno.EPROTO)) from error


def _of_entries(family: _Family, table: str, valid: int, begins: Sequence[int], entries: bytes) -> Iterator[Translation]:
    chains = {at: name for bit, (name, at) in enumerate(zip(_HOOKS, begins, strict=True)) if valid & 1 << bit}
    chain, at = "", 0
    while at < len(entries):
        to_target, to_next = _OFFSETS.unpack_from(entries, at + family.offsets)
        _size, name, _revision = _TARGET.unpack_from(entries, at + to_target)
        target = _text(name)
        chain = chains.get(at, chain)
        if target == _ERROR:
            chain = _text(entries[at + to_target + _TARGET.size : at + to_next])
        elif target in TARGETS:
            yield Translation(family=family.name, table=table, chain=chain, action=TARGETS[target])
        if not to_next:
            raise OSError(errno.EPROTO, os.strerror(errno.EPROTO))
        at += to_next


def _read(family: _Family, table: str) -> tuple[int, tuple[int, ...], bytes]:
    """Which hooks are valid, where the chain of each begins, and all entries. A table may change between two questions."""
    name = table.encode()
    with socket.socket(family.address, socket.SOCK_DGRAM) as kernel:
        for _ in range(_TRIES):
            _, valid, *fields = _INFO.unpack(_asked(kernel, family.level, _GET_INFO, _INFO.pack(name, *[0] * 13)))
            begins, size = tuple(fields[:5]), fields[-1]
            try:
                answer = _asked(kernel, family.level, _GET_ENTRIES, _ENTRIES.pack(name, size) + bytes(size))
            except BlockingIOError:  # of another size by now
                continue
            return valid, begins, answer[_ENTRIES.size :]
    raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))


def _asked(kernel: socket.socket, level: int, option: int, question: bytes) -> bytes:
    """getsockopt(2) with a question in its buffer, which Python's own does not take."""
    buffer = ctypes.create_string_buffer(question, len(question))
    length = ctypes.c_uint32(len(question))
    if _LIBC.getsockopt(kernel.fileno(), level, option, buffer, ctypes.byref(length)):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return buffer.raw


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode(errors="replace")


def _listed(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return []


_LIBC = ctypes.CDLL(None, use_errno=True)
