"""UOF (标文通): one XML file as in GB/T 20916-2007, or a package of parts as in its second edition (2.0)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import Budget, Extractor, Member, NotThisFormat, Unreadable
from agent.extract.embedded import beside, within
from agent.extract.markup import chunks_of, looks_like, parse, root
from agent.extract.package import MAGIC, Package
from agent.extract.uof.names import ROOTS, plain
from agent.extract.uof.story import Story
from checks.marking.text import Block
from policies.vocabulary import Unread

_ROOT_PART = "uof.xml"
_FIRST = ("uof.xml", "styles.xml", "graphics.xml", "rules.xml", "content.xml", "_meta/meta.xml")


class Uof(Extractor):
    """Texts, spreadsheets and presentations: .uof, .uot, .uos, .uop."""

    name: ClassVar[str] = "uof"

    def rank(self, head: bytes) -> float:
        if head.startswith(MAGIC):
            return 0.9 if b"uof.xml" in head else 0.0
        if not looks_like(head, b"UOF"):
            return -1
        return 1.0 if _is_root(head) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        begins = file.read(len(MAGIC))
        file.seek(0)
        return _package(file, budget) if begins == MAGIC else _single(file, budget)


def _is_root(head: bytes) -> bool:
    found = root(head)
    return found is not None and plain(found[0]) in ROOTS


def _single(file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
    story, reasons = Story(), list[Unread]()
    yield from _part(chunks_of(file, budget), story, budget, reasons)
    yield from _ended(story, reasons)


def _package(file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
    package = Package(file, budget)
    if _ROOT_PART not in package or not _is_root(next(package.chunks(_ROOT_PART), b"")):
        raise NotThisFormat
    story, reasons = Story(), list[Unread]()
    if "content.xml" not in package:
        reasons.append(Unread.CORRUPT)
    markup = [name for name in package if name.endswith(".xml")]
    for name in [*(n for n in _FIRST if n in package), *(n for n in markup if n not in _FIRST)]:
        yield from _part(package.chunks(name), story, budget, reasons)
    yield from beside(package, (name for name in package if not name.endswith(".xml")), reasons)
    yield from _ended(story, reasons)


def _part(chunks: Iterator[bytes], story: Story, budget: Budget, reasons: list[Unread]) -> Iterator[Block | Member]:
    """A part that is damaged does not keep the others from being read."""
    try:
        for _ in parse(chunks, budget, story.start, story.end, story.data):
            yield from within(story.take(), budget)
    except Unreadable as error:
        yield from within(story.take(), budget)
        reasons.append(error.reason)


def _ended(story: Story, reasons: list[Unread]) -> Iterator[Block]:
    """Text where none is known to be may be shown in a way that is not known either."""
    yield from story.rest()
    if reasons or story.strange:
        raise Unreadable(reasons[0] if reasons else Unread.UNSUPPORTED)
