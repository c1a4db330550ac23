"""PowerPoint presentations made record by record: saved once or several times, with objects, tags and lies."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from tests.agent.extract.compounds import compound

WIDE, STRING, PLACEHOLDER, OUTLINE = 0x0FA0, 0x0FBA, 0x0BC3, 0x0F9E


def record(kind: int, body: bytes = b"", *, instance: int = 0) -> bytes:
    """A record that holds no other."""
    return struct.pack("<HHI", instance << 4, kind, len(body)) + body


def container(kind: int, *parts: bytes, instance: int = 0) -> bytes:
    """A record of records."""
    body = b"".join(parts)
    return struct.pack("<HHI", instance << 4 | 0xF, kind, len(body)) + body


def wide(text: str, kind: int = WIDE, *, instance: int = 0) -> bytes:
    """A text."""
    return record(kind, text.encode("utf-16-le"), instance=instance)


def shape(*parts: bytes) -> bytes:
    """A shape in a drawing."""
    return container(0x040C, container(0xF002, container(0xF004, *parts)))


def slide(*parts: bytes) -> bytes:
    """A slide."""
    return container(0x03EE, *parts)


def listed(kind: int, *references: int, texts: Sequence[bytes] = ()) -> bytes:
    """A list of slides (0), masters (1) or notes (2); the texts are the first one's in the outline."""
    parts = [record(0x03F3, struct.pack("<IIIII", reference, 0, 0, 256 + reference, 0)) for reference in references]
    return container(0x0FF0, *parts[:1], *texts, *parts[1:], instance=kind)


class Show:
    """A presentation that is saved part by part."""

    def __init__(self) -> None:
        self._stream = b""
        self._edit = 0
        self.token = 0xE391C05F

    def save(self, parts: Mapping[int, bytes], *, root: int = 1, encrypted: bool = False) -> Show:
        """Append newer versions of some parts, and an edit that tells where they are."""
        directory = b""
        for reference, part in parts.items():
            directory += struct.pack("<II", reference | 1 << 20, len(self._stream))
            self._stream += part
        place = len(self._stream)
        self._stream += record(0x1772, directory)
        edit = struct.pack("<IIIIIIHH", 0, 0, self._edit, place, root, 9, 0, 0) + (b"\0\0\0\0" if encrypted else b"")
        self._edit = len(self._stream)
        self._stream += record(0x0FF5, edit)
        return self

    def file(self, others: Mapping[str, bytes] | None = None, *, edit: int | None = None) -> bytes:
        """The compound file."""
        user = struct.pack("<HHIIII", 0, 0x0FF6, 20, 20, self.token, self._edit if edit is None else edit)
        return compound({"PowerPoint Document": self._stream, "Current User": user.ljust(44, b"\0")} | dict(others or {}))
