"""Which questions are asked of the kernel, and what is worked out where asking would send a packet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.sources.lookups import Tables, in_words, look_up, questions
from agent.sources.netlink import Message, Netlink
from agent.sources.rtnetlink import RTA_MARK, RTA_OIF, Question, Rule
from checks.subjects import Address, Link, Lookup, Neighbour, Route

ETH0 = Link(index=2, name="eth0", up=True, carrier=True)
ETH1 = Link(index=3, name="eth1", up=True, carrier=True)
LO = Link(index=1, name="lo", up=True, carrier=True, loopback=True)
DEFAULT6 = Route(destination="::/0", table=254, gateway="fe80::1", link=2, metric=1024)
PLAIN = tuple(
    Rule(family=family, table=table, priority=priority) for family in (4, 6) for table, priority in ((255, 0), (254, 32766))
)
EMPTY = Tables(links=(LO, ETH0, ETH1), addresses=(), routes=(), neighbours=(), rules=PLAIN)


class NeverAsked(Netlink):
    """A kernel that must not be asked."""

    def ask(self, kind: int, header: bytes, values: object) -> Message:
        """Fails."""
        raise AssertionError("the kernel was asked")


def worked_out(target: str, *routes: Route, tables: Tables = EMPTY, question: Question | None = None) -> Lookup:
    """The answer, from a kernel that must not be asked."""
    known = replace(tables, routes=routes)
    with NeverAsked() as kernel:
        (answer,) = look_up(kernel, known, [question or Question(target=target)])
    return answer


def asked(tables: Tables) -> set[tuple[str, str]]:
    return {(question.target, question.selector) for question in questions(tables)}


def test_samples_are_asked_for_without_any_route() -> None:
    assert {("8.8.8.8", ""), ("203.0.113.10", ""), ("2001:db8::1", "")} <= asked(EMPTY)


@pytest.mark.parametrize(
    ("route", "target"),
    [
        (Route(destination="93.184.0.0/16", table=200, link=2), "93.184.0.1"),
        (Route(destination="8.0.0.0/5", table=254, link=2), "8.0.0.1"),
        (Route(destination="10.0.0.0/7", table=254, link=2), "11.0.0.1"),
        (Route(destination="2a01::/32", table=254, link=2), "2a01::1"),
        (Route(destination="64:ff9b::/96", table=254, link=2), "64:ff9b::808:808"),
    ],
)
def test_one_address_inside_every_public_route_is_asked_for(route: Route, target: str) -> None:
    assert {(target, ""), (target, "oif eth0")} <= asked(replace(EMPTY, routes=(route,)))


@pytest.mark.parametrize(
    "route",
    [
        Route(destination="10.0.0.0/8", table=254, link=2),
        Route(destination="93.184.0.0/16", table=254, kind="blackhole"),
        Route(destination="93.184.0.0/16", table=254, link=1),
        Route(destination="fd00::/8", table=254, link=2),
    ],
)
def test_other_routes_raise_no_question(route: Route) -> None:
    assert asked(replace(EMPTY, routes=(route,))) == asked(EMPTY)


def test_the_traffic_of_a_rule_is_asked_for_as_such() -> None:
    rule = Rule(family=4, table=200, priority=9, mark=0x64, output="eth1")
    route = Route(destination="93.184.0.0/16", table=200, link=3)
    found = questions(replace(EMPTY, routes=(route,), rules=(*PLAIN, rule)))
    (question,) = [question for question in found if question.selector == "oif eth1 fwmark 0x64"]
    assert question.hints == {RTA_MARK: b"\x64\0\0\0", RTA_OIF: b"\x03\0\0\0"}


@pytest.mark.parametrize(
    "rule",
    [
        Rule(family=4, table=200, priority=9, source="10.9.0.0/16"),
        Rule(family=4, table=200, priority=9, input="gone0"),
        Rule(family=4, table=200, priority=9, output="gone0"),
        Rule(family=4, table=200, priority=9, mark=1, inverted=True),
        Rule(family=6, table=200, priority=9, mark=1),
        Rule(family=4, table=201, priority=9, mark=1),
    ],
)
def test_traffic_that_this_computer_cannot_have_is_not_asked_for(rule: Rule) -> None:
    tables = replace(EMPTY, routes=(Route(destination="93.184.0.0/16", table=200, link=3),))
    assert asked(replace(tables, rules=(*PLAIN, rule))) == asked(tables)


def test_a_rule_for_a_source_is_asked_with_an_address_of_ours() -> None:
    tables = replace(
        EMPTY,
        addresses=(Address(link=2, address="10.9.0.7", prefix=24),),
        routes=(Route(destination="93.184.0.0/16", table=200, link=2),),
        rules=(*PLAIN, Rule(family=4, table=200, priority=9, source="10.9.0.0/16")),
    )
    assert "10.9.0.7" in {question.source for question in questions(tables)}


def test_no_question_is_asked_twice() -> None:
    tables = replace(EMPTY, routes=(DEFAULT6, replace(DEFAULT6, metric=2)))
    found = [(question.target, question.selector) for question in questions(tables)]
    assert len(found) == len(set(found))


def test_an_unsolicited_gateway_is_taken_from_the_tables() -> None:
    answer = worked_out("2600::1", DEFAULT6)
    assert (answer.carried, answer.gateway, answer.gateway_state, answer.table) == (True, "fe80::1", "", 254)


def test_the_state_of_a_gateway_that_failed_is_told() -> None:
    tables = replace(EMPTY, neighbours=(Neighbour(link=2, address="fe80::1", mac="", state="failed"),))
    assert worked_out("2600::1", DEFAULT6, tables=tables).gateway_state == "failed"


@pytest.mark.parametrize(
    ("refusing", "carried"),
    [
        (Route(destination="2600::/16", table=254, kind="blackhole"), False),
        (Route(destination="2600::/16", table=254, kind="unreachable", link=1), False),
        (Route(destination="2700::/16", table=254, kind="blackhole"), True),
        (Route(destination="::/0", table=254, kind="prohibit", metric=1), False),
        (Route(destination="::/0", table=254, kind="prohibit", metric=2048), True),
        (Route(destination="2600::/16", table=200, kind="blackhole"), True),
        (Route(destination="2600::1/128", table=255, kind="local", link=1), False),
        (Route(destination="2600::/16", table=255, kind="throw"), True),
    ],
)
def test_the_most_specific_and_cheapest_route_of_the_first_table_counts(refusing: Route, carried: bool) -> None:
    assert worked_out("2600::1", DEFAULT6, refusing).carried is carried


def test_bound_to_an_interface_the_others_routes_do_not_count() -> None:
    by_eth1 = Route(destination="2600::/16", table=254, gateway="fe80::2", link=3)
    bound = Question(target="2600::1", link=2)
    assert worked_out("2600::1", DEFAULT6, by_eth1, question=bound).gateway == "fe80::1"
    assert worked_out("2600::1", DEFAULT6, by_eth1).gateway == "fe80::2"


def test_a_target_is_asked_for_by_every_interface_that_has_a_route_for_it() -> None:
    way = Route(destination="203.0.113.0/24", table=254, link=3)
    routes = (Route(destination="0.0.0.0/0", table=254, gateway="10.0.0.1", link=2), way)
    found = {(q.target, q.selector) for q in questions(replace(EMPTY, routes=routes), ("203.0.113.77", "198.51.100.9"))}
    assert {("203.0.113.77", "oif eth0"), ("203.0.113.77", "oif eth1"), ("198.51.100.9", "oif eth0")} <= found
    assert ("198.51.100.9", "oif eth1") not in found


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(family=4, table=254, priority=32766), "ipv4 32766: from all lookup 254"),
        (Rule(family=6, table=200, priority=9, source="fd00::/8", mark=1), "ipv6 9: from fd00::/8 fwmark 0x1 lookup 200"),
        (Rule(family=4, table=200, priority=9, input="eth0", inverted=True), "ipv4 9: not iif eth0 lookup 200"),
    ],
)
def test_rules_in_words(rule: Rule, words: str) -> None:
    assert in_words(rule) == words


@pytest.mark.parametrize("target", ["127.0.0.1", "10.0.0.5", "::1"])
def test_this_computer_itself_is_not_asked_for_by_an_interface(target: str) -> None:
    routes = (Route(destination="0.0.0.0/0", table=254, gateway="10.0.0.1", link=2), DEFAULT6)
    tables = replace(EMPTY, routes=routes, addresses=(Address(link=2, address="10.0.0.5", prefix=24),))
    found = {(question.target, question.selector) for question in questions(tables, (target,))}
    assert (target, "") in found
    assert (target, "oif eth0") not in found
