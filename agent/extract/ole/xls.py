"""Excel 5 to 2003 workbooks and templates, WPS Spreadsheets' too (MS-XLS): every place where a mark may stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import MARKLESS, Budget, Extractor, Member, NotThisFormat, Unreadable
from agent.extract.ole.biff import Biff
from agent.extract.ole.cfb import MAGIC, opened
from agent.extract.ole.package import PROTECTED, embedded
from agent.extract.ole.property_set import metadata
from agent.extract.ole.xls_globals import Globals
from agent.extract.ole.xls_sheet import Sheets
from agent.extract.question import bears_in_any_order
from checks.marking.text import Block
from policies.vocabulary import Unread

_STREAMS = ("Workbook", "Book")
_OBJECT = "MBD"
_CHANGES = "Revision Log"  # what the cells of a shared workbook were before


class Xls(Extractor):
    """A compound file with a stream Workbook or, before Excel 97, Book."""

    name: ClassVar[str] = "xls"

    def rank(self, head: bytes) -> float:
        if not head.startswith(MAGIC):
            return -1
        return 0.9 if any(f"{name}\0".encode("utf-16-le") in head for name in _STREAMS) else 0.5

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        compound = opened(file, budget)
        stream = next((stream for name in _STREAMS if (stream := compound.open(name))), None)
        if stream is None:
            raise NotThisFormat
        if any(name in compound.streams for name in PROTECTED):
            raise Unreadable(Unread.ENCRYPTED)
        yield from _cells(stream, budget)
        for name in compound.storages:
            if name.upper().startswith(_OBJECT):
                yield from embedded(compound, name, budget)
        yield from metadata(compound, budget)
        if _CHANGES in compound.streams:
            raise Unreadable(Unread.UNSUPPORTED)


def _cells(stream: BinaryIO, budget: Budget) -> Iterator[Block]:
    if budget.mentions or _bears(stream, budget):
        biff = Biff(stream, budget)
        yield from Sheets(biff, Globals(biff), budget).blocks(shared=True)
    else:
        yield MARKLESS


def _bears(stream: BinaryIO, budget: Budget) -> bool:
    """The cheap question: the texts that cells share are asked once, not for each cell."""
    biff = Biff(stream, budget)
    workbook = Globals(biff)
    others = (block.text for block in Sheets(biff, workbook, budget).blocks(shared=False))
    return workbook.strings.full or bears_in_any_order(workbook.strings) or bears_in_any_order(others)
