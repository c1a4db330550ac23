"""Flat OpenDocument files (ODF 1.3 part 2, 2.2.1): a whole text, spreadsheet, presentation or drawing as one XML file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import HEAD, Budget, Extractor, Member, NotThisFormat, Unreadable
from agent.extract.embedded import within
from agent.extract.markup import chunks_of, looks_like, parse, root
from agent.extract.odf.names import short, shortened
from agent.extract.odf.odf import TYPE
from agent.extract.odf.story import Story
from agent.extract.odf.styles import Styles
from checks.marking.text import Block
from policies.vocabulary import Unread


class Fodt(Extractor):
    """Text documents."""

    name: ClassVar[str] = "fodt"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return _rank(head, "text")

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        return _blocks(file, budget, paged=True)


class Fods(Extractor):
    """Spreadsheets."""

    name: ClassVar[str] = "fods"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return _rank(head, "spreadsheet")

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        return _blocks(file, budget, paged=False)


class Fodp(Extractor):
    """Presentations."""

    name: ClassVar[str] = "fodp"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return _rank(head, "presentation")

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        return _blocks(file, budget, paged=False)


class Fodg(Extractor):
    """Drawings."""

    name: ClassVar[str] = "fodg"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return _rank(head, "graphics")

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        return _blocks(file, budget, paged=False)


def _rank(head: bytes, kind: str) -> float:
    return 1.0 if _type(head) == kind else -1


def _type(head: bytes) -> str:
    """What the root element says that the file is, "" where it is no flat document."""
    if not looks_like(head, b"opendocument"):
        return ""
    found = root(head)
    if found is None or short(found[0]) != "office:document":
        return ""
    told = re.match(TYPE, shortened(found[1]).get("office:mimetype", ""))
    return told[1] if told else ""


def _blocks(file: BinaryIO, budget: Budget, *, paged: bool) -> Iterator[Block | Member]:
    """One pass: the text is told as it comes, whatever it holds."""
    if not _type(file.read(HEAD)):
        raise NotThisFormat
    file.seek(0)
    styles = Styles()
    story = Story(styles, paged=paged)
    try:
        for _ in parse(chunks_of(file, budget), budget, story.start, story.end, story.data):
            yield from within(story.take(), budget)
    except Unreadable:
        yield from within(story.take(), budget)
        raise
    if styles.incomplete:
        raise Unreadable(Unread.TOO_LARGE)
