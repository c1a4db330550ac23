from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from agent.extract.base import Budget, NotThisFormat, Unreadable
from agent.extract.ooxml.ooxml import Office, Relation
from agent.extract.sieve import Sieve
from checks.marking.text import Block
from policies.vocabulary import Place, Unread
from tests.agent.extract.samples import MAIN, body, package, paragraph

RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/header" Target="../a/h.xml"/>'
    '<Relationship Id="r2" Type="urn:x/image" Target="/b/i.png"/>'
    '<Relationship Id="r3" Type="urn:x/hyperlink" Target="file:///x" TargetMode="External"/></Relationships>'
)


def office(others: dict[str, str | bytes] | None = None, kinds: dict[str, str] | None = None, text: str = "x") -> Office:
    parts: dict[str, str | bytes] = {"word/document.xml": body(paragraph(text))}
    data = package(parts | (others or {}), {"word/document.xml": MAIN} | (kinds or {}))
    return Office(io.BytesIO(data), Budget(), "word")


def reason(made: Office) -> Unread | None:
    try:
        made.judge()
    except Unreadable as error:
        return error.reason
    return None


def test_another_program_s_package_is_not_this_format() -> None:
    with pytest.raises(NotThisFormat):
        Office(io.BytesIO(package({"word/document.xml": body("")}, {"word/document.xml": MAIN})), Budget(), "excel")


def test_parts_are_found_by_the_end_of_their_type() -> None:
    made = office({"a.xml": "<a/>", "b.xml": "<b/>"}, {"a.xml": "application/x.Header+xml"})
    assert (made.parts(".header+xml"), made.kind("b.xml"), made.kind("none")) == (["a.xml"], "", "")


def test_relations_lead_to_parts_of_the_package() -> None:
    made = office({"word/_rels/document.xml.rels": RELATIONS, "b/i.png": b""})
    assert made.relations("word/document.xml") == {"r1": Relation("header", "a/h.xml"), "r2": Relation("image", "b/i.png")}
    assert made.relations("a/h.xml") == {}


def test_a_relation_that_leads_nowhere_is_damage() -> None:
    made = office({"b/i.png": b""})
    assert (made.present(Relation("image", "b/i.png")), reason(made)) == ("b/i.png", None)
    assert (made.present(Relation("header", "a/h.xml")), reason(made)) == ("", Unread.CORRUPT)


def test_damaged_relations_are_noted() -> None:
    made = office({"word/_rels/document.xml.rels": RELATIONS[:-5]})
    assert (made.relations("word/document.xml"), reason(made)) == ({}, Unread.CORRUPT)


def test_a_package_without_its_list_of_types_is_corrupt_though_read() -> None:
    made = package({"word/document.xml": body(""), "word/header1.xml": "<h/>"}, {}).replace(
        b"[Content_Types].xml", b"[Content_Typos].xml"
    )
    found = Office(io.BytesIO(made), Budget(), "word")
    assert (found.mains, found.parts("header+xml")) == (["word/document.xml"], ["word/header1.xml"])
    assert reason(found) is Unread.CORRUPT


def test_a_part_that_is_required_and_absent_is_damage() -> None:
    made = office({}, {"word/h.xml": "application/header+xml"})
    made.require("footer+xml")
    assert reason(made) is None
    made.require("header+xml")
    assert reason(made) is Unread.CORRUPT


def test_the_gravest_reason_is_told() -> None:
    made = office()
    made.unread |= {Unread.NO_TEXT, Unread.CORRUPT, Unread.UNSUPPORTED}
    assert reason(made) is Unread.CORRUPT


def test_damage_of_one_part_stays_with_it() -> None:
    def broken() -> Iterator[Block]:
        yield Block("y", Place.BODY)
        raise Unreadable(Unread.TOO_LARGE)

    made = office()
    assert list(made.apart([Block("x", Place.BODY)])) == [Block("x", Place.BODY)]
    assert list(made.apart(broken())) == [Block("y", Place.BODY)]
    assert reason(made) is Unread.TOO_LARGE


@pytest.mark.parametrize(
    ("name", "kind", "embedded"),
    [
        ("word/embeddings/oleObject1.bin", "application/vnd.openxmlformats-officedocument.oleObject", True),
        ("word/embeddings/x.png", "image/png", True),
        ("word/part.rtf", "application/rtf", True),
        ("xl/printerSettings1.bin", "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings", False),
        ("word/vbaProject.bin", "application/vnd.ms-office.vbaProject", False),
        ("word/media/image1.png", "image/png", False),
        ("word/media/image1.png", "", False),
        ("word/theme.xml", "application/theme+xml", False),
        ("customXml/item1.xml", "application/xml", False),
        ("[trash]/0000.dat", "", False),
        ("odd.dat", "", True),
    ],
)
def test_what_is_a_file_of_its_own_is_told_from_what_belongs_to_any_document(name: str, kind: str, embedded: bool) -> None:
    made = office({name: "x"}, {name: kind} if kind else {})
    assert [member.name for member in made.members()] == ([name] if embedded else [])
    assert reason(made) is None


def test_the_properties_are_asked_for_marks_too() -> None:
    core = {"docProps/core.xml": "<p><subject>{}</subject></p>"}
    sieves = {"word/document.xml": Sieve()}
    assert not office({name: text.format("通知") for name, text in core.items()}).bears(["word/document.xml"], sieves)
    sieves = {"word/document.xml": Sieve()}
    assert office({name: text.format("机密★") for name, text in core.items()}).bears(["word/document.xml"], sieves)


def test_little_text_beside_pictures_is_worth_parsing() -> None:
    pictures: dict[str, str | bytes] = {"word/media/image1.png": b""}
    assert office(pictures).bears(["word/document.xml"], {"word/document.xml": Sieve()})
    assert not office(pictures, text="通知" * 500).bears(["word/document.xml"], {"word/document.xml": Sieve()})
