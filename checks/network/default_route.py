"""No way out: a default route is a way to every network there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.allowed import is_allowed_way
from checks.base import Check, Violation
from checks.subjects import Network, Route
from policies.computer import Computer
from policies.vocabulary import Severity, Text

_MAIN_TABLE = 254


@dataclass(frozen=True)
class DefaultRoute(Check[Network]):
    """A default route of any table and family, unless it leads to an allowed network's gateway."""

    id: ClassVar[str] = "network.default-route"
    title: ClassVar[Text] = Text("不得有默认路由", "there is no default route")
    clauses: ClassVar[tuple[str, ...]] = ("NET-01",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Network]] = Network
    needs: ClassVar[tuple[str, ...]] = ("routes", "addresses", "links")

    def examine(self, subject: Network, computer: Computer) -> Iterator[Violation]:
        """One violation for each such route. A default route that only refuses packets (blackhole, ...) is none."""
        loopback = {link.index for link in subject.links if link.loopback}
        for route in subject.routes:
            leads_out = route.is_default and route.kind == "unicast" and route.link not in loopback
            if leads_out and not is_allowed_way(computer, subject, route.family, route.gateway, route.link):
                yield _violation(route, subject.link_name(route.link))


def _violation(route: Route, link: str) -> Violation:
    return Violation(
        about=_about(route, link),
        # The family too: an on-link default of IPv4 and one of IPv6 read the same.
        identity=f"ipv{route.family} {_about(route, link)}",
        message=Text(
            f"存在 IPv{route.family} 默认路由（接口 {link or '未知'}），可通往任何网络。请断开该网络连接并删除此路由。",
            f"an IPv{route.family} default route by {link or 'an unknown interface'} leads to every network: "
            "disconnect that network and delete the route",
        ),
        evidence={"family": route.family, "table": route.table, "gateway": route.gateway, "link": link, "metric": route.metric},
    )


def _about(route: Route, link: str) -> str:
    """The route as `ip route` prints it."""
    parts = (
        "default",
        f"via {route.gateway}" if route.gateway else "",
        f"dev {link}" if link else "",
        f"table {route.table}" if route.table != _MAIN_TABLE else "",
        f"metric {route.metric}" if route.metric else "",
    )
    return " ".join(part for part in parts if part)
