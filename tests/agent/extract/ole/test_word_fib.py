from __future__ import annotations

import io
import struct

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.ole.cfb import opened
from agent.extract.ole.word_fib import STYLES, InformationBlock
from policies.vocabulary import Unread
from tests.agent.extract.compounds import compound
from tests.agent.extract.words import old_word, word


def block(data: bytes) -> InformationBlock:
    storage = opened(io.BytesIO(data), Budget())
    main = storage.open("WordDocument")
    assert main is not None
    return InformationBlock(storage, main, Budget())


def test_lengths_and_pieces_of_a_document_are_told() -> None:
    found = block(word([("机密\r", False)]))
    assert (found.is_old, found.lengths(), found.pieces().length) == (False, (3, 0, 0, 0, 0, 0, 0, 0), 3)
    assert found.table(STYLES) == b""


def test_an_old_document_is_in_the_code_page_of_its_language() -> None:
    found = block(old_word("机密\r", fast=False))
    assert (found.is_old, found.code_page, found.pieces().length) == (True, 936, 5)


@pytest.mark.parametrize("main", [b"", b"\xec\xa5" + bytes(100)])
def test_a_block_that_is_cut_off_is_corrupt(main: bytes) -> None:
    with pytest.raises(Unreadable) as raised:
        block(compound({"WordDocument": main}))
    assert raised.value.reason is Unread.CORRUPT


def test_an_absurdly_large_table_is_refused() -> None:
    found = block(word([("机密\r", False)], clx_size=64 << 20))
    with pytest.raises(Unreadable) as raised:
        found.pieces()
    assert raised.value.reason is Unread.TOO_LARGE


def test_the_second_table_stream_is_used_where_the_flags_say_so() -> None:
    head = struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0x0804, 0, 0x0200).ljust(154 + 8, b"\0") + struct.pack("<II", 1, 3)
    data = compound({"WordDocument": head.ljust(1024, b"\0"), "1Table": b"xyzabc", "0Table": b"......"})
    assert block(data).table(STYLES) == b"yza"
