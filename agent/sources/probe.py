"""Active probes: one small attempt to reach each target that a policy or the user names.

Other monitors raise the alarm on mere attempts, so nothing is sent to a target unless the caller says that the kernel would
carry it, and nothing is ever sent to find out what a name means: targets are literal addresses.
"""

from __future__ import annotations

import errno
import ipaddress
import re
import secrets
import selectors
import socket
import struct
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from checks.subjects import Probe
from policies.vocabulary import Text

TCP, DNS = "tcp", "dns"

_DNS_HEADER = struct.Struct("!HHHHHH")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)


class ProbeError(ValueError):
    """A probe's target that is not understood or not allowed; the command line and the policy's reader tell the reason."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Target:
    """What to probe: a TCP port, or a DNS server that is asked for `name`. `host` is a literal address."""

    host: str
    port: int
    protocol: str = TCP
    name: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}/{self.name}" if self.name else f"{host}:{self.port}"


def parse_target(text: str) -> Target:
    """A target from `ADDRESS:PORT`, `[IPV6]:PORT`, `dns:ADDRESS/NAME` or `dns:ADDRESS:PORT/NAME`. Raises ProbeError."""
    if not text.startswith("dns:"):
        host, port = _split(text, text, None)
        return Target(host, port)
    place, _, name = text.removeprefix("dns:").partition("/")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.removesuffix(".").split(".")):
        raise ProbeError(Text(f"探测目标 {text} 缺少有效的查询域名", f"probe target {text} lacks a valid name to ask for"))
    host, port = _split(place, text, 53)
    return Target(host, port, DNS, name)


def run(targets: Sequence[Target], carried: Callable[[Target], bool], *, time_limit: float) -> tuple[Probe, ...]:
    """Probe all targets at once; `time_limit` seconds for all together. Only targets that are `carried` get a packet."""
    results: dict[Target, Probe] = {}
    with selectors.DefaultSelector() as waiting, ExitStack() as sockets:
        for target in dict.fromkeys(targets):
            results[target] = _begin(target, waiting, sockets) if carried(target) else _probe(target, "", sent=False)
        deadline = time.monotonic() + time_limit
        while waiting.get_map() and (left := deadline - time.monotonic()) > 0:
            for key, _events in waiting.select(left):
                attempt: _Attempt = key.data
                if (answer := attempt.answer()) is not None:
                    results[attempt.target] = answer
                    waiting.unregister(attempt.socket)
    return tuple(results[target] for target in targets)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A probe under way. `query` is the DNS question that was sent, empty for TCP."""

    target: Target
    socket: socket.socket
    query: bytes = b""

    def answer(self) -> Probe | None:
        """What came back, now that the socket is ready; None while it is not yet the answer."""
        return self._reply() if self.query else self._connected()

    def _connected(self) -> Probe:
        code = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code == 0:
            return _probe(self.target, "connected", answered=True)
        # A refusal is an answer too: somebody out there received the packet.
        return _probe(self.target, errno.errorcode.get(code, str(code)), answered=code == errno.ECONNREFUSED)

    def _reply(self) -> Probe | None:
        try:
            reply = self.socket.recv(4096)
        except OSError as error:
            code = error.errno or 0
            return _probe(self.target, errno.errorcode.get(code, str(code)), answered=code == errno.ECONNREFUSED)
        if len(reply) < _DNS_HEADER.size or reply[:2] != self.query[:2] or not reply[2] & 0x80:
            return None
        return _probe(self.target, f"rcode {reply[3] & 0x0F}", answered=True)


def _begin(target: Target, waiting: selectors.BaseSelector, sockets: ExitStack) -> Probe:
    """Send the first packet. What is returned stands until an answer comes."""
    family = socket.AF_INET6 if ":" in target.host else socket.AF_INET
    kind = socket.SOCK_DGRAM if target.protocol == DNS else socket.SOCK_STREAM
    try:
        asker = sockets.enter_context(socket.socket(family, kind | socket.SOCK_NONBLOCK))
        with suppress(BlockingIOError):
            asker.connect((target.host, target.port))
        query = _dns_query(target.name) if target.protocol == DNS else b""
        if query:
            asker.send(query)
    except OSError as error:
        refused = error.errno == errno.ECONNREFUSED
        return _probe(target, errno.errorcode.get(error.errno or 0, str(error.errno)), sent=refused, answered=refused)
    waiting.register(asker, selectors.EVENT_READ if query else selectors.EVENT_WRITE, _Attempt(target, asker, query))
    return _probe(target, "no answer")


def _dns_query(name: str) -> bytes:
    """A recursive query for the name's IPv4 address (RFC 1035)."""
    labels = b"".join(bytes([len(label)]) + label.encode("ascii") for label in name.removesuffix(".").split("."))
    header = _DNS_HEADER.pack(secrets.randbits(16), 0x0100, 1, 0, 0, 0)
    return header + labels + b"\0" + struct.pack("!HH", 1, 1)


def _split(place: str, text: str, default_port: int | None) -> tuple[str, int]:
    """Address and port of `ADDRESS[:PORT]` or `[IPV6][:PORT]`; `text` is the whole target, for the message."""
    match = re.fullmatch(r"(?:\[(?P<v6>[^\]]+)\]|(?P<v4>[^:]+))(?::(?P<port>[0-9]{1,5}))?", place, re.ASCII)
    port = int(match["port"] or default_port or 0) if match else 0
    if match is None or not 0 < port < 65536:
        raise ProbeError(
            Text(
                f"探测目标 {text} 应写作 地址:端口、[IPv6地址]:端口 或 dns:地址/域名",
                f"probe target {text} must be ADDRESS:PORT, [IPV6]:PORT or dns:ADDRESS/NAME",
            )
        )
    return _literal(match["v6"] or match["v4"], text), port


def _literal(host: str, text: str) -> str:
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        raise ProbeError(
            Text(
                f"探测目标 {text} 必须使用 IP 地址：解析主机名本身就会发包",
                f"probe target {text} must be an IP address: resolving a host name would itself send packets",
            )
        ) from None
    if ip.is_multicast or ip.is_unspecified or ip == ipaddress.IPv4Address("255.255.255.255"):
        raise ProbeError(Text(f"探测目标 {text} 不是单个主机的地址", f"probe target {text} is not the address of one host"))
    return str(ip)


def _probe(target: Target, detail: str, *, sent: bool = True, answered: bool = False) -> Probe:
    return Probe(target=str(target), protocol=target.protocol, sent=sent, answered=answered, detail=detail)
