"""Outlook messages (MS-OXMSG): subject, body, attachments, messages in messages."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import Budget, Extractor, Member, NotThisFormat, Unreadable
from agent.extract.codepage import decode
from agent.extract.ole.cfb import MAGIC, Compound, opened, whole
from agent.extract.ole.lzfu import unpacked
from agent.extract.ole.package import embedded
from agent.extract.stream import forward
from checks.marking.text import Block
from checks.marking.trace import could_bear
from policies.vocabulary import Place, Unread

_PROPERTIES = "__properties_version1.0"
_ATTACHMENT = "__attach_version1.0_"
_LONG, _WIDE, _NARROW, _BINARY, _OBJECT = 0x0003, 0x001F, 0x001E, 0x0102, 0x000D
_CLASS, _SENSITIVITY, _SUBJECT, _BODY, _RICH, _HTML = 0x001A, 0x0036, 0x0037, 0x1000, 0x1009, 0x1013
_CODE_PAGES = (0x3FFD, 0x3FDE)  # of the message's 8-bit texts; of the body as it came
_NAMES = (0x3707, 0x3704, 0x3001)
_DATA, _METHOD = 0x3701, 0x3705
_SENSITIVITIES = {1: "Personal", 2: "Private", 3: "Company-Confidential"}
_MOST_TEXT = 16 << 20
# Texts of properties that have a name of their own (MS-OXMSG 2.2.3): categories, labels, fields that an office added.
_NAMED = re.compile("__substg1[.]0_([89A-F][0-9A-F]{3})(?:00(1[EF])|10(1[EF])-[0-9A-F]{8})", re.IGNORECASE)


class Msg(Extractor):
    """A compound file with a stream of a message's properties."""

    name: ClassVar[str] = "msg"

    def rank(self, head: bytes) -> float:
        if not head.startswith(MAGIC):
            return -1
        return 0.9 if _PROPERTIES.encode("utf-16-le") in head else 0.3

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        storage = opened(file, budget)
        if _PROPERTIES not in storage.streams:
            raise NotThisFormat
        message = _Object(storage, budget)
        if subject := message.text(_SUBJECT):
            yield Block(subject, Place.SUBJECT)
        if (word := _SENSITIVITIES.get(message.number(_SENSITIVITY))) is not None:
            yield Block(f"Sensitivity={word}", Place.METADATA, page=0)
        yield from (Block(text, Place.METADATA, page=0) for text in message.named() if could_bear(text))
        if body := message.text(_BODY):
            yield Block(body, Place.BODY)
        yield from _formatted(message, budget)
        for name in storage.storages:
            if name.startswith(_ATTACHMENT):
                yield from _attached(storage, name, budget)
        if _is_sealed(message.text(_CLASS)):
            raise Unreadable(Unread.ENCRYPTED)


class _Object:
    """The properties of a message or an attachment: short ones in one stream, the others in a stream each."""

    def __init__(self, storage: Compound, budget: Budget) -> None:
        self._storage = storage
        self._budget = budget
        self._short = _short_properties(storage, budget)
        self._code_page = next((page for identifier in _CODE_PAGES if (page := self.number(identifier))), 0)

    def number(self, identifier: int) -> int:
        """A number, 0 where there is none."""
        return int.from_bytes(self._short.get((identifier, _LONG), b"")[:4], "little")

    def text(self, identifier: int) -> str:
        """A text, empty where there is none."""
        if (wide := self.stream(identifier, _WIDE)) is not None:
            return self._read(wide, _WIDE)
        narrow = self.stream(identifier, _NARROW)
        return self._read(narrow, _NARROW) if narrow else ""

    def named(self) -> Iterator[str]:
        """The texts of the properties that have a name of their own; one of several texts each by itself."""
        for name in self._storage.streams:
            match = _NAMED.fullmatch(name)
            stream = self._storage.open(name) if match else None
            if match and stream:
                yield self._read(stream, int(match[2] or match[3], 16)).strip("\0 ")

    def stream(self, identifier: int, kind: int) -> BinaryIO | None:
        """A property in a stream of its own."""
        return self._storage.open(f"__substg1.0_{identifier:04X}{kind:04X}")

    def _read(self, stream: BinaryIO, kind: int) -> str:
        data = whole(stream, self._budget, _MOST_TEXT)
        return data.decode("utf-16-le", "replace") if kind == _WIDE else decode(data, self._code_page)


def _short_properties(storage: Compound, budget: Budget) -> dict[tuple[int, int], bytes]:
    """Values by identifier and type. The header before them is of 32, 24 or 8 bytes; read as values, it names no property."""
    stream = storage.open(_PROPERTIES)
    data = whole(stream, budget) if stream else b""
    found = {}
    for at in range(len(data) % 16, len(data), 16):
        kind, identifier, _, value = struct.unpack_from("<HHI8s", data, at)
        found[identifier, kind] = value
    return found


def _formatted(message: _Object, budget: Budget) -> Iterator[Member]:
    """The body as HTML, or else as rich text: they say the same in most messages, but not in every one."""
    if (html := message.stream(_HTML, _BINARY)) is not None:
        yield Member("", html, Place.BODY)
    elif page := message.text(_HTML):
        yield Member("", forward(iter([page.encode()])), Place.BODY)
    elif (rich := message.stream(_RICH, _BINARY)) is not None:
        yield Member("", forward(unpacked(whole(rich, budget, _MOST_TEXT), budget)), Place.BODY)


def _attached(message: Compound, name: str, budget: Budget) -> Iterator[Member]:
    storage = message.storage(name)
    if storage is None:
        return
    attachment = _Object(storage, budget)
    label = next((text for identifier in _NAMES if (text := attachment.text(identifier).strip("\0 "))), "attachment")
    if label.casefold() == "message.rpmsg":  # the message itself, under rights management
        yield Member(label, None, Place.ATTACHMENT, Unread.ENCRYPTED)
    elif (data := attachment.stream(_DATA, _BINARY)) is not None:
        yield Member(label, data, Place.ATTACHMENT)
    else:
        inner = f"__substg1.0_{_DATA:04X}{_OBJECT:04X}"
        yield from (Member(label, member.file, Place.ATTACHMENT) for member in embedded(storage, inner, budget))


def _is_sealed(message_class: str) -> bool:
    """Whether the text lies encrypted in the attachment; a clear-signed message's does not."""
    kind = message_class.strip("\0").casefold()
    return kind.startswith("ipm.note.smime") and not kind.endswith("multipartsigned")
