"""Only allowed networks: an interface that is up is a connection, or will be one when a cable is plugged in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.allowed import addresses_of, is_allowed_address
from checks.base import Check, Violation
from checks.subjects import Link, Network
from policies.computer import Computer
from policies.vocabulary import Severity, Text


@dataclass(frozen=True)
class InterfaceNotAllowed(Check[Network]):
    """An interface that is up outside the allowed networks. `allow_kinds`: kernel link kinds that lead nowhere.

    Connected (it has a carrier): critical. Up without a carrier: major where it has an address, as somebody set it up to be used,
    otherwise minor. An interface that is down connects nothing; its presence is judged elsewhere.
    """

    id: ClassVar[str] = "network.interface-not-allowed"
    title: ClassVar[Text] = Text("不得启用未经批准的网络接口", "only allowed network interfaces are up")
    clauses: ClassVar[tuple[str, ...]] = ("NET-01", "NET-03")
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Network]] = Network
    needs: ClassVar[tuple[str, ...]] = ("links", "addresses")

    allow_kinds: tuple[str, ...] = ("dummy", "ifb", "nlmon", "vcan")

    def examine(self, subject: Network, computer: Computer) -> Iterator[Violation]:
        """One violation for each interface."""
        for link in subject.links:
            judged = link.up and not link.loopback and link.kind not in self.allow_kinds
            if judged and not _is_allowed(link, subject, computer):
                yield _violation(link, subject)


def _is_allowed(link: Link, network: Network, computer: Computer) -> bool:
    """All its addresses are allowed ones; without any, it is named by an allowed network or part of an allowed interface."""
    addresses = addresses_of(network, link)
    if addresses:
        return all(is_allowed_address(computer, link.name, a.address) for a in addresses)
    if any(allowed.interface == link.name for allowed in computer.networks):
        return True
    master = next((other for other in network.links if other.index == link.master), None)
    return master is not None and master.index != link.index and _is_allowed(master, network, computer)


def _violation(link: Link, network: Network) -> Violation:
    addresses = [f"{a.address}/{a.prefix}" for a in addresses_of(network, link)]
    severity = Severity.CRITICAL if link.carrier else Severity.MAJOR if addresses else Severity.MINOR
    return Violation(
        about=link.name,
        severity=severity,
        message=_CONNECTED if link.carrier else _READY,
        evidence={"kind": link.kind, "mac": link.mac, "bus": link.bus, "carrier": link.carrier, "addresses": addresses},
    )


_CONNECTED = Text(
    "网络接口已连接到未经批准的网络。请立即断开连接、停用该接口，并报告保密管理员。",
    "the interface is connected to a network that is not allowed: disconnect it at once, disable it and tell the secrecy officer",
)
_READY = Text(
    "网络接口已启用，接入网线即可联网。请停用该接口。",
    "the interface is enabled and needs only a cable to be connected: disable it",
)
