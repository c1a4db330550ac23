"""No indirect connection by a second network: a computer that is on two is the way from one to the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.allowed import addresses_of, is_allowed_address
from checks.base import Check, Violation
from checks.subjects import Link, Network
from policies.computer import Computer
from policies.vocabulary import Severity, Text

_JOINS = frozenset({"bridge", "bond", "team", "openvswitch"})
_SHARES = frozenset({"macvlan", "macvtap", "ipvlan", "ipvtap"})


@dataclass(frozen=True)
class MultiHomed(Check[Network]):
    """Two segments or more are connected at once, and not all of them are allowed networks.

    The ports of a bridge or a bond are one segment; a virtual interface that shares a card is of the card's segment.
    `allow_kinds`: kernel link kinds that lead nowhere.
    """

    id: ClassVar[str] = "network.multi-homed"
    title: ClassVar[Text] = Text("不得同时连接两个网络", "no two networks are connected at once")
    clauses: ClassVar[tuple[str, ...]] = ("NET-02",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Network]] = Network
    needs: ClassVar[tuple[str, ...]] = ("links", "addresses")

    allow_kinds: tuple[str, ...] = ("dummy", "ifb", "nlmon", "vcan")

    def examine(self, subject: Network, computer: Computer) -> Iterator[Violation]:
        """One violation for the computer."""
        links = {link.index: link for link in subject.links}
        connected = [link for link in subject.links if link.up and link.carrier and not link.loopback]
        segments: dict[int, Link] = {}
        for link in connected:
            if link.kind not in self.allow_kinds:
                segment = _segment(link, links)
                segments[segment.index] = segment
        if len(segments) > 1 and not all(_is_allowed(segment, subject, computer) for segment in segments.values()):
            names = sorted(segment.name for segment in segments.values())
            yield Violation(about=" + ".join(names), identity="segments", message=_MESSAGE, evidence={"links": names})


def _segment(link: Link, links: dict[int, Link]) -> Link:
    """The interface that stands for all those on the same segment. Bounded, though the kernel makes no ring of interfaces."""
    for _ in range(len(links)):
        master = links.get(link.master or 0)
        lower = links.get(link.lower or 0)
        if master is not None and master.kind in _JOINS:
            link = master
        elif lower is not None and link.kind in _SHARES:
            link = lower
        else:
            break
    return link


def _is_allowed(link: Link, network: Network, computer: Computer) -> bool:
    addresses = addresses_of(network, link)
    return bool(addresses) and all(is_allowed_address(computer, link.name, each.address) for each in addresses)


_MESSAGE = Text(
    "本机同时连接两个或更多网络，会成为它们之间的通道。请只保留一个经批准的网络连接，断开其余。",
    "this computer is connected to two networks or more and is a way between them: keep one that is approved "
    "and disconnect the others",
)
