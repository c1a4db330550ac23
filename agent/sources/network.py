"""The computer's network as the kernel and the files see it. Looking sends no packet; only probes of named targets do."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from agent.sources import (
    adapters,
    contacts,
    iptables,
    lookups,
    netlink,
    nftables,
    nic,
    owners,
    probe,
    proxies,
    resolvers,
    rtnetlink,
    sockets,
    uevents,
)
from agent.sources.announcements import IsNews, follow_all
from agent.sources.base import Post, SourceUnavailable, utc_now
from agent.sources.pace import Pace
from agent.sources.route_news import RouteNews
from agent.sources.waker import Waker
from checks.addresses import is_public
from checks.subjects import Connection, Contact, Link, Lookup, Network, Probe, Resolver, Subject
from policies.vocabulary import Text

T = TypeVar("T")

RECEIVE_BUFFER = 4 << 20
"""Bytes of announcements that may wait for the daemon."""
ASKED_ENDS = 64
"""Remote ends whose way is asked for at one look."""

# RTNLGRP_*: LINK, NEIGH, IPV4_IFADDR, IPV4_ROUTE, IPV4_RULE, IPV6_IFADDR, IPV6_ROUTE, IPV6_RULE, IPV4_NETCONF, IPV6_NETCONF.
_GROUPS = sum(1 << (group - 1) for group in (1, 3, 5, 7, 8, 9, 11, 19, 24, 25))


class NetworkSource:
    """Gives one Network subject.

    `targets`: what to probe at every look. `paced`: what to probe when `pace` says so. `probe_seconds`: how long to wait for all
    answers together. `root`, `proc`: where settings files, sysfs and sysctls are.
    """

    def __init__(
        self,
        name: str = "network",
        targets: Sequence[probe.Target] = (),
        *,
        paced: Sequence[probe.Target] = (),
        pace: Pace | None = None,
        probe_seconds: float = 3.0,
        receive_buffer: int = RECEIVE_BUFFER,
        root: Path = Path("/"),
        proc: Path = Path("/proc"),
        connections: Callable[[], Iterable[Connection]] = sockets.connected,
    ) -> None:
        self.name = name
        self._targets = tuple(targets)
        self._paced = tuple(paced)
        self._pace = pace
        self._probe_seconds = probe_seconds
        self._receive_buffer = receive_buffer
        self._root = root
        self._proc = proc
        self._connections = connections
        self._contacts = contacts.Contacts()
        self._owners = owners.Owners()
        self._lookups: tuple[Lookup, ...] = ()
        self._waker = Waker()

    def present(self) -> Iterable[Subject]:
        """The whole network state, once. Raises SourceUnavailable where the kernel cannot be asked at all."""
        yield self._look()

    def read(self, key: str) -> Subject | None:
        """The whole network state again: it is one subject."""
        return self._look()

    def watch(self, post: Post, ready: threading.Event) -> None:
        """Post a change whenever links, addresses, routes, rules, neighbours or forwarding change, when a modem or its like comes
        or goes, and when an exchange with a public address ends; sleeps in between."""
        with ExitStack() as stack:
            try:
                listener = stack.enter_context(netlink.subscribe(netlink.NETLINK_ROUTE, _GROUPS, self._receive_buffer))
            except OSError as error:
                raise SourceUnavailable(_unreadable(error)) from error
            listeners: dict[socket.socket, IsNews] = {listener: RouteNews().is_news}
            with suppress(OSError):  # without the right to hear of sockets, or in a kernel that does not tell, looking must do
                listeners[stack.enter_context(contacts.listen(self._receive_buffer))] = self._is_contact
            with suppress(OSError):  # a modem announces no link
                listeners[stack.enter_context(uevents.listen(self._receive_buffer))] = _is_adapter
            follow_all(self.name, listeners, self._waker, post, ready)

    def close(self) -> None:
        """End `watch`."""
        self._waker.wake()

    def _is_contact(self, listener: socket.socket) -> bool:
        return self._contacts.closed(contacts.ended(listener), utc_now())

    def _look(self) -> Network:
        missing: dict[str, Text] = {}
        found = _seen(missing, "connections", lambda: self._owners.named(dict.fromkeys(self._connections())))
        named = _seen(missing, "resolvers", lambda: resolvers.resolvers(self._root))
        try:
            with netlink.Netlink() as kernel:
                network = _from_kernel(kernel, self._to_look_up(found, named), missing)
        except OSError as error:
            raise SourceUnavailable(_unreadable(error)) from error
        network = replace(
            network,
            connections=found,
            resolvers=named,
            forwarding=dict(_seen(missing, "forwarding", lambda: tuple(forwarding(self._proc).items()))),
            nat=_seen(missing, "nat", lambda: (*nftables.translations(self._root), *iptables.translations(self._root))),
            proxies=_seen(missing, "proxies", lambda: proxies.proxies(self._root)),
            adapters=adapters.adapters(self._root / "sys"),
            probes=self._probe(network),
            missing=missing,
        )
        return replace(network, contacts=self._met(network))

    def _to_look_up(self, found: Sequence[Connection], named: Sequence[Resolver]) -> list[str]:
        """Addresses whose ways are asked for besides the usual ones: of probes, of name servers, of those who are talked to."""
        probed = [target.host for target in (*self._targets, *self._paced)]
        others = [*(each.address for each in named), *(each.remote.partition("%")[0] for each in found)]
        return [*probed, *islice(dict.fromkeys(filter(is_public, others)), ASKED_ENDS)]

    def _met(self, network: Network) -> tuple[Contact, ...]:
        """All contacts. What is over may have gone by an interface that is not there any more: the look before knows it."""
        ways = [lookup for lookup in (*network.lookups, *self._lookups) if lookup.carried and not lookup.selector]
        self._lookups = network.lookups

        def way(remote: str) -> tuple[str, str]:
            exact = next((lookup for lookup in ways if lookup.target == remote), None)
            same_family = (lookup for lookup in ways if (":" in lookup.target) == (":" in remote))
            best = exact or next(same_family, None)
            return (network.link_name(best.link), best.gateway or "") if best else ("", "")

        return self._contacts.seen(network.connections, network.observed_at, way)

    def _probe(self, network: Network) -> tuple[Probe, ...]:
        """Probe the named targets that are due, by every way, but only where the kernel would carry it."""
        plain = {lookup.target: lookup.link for lookup in network.lookups if lookup.carried and not lookup.selector}
        bound = {
            (lookup.target, network.link_name(lookup.link))
            for lookup in network.lookups
            if lookup.carried and lookup.selector.startswith("oif ") and plain.get(lookup.target) != lookup.link
        }
        carried = {*((target, "") for target in plain), *bound}
        due = [*self._targets, *(self._paced if self._is_due(carried) else ())]
        asked = [
            way
            for target in due
            for way in (target, *(replace(target, link=link) for host, link in bound if host == target.host))
        ]
        return probe.run(asked, lambda target: (target.host, target.link) in carried, time_limit=self._probe_seconds)

    def _is_due(self, carried: set[tuple[str, str]]) -> bool:
        """Whether the policy's targets are to be probed now. Where nothing would be sent anyway, the turn is not used up."""
        hosts = {host for host, _link in carried}
        would_send = any(target.host in hosts for target in self._paced)
        return not would_send or self._pace is None or self._pace.take()


def _from_kernel(kernel: netlink.Netlink, targets: Sequence[str], missing: dict[str, Text]) -> Network:
    network = Network(
        observed_at=utc_now(),
        links=_seen(missing, "links", lambda: tuple(map(_with_hardware, rtnetlink.links(kernel)))),
        addresses=_seen(missing, "addresses", lambda: rtnetlink.addresses(kernel)),
        routes=_seen(missing, "routes", lambda: rtnetlink.routes(kernel)),
        neighbours=_seen(missing, "neighbours", lambda: rtnetlink.neighbours(kernel)),
    )
    rules = _seen(missing, "rules", lambda: rtnetlink.rules(kernel))
    tables = lookups.Tables(
        links=network.links,
        addresses=network.addresses,
        routes=network.routes,
        neighbours=network.neighbours,
        rules=rules,
    )
    if "rules" in missing:
        missing["lookups"] = missing["rules"]
    return replace(
        network,
        rules=tuple(map(lookups.in_words, rules)),
        lookups=_seen(missing, "lookups", lambda: _looked_up(tables, kernel, targets, missing)),
    )


def _looked_up(
    tables: lookups.Tables, kernel: netlink.Netlink, targets: Sequence[str], missing: dict[str, Text]
) -> tuple[Lookup, ...]:
    asked = lookups.questions(tables, targets)
    if len(asked) > lookups.LIMIT:
        missing["lookups"] = Text("公网路由过多，未能全部查询", "there are too many public routes to ask for each")
    return tuple(lookups.look_up(kernel, tables, islice(asked, lookups.LIMIT)))


def _with_hardware(link: Link) -> Link:
    driver, bus = nic.driver_and_bus(link.name)
    ids, code = nic.ids_and_code(link.name, link.index)
    return replace(link, driver=driver, bus=link.bus or bus, wireless=nic.is_wireless(link.name, link.index), ids=ids, code=code)


def _is_adapter(listener: socket.socket) -> bool:
    return True in list(map(adapters.may_be_one, netlink.heard(listener)))  # all that waits is taken


def _seen(missing: dict[str, Text], aspect: str, read: Callable[[], tuple[T, ...]]) -> tuple[T, ...]:
    """What was read, or nothing and the reason in `missing`."""
    try:
        return read()
    except OSError as error:
        missing[aspect] = _unreadable(error)
        return ()


def _unreadable(error: OSError) -> Text:
    name = errno.errorcode.get(error.errno or 0, type(error).__name__)
    return Text(f"内核拒绝读取（{name}）", f"the kernel could not be read ({name})")


def forwarding(proc: Path) -> dict[str, bool]:
    """Whether packets are passed on: `ipv4` and `ipv6` for all interfaces, `ipv4 NAME` for one. Raises OSError."""
    found: dict[str, bool] = {}
    for family in ("ipv4", "ipv6"):
        folder = proc / "sys/net" / family / "conf"
        if family == "ipv6" and not folder.exists():
            continue  # the kernel has no IPv6
        for setting in sorted(folder.iterdir()):
            name = family if setting.name == "all" else f"{family} {setting.name}"
            if setting.name not in ("default", "lo"):
                found[name] = (setting / "forwarding").read_text().strip() != "0"
    return found
