"""What is embedded by OLE (MS-OLEDS): a file packed into a stream, or a document that lies in a storage. And compound files of
programs whose documents are not read here, which are told.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import Budget, Extractor, Member, Unreadable
from agent.extract.codepage import decode
from agent.extract.ole.cfb import MAGIC, Compound, opened, whole
from agent.extract.ole.stretch import part
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_FILES = ("Package", "EmbeddedOdf", "CONTENTS")
_NATIVE = "\x01Ole10Native"
PROTECTED = ("\tDRMContent", "EncryptedPackage")
# What a storage holds beside the document itself, or for a picture of it.
_BESIDE = (
    *("\x01ole\0", "\x01compobj", "\x02olepres", "\x03objinfo", "\x03linkinfo", "\x03eprint"),
    *("\x03print", "\x03meta", "\x03pic", "equation native"),
)
_LONGEST_NAME = 1024


class OlePackage(Extractor):
    """A compound file that no other extractor calls its own."""

    name: ClassVar[str] = "ole"

    def rank(self, head: bytes) -> float:
        return 0.1 if head.startswith(MAGIC) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        compound = opened(file, budget)
        if any(name in compound.streams for name in PROTECTED):
            raise Unreadable(Unread.ENCRYPTED)
        member = packed(compound, "object", budget)
        if member is None and not (compound.streams and is_bare(compound)):
            raise Unreadable(Unread.UNSUPPORTED)
        if member is not None:
            yield member


def embedded(compound: Compound, name: str, budget: Budget, place: Place = Place.MEMBER) -> Iterator[Member]:
    """What a storage of a document embeds: nothing where it only links, or is a formula."""
    storage = compound.storage(name)
    if storage is None or is_bare(storage):
        return
    yield packed(storage, name, budget, place) or Member(name, compound.as_file(name), place)


def is_bare(storage: Compound) -> bool:
    """Whether a storage holds no document."""
    return not storage.storages and all(f"{name.casefold()}\0".startswith(_BESIDE) for name in storage.streams)


def packed(storage: Compound, name: str, budget: Budget, place: Place = Place.MEMBER) -> Member | None:
    """The file in a storage that is no document itself."""
    for stream in _FILES:
        if (file := storage.open(stream)) is not None:
            return Member(name, file, place)
    native = storage.open(_NATIVE)
    return _native(native, name, budget, place) if native else None


def _native(stream: BinaryIO, name: str, budget: Budget, place: Place) -> Member:
    """A file with its name (Ole10Native, as the packager writes it), or the bare data of an old program."""
    size = int.from_bytes(stream.read(4), "little")
    head = whole(io.BytesIO(stream.read(3 * _LONGEST_NAME)), budget)
    end = stream.seek(0, io.SEEK_END)
    if int.from_bytes(head[:2], "little") != 2:
        return Member(name, part(stream, 4, size, end), place)
    label, _, rest = head[2:].partition(b"\0")
    path, _, rest = rest.partition(b"\0")
    temporary = int.from_bytes(rest[4:8], "little")
    start = 8 + temporary
    if len(rest) < start + 4:
        raise Unreadable(Unread.CORRUPT)
    length = int.from_bytes(rest[start : start + 4], "little")
    at = 4 + len(head) - len(rest) + start + 4
    return Member(_file_name(label) or _file_name(path) or name, part(stream, at, length, end), place)


def _file_name(label: bytes) -> str:
    return decode(label, 0).replace("\\", "/").rpartition("/")[2]
