"""No indirect connection by a bridge: it makes one network of all that is plugged into it, virtual machines among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.subjects import Link, Network
from policies.computer import Computer
from policies.vocabulary import Severity, Text

_BRIDGES = frozenset({"bridge", "openvswitch", "batadv", "hsr"})
_SHARES = frozenset({"macvlan", "macvtap", "ipvlan", "ipvtap"})
"""Kinds that put a container or a virtual machine beside this computer on its card's network."""


@dataclass(frozen=True)
class Bridging(Check[Network]):
    """A bridge: critical with two ports connected, major with fewer, minor without any (a virtualisation's network that waits).

    Interfaces that share another's card with containers or virtual machines: critical where up, otherwise major. `allow`: names.
    """

    id: ClassVar[str] = "network.bridging"
    title: ClassVar[Text] = Text("不得桥接网络", "no networks are bridged")
    clauses: ClassVar[tuple[str, ...]] = ("NET-02",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Network]] = Network
    needs: ClassVar[tuple[str, ...]] = ("links",)

    allow: tuple[str, ...] = ()

    def examine(self, subject: Network, computer: Computer) -> Iterator[Violation]:
        """One violation for each bridge and each shared interface."""
        for link in subject.links:
            if link.name in self.allow:
                continue
            if link.kind in _BRIDGES:
                yield _bridge(link, [port for port in subject.links if port.master == link.index])
            elif link.kind in _SHARES:
                yield _shared(link, subject.link_name(link.lower))


def _bridge(bridge: Link, ports: list[Link]) -> Violation:
    joined = [port.name for port in ports if port.up and port.carrier]
    severity = Severity.CRITICAL if bridge.up and len(joined) > 1 else Severity.MAJOR if ports else Severity.MINOR
    return Violation(
        about=bridge.name,
        severity=severity,
        message=_JOINED if ports else _EMPTY,
        evidence={"kind": bridge.kind, "up": bridge.up, "ports": [port.name for port in ports], "connected": joined},
    )


def _shared(link: Link, lower: str) -> Violation:
    return Violation(
        about=link.name,
        severity=Severity.CRITICAL if link.up else Severity.MAJOR,
        message=_SHARED,
        evidence={"kind": link.kind, "up": link.up, "lower": lower},
    )


_JOINED = Text(
    "存在网桥，会把接入它的各个网络（包括虚拟机和容器）连成一个。请拆除网桥，并停用建立它的程序。",
    "a bridge makes one network of all that is plugged into it, virtual machines and containers too: take it apart "
    "and stop the program that made it",
)
_EMPTY = Text(
    "存在空网桥（多由虚拟机或容器软件建立），接入网卡即可连通网络。请删除网桥，并卸载建立它的软件。",
    "there is an empty bridge, as virtual machines and containers make, that needs only a card to join networks: delete it "
    "and remove the software that made it",
)
_SHARED = Text(
    "虚拟接口与网卡共用同一网络，虚拟机或容器可借此联网。请删除该接口，并停用建立它的程序。",
    "a virtual interface shares a card's network with virtual machines or containers: delete it "
    "and stop the program that made it",
)
