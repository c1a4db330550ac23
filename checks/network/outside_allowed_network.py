"""Only the networks that were approved for this computer: by subnet, interface, gateway and the gateway's own hardware address.

Another office may use the same addresses. Its gateway gives it away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.addresses import same
from checks.allowed import addresses_of, gateways_of, is_allowed_address, macs_of
from checks.base import Check, Violation
from checks.subjects import Link, Network
from policies.computer import AllowedNetwork, Computer
from policies.vocabulary import Severity, Text


@dataclass(frozen=True)
class OutsideAllowedNetwork(Check[Network]):
    """A connected interface has an address, uses a gateway, or meets a gateway's hardware address, that no allowed network has.

    Speaks only of computers that may be on a network at all. A gateway that nobody has talked to yet has no known hardware
    address, and nothing is sent to learn it: it is judged once the first packet has gone there.
    """

    id: ClassVar[str] = "network.outside-allowed-network"
    title: ClassVar[Text] = Text("只应接入核准的网络", "only approved networks are joined")
    clauses: ClassVar[tuple[str, ...]] = ("NET-03",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Network]] = Network
    needs: ClassVar[tuple[str, ...]] = ("links", "addresses", "routes", "neighbours")

    def applies(self, subject: Network, computer: Computer) -> bool:
        """A computer without any allowed network may be on none; other checks say that."""
        return bool(computer.networks)

    def examine(self, subject: Network, computer: Computer) -> Iterator[Violation]:
        """One violation for each address, each gateway and each gateway's hardware address."""
        for link in subject.links:
            if not link.loopback and link.up and link.carrier:
                yield from _addresses(link, subject, computer)
                yield from _gateways(link, subject, computer)
                yield from _macs(link, subject, computer)


def _addresses(link: Link, network: Network, computer: Computer) -> Iterator[Violation]:
    for address in addresses_of(network, link):
        if not is_allowed_address(computer, link.name, address.address):
            yield Violation(
                about=f"{address.address}/{address.prefix} {link.name}",
                message=_ADDRESS,
                evidence={"link": link.name, "address": address.address},
            )


def _gateways(link: Link, network: Network, computer: Computer) -> Iterator[Violation]:
    """A gateway is judged where the allowed networks here name theirs."""
    here = _here(link, network, computer)
    if not here or any(not allowed.gateway for allowed in here):
        return
    for gateway in gateways_of(network, link):
        if not any(same(allowed.gateway, gateway) for allowed in here):
            yield Violation(
                about=f"{gateway} {link.name}",
                message=_GATEWAY,
                evidence={"link": link.name, "gateway": gateway, "mac": " ".join(macs_of(network, link, gateway))},
            )


def _macs(link: Link, network: Network, computer: Computer) -> Iterator[Violation]:
    for allowed in _here(link, network, computer):
        if not allowed.gateway_mac:
            continue
        for gateway in [allowed.gateway] if allowed.gateway else gateways_of(network, link):
            strange = [mac for mac in macs_of(network, link, gateway) if mac != allowed.gateway_mac.lower()]
            if strange:
                yield Violation(
                    about=f"{gateway} {link.name} [{' '.join(strange)}]",
                    message=_MAC,
                    evidence={"link": link.name, "gateway": gateway, "mac": " ".join(strange), "approved": allowed.gateway_mac},
                )


def _here(link: Link, network: Network, computer: Computer) -> list[AllowedNetwork]:
    """The allowed networks in which the interface has an address."""
    addresses = [address.address for address in addresses_of(network, link)]
    return [
        allowed
        for allowed in computer.networks
        if allowed.interface in ("", link.name) and any(allowed.holds(address) for address in addresses)
    ]


_ADDRESS = Text(
    "本机接入了未经核准的网段。请立即断开该接口，并报告保密管理员。",
    "this computer is in a subnet that is not approved for it: disconnect the interface at once and tell the secrecy officer",
)
_GATEWAY = Text(
    "本机使用了未经核准的网关，可能通往其他网络。请删除经由它的路由，并查明来历。",
    "this computer uses a gateway that is not approved for it and may lead elsewhere: delete its routes "
    "and find out who set them",
)
_MAC = Text(
    "网关的物理地址与核准的不符：地址相同，但可能已接入别处的网络。请立即断开，并报告保密管理员。",
    "the gateway's hardware address is not the approved one: the addresses are the same, but this may be another network; "
    "disconnect at once and tell the secrecy officer",
)
