from __future__ import annotations

import io
import marshal
import sys
from importlib.util import MAGIC_NUMBER
from pathlib import Path

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.program import Program
from policies.vocabulary import Unread

BYTECODE = MAGIC_NUMBER + bytes(12) + marshal.dumps(compile("x = 1", "x", "exec"))
HEADS = [
    BYTECODE,
    b"\0asm\1",
    b"\0\1\0\0\0\x11\1\0",
    b"OTTO\0\x0c",
    b"ID3\3",
    b"OggS\0",
    b"\0\0\0\x20ftypisom",
    b"SQLite format 3\0",
]


@pytest.mark.parametrize("head", HEADS)
def test_what_programs_make_for_programs_is_recognised(head: bytes) -> None:
    assert Program().rank(head) > 0


@pytest.mark.parametrize("head", [b"\0\x05\x16\x07\0\x02\0\0Mac OS X", b"\0\0\0\x01Bud1\0"])
def test_what_another_system_lays_beside_files_is_no_document(head: bytes) -> None:
    assert Program().rank(head) > 0


def test_this_interpreter_is_a_program() -> None:
    with Path(sys.executable).open("rb") as file:
        assert Program().rank(file.read(65536)) > 0


@pytest.mark.parametrize(
    "head",
    [
        b"",
        "机密★10年".encode(),
        b"MZ is a word",
        b"PK\3\4",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"%PDF-1.7",
        b"\0\0\0\x18ftypheic",
    ],
)
def test_documents_are_no_programs(head: bytes) -> None:
    assert Program().rank(head) < 0


def test_a_program_is_never_called_read() -> None:
    with pytest.raises(Unreadable) as raised:
        Program().blocks(io.BytesIO(b"\x7fELF"), Budget())
    assert raised.value.reason is Unread.UNSUPPORTED
