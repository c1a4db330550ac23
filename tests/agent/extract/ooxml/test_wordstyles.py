from __future__ import annotations

import io

import pytest

from agent.extract.base import Budget
from agent.extract.ooxml.wordstyles import IDLE, Look, WordStyles
from agent.extract.package import Package
from tests.agent.extract.samples import element, package

STYLE = '<w:style w:type="{}" w:styleId="{}"><w:basedOn w:val="{}"/><w:rPr>{}</w:rPr></w:style>'


def styles(content: str) -> WordStyles:
    parts = Package(io.BytesIO(package({"s.xml": element("styles", content)}, {})), Budget())
    made = WordStyles()
    for _ in parts.parse("s.xml", made.start, made.end, made.data, IDLE):
        pass
    return made


def test_without_styles_text_is_plain() -> None:
    assert styles("").look("any", "other") == Look()
    assert styles("").left("any") is None


def test_a_style_takes_over_from_what_it_is_based_on() -> None:
    made = styles(
        STYLE.format("paragraph", "A", "", '<w:b/><w:sz w:val="32"/>')
        + STYLE.format("paragraph", "B", "A", '<w:b w:val="0"/><w:vanish/>')
    )
    assert made.look("A") == Look(bold=True, size=32)
    assert made.look("B") == Look(hidden=True, size=32)


def test_what_both_styles_switch_on_is_off() -> None:
    made = styles(STYLE.format("paragraph", "P", "", "<w:b/>") + STYLE.format("character", "C", "", '<w:b/><w:sz w:val="40"/>'))
    assert made.look("P", "C") == Look(bold=False, size=40)
    assert made.look("", "C") == Look(bold=True, size=40)


def test_the_defaults_hold_for_all() -> None:
    defaults = '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="44"/></w:rPr></w:rPrDefault></w:docDefaults>'
    properties = '<w:pPr><w:jc w:val="left"/></w:pPr><w:rPr><w:b/></w:rPr>'
    normal = f'<w:style w:type="paragraph" w:default="1" w:styleId="N">{properties}</w:style>'
    made = styles(defaults + normal)
    assert (made.look(""), made.left("")) == (Look(bold=True, size=44), True)


@pytest.mark.parametrize("length", [2, 5000])
def test_a_chain_without_end_is_cut(length: int) -> None:
    ring = "".join(STYLE.format("paragraph", f"S{n}", f"S{(n + 1) % length}", "<w:i/>") for n in range(length))
    assert styles(ring).look("S0") == Look()


def test_properties_of_a_paragraph_s_mark_in_a_style_do_not_count() -> None:
    assert styles('<w:style w:styleId="A"><w:pPr><w:rPr><w:b/></w:rPr></w:pPr></w:style>').look("A") == Look()


@pytest.mark.parametrize(("name", "value"), [("sz", "x"), ("color", "FF0000"), ("b", "0")])
def test_what_changes_nothing_leaves_the_look(name: str, value: str) -> None:
    assert Look().changed(name, value) == Look()


def test_the_last_of_several_properties_counts() -> None:
    made = styles(STYLE.format("paragraph", "A", "", '<w:dstrike/><w:strike w:val="0"/><w:sz w:val="1"/><w:sz w:val="2"/>'))
    assert (made.look("A"), made.count) == (Look(struck=False, size=2), 1)


def test_names_of_styles_that_are_not_there_are_as_good_as_none() -> None:
    made = styles('<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:rPr><w:b/></w:rPr></w:style>')
    assert (made.look(""), made.look("other"), made.look("", "other")) == (Look(bold=True), Look(), Look(bold=True))
