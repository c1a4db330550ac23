"""Word 97-2003 documents and templates, WPS Writer's too (MS-DOC): every place where a mark may stand.

Of Word 6 and 95 the text is read but not how it is set, so that deleted text cannot be told: such a file is never called full.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import MARKLESS, Budget, Extractor, Member, NotThisFormat, Unreadable
from agent.extract.ole.cfb import MAGIC, opened
from agent.extract.ole.package import PROTECTED, embedded
from agent.extract.ole.property_set import metadata
from agent.extract.ole.word_document import WordDocument
from agent.extract.question import bears
from checks.marking.text import Block
from policies.vocabulary import Unread

_MAIN = "WordDocument"
_OBJECTS = "ObjectPool"


class Doc(Extractor):
    """A compound file with a stream WordDocument."""

    name: ClassVar[str] = "doc"

    def rank(self, head: bytes) -> float:
        if not head.startswith(MAGIC):
            return -1
        return 0.9 if _MAIN.encode("utf-16-le") in head else 0.5

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        compound = opened(file, budget)
        main = compound.open(_MAIN)
        if main is None:
            raise NotThisFormat
        if any(name in compound.streams for name in PROTECTED):
            raise Unreadable(Unread.ENCRYPTED)
        document = WordDocument(compound, main, budget)
        if budget.mentions or document.may_change_the_text() or bears(document.texts()):
            yield from document.blocks()
        else:
            yield MARKLESS
        pool = compound.storage(_OBJECTS)
        for name in pool.storages if pool else ():
            yield from embedded(pool, name, budget) if pool else ()
        yield from metadata(compound, budget)
        document.judge()
