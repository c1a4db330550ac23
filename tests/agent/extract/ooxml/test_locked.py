from __future__ import annotations

import io

import pytest

from agent.extract.base import Budget, NotThisFormat, Unreadable
from agent.extract.ooxml.locked import Locked
from policies.vocabulary import Unread
from tests.agent.extract.samples import compound


def test_an_encrypted_package_is_told() -> None:
    data = compound({"EncryptionInfo": b"x" * 100, "EncryptedPackage": b"x" * 5000})
    assert Locked().rank(data) > 0
    with pytest.raises(Unreadable) as raised:
        Locked().blocks(io.BytesIO(data), Budget())
    assert raised.value.reason is Unread.ENCRYPTED


def test_another_compound_file_is_not_this_format() -> None:
    with pytest.raises(NotThisFormat):
        Locked().blocks(io.BytesIO(compound({"WordDocument": b"x" * 5000})), Budget())


def test_rank_looks_at_the_beginning() -> None:
    assert Locked().rank(b"PK\3\4") < 0
