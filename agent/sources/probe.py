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

TCP, DNS, HTTP = "tcp", "dns", "http"

_DNS_HEADER = struct.Struct("!HHHHHH")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
_PATH = re.compile(r"[!-\"$-~]*")
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})\b")
_MOST_OF_A_PAGE = 1 << 16


class ProbeError(ValueError):
    """A probe's target that is not understood or not allowed; the command line and the policy's reader tell the reason."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Target:
    """What to probe: a TCP port, a DNS server that is asked for `name`, or a web server that is asked for the path `name`.

    `host` is a literal address. `expected`: text that the web page must hold; without it "204 No Content" is expected. `link`:
    the interface by which to go, "" for the one that the kernel chooses.
    """

    host: str
    port: int
    protocol: str = TCP
    name: str = ""
    expected: str = ""
    link: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}/{self.name}" if self.name else f"{host}:{self.port}"


def parse_target(text: str) -> Target:
    """A target from `ADDRESS:PORT`, `[IPV6]:PORT`, `dns:ADDRESS[:PORT]/NAME` or `http:ADDRESS[:PORT]/PATH[#TEXT]`. ProbeError."""
    if text.startswith("http:"):
        place, _, page = text.removeprefix("http:").partition("/")
        path, _, expected = page.partition("#")
        if not _PATH.fullmatch(path):
            raise ProbeError(Text(f"探测目标 {text} 的路径无效", f"probe target {text} has no valid path"))
        host, port = _split(place, text, 80)
        return Target(host, port, HTTP, path, expected)
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
    attempts: list[_Attempt] = []
    with selectors.DefaultSelector() as waiting, ExitStack() as sockets:
        for target in dict.fromkeys(targets):
            begun = _begin(target, sockets) if carried(target) else _probe(target, "", sent=False)
            if isinstance(begun, Probe):
                results[target] = begun
            else:
                attempts.append(begun)
                waiting.register(begun.socket, begun.waits_for, begun)
        deadline = time.monotonic() + time_limit
        while waiting.get_map() and (left := deadline - time.monotonic()) > 0:
            for key, _events in waiting.select(left):
                attempt: _Attempt = key.data
                if attempt.is_over():
                    waiting.unregister(attempt.socket)
                else:
                    waiting.modify(attempt.socket, attempt.waits_for, attempt)
    results |= {attempt.target: attempt.found for attempt in attempts}
    return tuple(results[target] for target in targets)


class _Attempt:
    """A probe under way: a TCP connection. `found` is what is known by now; it stands when the time is over."""

    def __init__(self, target: Target, asker: socket.socket) -> None:
        self.target = target
        self.socket = asker
        self.waits_for = selectors.EVENT_WRITE
        self.found = _probe(target, "no answer")

    def is_over(self) -> bool:
        """Take in what has come, now that the socket is ready; whether nothing more is to be waited for."""
        try:
            return self._take_in()
        except OSError as error:
            self._failed(error.errno or 0)
            return True

    def _take_in(self) -> bool:
        code = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self._failed(code)
        else:
            self.found = _probe(self.target, "connected", answered=True)
        return True

    def _failed(self, code: int) -> None:
        """A refusal is an answer too: somebody out there received the packet. What was answered before stays."""
        if not self.found.answered:
            self.found = _probe(self.target, errno.errorcode.get(code, str(code)), answered=code == errno.ECONNREFUSED)


class _DnsAttempt(_Attempt):
    """A DNS query that was sent."""

    def __init__(self, target: Target, asker: socket.socket) -> None:
        super().__init__(target, asker)
        self.waits_for = selectors.EVENT_READ
        self._query = _dns_query(target.name)
        asker.send(self._query)

    def _take_in(self) -> bool:
        reply = self.socket.recv(4096)
        if len(reply) < _DNS_HEADER.size or reply[:2] != self._query[:2] or not reply[2] & 0x80:
            return False
        self.found = _probe(self.target, f"rcode {reply[3] & 0x0F}", answered=True)
        return True


class _HttpAttempt(_Attempt):
    """A web page that is asked for. Another answer than the expected one is a captive portal's: somebody stands in between."""

    def __init__(self, target: Target, asker: socket.socket) -> None:
        super().__init__(target, asker)
        self._page = b""

    def _take_in(self) -> bool:
        if self.waits_for == selectors.EVENT_WRITE:
            super()._take_in()
            if not self.found.answered or self.found.detail != "connected":
                return True
            self.socket.send(_http_request(self.target))
            self.waits_for = selectors.EVENT_READ
            return False
        part = self.socket.recv(_MOST_OF_A_PAGE)
        self._page += part
        status = _STATUS.match(self._page)
        if status is not None:
            code = int(status[1])
            as_expected = code == 204 if not self.target.expected else code == 200 and self._holds_expected()
            self.found = _probe(self.target, f"http {code}", answered=True, portal=not as_expected)
        return not part or len(self._page) >= _MOST_OF_A_PAGE

    def _holds_expected(self) -> bool:
        return self.target.expected.encode() in self._page.partition(b"\r\n\r\n")[2]


_ATTEMPTS = {TCP: _Attempt, DNS: _DnsAttempt, HTTP: _HttpAttempt}


def _begin(target: Target, sockets: ExitStack) -> _Attempt | Probe:
    """Send the first packet."""
    family = socket.AF_INET6 if ":" in target.host else socket.AF_INET
    kind = socket.SOCK_DGRAM if target.protocol == DNS else socket.SOCK_STREAM
    try:
        asker = sockets.enter_context(socket.socket(family, kind | socket.SOCK_NONBLOCK))
        if target.link:
            asker.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, target.link.encode())
        with suppress(BlockingIOError):
            asker.connect((target.host, target.port))
        return _ATTEMPTS[target.protocol](target, asker)
    except OSError as error:
        refused = error.errno == errno.ECONNREFUSED
        return _probe(target, errno.errorcode.get(error.errno or 0, str(error.errno)), sent=refused, answered=refused)


def _http_request(target: Target) -> bytes:
    host = str(Target(target.host, target.port))
    return f"GET /{target.name} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("ascii")


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
                f"探测目标 {text} 应写作 地址:端口、[IPv6地址]:端口、dns:地址/域名 或 http:地址/路径",
                f"probe target {text} must be ADDRESS:PORT, [IPV6]:PORT, dns:ADDRESS/NAME or http:ADDRESS/PATH",
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


def _probe(target: Target, detail: str, *, sent: bool = True, answered: bool = False, portal: bool = False) -> Probe:
    return Probe(
        target=str(target),
        protocol=target.protocol,
        sent=sent,
        answered=answered,
        detail=detail,
        link=target.link,
        portal=portal,
    )
