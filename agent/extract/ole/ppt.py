"""PowerPoint 97-2003 presentations, shows and templates, WPS Presentation's too (MS-PPT): every place where a mark may stand."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import MARKLESS, Budget, Extractor, Member, NotThisFormat, Unreadable
from agent.extract.ole import stretch
from agent.extract.ole.cfb import MAGIC, Compound, opened, whole
from agent.extract.ole.package import PROTECTED
from agent.extract.ole.ppt_document import Contents, Document
from agent.extract.ole.ppt_slide import SlideTexts
from agent.extract.ole.property_set import metadata
from agent.extract.ole.records import Record, walk
from agent.extract.question import bears
from agent.extract.stream import forward
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_STREAM, _USER, _PICTURES = "PowerPoint Document", "Current User", "Pictures"
_STORAGE, _COMPRESSED = 0x1011, 1
_CHUNK = 64 << 10
_MOST_USER = 4096


class Ppt(Extractor):
    """A compound file with a stream "PowerPoint Document"."""

    name: ClassVar[str] = "ppt"

    def rank(self, head: bytes) -> float:
        if not head.startswith(MAGIC):
            return -1
        return 0.9 if _STREAM.encode("utf-16-le") in head else 0.5

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        compound = opened(file, budget)
        stream = compound.open(_STREAM)
        if stream is None:
            raise NotThisFormat
        if any(name in compound.streams for name in PROTECTED):
            raise Unreadable(Unread.ENCRYPTED)
        user = compound.open(_USER)
        document = Document(stream, whole(user, budget, _MOST_USER) if user else b"", budget)
        contents = document.contents()
        told = False
        if budget.mentions or bears(block.text for block in _texts(document, contents, budget)):
            for block in _texts(document, contents, budget):
                told = told or block.place.seen_by_a_reader
                yield block
        else:
            told = any(block.place.seen_by_a_reader for block in _texts(document, contents, budget))
            yield MARKLESS
        for number, reference in enumerate(contents.objects, 1):
            yield _embedded(document, f"object {number}", reference, budget)
        yield from metadata(compound, budget)
        if not told and _has_pictures(compound):
            raise Unreadable(Unread.NO_TEXT)


def _texts(document: Document, contents: Contents, budget: Budget) -> Iterator[Block]:
    """Slides in their order, then notes, masters, and what stands on every slide."""
    stream = document.stream
    pages = {part.identifier: page for page, part in enumerate(contents.slides, 1)}
    for page, part in enumerate(contents.slides, 1):
        yield from SlideTexts(stream, budget, Place.SLIDE, page).blocks(document.part(part.reference), part.outline)
    for part in contents.notes:
        notes, record = SlideTexts(stream, budget, Place.BODY, 0), document.part(part.reference)
        notes.page = pages.get(notes.notes_of(record), 0)
        yield from notes.blocks(record, part.outline)
    for part in contents.masters:
        yield from SlideTexts(stream, budget, Place.HEADER, 1, of_master=True).blocks(document.part(part.reference))
    for record in contents.running:
        yield from _running(stream, record, budget)


def _running(stream: BinaryIO, record: Record, budget: Budget) -> Iterator[Block]:
    texts = SlideTexts(stream, budget, Place.HEADER, 1)
    for inner in walk(stream, record.at, record.at + record.size, budget):
        yield from texts.running(inner)


def _embedded(document: Document, name: str, reference: int, budget: Budget) -> Member:
    """An embedded object is a compound file, mostly compressed (MS-PPT 2.10.34). One that is damaged does not hide the others."""
    try:
        record = document.part(reference)
    except Unreadable as error:
        return Member(name, None, reason=error.reason)
    if record.kind != _STORAGE:
        return Member(name, None, reason=Unread.CORRUPT)
    if record.instance == _COMPRESSED:
        return Member(name, forward(_unpacked(document.stream, record, budget)))
    return Member(name, stretch.part(document.stream, record.at, record.size, record.at + record.size))


def _unpacked(stream: BinaryIO, record: Record, budget: Budget) -> Iterator[bytes]:
    unpack = zlib.decompressobj()
    at, end, out = record.at + 4, record.at + record.size, 0  # its size comes first
    while at < end and not unpack.eof:
        stream.seek(at)
        data = stream.read(min(_CHUNK, end - at))
        at += len(data)
        while data and not unpack.eof:
            try:
                piece = unpack.decompress(data, _CHUNK)
            except zlib.error:
                raise Unreadable(Unread.CORRUPT) from None
            data = unpack.unconsumed_tail
            out += len(piece)
            budget.unpacked(out, record.size)
            budget.spend(len(piece))
            yield piece
    if not unpack.eof:
        raise Unreadable(Unread.CORRUPT)


def _has_pictures(compound: Compound) -> bool:
    return _PICTURES in compound.streams and compound.streams[_PICTURES].size > 0
