"""No way to the internet, whichever way it is looked at: routes, connections, probes that were asked for."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.addresses import is_public, parse
from checks.allowed import is_allowed_destination, is_allowed_way
from checks.base import Check, Violation
from checks.subjects import Connection, Lookup, Network, Probe
from policies.computer import Computer
from policies.vocabulary import Kind, Severity, Text

_NO_CONTACT = frozenset({"syn_sent", "listen", "close", "none", ""})
"""Socket states in which nothing has come from the other end; `none` is UDP, where nobody can tell."""


@dataclass(frozen=True)
class InternetReachable(Check[Network]):
    """`contacted` (an incident): a probe was answered or a connection to a public address exists. `routed` (a state): the kernel
    would carry a packet there, by another way than an allowed network's gateway."""

    id: ClassVar[str] = "network.internet-reachable"
    title: ClassVar[Text] = Text("不得连通互联网", "the internet cannot be reached")
    clauses: ClassVar[tuple[str, ...]] = ("NET-01",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Network]] = Network
    needs: ClassVar[tuple[str, ...]] = ("lookups", "connections", "links", "routes")

    def examine(self, subject: Network, computer: Computer) -> Iterator[Violation]:
        """Contacts first, one for each remote end; then one violation for each way out."""
        yield from (_probed(probe) for probe in subject.probes if probe.answered and not _is_ours(probe, computer))
        yield from _connected(subject, computer)
        yield from _routed(subject, computer)


def _is_ours(probe: Probe, computer: Computer) -> bool:
    host = probe.target.partition("/")[0].rpartition(":")[0].strip("[]")
    return is_allowed_destination(computer, host)


def _probed(probe: Probe) -> Violation:
    return Violation(
        about=f"{probe.protocol} {probe.target}",
        kind=Kind.INCIDENT,
        message=_CONTACTED,
        evidence={"grade": "contacted", "by": "probe", "protocol": probe.protocol, "detail": probe.detail},
    )


def _connected(network: Network, computer: Computer) -> Iterator[Violation]:
    own = {parse(address.address) for address in network.addresses}
    ends: dict[str, Connection] = {}
    for connection in network.connections:
        ip = parse(connection.remote)
        foreign = is_public(connection.remote) and ip not in own and not is_allowed_destination(computer, str(ip))
        if foreign and connection.state not in _NO_CONTACT:
            ends.setdefault(str(ip), connection)
    for remote, connection in ends.items():
        yield Violation(
            about=remote,
            kind=Kind.INCIDENT,
            message=_CONTACTED,
            evidence={"grade": "contacted", "by": "connection", "protocol": connection.protocol, "port": connection.port},
        )


def _routed(network: Network, computer: Computer) -> Iterator[Violation]:
    ways: dict[str, list[Lookup]] = {}
    for lookup in network.lookups:
        family = ipaddress.ip_address(lookup.target).version
        excused = is_allowed_destination(computer, lookup.target) or is_allowed_way(
            computer, network, family, lookup.gateway, lookup.link
        )
        if lookup.carried and is_public(lookup.target) and not excused:
            ways.setdefault(_way(lookup, family, network.link_name(lookup.link)), []).append(lookup)
    for way, lookups in ways.items():
        yield Violation(
            about=way,
            message=_ROUTED,
            evidence={
                "grade": "routed",
                "targets": [lookup.target for lookup in lookups],
                "gateway_state": lookups[0].gateway_state,
                "selector": lookups[0].selector,
            },
        )


def _way(lookup: Lookup, family: int, link: str) -> str:
    gateway = f" via {lookup.gateway}" if lookup.gateway else ""
    return f"IPv{family}{gateway} dev {link} table {lookup.table}"


_CONTACTED = Text(
    "本机已与公网主机通信，属违规外联。请立即断网、保持现状，并报告保密管理员。",
    "this computer has exchanged packets with a public address: disconnect it at once, change nothing else "
    "and tell the secrecy officer",
)
_ROUTED = Text(
    "发往公网地址的数据会被本机送出。请断开该网络连接并删除相应路由。",
    "this computer would send packets for public addresses out: disconnect the network and delete the routes",
)
