from __future__ import annotations

import io
import random

import pytest

from agent.extract.base import Budget
from agent.extract.ooxml.ooxml import Office
from agent.extract.ooxml.templates import Templates
from agent.extract.ooxml.wordstyles import Look, WordStyles
from policies.vocabulary import Unread
from tests.agent.extract.samples import docx, element

BOLD = '<w:style w:type="paragraph" w:styleId="A"><w:rPr><w:b/></w:rPr></w:style>'


def read(templates: Templates, *contents: str) -> tuple[WordStyles, set[Unread]]:
    """The styles of a document with these parts of styles, and why it was not read."""
    parts = {f"word/s{n}.xml": ("styles+xml", content) for n, content in enumerate(contents)}
    office = Office(io.BytesIO(docx("", parts)), Budget(), "word")
    return templates.styles(office, list(parts)), office.unread


def test_the_styles_of_one_template_are_read_once() -> None:
    templates = Templates()
    first, _ = read(templates, element("styles", BOLD))
    second, unread = read(templates, element("styles", BOLD))
    assert (second is first, second.look("A"), unread) == (True, Look(bold=True), set())


def test_other_styles_are_others() -> None:
    templates = Templates()
    first, _ = read(templates, element("styles", BOLD))
    second, _ = read(templates, element("styles", BOLD.replace("<w:b/>", "")))
    both, _ = read(templates, element("styles", BOLD), element("styles", ""))
    assert (first.look("A"), second.look("A"), both.look("A")) == (Look(bold=True), Look(), Look(bold=True))
    assert both is not first


def test_few_are_kept() -> None:
    templates = Templates()
    first, _ = read(templates, element("styles", BOLD))
    for number in range(8):
        read(templates, element("styles", f"<w:x>{number}</w:x>"))
    assert read(templates, element("styles", BOLD))[0] is not first


LARGE = {
    "many": "".join(BOLD.replace("A", f"A{n}") for n in range(501)),
    "long": f"<!--{random.Random(1).randbytes(300 << 10).hex()}-->{BOLD}",
}


@pytest.mark.parametrize("case", LARGE)
def test_large_ones_are_read_but_not_kept(case: str) -> None:
    templates = Templates()
    first, unread = read(templates, element("styles", LARGE[case]))
    second, _ = read(templates, element("styles", LARGE[case]))
    assert (second is first, second.count, first.count, unread) == (False, first.count, second.count, set())
    assert first.count > 0


def test_damaged_ones_are_told_each_time() -> None:
    templates = Templates()
    for _ in range(2):
        styles, unread = read(templates, element("styles", BOLD)[:-5])
        assert (styles.look("A"), unread) == (Look(bold=True), {Unread.CORRUPT})
