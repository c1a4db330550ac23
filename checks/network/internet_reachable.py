"""No way to the internet, whichever way it is looked at: routes, connections, probes that were asked for."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.addresses import is_public, parse
from checks.allowed import is_allowed_destination, is_allowed_way
from checks.base import Check, Violation
from checks.contacts import evidence, foreign_contacts, identity
from checks.subjects import Lookup, Network, Probe
from policies.computer import Computer
from policies.vocabulary import Kind, Severity, Text


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
    by = f" dev {probe.link}" if probe.link else ""
    return Violation(
        about=f"{probe.protocol} {probe.target}{by}",
        kind=Kind.INCIDENT,
        message=_PORTAL if probe.portal else _CONTACTED,
        evidence={
            "grade": "contacted",
            "by": "probe",
            "protocol": probe.protocol,
            "detail": probe.detail,
            "link": probe.link,
            "portal": probe.portal,
        },
    )


def _connected(network: Network, computer: Computer) -> Iterator[Violation]:
    for contact in foreign_contacts(network, computer):
        if contact.answered:
            yield Violation(
                about=str(parse(contact.remote)),
                identity=identity(contact),
                kind=Kind.INCIDENT,
                message=_CONTACTED,
                evidence={"grade": "contacted", "by": "connection", **evidence(contact)},
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
                "link": network.link_name(lookups[0].link),
                "gateway": lookups[0].gateway,
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
_PORTAL = Text(
    "探测被登录门户截获：本机已接入一个可登录上网的网络。请立即断网、保持现状，并报告保密管理员。",
    "a login portal answered in the probe's place: this computer is on a network that leads to the internet; "
    "disconnect it at once, change nothing else and tell the secrecy officer",
)
_ROUTED = Text(
    "发往公网地址的数据会被本机送出。请断开该网络连接并删除相应路由。",
    "this computer would send packets for public addresses out: disconnect the network and delete the routes",
)
