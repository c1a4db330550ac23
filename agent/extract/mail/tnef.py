"""Outlook's winmail.dat (MS-OXTNEF): the body and the attachments of a mail, as Exchange wraps them for other programs."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, ClassVar

from agent.extract.base import Budget, Extractor, Member, Unreadable
from agent.extract.codepage import decode
from agent.extract.ole.lzfu import unpacked
from agent.extract.ole.mapi import OBJECT, UNICODE, Values, values
from agent.extract.stream import forward
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_MAGIC = b"\x78\x9f\x3e\x22"
_ATTRIBUTE = struct.Struct("<BII")
_CHUNK = 64 << 10
_LONGEST = 8 << 20
_SUBJECT, _BODY, _PROPERTIES, _CODE_PAGE = 0x018004, 0x02800C, 0x069003, 0x069007
_NEW_ATTACHMENT, _TITLE, _DATA, _ATTACHMENT_PROPERTIES = 0x069002, 0x018010, 0x06800F, 0x069005
_PR_SUBJECT, _PR_BODY, _PR_RICH, _PR_HTML, _PR_DATA, _PR_NAME = 0x0037, 0x1000, 0x1009, 0x1013, 0x3701, 0x3707
_KIND_OF_OBJECT = 16  # bytes of an interface's identifier before an object's content


@dataclass(slots=True)
class _Attachment:
    """Where an attachment's bytes are; `inner` is what is a message of its own."""

    name: str = ""
    start: int = 0
    size: int = 0
    inner: bytes = b""


class Tnef(Extractor):
    """One message; its bodies are those of the mail that it came with."""

    name: ClassVar[str] = "tnef"

    def rank(self, head: bytes) -> float:
        return 0.9 if head.startswith(_MAGIC) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        message = _Message(file, budget)
        for attribute, start, size in message.attributes():
            yield from message.told(attribute, start, size)
        yield from message.members()
        if message.damaged:
            raise Unreadable(Unread.CORRUPT)


class _Message:
    """The attributes of a message, in their order; what they say of its attachments is complete behind the last."""

    def __init__(self, file: BinaryIO, budget: Budget) -> None:
        self.damaged = False
        self._file = file
        self._budget = budget
        self._code_page = 0
        self._attachments: list[_Attachment] = []

    def attributes(self) -> Iterator[tuple[int, int, int]]:
        """Identifier, place and size of each attribute's data."""
        at, end = len(_MAGIC) + 2, self._file.seek(0, 2)
        while at + _ATTRIBUTE.size <= end:
            self._budget.tick()
            _, attribute, size = _ATTRIBUTE.unpack(self._read(at, _ATTRIBUTE.size))
            at += _ATTRIBUTE.size
            yield attribute & 0xFFFFFF, at, size
            at += size + 2  # a checksum
        self.damaged = at != end

    def told(self, attribute: int, start: int, size: int) -> Iterator[Block | Member]:
        """What an attribute says of the message; what it says of an attachment is kept."""
        if attribute == _CODE_PAGE:
            self._code_page = int.from_bytes(self._read(start, min(size, 4)), "little")
        elif attribute in (_SUBJECT, _BODY):
            text = decode(self._read(start, size), self._code_page).strip("\0")
            yield Block(text, Place.SUBJECT if attribute == _SUBJECT else Place.BODY)
        elif attribute == _PROPERTIES:
            yield from self._bodies(values(self._read(start, size), self._budget))
        elif attribute == _NEW_ATTACHMENT:
            self._budget.opened(len(self._attachments))
            self._attachments.append(_Attachment())
        elif self._attachments:
            self._of_attachment(self._attachments[-1], attribute, start, size)

    def members(self) -> Iterator[Member]:
        """The attachments."""
        for number, attachment in enumerate(self._attachments, 1):
            name = attachment.name or str(number)
            inner = io.BytesIO(attachment.inner) if attachment.inner else None
            yield Member(name, inner or forward(self._content(attachment)), Place.ATTACHMENT)

    def _bodies(self, properties: Values) -> Iterator[Block | Member]:
        for identifier, place in ((_PR_SUBJECT, Place.SUBJECT), (_PR_BODY, Place.BODY)):
            if text := self._text(properties, identifier):
                yield Block(text, place)
        if _PR_HTML in properties:
            yield Member("", io.BytesIO(properties[_PR_HTML][1]))
        elif _PR_RICH in properties:
            yield Member("", forward(unpacked(properties[_PR_RICH][1], self._budget)))

    def _of_attachment(self, attachment: _Attachment, attribute: int, start: int, size: int) -> None:
        if attribute == _TITLE:
            attachment.name = decode(self._read(start, size), self._code_page).strip("\0")
        elif attribute == _DATA:
            attachment.start, attachment.size = start, size
        elif attribute == _ATTACHMENT_PROPERTIES:
            properties = values(self._read(start, size), self._budget)
            attachment.name = self._text(properties, _PR_NAME) or attachment.name
            kind, data = properties.get(_PR_DATA, (0, b""))
            if kind == OBJECT:
                attachment.inner = data[_KIND_OF_OBJECT:]

    def _text(self, properties: Values, identifier: int) -> str:
        kind, data = properties.get(identifier, (0, b""))
        return (data.decode("utf-16-le", "replace") if kind == UNICODE else decode(data, self._code_page)).strip("\0")

    def _content(self, attachment: _Attachment) -> Iterator[bytes]:
        end = attachment.start + attachment.size
        for at in range(attachment.start, end, _CHUNK):
            self._file.seek(at)
            chunk = self._file.read(min(_CHUNK, end - at))
            yield chunk
            if at + len(chunk) < min(at + _CHUNK, end):
                raise Unreadable(Unread.CORRUPT)

    def _read(self, start: int, size: int) -> bytes:
        """An attribute's data as a whole. Raises Unreadable."""
        if size > _LONGEST:
            raise Unreadable(Unread.TOO_LARGE)
        self._file.seek(start)
        data = self._file.read(size)
        if len(data) < size:
            raise Unreadable(Unread.CORRUPT)
        return data
