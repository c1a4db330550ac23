"""A candidate where it stands on its line."""

from __future__ import annotations

import pytest

from checks.marking.forms import state_marks
from checks.marking.setting import Setting
from checks.marking.window import Situation
from policies.vocabulary import Place
from tests.checks.marking.samples import line


def placed(text: str, place: Place = Place.BODY) -> Setting:
    situation = Situation(line(text, place))
    return Setting(next(iter(state_marks(situation.folded))), situation)


@pytest.mark.parametrize(
    ("text", "alone", "apart"),
    [
        ("机密★10年", True, True),
        ("  机密★10年  ", True, True),
        ("# **机密★10年**", True, True),
        ("000023　机密★5年", True, True),
        ("TOP SECRET 绝密★30年", True, True),
        ("机密★10年　关于××的报告", False, True),
        ("××报告（机密★10年）", False, True),
        ("（机密★10年）××报告", False, True),
        ("关于（机密★10年）的报告", False, False),
        ("标为机密★10年的文件", False, False),
    ],
)
def test_a_candidate_has_the_line_to_itself_or_stands_apart_or_within(text: str, alone: bool, apart: bool) -> None:
    where = placed(text)
    assert (where.alone, where.apart) == (alone, apart)


def test_the_rest_of_a_sliced_line_counts_as_text() -> None:
    situation = Situation(line("机密★10年")._replace(opens=False, closes=False))
    where = Setting(next(iter(state_marks(situation.folded))), situation)
    assert not where.leads
    assert not where.ends


def test_the_key_of_a_property_is_no_text() -> None:
    assert placed("keywords=机密", Place.METADATA).alone
    assert not placed("keywords=机密", Place.BODY).alone


def test_a_page_number_in_a_header_is_no_text() -> None:
    assert placed("机密★10年    - 3 -", Place.HEADER).alone
    assert not placed("机密★10年    - 3 -", Place.BODY).alone


def test_words_lead_in_from_the_line_before_where_the_candidate_begins_its_own() -> None:
    situation = Situation(line("机密★10年"), before=(line("样式如下："),))
    assert Setting(next(iter(state_marks(situation.folded))), situation).lead_in == "样式如下:"
    assert placed("例如 机密★10年").lead_in == "例如 "


def test_a_label_on_the_line_before_stands_above() -> None:
    situation = Situation(line("机密", Place.CELL), before=(line("密级", Place.CELL),))
    assert Setting(next(iter(state_marks(situation.folded))), situation).label_above
