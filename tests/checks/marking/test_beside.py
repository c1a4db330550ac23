"""Labels and values of a form that stand in lines or cells of their own."""

from __future__ import annotations

import pytest

from checks.marking.beside import columns_from_label, with_term_beside
from checks.marking.forms import state_marks
from checks.marking.window import Situation
from policies.vocabulary import Place
from tests.checks.marking.samples import line


def situation(own: str, before: tuple[str, ...] = (), after: tuple[str, ...] = (), place: Place = Place.BODY) -> Situation:
    return Situation(line(own, place), tuple(line(text, place) for text in before), tuple(line(text, place) for text in after))


def term(where: Situation) -> str | None:
    (made,) = state_marks(where.folded)
    return with_term_beside(made, where).term


@pytest.mark.parametrize(
    ("before", "own", "after", "found"),
    [
        ((), "密级：机密", ("保密期限：10年",), "10年"),
        ((), "密级：机密", ("紧急程度：特急", "保密期限：10年"), "10年"),
        ((), "密级：机密", ("保密期限：", "10年"), "10年"),
        ((), "密级：机密", ("期　限：十年",), "10年"),
        ((), "密级：机密", ("保密期限：长期",), "长期"),
        ((), "密级：机密", ("保密期限：2030年12月31日",), "2030-12-31"),
        ((), "密级：☑机密 □秘密", ("保密期限：5年",), "5年"),
        ((), "机密★", ("保密期限：10年",), "10年"),
        (("保密期限：10年",), "密级：机密", (), "10年"),
        (("保密期限：", "10年"), "密级：机密", (), "10年"),
        ((), "密级：机密", ("保密期限：",), None),
        ((), "密级：机密", ("关于10年规划的通知",), None),
        ((), "密级：机密", ("期限服从质量。",), None),
        ((), "密级：机密★5年", ("保密期限：10年",), "5年"),
        ((), "密级：机密★5", ("保密期限：10年",), None),
    ],
)
def test_a_term_with_a_label_of_its_own_belongs_to_the_level_beside_it(
    before: tuple[str, ...], own: str, after: tuple[str, ...], found: str | None
) -> None:
    assert term(situation(own, before, after)) == found


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (("密级",), ("保密期限", "10年"), "10年"),
        (("密级", "保密期限"), ("10年",), "10年"),
        (("密级", "保密期限", "份号"), ("10年", "000001"), "10年"),
        (("密级", "份号", "保密期限"), ("000001", "10年"), "10年"),
        (("密级", "份号"), ("000001",), None),
    ],
)
def test_cells_beside_or_below_their_labels_are_read(before: tuple[str, ...], after: tuple[str, ...], found: str | None) -> None:
    where = situation("机密", before, after, Place.CELL)
    assert term(where) == found
    assert columns_from_label(where) == len(before)


@pytest.mark.parametrize("before", [(), ("序号", "密级", "标题"), ("密级", "文件名称"), ("保密期限",), ("密级", "机密")])
def test_the_heading_of_a_ledger_asks_for_no_level_of_this_document(before: tuple[str, ...]) -> None:
    assert columns_from_label(situation("机密", before, (), Place.CELL)) == 0


def test_in_running_text_only_the_line_before_is_a_label() -> None:
    assert columns_from_label(situation("机密", ("密级：",))) == 1
    assert columns_from_label(situation("机密", ("密级：", "份号"))) == 0


def test_a_term_beside_adds_its_notes_and_the_label() -> None:
    where = situation("机密★", (), ("保密期限：十年",))
    (made,) = state_marks(where.folded)
    assert with_term_beside(made, where).notes == ("label", "chinese-numeral")
