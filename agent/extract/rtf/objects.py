"""What an RTF document embeds by OLE 1.0 (MS-OLEDS 2.2.4): a document, or a file that the packager wrapped."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from agent.extract import codepage
from agent.extract.base import Member
from policies.vocabulary import Unread

_EMBEDDED = 2
_PICTURES = ("pbrush", "paint.picture", "metafilepict", "dib", "equation", "mathtype", "staticmetafile", "staticdib")
_PACKAGED = 2


def embedded(data: bytearray, kind: str) -> Iterator[Member]:
    """The embedded file. Nothing for a link, a picture, a formula; one that cannot be read is given with the reason."""
    try:
        named, inner = _native(data)
    except (struct.error, ValueError):
        yield Member(kind or "object", None, reason=Unread.CORRUPT)
        return
    kind = named or kind
    if inner is None or kind.lower().startswith(_PICTURES):
        return
    if kind.lower() == "package":
        yield _packaged(inner)
    else:
        yield Member(kind, io.BytesIO(inner))


def _native(data: bytearray) -> tuple[str, bytes | None]:
    """The class name and the native data of an object; no data where it only links."""
    _version, form = struct.unpack_from("<II", data)
    at, names = 8, []
    for _ in range(3):
        (length,) = struct.unpack_from("<I", data, at)
        names.append(bytes(data[at + 4 : at + 4 + min(length, 255)]).rstrip(b"\0"))
        at += 4 + length
    name = codepage.decode(names[0], 1252)
    if form != _EMBEDDED:
        return name, None
    (size,) = struct.unpack_from("<I", data, at)
    if size > len(data) - at - 4:
        raise ValueError("cut off")
    return name, bytes(memoryview(data)[at + 4 : at + 4 + size])


def _packaged(data: bytes) -> Member:
    """A file that the packager wrapped: a label and two paths before its size and its bytes."""
    try:
        if struct.unpack_from("<H", data)[0] != _PACKAGED:
            return Member("Package", io.BytesIO(data))
        label_end = data.index(b"\0", 2)
        at = data.index(b"\0", label_end + 1) + 5
        at += 4 + struct.unpack_from("<I", data, at)[0]
        (size,) = struct.unpack_from("<I", data, at)
    except (struct.error, ValueError):
        return Member("Package", None, reason=Unread.CORRUPT)
    name = codepage.decode(data[2:label_end], 0).replace("\\", "/").rpartition("/")[2]
    if size > len(data) - at - 4:
        return Member(name or "Package", None, reason=Unread.CORRUPT)
    return Member(name or "Package", io.BytesIO(data[at + 4 : at + 4 + size]))
