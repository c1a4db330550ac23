"""No indirect connection: a computer that passes packets on, or lends its address, joins the networks on both its sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.subjects import Network
from policies.computer import Computer
from policies.vocabulary import Severity, Text


@dataclass(frozen=True)
class Forwarding(Check[Network]):
    """The kernel passes packets on, or a rule of the firewall translates addresses for others (NAT).

    Critical with two interfaces connected, otherwise major: it needs only the second. NAT without forwarding: major.
    """

    id: ClassVar[str] = "network.forwarding"
    title: ClassVar[Text] = Text("不得开启数据包转发", "no packet is passed on between networks")
    clauses: ClassVar[tuple[str, ...]] = ("NET-02",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Network]] = Network
    needs: ClassVar[tuple[str, ...]] = ("forwarding", "links", "nat")

    def examine(self, subject: Network, computer: Computer) -> Iterator[Violation]:
        """One violation for each family; for each interface only where not all of them forward; one for each kind of NAT."""
        connected = [link.name for link in subject.links if link.up and link.carrier and not link.loopback]
        severity = Severity.CRITICAL if len(connected) > 1 else Severity.MAJOR
        for name in sorted(name for name, on in subject.forwarding.items() if on):
            family, _, interface = name.partition(" ")
            if interface and subject.forwarding.get(family):
                continue
            yield Violation(about=name, severity=severity, message=_message(family, interface), evidence={"connected": connected})
        yield from _translating(subject, severity if any(subject.forwarding.values()) else Severity.MAJOR)


def _translating(network: Network, severity: Severity) -> Iterator[Violation]:
    chains: dict[tuple[str, str], list[str]] = {}
    for rule in network.nat:
        chains.setdefault((rule.family, rule.action), []).append(f"{rule.table} {rule.chain}")
    for (family, action), places in sorted(chains.items()):
        yield Violation(about=f"nat {family} {action}", severity=severity, message=_NAT, evidence={"chains": sorted(set(places))})


def _message(family: str, interface: str) -> Text:
    where = f" {interface}" if interface else ""
    setting = f"net.{family}.conf.{interface or 'all'}.forwarding"
    return Text(
        f"{_NAMES[family]} 数据包转发已开启{where}，会把两侧网络间接连通。请将 {setting} 设为 0，并停用开启它的程序。",
        f"{_NAMES[family]} forwarding is on{where} and joins the networks on both sides: set {setting} to 0 "
        "and stop the program that turned it on",
    )


_NAT = Text(
    "防火墙设有地址转换（NAT）规则，可让其他设备借本机上网。请删除该规则，并停用添加它的程序。",
    "the firewall translates addresses (NAT), so that others may use this computer's connection: delete the rule "
    "and stop the program that made it",
)
_NAMES = {"ipv4": "IPv4", "ipv6": "IPv6"}
