"""Blocks for the tests of the grammar: text on a cover, and text deep in a document."""

from __future__ import annotations

from checks.marking.lines import Line
from checks.marking.progress import Progress
from checks.marking.text import Block
from policies.vocabulary import Place

FILLING = "各单位要认真组织学习，抓好贯彻落实。"


def cover(*lines: str, struck: bool = False, large: bool = False) -> list[Block]:
    """Paragraphs from a document's beginning."""
    return [Block(line, Place.BODY, struck=struck, large=large) for line in lines]


def running(*lines: str) -> list[Block]:
    """Paragraphs after a page of harmless text."""
    return [Block(FILLING, Place.BODY)] * 12 + cover(*lines)


DOCUMENT = Progress()
"""The one document of lines that are made for a test."""


def line(text: str, place: Place = Place.BODY, *, struck: bool = False, large: bool = False) -> Line:
    """One line of one document."""
    return Line(text, Block(text, place, struck=struck, large=large), DOCUMENT)
