from __future__ import annotations

import io

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.ofd.parts import Parts, Record
from agent.extract.package import Package
from policies.vocabulary import Unread
from tests.agent.extract.parts import zipped


def parts(*names: str, content: str = "") -> Parts:
    return Parts(Package(io.BytesIO(zipped(dict.fromkeys(names, content))), Budget()), Budget())


@pytest.mark.parametrize(
    ("location", "teller", "expected"),
    [
        ("Pages/P.xml", "Doc_0/Document.xml", "Doc_0/Pages/P.xml"),
        ("/Doc_0/Pages/P.xml", "Doc_0/Annots/A.xml", "Doc_0/Pages/P.xml"),
        ("Doc_0/Pages/P.xml", "Doc_0/Document.xml", "Doc_0/Pages/P.xml"),
        ("../Pages/P.xml", "Doc_0/Annots/A.xml", "Doc_0/Pages/P.xml"),
        (" .\\PAGES\\p.XML ", "Doc_0/Document.xml", "Doc_0/Pages/P.xml"),
        ("/Pages/P.xml", "Doc_0/Document.xml", "Doc_0/Pages/P.xml"),
        ("../../../../Doc_0/Pages/P.xml", "Doc_0/Document.xml", "Doc_0/Pages/P.xml"),
        ("Pages/Q.xml", "Doc_0/Document.xml", None),
        ("", "Doc_0/Document.xml", None),
    ],
)
def test_a_part_is_found_by_any_spelling_of_its_path(location: str, teller: str, expected: str | None) -> None:
    assert parts("OFD.xml", "Doc_0/Document.xml", "Doc_0/Pages/P.xml").find(location, teller) == expected


def test_the_nearest_index_is_the_root() -> None:
    found = parts("a/b/OFD.xml", "a/ofd.xml", "a/Doc/D.xml")
    assert found.root == "a/ofd.xml"
    assert found.find("/Doc/D.xml", found.root) == "a/Doc/D.xml"
    assert found.holds("Doc/d.xml")
    assert parts("x.xml").root == ""


def test_records_are_the_wanted_elements_as_they_end() -> None:
    markup = "<o:A xmlns:o='x'><o:B Name='n'> 机<o:C/>密 </o:B><o:D>无</o:D></o:A>"
    found = parts("OFD.xml", content=markup)
    assert found.records("OFD.xml", ("A", "B")) == [Record("B", {"Name": "n"}, "机密"), Record("A", {}, "")]


@pytest.mark.parametrize("markup", ["<A>" + "<B/>" * 50_001 + "</A>", "<A><B>" + "密" * (5 << 20) + "</B></A>"])
def test_an_index_without_end_is_too_large(markup: str) -> None:
    found = Parts(Package(io.BytesIO(zipped({"OFD.xml": markup}, stored=("OFD.xml",))), Budget()), Budget())
    with pytest.raises(Unreadable) as raised:
        found.records("OFD.xml", ("B",))
    assert raised.value.reason is Unread.TOO_LARGE
