"""What a mark is worth by its neighbours and its time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from checks.marking.candidate import Shape
from checks.marking.forms import state_marks
from checks.marking.lines import Line
from checks.marking.normalise import Folded
from checks.marking.notes import form_verdict
from checks.marking.setting import Setting
from checks.marking.window import Situation
from checks.marking.worth import Worth, in_time, weigh
from checks.subjects import Mark
from policies.vocabulary import Level, MarkVerdict, Place, Regime
from tests.checks.marking.samples import line


def weighed(
    own: Line,
    *,
    before: tuple[Line, ...] = (),
    after: tuple[Line, ...] = (),
    highest: Level | None = None,
) -> Worth | None:
    situation = Situation(own, before, after, on_first_lines=highest is None)
    return weigh(Setting(next(iter(state_marks(situation.folded))), situation, highest))


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


def mark(text: str) -> tuple[Mark, Shape]:
    """A mark as its form alone makes it."""
    (made,) = state_marks(Folded(text))
    verdict = form_verdict(made.notes)
    read = Mark(
        level=made.level, term=made.term, verdict=verdict, regime=Regime.STATE, place=Place.COVER, text=text, notes=made.notes
    )
    return read, made.shape


@pytest.mark.parametrize(
    ("text", "dated", "note", "noted"),
    [
        ("机密★", date(2024, 9, 1), "term-required", True),
        ("机密★", date(2024, 8, 31), "term-required", False),
        ("机密★10年", date(2024, 9, 1), "term-required", False),
        ("秘密", date(2012, 6, 30), "no-star", False),
        ("秘密", date(2012, 7, 1), "no-star", True),
        ("秘密", None, "no-star", True),
        ("秘密10年", date(2012, 6, 30), "no-star", True),
        ("秘密★20年", None, "over-maximum", True),
        ("秘密★2035年1月1日", date(2024, 1, 1), "over-maximum", True),
        ("秘密★2035年1月1日", None, "over-maximum", False),
        ("秘密★2033年1月1日", date(2024, 1, 1), "over-maximum", False),
        ("秘密★2023年1月1日", date(2024, 1, 1), "expired", True),
        ("秘密★2024年1月2日", date(2024, 1, 1), "expired", False),
    ],
)
def test_time_adds_and_excuses_notes(text: str, dated: date | None, note: str, noted: bool) -> None:
    assert (note in in_time(*mark(text), dated).notes) is noted


@pytest.mark.parametrize(
    ("text", "dated", "verdict"),
    [
        ("机密★", date(2024, 8, 31), MarkVerdict.LEGACY),
        ("机密★", date(2024, 9, 1), MarkVerdict.DEVIATION),
        ("秘　密", date(2012, 6, 30), MarkVerdict.LEGACY),
        ("秘　密", date(2012, 7, 1), MarkVerdict.DEVIATION),
        ("机密★10", date(2012, 6, 30), MarkVerdict.MALFORMED),
    ],
)
def test_a_form_is_judged_by_the_rules_of_its_day(text: str, dated: date, verdict: MarkVerdict) -> None:
    assert in_time(*mark(text), dated).verdict is verdict


@pytest.mark.parametrize(
    ("text", "dated", "until"),
    [
        ("机密★5年", date(2015, 3, 1), date(2020, 3, 1)),
        ("机密★6个月", date(2015, 8, 31), date(2016, 2, 29)),
        ("机密★", date(2015, 3, 1), date(2035, 3, 1)),
        ("秘　密", date(2010, 3, 1), date(2020, 3, 1)),
        ("机密★2030年12月31日", date(2015, 3, 1), date(2030, 12, 31)),
        ("机密★2030年12月31日", None, date(2030, 12, 31)),
        ("机密★5年", None, None),
        ("机密★", None, None),
        ("机密★长期", date(2015, 3, 1), None),
        ("机密★启用前", date(2015, 3, 1), None),
        ("机密★10", date(2015, 3, 1), None),
        ("机密★★", date(2015, 3, 1), None),
        ("★机密", date(2015, 3, 1), None),
    ],
)
def test_the_last_day_of_a_term_is_told_where_it_is_certain(text: str, dated: date | None, until: date | None) -> None:
    assert in_time(*mark(text), dated).until == until


def test_a_part_has_no_term_but_its_own() -> None:
    read, shape = mark("机密★5年")
    part = replace(read, verdict=MarkVerdict.PARTIAL)
    assert in_time(part, shape, date(2015, 3, 1)) == replace(part, until=date(2020, 3, 1))
    assert in_time(replace(part, term=None), shape, date(2015, 3, 1)).until is None


def test_a_changed_mark_stays_one() -> None:
    read, shape = mark("机密★")
    changed = replace(read, verdict=MarkVerdict.CHANGED)
    assert in_time(changed, shape, date(2024, 9, 1)).verdict is MarkVerdict.CHANGED


@pytest.mark.parametrize("regime", [Regime.WORK, Regime.TRADE])
def test_time_says_nothing_of_other_regimes(regime: Regime) -> None:
    read, shape = mark("机密★2030年12月31日")
    other = replace(read, regime=regime, level=Level.NEIBU, verdict=MarkVerdict.OTHER)
    assert in_time(other, shape, date(2024, 9, 1)) == other


def test_brackets_are_usual_in_a_name() -> None:
    worth = weighed(line("(机密★10年)", place=Place.NAME))
    assert worth == Worth(Level.JIMI, "10年", MarkVerdict.VALID, ())
