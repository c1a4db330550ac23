from __future__ import annotations

import io

import pytest

from agent.extract.base import Budget, NotThisFormat, Unreadable
from agent.extract.doc import Doc
from policies.vocabulary import Unread
from tests.agent.extract.samples import compound


def word(flags: int) -> bytes:
    return compound({"WordDocument": (b"\xec\xa5" + bytes(8) + flags.to_bytes(2, "little")).ljust(5000, b"\0")})


@pytest.mark.parametrize(
    ("flags", "reason"), [(0x0100, Unread.ENCRYPTED), (0x1300, Unread.ENCRYPTED), (0x0200, Unread.UNSUPPORTED)]
)
def test_a_word_97_document_is_never_called_read(flags: int, reason: Unread) -> None:
    with pytest.raises(Unreadable) as raised:
        Doc().blocks(io.BytesIO(word(flags)), Budget())
    assert raised.value.reason is reason


def test_another_compound_file_is_not_this_format() -> None:
    with pytest.raises(NotThisFormat):
        Doc().blocks(io.BytesIO(compound({"Workbook": b"x" * 5000})), Budget())


def test_rank_looks_at_the_beginning() -> None:
    assert Doc().rank(word(0)) > 0 > Doc().rank(b"PK\3\4")
