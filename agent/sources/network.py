"""The computer's network as the kernel sees it. Looking sends no packet; only probes of named targets do."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

import psutil

from agent.sources import lookups, netlink, nic, probe, rtnetlink
from agent.sources.announcements import follow
from agent.sources.base import Post, SourceUnavailable, utc_now
from agent.sources.waker import Waker
from checks.subjects import Connection, Link, Lookup, Network, Probe, Subject
from policies.vocabulary import Text

T = TypeVar("T")

RECEIVE_BUFFER = 4 << 20
"""Bytes of announcements that may wait for the daemon."""

# RTNLGRP_*: LINK, IPV4_IFADDR, IPV4_ROUTE, IPV4_RULE, IPV6_IFADDR, IPV6_ROUTE, IPV6_RULE, IPV4_NETCONF, IPV6_NETCONF.
# Not NEIGH: neighbours come and go all the time and alone break no rule.
_GROUPS = sum(1 << (group - 1) for group in (1, 5, 7, 8, 9, 11, 19, 24, 25))


class NetworkSource:
    """Gives one Network subject. `targets`: what to probe; `probe_seconds`: how long to wait for all answers together."""

    def __init__(
        self,
        name: str = "network",
        targets: Sequence[probe.Target] = (),
        *,
        probe_seconds: float = 3.0,
        receive_buffer: int = RECEIVE_BUFFER,
        proc: Path = Path("/proc"),
        connections: Callable[[], Iterable[Connection]] | None = None,
    ) -> None:
        self.name = name
        self._targets = tuple(targets)
        self._probe_seconds = probe_seconds
        self._receive_buffer = receive_buffer
        self._proc = proc
        self._connections = connections or connected_sockets
        self._waker = Waker()

    def present(self) -> Iterable[Subject]:
        """The whole network state, once. Raises SourceUnavailable where the kernel cannot be asked at all."""
        yield self._look()

    def read(self, key: str) -> Subject | None:
        """The whole network state again: it is one subject."""
        return self._look()

    def watch(self, post: Post, ready: threading.Event) -> None:
        """Post a change whenever links, addresses, routes, rules or forwarding change; sleeps in between."""
        try:
            listener = netlink.subscribe(netlink.NETLINK_ROUTE, _GROUPS, self._receive_buffer)
        except OSError as error:
            raise SourceUnavailable(_unreadable(error)) from error
        with listener:
            follow(self.name, listener, self._waker, post, ready, _is_anything)

    def close(self) -> None:
        """End `watch`."""
        self._waker.wake()

    def _look(self) -> Network:
        missing: dict[str, Text] = {}
        try:
            with netlink.Netlink() as kernel:
                network = _from_kernel(kernel, [target.host for target in self._targets], missing)
        except OSError as error:
            raise SourceUnavailable(_unreadable(error)) from error
        return replace(
            network,
            connections=_seen(missing, "connections", lambda: tuple(dict.fromkeys(self._connections()))),
            forwarding=dict(_seen(missing, "forwarding", lambda: tuple(forwarding(self._proc).items()))),
            probes=self._probe(network.lookups),
            missing=missing,
        )

    def _probe(self, answers: Iterable[Lookup]) -> tuple[Probe, ...]:
        """Probe the named targets, but only those that plain traffic would reach."""
        carried = {answer.target for answer in answers if answer.carried and not answer.selector}
        return probe.run(self._targets, lambda target: target.host in carried, time_limit=self._probe_seconds)


def _is_anything(listener: socket.socket) -> bool:
    return bool(list(netlink.heard(listener)))


def _from_kernel(kernel: netlink.Netlink, targets: Sequence[str], missing: dict[str, Text]) -> Network:
    network = Network(
        observed_at=utc_now(),
        links=_seen(missing, "links", lambda: tuple(map(_with_hardware, rtnetlink.links(kernel)))),
        addresses=_seen(missing, "addresses", lambda: rtnetlink.addresses(kernel)),
        routes=_seen(missing, "routes", lambda: rtnetlink.routes(kernel)),
        neighbours=_seen(missing, "neighbours", lambda: rtnetlink.neighbours(kernel)),
    )
    return replace(network, lookups=_seen(missing, "lookups", lambda: _looked_up(kernel, network, targets, missing)))


def _looked_up(kernel: netlink.Netlink, network: Network, targets: Sequence[str], missing: dict[str, Text]) -> tuple[Lookup, ...]:
    tables = lookups.Tables(
        links=network.links,
        addresses=network.addresses,
        routes=network.routes,
        neighbours=network.neighbours,
        rules=rtnetlink.rules(kernel),
    )
    asked = lookups.questions(tables, targets)
    if len(asked) > lookups.LIMIT:
        missing["lookups"] = Text("公网路由过多，未能全部查询", "there are too many public routes to ask for each")
    return tuple(lookups.look_up(kernel, tables, islice(asked, lookups.LIMIT)))


def _with_hardware(link: Link) -> Link:
    driver, bus = nic.driver_and_bus(link.name)
    return replace(link, driver=driver, bus=link.bus or bus, wireless=nic.is_wireless(link.name, link.index))


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


def connected_sockets() -> Iterable[Connection]:
    """TCP and UDP sockets that have a remote end. Raises OSError."""
    try:
        found = psutil.net_connections(kind="inet")
    except psutil.Error as error:
        raise PermissionError(errno.EACCES, type(error).__name__) from error
    return [
        Connection(
            protocol="tcp" if each.type == socket.SOCK_STREAM else "udp",
            local=each.laddr.ip if each.laddr else "",
            remote=each.raddr.ip,
            port=each.raddr.port,
            state=each.status.lower(),
        )
        for each in found
        if each.raddr
    ]
