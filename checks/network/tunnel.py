"""No indirect connection: a tunnel carries another network inside the allowed one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.subjects import Link, Network
from policies.computer import Computer
from policies.vocabulary import Severity, Text

_KINDS = frozenset(
    {"amt", "bareudp", "erspan", "geneve", "gre", "gretap", "gtp", "ip6erspan", "ip6gre", "ip6gretap", "ip6tnl", "ipip", "l2tp"}
    | {"ovpn", "ppp", "sit", "tun", "vti", "vti6", "vxlan", "wireguard", "xfrm"}
)
# ARPHRD_*: PPP, TUNNEL, TUNNEL6, SIT, IPGRE, IP6GRE, NONE (tun and WireGuard have no link layer).
_ARP_TYPES = frozenset({512, 768, 769, 776, 778, 823, 65534})
_NAMES = ("tun", "tap", "wg", "ppp", "utun", "ipsec", "vpn", "tailscale", "zt", "nordlynx")
# Made by the kernel as soon as the module is loaded; they carry nothing until somebody sets them up.
_FALLBACKS = frozenset(
    {"erspan0", "gre0", "gretap0", "ip6_vti0", "ip6gre0", "ip6tnl0", "ip_vti0", "sit0", "tunl0"},
)


@dataclass(frozen=True)
class Tunnel(Check[Network]):
    """A tunnel interface, known by its kind, its link-layer type or its name. Down: major. `allow_kinds`: approved kinds."""

    id: ClassVar[str] = "network.tunnel"
    title: ClassVar[Text] = Text("不得有隧道或虚拟专用网接口", "there is no tunnel or VPN interface")
    clauses: ClassVar[tuple[str, ...]] = ("NET-02",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Network]] = Network
    needs: ClassVar[tuple[str, ...]] = ("links",)

    allow_kinds: tuple[str, ...] = ()

    def examine(self, subject: Network, computer: Computer) -> Iterator[Violation]:
        """One violation for each tunnel."""
        for link in subject.links:
            idle = link.name in _FALLBACKS and not link.up
            if _is_tunnel(link) and not idle and link.kind not in self.allow_kinds:
                yield Violation(
                    about=link.name,
                    severity=Severity.CRITICAL if link.up else Severity.MAJOR,
                    message=_MESSAGE,
                    evidence={"kind": link.kind, "arp_type": link.arp_type, "up": link.up},
                )


def _is_tunnel(link: Link) -> bool:
    if link.loopback:
        return False
    if link.kind in _KINDS or link.arp_type in _ARP_TYPES:
        return True
    # A name alone convicts only where the kernel says of nothing else what it is.
    return not link.kind and not link.bus and any(_is_numbered(link.name, prefix) for prefix in _NAMES)


def _is_numbered(name: str, prefix: str) -> bool:
    return name.startswith(prefix) and (not name[len(prefix) :] or name[len(prefix) :].isdigit())


_MESSAGE = Text(
    "存在隧道接口，可把其他网络引入本机。请停用并卸载建立该隧道的程序。",
    "a tunnel interface can bring another network to this computer: stop and remove the program that made it",
)
