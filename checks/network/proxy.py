"""No indirect connection by a proxy: who asks a proxy reaches whatever the proxy reaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.subjects import Network
from policies.computer import Computer
from policies.vocabulary import Severity, Text


@dataclass(frozen=True)
class ProxyConfigured(Check[Network]):
    """Programs are told to use a proxy. Critical while an interface is connected, otherwise major.

    `allow`: proxies (host or host:port) that are approved.
    """

    id: ClassVar[str] = "network.proxy"
    title: ClassVar[Text] = Text("不得配置代理服务器", "no proxy is configured")
    clauses: ClassVar[tuple[str, ...]] = ("NET-02",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Network]] = Network
    needs: ClassVar[tuple[str, ...]] = ("proxies", "links")

    allow: tuple[str, ...] = ()

    def examine(self, subject: Network, computer: Computer) -> Iterator[Violation]:
        """One violation for each proxy, wherever it is named."""
        places: dict[str, list[str]] = {}
        for proxy in subject.proxies:
            if proxy.host not in self.allow and proxy.host.rpartition(":")[0] not in self.allow:
                places.setdefault(proxy.host, []).append(proxy.place)
        connected = any(link.up and link.carrier and not link.loopback for link in subject.links)
        for host, files in places.items():
            yield Violation(
                about=host,
                severity=Severity.CRITICAL if connected else Severity.MAJOR,
                message=_MESSAGE,
                evidence={"places": sorted(set(files)), "connected": connected},
            )


_MESSAGE = Text(
    "配置了代理服务器，程序可借它间接连通外部网络。请从所列文件中删除该设置，并查明来历。",
    "a proxy is configured, by which programs reach other networks indirectly: delete the setting from the files named "
    "and find out where it came from",
)
