"""Rules of the firewall that translate addresses (NAT), asked of the kernel (NETLINK_NETFILTER, linux/netfilter/nf_tables.h).

Rules of the older iptables lie elsewhere (`agent.sources.iptables`).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from agent.sources.iptables import TARGETS
from agent.sources.netlink import Message, Netlink, attributes, nested, text
from checks.subjects import Translation

NETLINK_NETFILTER = 12

_GETRULE = 10 << 8 | 7
_HEADER = struct.Struct("!BBH")
_TABLE, _CHAIN, _EXPRESSIONS = 1, 2, 4
_NAME, _DATA = 1, 2
_NAT_TYPE = 1
_TARGET_NAME = 1
_FAMILIES: Mapping[int, str] = MappingProxyType({1: "inet", 2: "ip", 5: "netdev", 7: "bridge", 10: "ip6"})
_EXPRESSION_ACTIONS: Mapping[str, str] = MappingProxyType({"masq": "masquerade", "redir": "redirect", "tproxy": "redirect"})
_NAT_ACTIONS: Mapping[int, str] = MappingProxyType({0: "snat", 1: "dnat"})


def translations(root: Path = Path("/")) -> tuple[Translation, ...]:
    """Every rule that translates addresses, in this network namespace. Raises OSError where the kernel does not tell."""
    if not _is_there(root):
        return ()
    with Netlink(NETLINK_NETFILTER) as kernel:
        found = [translation for message in kernel.dump(_GETRULE, _HEADER.pack(0, 0, 0)) for translation in _of_rule(message)]
    return tuple(dict.fromkeys(found))


def _of_rule(message: Message) -> Iterator[Translation]:
    family = message.body[0] if message.body else 0
    values = attributes(message.body[_HEADER.size :])
    for expression in nested(values.get(_EXPRESSIONS, b"")):
        fields = attributes(expression)
        action = _action(text(fields.get(_NAME)), attributes(fields.get(_DATA, b"")))
        if action:
            yield Translation(
                family=_FAMILIES.get(family, str(family)),
                table=text(values.get(_TABLE)),
                chain=text(values.get(_CHAIN)),
                action=action,
            )


def _action(name: str, data: Mapping[int, bytes]) -> str:
    if name == "nat":
        return _NAT_ACTIONS.get(int.from_bytes(data.get(_NAT_TYPE, b"\xff"), "big"), "nat")
    if name == "target":
        return TARGETS.get(text(data.get(_TARGET_NAME)), "")
    return _EXPRESSION_ACTIONS.get(name, "")


def _is_there(root: Path) -> bool:
    """Whether the kernel has nftables now. Asking where it has not would make it load the module: looking must change nothing."""
    modules = root / "proc/modules"
    if not modules.exists():
        return True  # a kernel without modules loads none
    if any(line.startswith("nf_tables ") for line in _listed(modules)):
        return True
    return any(line.endswith("/nf_tables.ko") for line in _listed(root / "lib/modules" / os.uname().release / "modules.builtin"))


def _listed(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
