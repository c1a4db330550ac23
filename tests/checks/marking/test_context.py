"""Mark or mention: features add up, and every decision can be shown."""

from __future__ import annotations

import pytest

from checks.marking.context import Decision, decide
from checks.marking.features import FEATURES, THRESHOLD
from checks.marking.forms import state_marks
from checks.marking.setting import Setting
from checks.marking.window import Situation
from policies.vocabulary import Level, Place
from tests.checks.marking.samples import line


def decided(
    text: str,
    place: Place = Place.BODY,
    *,
    first: bool = False,
    large: bool = False,
    about: bool = False,
    highest: Level | None = None,
) -> Decision:
    situation = Situation(line(text, place, large=large), on_first_lines=first, about_secrecy=about)
    return decide(Setting(next(iter(state_marks(situation.folded))), situation, highest))


def test_a_decision_is_the_sum_of_its_features() -> None:
    decision = Decision(favour=("star-and-term", "alone-on-line"), against=("example",))
    assert decision.score == FEATURES["star-and-term"].weight + FEATURES["alone-on-line"].weight + FEATURES["example"].weight
    assert decision.is_mark is (decision.score >= THRESHOLD)


def test_a_full_mark_alone_on_its_line_is_a_mark_anywhere() -> None:
    assert decided("机密★10年").is_mark


def test_a_level_alone_is_a_mark_only_where_a_mark_belongs() -> None:
    assert decided("机密", first=True).is_mark
    assert decided("机密", Place.WATERMARK).is_mark
    assert not decided("机密").is_mark


def test_a_full_mark_within_a_sentence_is_a_mention_with_reasons() -> None:
    decision = decided("标为机密★10年的文件", first=True)
    assert not decision.is_mark
    assert {"within-sentence", "word-before", "word-after"} <= set(decision.against)


def test_a_title_is_a_mark_only_where_it_is_set_off() -> None:
    assert decided("机密文件", first=True, large=True).is_mark
    assert not decided("机密文件", first=True).is_mark


def test_a_level_without_a_star_weighs_less_in_a_text_about_secrecy() -> None:
    assert "text-about-secrecy" in decided("机密", first=True, about=True).against
    assert "text-about-secrecy" not in decided("机密★10年", first=True, about=True).against


def test_a_level_in_brackets_at_a_paragraphs_head_needs_a_marked_cover() -> None:
    assert decided("[秘密]有关情况", highest=Level.JIMI).is_mark
    assert not decided("[秘密]有关情况").is_mark


@pytest.mark.parametrize(("column", "mark"), [(True, False), (False, True)])
def test_a_cell_under_the_heading_of_a_column_of_levels_is_a_value(column: bool, mark: bool) -> None:
    situation = Situation(line("机密★10年", Place.CELL), level_column=column)
    assert decide(Setting(next(iter(state_marks(situation.folded))), situation)).is_mark is mark
