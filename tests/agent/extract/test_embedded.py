from __future__ import annotations

import base64
import io

import pytest

from agent.extract.base import Budget, Member, Unreadable
from agent.extract.embedded import Base64File, beside, within
from agent.extract.package import Package
from policies.vocabulary import Place, Unread
from tests.agent.extract.parts import zipped


def fed(text: str, step: int) -> Member | None:
    file = Base64File()
    for at in range(0, len(text), step):
        file.feed(text[at : at + step])
    return file.member("a")


@pytest.mark.parametrize("step", [1, 3, 77, 10_000])
def test_a_file_is_decoded_as_it_comes(step: int) -> None:
    content = bytes(range(256)) * 5
    member = fed(base64.encodebytes(content).decode(), step)
    assert member is not None
    assert member.file is not None
    assert member.file.read() == content


def test_what_is_not_base64_is_corrupt() -> None:
    for text in ("密密密密", "AAA", "A===", "AA=AAAAA"):
        assert fed(text, 100) == Member("a", None, Place.MEMBER, Unread.CORRUPT)


def test_nothing_written_is_no_file() -> None:
    assert fed(" \n", 1) is None


def test_a_large_file_is_not_kept() -> None:
    assert fed("A" * (12 << 20), 1 << 20) == Member("a", None, Place.MEMBER, Unread.TOO_LARGE)


def test_a_file_in_memory_counts_while_it_is_read() -> None:
    budget = Budget(memory=100)
    parts = within([Member("a", io.BytesIO(b"x" * 60)), Member("b", io.BytesIO(b"x" * 101))], budget)
    next(parts)
    assert budget.memory == 40
    with pytest.raises(Unreadable) as raised:
        next(parts)
    assert raised.value.reason is Unread.TOO_LARGE
    assert budget.memory == 100


def test_documents_beside_the_markup_are_given_and_others_not() -> None:
    parts: dict[str, str | bytes] = {"a": b"PK\3\4", "b": b"\x89PNG\r\n\x1a\n", "c": b"\x7fELF"}
    reasons: list[Unread] = []
    package = Package(io.BytesIO(zipped(parts)), Budget())
    assert [member.name for member in beside(package, package, reasons)] == ["a"]
    assert reasons == []


def test_one_that_cannot_be_read_is_told_and_the_next_is_given() -> None:
    data = bytearray(zipped({"a": b"first", "b": b"second"}))
    data[data.index(b"PK\1\2") + 8] |= 1  # the first one is encrypted
    reasons: list[Unread] = []
    package = Package(io.BytesIO(bytes(data)), Budget())
    assert [member.name for member in beside(package, ["a", "b"], reasons)] == ["b"]
    assert reasons == [Unread.ENCRYPTED]
