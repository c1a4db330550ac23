"""No public name server: a computer that asks one is, was or will be on the internet, and tells it what it looks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.addresses import is_public, parse
from checks.allowed import is_allowed_destination
from checks.base import Check, Violation
from checks.subjects import Network
from policies.computer import Computer
from policies.vocabulary import Severity, Text


@dataclass(frozen=True)
class PublicResolver(Check[Network]):
    """A public name server is configured. Critical where the kernel would carry a question to it, otherwise major.

    `allow`: addresses that are approved.
    """

    id: ClassVar[str] = "network.public-resolver"
    title: ClassVar[Text] = Text("不得配置公网域名服务器", "no public name server is configured")
    clauses: ClassVar[tuple[str, ...]] = ("NET-01",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Network]] = Network
    needs: ClassVar[tuple[str, ...]] = ("resolvers", "lookups")

    allow: tuple[str, ...] = ()

    def examine(self, subject: Network, computer: Computer) -> Iterator[Violation]:
        """One violation for each server, wherever it is named."""
        places: dict[str, list[str]] = {}
        for resolver in subject.resolvers:
            ip = str(parse(resolver.address))
            if is_public(ip) and ip not in self.allow and not is_allowed_destination(computer, ip):
                places.setdefault(ip, []).append(resolver.place)
        for ip, files in places.items():
            carried = any(lookup.carried and parse(lookup.target) == parse(ip) for lookup in subject.lookups)
            yield Violation(
                about=ip,
                severity=Severity.CRITICAL if carried else Severity.MAJOR,
                message=_REACHED if carried else _CONFIGURED,
                evidence={"places": files, "carried": carried},
            )


_REACHED = Text(
    "配置了公网域名服务器，且查询会被送往公网。请立即断网，删除该服务器，并报告保密管理员。",
    "a public name server is configured and questions would be sent to it: disconnect this computer at once, remove the server "
    "and tell the secrecy officer",
)
_CONFIGURED = Text(
    "配置了公网域名服务器，说明本机曾经或准备接入互联网。请删除该服务器，并查明来历。",
    "a public name server is configured, so this computer was or will be on the internet: remove it "
    "and find out where it came from",
)
