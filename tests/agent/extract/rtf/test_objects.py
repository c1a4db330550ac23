from __future__ import annotations

import struct

import pytest

from agent.extract.rtf.objects import embedded
from policies.vocabulary import Unread


def counted(text: bytes) -> bytes:
    return struct.pack("<I", len(text) + 1) + text + b"\0"


def ole(kind: bytes, data: bytes, form: int = 2) -> bytearray:
    """An object of OLE 1.0."""
    return bytearray(
        struct.pack("<II", 0x501, form) + counted(kind) + counted(b"") + counted(b"") + struct.pack("<I", len(data)) + data
    )


def packaged(name: bytes, data: bytes) -> bytes:
    """What the packager writes."""
    path = b"C:\\x\\" + name + b"\0"
    sizes = struct.pack("<HHI", 0, 3, len(path)) + path + struct.pack("<I", len(data)) + data
    return struct.pack("<H", 2) + name + b"\0" + path + sizes


def told(data: bytearray) -> list[tuple[str, bytes | None, Unread | None]]:
    return [(member.name, member.file.read() if member.file else None, member.reason) for member in embedded(data, "Kind")]


def test_an_embedded_document_is_a_file() -> None:
    assert told(ole(b"Word.Document.8", b"content")) == [("Word.Document.8", b"content", None)]


def test_a_packaged_file_has_its_own_name() -> None:
    assert told(ole(b"Package", packaged("报告.txt".encode("gbk"), b"content"))) == [("报告.txt", b"content", None)]


@pytest.mark.parametrize("data", [ole(b"Word.Document.8", b"", form=1), ole(b"Equation.3", b"x"), ole(b"PBrush", b"x")])
def test_a_link_a_formula_and_a_picture_are_no_documents(data: bytearray) -> None:
    assert told(data) == []


@pytest.mark.parametrize("cut", [1, 9, 20, 45])
def test_an_object_that_is_cut_off_is_told(cut: int) -> None:
    assert told(ole(b"Word.Document.8", b"content")[:cut])[0][1:] == (None, Unread.CORRUPT)


@pytest.mark.parametrize("cut", [3, 8, 20, 40])
def test_a_packaged_file_that_is_cut_off_is_told(cut: int) -> None:
    assert told(ole(b"Package", packaged(b"a.txt", b"content" * 3)[:cut]))[0][1:] == (None, Unread.CORRUPT)
