"""The queue: what is merged, what is kept in order, what happens when too much comes."""

from __future__ import annotations

import threading

import pytest

from agent.inbox import OVERFLOW, Inbox, Item, Reload, SourceState
from agent.sources.base import Blind, Change
from checks.subjects import Radio
from policies.vocabulary import Text
from tests.agent.making import NOW, after

WHY = Text("因", "why")


def change(source: str, key: str, minutes: float = 0) -> Change:
    return Change(source=source, key=key, at=after(minutes=minutes))


def facts(source: str, key: str, minutes: float = 0) -> Change:
    return Change(
        source=source, key=key, at=after(minutes=minutes), subject=Radio(observed_at=NOW, kind="wifi", name=key, path=key)
    )


def blind(source: str, minutes: float = 0) -> Blind:
    return Blind(source=source, began_at=after(minutes=minutes), reason=WHY)


def drain(inbox: Inbox) -> list[Item]:
    items = []
    while (item := inbox.get(0)) is not None:
        items.append(item)
    return items


@pytest.mark.parametrize(
    ("posted", "got"),
    [
        ([change("a", "1"), change("a", "1", 5)], [change("a", "1")]),
        ([change("a", "1"), change("b", "1")], [change("a", "1"), change("b", "1")]),
        ([change("a", "1"), change("a", "2"), change("a", "1")], [change("a", "1"), change("a", "2")]),
        ([facts("a", "1"), facts("a", "1", 1)], [facts("a", "1"), facts("a", "1", 1)]),
        ([facts("a", "1"), change("a", "1")], [facts("a", "1"), change("a", "1")]),
        ([change("a", ""), change("a", "")], [change("a", "")]),
        ([blind("a", 5), blind("a", 3), blind("a", 4)], [blind("a", 3)]),
        ([blind("a"), blind("b")], [blind("a"), blind("b")]),
        ([Reload(), Reload()], [Reload()]),
        ([SourceState("a", False, WHY), SourceState("a", True)], [SourceState("a", True)]),
    ],
)
def test_what_says_the_same_is_merged(posted: list[Item], got: list[Item]) -> None:
    inbox = Inbox()
    for item in posted:
        inbox.post(item)
    assert drain(inbox) == got


def test_a_change_that_was_taken_may_come_again() -> None:
    inbox = Inbox()
    for _ in range(2):
        inbox.post(change("a", "1"))
        assert inbox.get(0) == change("a", "1")


def test_too_many_changes_of_a_source_become_one_rescan_from_the_earliest_on() -> None:
    inbox = Inbox(limit=3)
    for number in range(4):
        inbox.post(change("a", str(number), 10 - number))
    assert drain(inbox) == [Blind(source="a", began_at=after(minutes=7), reason=OVERFLOW)]


def test_a_flood_of_one_source_takes_nothing_from_another() -> None:
    inbox = Inbox(limit=3)
    inbox.post(change("b", "1"))
    for number in range(100):
        inbox.post(facts("a", str(number)))
    items = drain(inbox)
    assert items[0] == change("b", "1")
    assert [type(item) for item in items[1:]].count(Blind) == 1
    assert len(items) <= 5


def test_an_overflow_keeps_a_known_blindness_that_began_earlier() -> None:
    inbox = Inbox(limit=1)
    inbox.post(blind("a", -60))
    inbox.post(change("a", "1"))
    inbox.post(change("a", "2"))
    assert drain(inbox) == [blind("a", -60)]


def test_what_is_taken_makes_room() -> None:
    inbox = Inbox(limit=1)
    for number in range(10):
        inbox.post(change("a", str(number)))
        assert inbox.get(0) == change("a", str(number))


def test_the_changes_of_one_source_may_be_left_for_later() -> None:
    inbox = Inbox()
    for item in (change("a", "1"), change("b", "1"), facts("a", "2"), Reload()):
        inbox.post(item)
    assert [inbox.get(0, but="a") for _ in range(3)] == [change("b", "1"), Reload(), None]
    assert drain(inbox) == [change("a", "1"), facts("a", "2")]


def test_whoever_waits_is_woken_by_a_change() -> None:
    inbox, got = Inbox(), list[Item | None]()
    waiter = threading.Thread(target=lambda: got.append(inbox.get(30)))
    waiter.start()
    inbox.post(change("a", "1"))
    waiter.join(30)
    assert got == [change("a", "1")]


def test_whoever_waits_is_woken_by_the_end() -> None:
    inbox, got = Inbox(), list[Item | None]()
    waiter = threading.Thread(target=lambda: got.append(inbox.get(None)))
    waiter.start()
    inbox.close()
    waiter.join(30)
    assert got == [None]
    inbox.post(change("a", "1"))
    assert len(inbox) == 0


def test_many_threads_lose_nothing() -> None:
    inbox = Inbox(limit=10_000)

    def tell(source: str) -> None:
        for number in range(500):
            inbox.post(change(source, str(number)))

    threads = [threading.Thread(target=tell, args=(source,)) for source in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(drain(inbox)) == 2_000
