"""Levels and severities have an order, and every word that a reader sees stands in both languages."""

from __future__ import annotations

import enum
import itertools
import re

import pytest

from policies.vocabulary import Kind, Language, Level, Place, Profile, Severity, Text, Unread, Verdict

CJK = re.compile("[\u4e00-\u9fff]")
WITH_TEXT: tuple[type[enum.Enum], ...] = (Level, Severity, Verdict, Profile, Unread, Place)


def test_a_text_speaks_the_language_that_is_asked_for() -> None:
    text = Text("机密", "highly secret")
    assert (text.say(Language.ZH), text.say(Language.EN)) == ("机密", "highly secret")


@pytest.mark.parametrize("member", [member for kind in WITH_TEXT for member in kind], ids=str)
def test_every_word_for_a_reader_is_chinese_in_zh_and_not_in_en(member: Level) -> None:
    assert CJK.search(member.text.zh)
    assert member.text.en.strip()
    assert not CJK.search(member.text.en)


@pytest.mark.parametrize("kind", WITH_TEXT, ids=lambda kind: kind.__name__)
def test_no_two_words_of_a_kind_read_the_same(kind: type[Level]) -> None:
    for language in Language:
        words = [member.text.say(language) for member in kind]
        assert len(set(words)) == len(words)


def test_levels_rise_from_public_to_top_secret() -> None:
    order = [Level.GONGKAI, Level.NEIBU, Level.MIMI, Level.JIMI, Level.JUEMI]
    assert sorted(set(order)) == order
    assert [level.rank for level in order] == [0, 1, 2, 3, 4]
    for low, high in itertools.pairwise(order):
        assert low < high
        assert low <= high
        assert not high <= low


def test_the_lowest_level_is_a_level_and_counts_in_max() -> None:
    assert max([Level.GONGKAI], default=None) is Level.GONGKAI
    assert max(Level.JIMI, Level.JUEMI) is Level.JUEMI


@pytest.mark.parametrize(
    ("level", "is_secret"),
    [(Level.GONGKAI, False), (Level.NEIBU, False), (Level.MIMI, True), (Level.JIMI, True), (Level.JUEMI, True)],
)
def test_a_work_secret_is_no_state_secret(level: Level, is_secret: bool) -> None:
    assert level.is_state_secret is is_secret


def test_a_graver_severity_is_greater() -> None:
    assert Severity.CRITICAL > Severity.MAJOR > Severity.MINOR > Severity.NOTICE
    assert max(Severity) is Severity.CRITICAL
    assert [severity.rank for severity in Severity] == [3, 2, 1, 0]
    assert Severity.MAJOR >= Severity.MAJOR


def test_levels_travel_by_their_chinese_words() -> None:
    assert {level.value for level in Level} == {"公开", "内部", "秘密", "机密", "绝密"}
    assert [kind.value for kind in Kind] == ["state", "incident"]


@pytest.mark.parametrize("place", list(Place))
def test_a_reader_sees_every_place_but_four(place: Place) -> None:
    assert place.seen_by_a_reader is (place not in {Place.NAME, Place.METADATA, Place.HIDDEN, Place.DELETED})
