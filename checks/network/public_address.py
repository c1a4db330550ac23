"""No public address: only a computer on the internet, or on its way there, has one."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.addresses import is_public
from checks.allowed import is_allowed_address
from checks.base import Check, Violation
from checks.subjects import Address, Link, Network
from policies.computer import Computer
from policies.vocabulary import Severity, Text


@dataclass(frozen=True)
class PublicAddress(Check[Network]):
    """A public address on an interface, outside the allowed networks."""

    id: ClassVar[str] = "network.public-address"
    title: ClassVar[Text] = Text("不得配置公网地址", "no interface has a public address")
    clauses: ClassVar[tuple[str, ...]] = ("NET-01",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Network]] = Network
    needs: ClassVar[tuple[str, ...]] = ("addresses", "links")

    def examine(self, subject: Network, computer: Computer) -> Iterator[Violation]:
        """One violation for each address; privacy addresses of one IPv6 subnet come and go and are one."""
        links = {link.index: link for link in subject.links}
        told: set[str] = set()
        for address in subject.addresses:
            link = links.get(address.link)
            if link is None or not is_public(address.address) or is_allowed_address(computer, link.name, address.address):
                continue
            identity = _identity(address, link)
            if identity not in told:
                told.add(identity)
                yield _violation(address, link, identity)


def _identity(address: Address, link: Link) -> str:
    interface = ipaddress.ip_interface(f"{address.address}/{address.prefix}")
    return f"{link.name} {interface if interface.version == 4 else interface.network}"


def _violation(address: Address, link: Link, identity: str) -> Violation:
    return Violation(
        about=f"{address.address}/{address.prefix} {link.name}",
        identity=identity,
        message=Text(
            f"接口 {link.name} 配置了公网地址。请断开该网络连接、删除此地址，并报告保密管理员。",
            f"the interface {link.name} has a public address: disconnect it, delete the address and tell the secrecy officer",
        ),
        evidence={"address": address.address, "link": link.name, "up": link.up},
    )
