"""Text in which only mentions can be is given to who asks for it; and who does not ask misses no mark for that.

Pages are made at random of what marks and mentions are made of, written in any order, and read both ways.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.extract.base import Budget
from agent.extract.reading import Reading
from agent.extract.registry import extractors
from agent.worker import read
from policies.vocabulary import Level
from tests.agent.extract.ofd_samples import Ofd, layer, text
from tests.agent.extract.pdfs import one_page
from tests.agent.extract.places.case import Case
from tests.agent.extract.places.table import CASES
from tests.agent.extract.samples import body, docx, paragraph, pdf, written
from tests.checks.marking.test_standing import FRAGMENTS

SIZE = 16
EVERY = extractors()
SENTENCE = "各单位机密事项须按规定管理。"


class Shown(NamedTuple):
    """What is shown at once: its column and line on the page, and the distance between its characters, in their size."""

    text: str
    column: int
    line: int
    step: float

    @property
    def left(self) -> float:
        return 40 + self.column * SIZE

    @property
    def top(self) -> float:
        return 60 + self.line * 2 * SIZE


def in_pdf(page: Sequence[Shown]) -> bytes:
    operators = []
    for each in page:
        gap = f" {1000 * (1 - each.step):.0f} "
        array = gap.join(f"<{character.encode('utf-16-be').hex()}>" for character in each.text)
        operators.append(f"BT /G {SIZE} Tf {each.left} {800 - each.top} Td [{array}] TJ ET")
    return one_page("\n".join(operators))


def in_ofd(page: Sequence[Shown]) -> bytes:
    steps = [" ".join([f"{SIZE * each.step:g}"] * len(each.text)) for each in page]
    objects = [text(each.text, each.left, each.top, size=SIZE, DeltaX=step) for each, step in zip(page, steps, strict=True)]
    return Ofd(pages=[layer(*objects)]).build()


def both(data: bytes) -> tuple[Reading, Reading]:
    """What is read of a file without and with mentions."""
    every, file = EVERY, io.BytesIO(data)
    return read(every, file, Budget()), read(every, file, Budget(mentions=True))


PIECES = st.lists(st.sampled_from([part for part in FRAGMENTS if part.strip() and "<" not in part]), min_size=1, max_size=4)
PAGES = st.lists(
    st.builds(Shown, PIECES.map("".join), st.integers(0, 12), st.integers(0, 3), st.sampled_from([1.0, 1.0, 0.95, 1.05, 1.6])),
    max_size=6,
)


@given(PAGES)
def test_no_mark_of_a_page_in_any_order_is_missed(page: list[Shown]) -> None:
    for data in (in_pdf(page), in_ofd(page)):
        usual, thorough = both(data)
        assert usual.marks == thorough.marks


@pytest.mark.parametrize("case", [case for case in CASES if case.missed is None], ids=lambda case: case.label)
def test_a_mark_is_the_same_whether_mentions_are_asked_for_or_not(case: Case) -> None:
    usual, thorough = both(case.make())
    assert [mark.level for mark in usual.marks] == [Level.JIMI]
    assert (usual.marks, usual.read, usual.reason) == (thorough.marks, thorough.read, thorough.reason)


@pytest.mark.parametrize(
    "data",
    [
        docx(body(paragraph(SENTENCE))),
        pdf(written(SENTENCE)),
        Ofd(pages=[layer(text(SENTENCE, 10, 10))]).build(),
        SENTENCE.encode("gb18030"),
        f"<!DOCTYPE html><p>{SENTENCE}</p>{'<p>通知</p>' * 20}".encode(),
        f"<?xml version='1.0'?><a><b>{SENTENCE}</b></a>".encode(),
        f"Subject: 1\nFrom: a@b.cn\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{SENTENCE}\n".encode(),
    ],
    ids=["docx", "pdf", "ofd", "txt", "html", "xml", "eml"],
)
def test_who_asks_is_told_of_mentions(data: bytes) -> None:
    usual, thorough = both(data)
    assert (usual.marks, usual.explained) == ((), ())
    assert [each.text for each in thorough.explained] == ["机密"]
