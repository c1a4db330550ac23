"""Table tests of network.default-route."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.network.default_route import DefaultRoute
from checks.subjects import Route
from tests.checks.network.facts import CONNECTED, ISOLATED, NETWORKED, OFFICE_DEFAULT, abouts, found

CHECK = DefaultRoute()


@pytest.mark.parametrize(
    ("route", "about"),
    [
        (OFFICE_DEFAULT, "default via 10.1.2.1 dev eth0"),
        (
            Route(destination="0.0.0.0/0", table=200, gateway="198.51.100.1", link=2, metric=100),
            "default via 198.51.100.1 dev eth0 table 200 metric 100",
        ),
        (
            Route(destination="::/0", table=254, gateway="fe80::1", link=2, metric=1024),
            "default via fe80::1 dev eth0 metric 1024",
        ),
        (Route(destination="0.0.0.0/0", table=254, link=2), "default dev eth0"),
        (Route(destination="0.0.0.0/0", table=254, gateway="198.51.100.1"), "default via 198.51.100.1"),
        (Route(destination="0.0.0.0/0", table=254, kind="blackhole"), None),
        (Route(destination="::/0", table=254, kind="unreachable", link=1, metric=4294967295), None),
        (Route(destination="::/0", table=254, link=1), None),
        (Route(destination="10.0.0.0/8", table=254, gateway="10.1.2.1", link=2), None),
        (Route(destination="0.0.0.0/8", table=254, gateway="10.1.2.1", link=2), None),
    ],
)
def test_default_routes(route: Route, about: str | None) -> None:
    assert abouts(CHECK, replace(CONNECTED, routes=(route,))) == ([about] if about else [])


def test_an_isolated_computer_has_none() -> None:
    assert found(CHECK, ISOLATED) == []


def test_every_default_route_is_told_by_itself() -> None:
    other = replace(OFFICE_DEFAULT, metric=200)
    on_link = Route(destination="0.0.0.0/0", table=254, link=2)
    on_link_6 = Route(destination="::/0", table=254, link=2)
    assert len(found(CHECK, replace(CONNECTED, routes=(OFFICE_DEFAULT, other, on_link, on_link_6)))) == 4


def test_the_gateway_of_an_allowed_network_is_excused_and_no_other() -> None:
    foreign = Route(destination="0.0.0.0/0", table=254, gateway="198.51.100.1", link=2)
    network = replace(CONNECTED, routes=(OFFICE_DEFAULT, foreign))
    assert abouts(CHECK, network, NETWORKED) == ["default via 198.51.100.1 dev eth0"]


def test_the_identity_holds_no_link_index() -> None:
    one = replace(CONNECTED, routes=(OFFICE_DEFAULT,))
    links = tuple(replace(link, index=link.index + 40) for link in CONNECTED.links)
    addresses = tuple(replace(address, link=address.link + 40) for address in CONNECTED.addresses)
    other = replace(CONNECTED, links=links, addresses=addresses, routes=(replace(OFFICE_DEFAULT, link=42),))
    assert found(CHECK, one)[0].identity == found(CHECK, other)[0].identity
