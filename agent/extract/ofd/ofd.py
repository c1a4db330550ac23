"""OFD, the national format of fixed pages (GB/T 33190-2016): pages with their templates, annotations, properties, attachments."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import MARKLESS, Budget, Extractor, Member, NotThisFormat, Unreadable
from agent.extract.ofd.document import Document
from agent.extract.ofd.parts import Parts, Record
from agent.extract.package import MAGIC, Package
from agent.extract.question import bears
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_PROPERTIES = ("Title", "Author", "Subject", "Abstract", "Keyword", "Creator")
_INDEX = frozenset({"OFD", "DocBody", "DocRoot", "CustomData", *_PROPERTIES})
_ENCRYPTIONS = "Encryptions.xml"  # GM/T 0099-2020


class Ofd(Extractor):
    """A package may hold several documents; all are read. Signatures and semantic tags say nothing that is read here."""

    name: ClassVar[str] = "ofd"

    def rank(self, head: bytes) -> float:
        if not head.startswith(MAGIC):
            return -1
        return 0.9 if b"OFD.xml" in head else 0.0

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        parts = Parts(Package(file, budget), budget)
        if not parts.root:
            raise NotThisFormat
        encrypted = parts.holds(_ENCRYPTIONS)
        reasons = [Unread.ENCRYPTED] if encrypted else []
        try:
            properties, documents = _index(parts)
        except Unreadable as error:
            raise Unreadable(Unread.ENCRYPTED if encrypted else error.reason) from None
        yield from _read(parts, properties, documents, reasons)
        for document in documents:
            yield from _attachments(parts, document)
        for document in documents:
            reasons += document.reasons
        if reasons or not documents:
            raise Unreadable(reasons[0] if reasons else Unread.CORRUPT)


def _index(parts: Parts) -> tuple[list[str], list[Document]]:
    """The properties and the documents that OFD.xml tells."""
    records = parts.records(parts.root, _INDEX)
    if not records or records[-1].name != "OFD":
        raise NotThisFormat
    properties = [text for record in records if (text := _property(record))]
    roots = [record.text for record in records if record.name == "DocRoot"]
    return properties, [Document(parts, location, number) for number, location in enumerate(roots)]


def _property(record: Record) -> str:
    """The author's own properties are given as "name=value"."""
    if record.name == "CustomData" and record.text:
        return f"{record.attributes.get('Name', '')}={record.text}"
    return record.text if record.name in _PROPERTIES else ""


def _read(parts: Parts, properties: list[str], documents: list[Document], reasons: list[Unread]) -> Iterator[Block]:
    """The cheap question on everything, then everything."""
    try:
        silent = not parts.budget.mentions and not bears(properties) and not any(document.could_bear() for document in documents)
    except Unreadable as error:
        silent = False
        reasons += [error.reason] if error.reason in (Unread.BOMB, Unread.TIMEOUT, Unread.TOO_LARGE) else []
    if silent:
        yield MARKLESS
        return
    yield from (Block(text, Place.METADATA, page=0) for text in properties)
    for document in documents:
        yield from document.blocks()


def _attachments(parts: Parts, document: Document) -> Iterator[Member]:
    """Files that are attached (19), shown to a reader or not."""
    for name, location, teller in document.attachments():
        part = parts.find(location, teller)
        called = name or posixpath.basename(location.replace("\\", "/"))
        file, reason = (parts.package.open(part), None) if part else (None, Unread.CORRUPT)
        yield Member(called, file, Place.ATTACHMENT, reason)
