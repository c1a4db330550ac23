"""What a mark is worth by its neighbours and its time."""

from __future__ import annotations

from datetime import date

import pytest

from checks.marking.forms import state_marks
from checks.marking.setting import Setting
from checks.marking.text import Block, Line
from checks.marking.window import Situation
from checks.marking.worth import Worth, weigh
from policies.vocabulary import Level, MarkVerdict, Place


def line(text: str, *, struck: bool = False, place: Place = Place.BODY) -> Line:
    return Line(text, Block(text, place, struck=struck))


def weighed(
    own: Line,
    *,
    before: tuple[Line, ...] = (),
    after: tuple[Line, ...] = (),
    dated: date | None = None,
    highest: Level | None = None,
) -> Worth | None:
    situation = Situation(own, before, after, on_first_lines=highest is None)
    return weigh(Setting(next(iter(state_marks(situation.folded))), situation, highest), dated)


def test_a_mark_beside_a_struck_one_is_a_changed_one() -> None:
    worth = weighed(line("秘密★5年"), before=(line("机密★10年", struck=True),))
    assert worth == Worth(Level.MIMI, "5年", MarkVerdict.CHANGED, ("replaced",))


def test_a_struck_mark_beside_its_successor_is_none() -> None:
    assert weighed(line("机密★10年", struck=True), after=(line("秘密★5年"),)) is None


def test_a_struck_mark_alone_still_tells_its_level() -> None:
    worth = weighed(line("机密★10年", struck=True), after=(line("关于××的通知"),))
    assert worth == Worth(Level.JIMI, "10年", MarkVerdict.MALFORMED, ("struck",))


@pytest.mark.parametrize("struck", [True, False])
def test_the_word_of_declassification_ends_a_mark(struck: bool) -> None:
    worth = weighed(line("机密★10年", struck=struck), after=(line("解密"),))
    assert worth == Worth(None, None, MarkVerdict.DECLASSIFIED, ("declassified",))


def test_the_word_of_declassification_far_away_ends_nothing() -> None:
    worth = weighed(line("机密★10年"), after=(line("一"), line("二"), line("解密")))
    assert worth is not None
    assert worth.level is Level.JIMI


@pytest.mark.parametrize(("level", "notes"), [("秘密", ()), ("绝密", ("above-cover",))])
def test_a_part_is_compared_with_the_cover(level: str, notes: tuple[str, ...]) -> None:
    worth = weighed(line(f"[{level}]有关情况"), highest=Level.JIMI)
    assert worth == Worth(Level(level), None, MarkVerdict.PARTIAL, notes)


@pytest.mark.parametrize(
    ("text", "dated", "note", "noted"),
    [
        ("机密★", date(2024, 9, 1), "term-required", True),
        ("机密★", date(2024, 8, 31), "term-required", False),
        ("机密★10年", date(2024, 9, 1), "term-required", False),
        ("秘密", date(2012, 6, 30), "no-star", False),
        ("秘密", date(2012, 7, 1), "no-star", True),
        ("秘密★2035年1月1日", date(2024, 1, 1), "over-maximum", True),
        ("秘密★2033年1月1日", date(2024, 1, 1), "over-maximum", False),
        ("秘密★2023年1月1日", date(2024, 1, 1), "expired", True),
        ("秘密★2024年1月2日", date(2024, 1, 1), "expired", False),
    ],
)
def test_time_adds_and_excuses_notes(text: str, dated: date, note: str, noted: bool) -> None:
    worth = weighed(line(text), dated=dated)
    assert worth is not None
    assert (note in worth.notes) is noted


def test_brackets_are_usual_in_a_name() -> None:
    worth = weighed(line("(机密★10年)", place=Place.NAME))
    assert worth == Worth(Level.JIMI, "10年", MarkVerdict.VALID, ())
