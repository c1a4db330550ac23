from __future__ import annotations

import pytest

from agent.extract.base import Budget, Member
from agent.extract.pdf.attachments import attachments
from agent.extract.pdf.syntax import Damaged
from policies.vocabulary import Place, Unread
from tests.agent.extract.pdfs import Part, one_page, opened, stream, wide_text

FILE = stream("inside", "/Type/EmbeddedFile", packed=True)


def found(
    *objects: Part, catalog: str = "/Names<</EmbeddedFiles 9 0 R>>", page: str = "", budget: Budget | None = None
) -> list[Member]:
    return list(attachments(opened(one_page("", *objects, catalog=catalog, page=page)), budget or Budget()))


def contents(members: list[Member]) -> list[tuple[str, bytes | None]]:
    assert all(member.place is Place.ATTACHMENT for member in members)
    return [(member.name, member.file.read() if member.file else None) for member in members]


def test_embedded_files_are_members() -> None:
    specification = f"<</Type/Filespec/F(plain.txt)/UF{wide_text('附件.txt')}/EF<</F 12 0 R>>>>"
    tree = ("<</Kids[10 0 R]>>", "<</Names[(a) 11 0 R]>>", specification, FILE)
    assert contents(found(*tree)) == [("附件.txt", b"inside")]


def test_a_file_that_is_pinned_to_a_page_is_a_member_once() -> None:
    note = "<</Type/Annot/Subtype/FileAttachment/FS 11 0 R/Rect[0 0 9 9]>>"
    objects = ("<</Names[(a) 11 0 R]>>", note, "<</F(a.txt)/EF<</F 12 0 R>>>>", FILE)
    assert contents(found(*objects, catalog="", page="/Annots[10 0 R]")) == [("a.txt", b"inside")]
    assert contents(found(*objects, page="/Annots[10 0 R]")) == [("a.txt", b"inside")]


def test_a_file_that_is_elsewhere_is_no_member() -> None:
    assert found("<</Names[(a)<</F(a.txt)>>]>>") == []


@pytest.mark.parametrize(
    ("embedded", "reason"),
    [
        (stream("x").replace(b"/Length 1", b"/Length 7"), Unread.CORRUPT),
        ("<<>>", Unread.CORRUPT),
        (stream("x" * 999), Unread.TOO_LARGE),
        (stream("x" * 9999, packed=True), Unread.TOO_LARGE),
    ],
)
def test_a_file_that_cannot_be_had_is_named(embedded: Part, reason: Unread) -> None:
    members = found("<</Names[(a)<</F(a.txt)/EF<</F 10 0 R>>>>]>>", embedded, budget=Budget(held=500))
    assert [(member.name, member.file, member.reason) for member in members] == [("a.txt", None, reason)]


def test_a_tree_within_itself_is_damage() -> None:
    with pytest.raises(Damaged):
        found("<</Kids[9 0 R]>>")
