"""Which announcements are worth a look."""

from __future__ import annotations

import select
import socket

import pytest

from agent.sources.netlink import NETLINK_ROUTE, subscribe
from agent.sources.route_news import RouteNews
from tests.netns import Namespace, namespace, wire

LINK, NEIGH = 1 << 0, 1 << 2

pytestmark = [pytest.mark.needs_root, pytest.mark.needs_tool("ip")]


def is_news(news: RouteNews, listener: socket.socket) -> bool:
    """The word on what comes next."""
    assert select.select([listener], [], [], 30)[0]
    return news.is_news(listener)


def neighbour(inside: Namespace, mac: str, state: str = "permanent", address: str = "10.1.2.1") -> None:
    inside.ip("neigh", "replace", address, "lladdr", mac, "dev", "eth0", "nud", state)


def test_a_neighbour_is_news_once_and_again_when_it_is_somebody_else() -> None:
    news = RouteNews()
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as outside:
        wire(inside, outside)
        inside.ip("addr", "add", "10.1.2.30/24", "dev", "eth0")
        with inside.call(lambda: subscribe(NETLINK_ROUTE, NEIGH, 1 << 20)) as listener:
            neighbour(inside, "02:00:00:00:00:01")
            assert is_news(news, listener)
            neighbour(inside, "02:00:00:00:00:01", "stale")
            assert not is_news(news, listener)
            neighbour(inside, "02:00:00:00:00:01", address="10.1.2.9")
            assert is_news(news, listener)
            neighbour(inside, "06:66:66:66:66:66")
            assert is_news(news, listener)


def test_everything_else_is_news() -> None:
    with namespace(ipv6=False) as inside, inside.call(lambda: subscribe(NETLINK_ROUTE, LINK, 1 << 20)) as listener:
        inside.ip("link", "add", "br0", "type", "bridge")
        assert is_news(RouteNews(), listener)


def test_a_neighbour_without_a_hardware_address_is_nobody_yet() -> None:
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as outside:
        wire(inside, outside)
        inside.ip("addr", "add", "10.1.2.30/24", "dev", "eth0")
        with inside.call(lambda: subscribe(NETLINK_ROUTE, NEIGH, 1 << 20)) as listener:
            with inside.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
                asker.sendto(b"x", ("10.1.2.77", 9))
            inside.ip("neigh", "del", "10.1.2.77", "dev", "eth0")
            assert not is_news(RouteNews(), listener)
