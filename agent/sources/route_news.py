"""Which of rtnetlink's announcements matter: all but those of neighbours that are known by the same hardware address.

The kernel announces every change of a neighbour's state, on a busy segment several a second; a look at the whole network is
worth it only where somebody is new, or not who he was.
"""

from __future__ import annotations

import socket

from agent.sources import netlink, rtnetlink

REMEMBERED = 4096
"""Neighbours whose hardware address is remembered."""


class RouteNews:
    """Remembers the neighbours, by interface (its index: a name may change) and address."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], str] = {}

    def is_news(self, listener: socket.socket) -> bool:
        """Read all that waits. Raises OSError ENOBUFS where some was lost."""
        news = False
        for data in netlink.heard(listener):
            for message in netlink.messages(data):
                news = self._matters(message) or news
        return news

    def _matters(self, message: netlink.Message) -> bool:
        if not rtnetlink.is_of_neighbours(message):
            return True
        neighbour = rtnetlink.announced_neighbour(message)
        if neighbour is None or not neighbour.mac or self._known.get((neighbour.link, neighbour.address)) == neighbour.mac:
            return False
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[neighbour.link, neighbour.address] = neighbour.mac
        return True
