"""CSV for a spreadsheet: Chinese opens rightly, and no cell is a formula."""

from __future__ import annotations

import csv
import io

import pytest

from agent.output.csv import cell, render
from agent.scan import Result
from policies.vocabulary import Language
from tests.agent.judging import exemption, finding, result
from tests.agent.output.hostile import NAMES, controls, hostile


def rows(whole: Result, language: Language = Language.ZH) -> list[list[str]]:
    text = render(whole, language)
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def test_a_row_a_finding_under_heads_of_the_language() -> None:
    heads, row = rows(result(finding(exemption=exemption("eth0"))))
    assert heads == ["严重程度", "检查", "对象", "说明", "条款", "发现时间", "豁免", "指纹"]
    assert row == ["较重", "test.serial", "eth0", "有问题", "MED-01 MED-02", "2026-06-01T08:00:00+00:00", "2026-06-01", "f" * 32]


def test_the_heads_and_words_in_english() -> None:
    heads, row = rows(result(finding()), Language.EN)
    assert heads[:3] == ["severity", "check", "subject"]
    assert (row[0], row[3], row[6]) == ("major", "something is wrong", "")


def test_no_finding_leaves_the_heads() -> None:
    assert len(rows(result())) == 1


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x"])
def test_a_formula_is_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "eth0", "a=b", "机密", " x", "'x"])
def test_other_text_stays(text: str) -> None:
    assert cell(text) == text


@pytest.mark.parametrize("text", ["\t=1", "\r=1", "\n=1", "\u200b=1", "\ufeff=1"])
def test_a_formula_does_not_hide_behind_what_is_not_seen(text: str) -> None:
    assert cell(text) == "\ufffd=1"


def test_a_hostile_name_stays_in_its_cell() -> None:
    heads, *found = rows(hostile())
    assert len(found) == len(NAMES)
    assert {len(row) for row in found} == {len(heads)}
    assert not any(text.startswith(("=", "+", "-", "@", "＝")) for row in found for text in row)
    assert controls("".join(text for row in found for text in row)) == set()
    assert "名单，机密★10年.docx" in [row[2] for row in found]
