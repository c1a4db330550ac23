"""Would the kernel carry a packet to a public address? It is asked without sending one.

Asked are addresses spread over the public space and one inside every route of any table that leads there, each as plain
traffic, by the route's own interface, and as the traffic that a routing rule sends to another table.

One question is not harmless: looking an IPv6 route up makes the kernel solicit a gateway that it does not know yet (router
reachability probing, RFC 4191 section 2.2, CONFIG_IPV6_ROUTER_PREF). Where that could happen the answer is worked out from the
tables instead.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from agent.sources import rtnetlink
from agent.sources.netlink import Netlink
from agent.sources.rtnetlink import Question, Rule
from checks.addresses import IPAddress, IPNetwork, public_address_in, samples
from checks.subjects import Address, Link, Lookup, Neighbour, Route

LIMIT = 1024
"""Questions for one look. More public routes than this are a backbone router's."""

_U32 = struct.Struct("=I")
_PORT = struct.Struct("!H")


@dataclass(frozen=True, kw_only=True)
class Tables:
    """What the kernel's tables hold, as far as a lookup needs it."""

    links: Sequence[Link]
    addresses: Sequence[Address]
    routes: Sequence[Route]
    neighbours: Sequence[Neighbour]
    rules: Sequence[Rule]

    @cached_property
    def by_index(self) -> dict[int, Link]:
        """Links by index."""
        return {link.index: link for link in self.links}

    @cached_property
    def states(self) -> dict[tuple[int | None, str | None], str]:
        """States of neighbour entries by link and address."""
        return {(n.link, n.address): n.state for n in self.neighbours}

    @cached_property
    def outward(self) -> list[tuple[Route, str]]:
        """Unicast routes that leave by an interface and cover public space, each with a public address inside."""
        leaving = (r for r in self.routes if r.kind == "unicast" and not self.is_loopback(r.link))
        return [(route, target) for route in leaving if (target := public_address_in(route.destination))]

    @cached_property
    def unsolicited(self) -> list[IPNetwork]:
        """Destinations of IPv6 routes whose gateway the kernel would solicit when asked for them."""
        return [
            _network(route.destination)
            for route in self.routes
            if route.family == 6 and route.gateway and self.carries(route.link)
            if self.states.get((route.link, route.gateway)) not in rtnetlink.VALID_STATES
        ]

    def carries(self, index: int | None) -> bool:
        """Whether a packet could leave by this link."""
        link = self.by_index.get(index or 0)
        return link is not None and link.up and link.carrier and not link.loopback

    def is_loopback(self, index: int | None) -> bool:
        """Whether this link leads nowhere."""
        link = self.by_index.get(index or 0)
        return link is not None and link.loopback


def questions(tables: Tables, targets: Sequence[str] = ()) -> list[Question]:
    """Every question worth asking, each once, the most telling first; `targets` are asked for besides."""
    plain = tuple(rule.table for rule in tables.rules if not _selects(rule)) or (255, 254, 253)
    asked = [Question(target=target, tables=plain) for target in (*targets, *samples(4), *samples(6))]
    asked += [Question(target=target, tables=plain) for _route, target in tables.outward]
    asked += _by_rule(tables)
    asked += _by_interface(tables, plain, tuple(targets))
    once: dict[tuple[str, str], Question] = {}
    for question in asked:
        once.setdefault((question.target, question.selector), question)
    return list(once.values())


def look_up(kernel: Netlink, tables: Tables, asked: Iterable[Question]) -> Iterator[Lookup]:
    """The kernel's answers. Raises OSError where it cannot be asked."""
    for question in asked:
        silent = _is_silent(question, tables)
        answer = rtnetlink.ask_route(kernel, question) if silent else _from_tables(question, tables)
        yield _lookup(question, answer, tables)


def _lookup(question: Question, answer: Route | None, tables: Tables) -> Lookup:
    if answer is None:
        return Lookup(target=question.target, selector=question.selector, carried=False)
    # Table 0: no route; bound to an interface, the kernel would just ask for the address on its own segment.
    return Lookup(
        target=question.target,
        carried=answer.kind == "unicast" and bool(answer.table) and tables.carries(answer.link),
        link=answer.link,
        gateway=answer.gateway,
        gateway_state=tables.states.get((answer.link, answer.gateway), ""),
        table=answer.table or None,
        selector=question.selector,
    )


def _is_silent(question: Question, tables: Tables) -> bool:
    """Whether asking the kernel makes it send nothing."""
    target = ipaddress.ip_address(question.target)
    return target.version == 4 or not any(target in network for network in tables.unsolicited)


def _from_tables(question: Question, tables: Tables) -> Route | None:
    """The most specific and then cheapest route of the first table that has one, as the kernel would choose it."""
    target = ipaddress.ip_address(question.target)
    for table in question.tables:
        found = [r for r in tables.routes if r.table == table and _takes(r, target) and _leaves_by(r, question.link)]
        best = min(found, key=lambda r: (-_network(r.destination).prefixlen, r.metric), default=None)
        if best is not None and best.kind != "throw":
            return best
    return None


def _takes(route: Route, target: IPAddress) -> bool:
    return target in _network(route.destination)


@lru_cache(1024)
def _network(text: str) -> IPNetwork:
    """A network; the same few are asked about again and again."""
    return ipaddress.ip_network(text)


def _leaves_by(route: Route, link: int | None) -> bool:
    return link is None or route.link == link or route.kind != "unicast"


def _by_interface(tables: Tables, plain: tuple[int, ...], targets: tuple[str, ...]) -> Iterator[Question]:
    """A program may bind its socket to an interface: then the others' cheaper routes do not count."""
    own = {ipaddress.ip_address(address.address) for address in tables.addresses}
    abroad = [ip for ip in map(ipaddress.ip_address, targets) if not ip.is_loopback and ip not in own]
    for route, target in tables.outward:
        link = tables.by_index.get(route.link or 0)
        if link is None:
            continue
        master = tables.by_index.get(link.master or 0)
        own_table = master is not None and master.kind == "vrf"
        named = (str(ip) for ip in abroad if _takes(route, ip))
        for address in dict.fromkeys((*_within(route, target), *named)):
            yield Question(
                target=address,
                selector=f"oif {link.name}",
                hints={rtnetlink.RTA_OIF: _U32.pack(link.index)},
                tables=(route.table,) if own_table else plain,
                link=link.index,
            )


def _by_rule(tables: Tables) -> Iterator[Question]:
    """Traffic that a rule sends to another table."""
    for rule in filter(_selects, tables.rules):
        traffic = _traffic(rule, tables)
        for route, target in tables.outward if traffic else ():
            if traffic and (route.table, route.family) == (rule.table, rule.family):
                yield from (replace(traffic, target=address) for address in _within(route, target, rule.destination))


def _traffic(rule: Rule, tables: Tables) -> Question | None:
    """Traffic as the rule wants it, with no target yet; None where this computer has none such."""
    inward = next((link for link in tables.links if link.name == rule.input and not link.loopback), None)
    outward = next((link for link in tables.links if link.name == rule.output), None)
    source = _foreign_source(rule, inward, tables) if inward else _own_source(rule, tables)
    if (rule.source and not source) or (rule.input not in ("", "lo") and not inward) or (rule.output and not outward):
        return None
    return Question(
        target="",
        selector=_words(rule),
        hints=_hints(rule, inward, outward),
        source=source,
        tos=rule.tos,
        tables=(rule.table,),
        link=outward.index if outward else None,
    )


def _hints(rule: Rule, inward: Link | None, outward: Link | None) -> dict[int, bytes]:
    hints = {
        rtnetlink.RTA_IIF: _U32.pack(inward.index) if inward else b"",
        rtnetlink.RTA_OIF: _U32.pack(outward.index) if outward else b"",
        rtnetlink.RTA_MARK: _U32.pack(rule.mark) if rule.mark else b"",
        rtnetlink.RTA_UID: _U32.pack(rule.uid) if rule.uid is not None else b"",
        rtnetlink.RTA_IP_PROTO: bytes([rule.protocol]) if rule.protocol else b"",
        rtnetlink.RTA_SPORT: _PORT.pack(rule.source_port) if rule.source_port else b"",
        rtnetlink.RTA_DPORT: _PORT.pack(rule.port) if rule.port else b"",
    }
    return {kind: value for kind, value in hints.items() if value}


def _own_source(rule: Rule, tables: Tables) -> str:
    """An address of this computer that the rule means; the kernel lets no program use another."""
    if not rule.source:
        return ""
    network = ipaddress.ip_network(rule.source)
    return next((a.address for a in tables.addresses if ipaddress.ip_address(a.address) in network), "")


def _foreign_source(rule: Rule, inward: Link, tables: Tables) -> str:
    """An address that traffic coming in by the link could have: the rule's, or a neighbour's of ours."""
    if rule.source:
        return str(ipaddress.ip_network(rule.source)[-1 if rule.source.endswith(("/32", "/128")) else 1])
    own = (ipaddress.ip_interface(f"{a.address}/{a.prefix}") for a in tables.addresses if a.link == inward.index)
    beside = (address.ip + (1 if address.ip + 1 in address.network else -1) for address in own if address.version == rule.family)
    return next(map(str, beside), "")


def _within(route: Route, target: str, destination: str = "") -> Iterator[str]:
    """Public addresses that the route takes: the one known, and all samples of a default route."""
    limits = ipaddress.ip_network(destination) if destination else None
    inside = public_address_in(destination) if destination else None
    for address in dict.fromkeys((target, *(samples(route.family) if route.is_default else ()), *([inside] if inside else []))):
        ip = ipaddress.ip_address(address)
        if _takes(route, ip) and (limits is None or ip in limits):
            yield address


def _selects(rule: Rule) -> bool:
    """Whether only some traffic follows the rule. One that means all but some traffic takes the plain."""
    return bool(_words(rule)) and not rule.inverted


def in_words(rule: Rule) -> str:
    """The rule as `ip rule` prints it."""
    family = "ipv6" if rule.family == 6 else "ipv4"
    which = " ".join(part for part in ("not" if rule.inverted else "", _words(rule) or "from all") if part)
    return f"{family} {rule.priority}: {which} lookup {rule.table}"


def _words(rule: Rule) -> str:
    parts = {
        "from": rule.source,
        "to": rule.destination,
        "iif": rule.input,
        "oif": rule.output,
        "fwmark": f"{rule.mark:#x}" if rule.mark else "",
        "uid": "" if rule.uid is None else str(rule.uid),
        "ipproto": str(rule.protocol or ""),
        "sport": str(rule.source_port or ""),
        "dport": str(rule.port or ""),
        "tos": f"{rule.tos:#x}" if rule.tos else "",
    }
    return " ".join(f"{name} {value}" for name, value in parts.items() if value)
