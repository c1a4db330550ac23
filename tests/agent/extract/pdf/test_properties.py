from __future__ import annotations

import pytest

from agent.extract.base import Budget
from agent.extract.pdf.properties import layers_off, properties
from agent.extract.pdf.syntax import Damaged
from policies.vocabulary import Place
from tests.agent.extract.pdfs import one_page, opened, stream, wide_text

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:own="urn:own"><own:level>绝密</own:level></rdf:Description></rdf:RDF></x:xmpmeta>'
)


def read(data: bytes) -> list[str]:
    found = list(properties(opened(data), Budget()))
    assert all(block.place is Place.METADATA and block.page == 0 for block in found)
    return [block.text for block in found]


def test_every_key_is_read_and_those_of_users_are_named() -> None:
    key = "#" + "#".join(f"{value:02X}" for value in "密级".encode())
    info = f"<</Title{wide_text('标题')}/Author(a)/CreationDate(D:2024)/{key}{wide_text('机密★10年')}/Own(b)/Empty()>>"
    assert read(one_page("", info, trailer="/Info 9 0 R")) == ["标题", "a", "密级=机密★10年", "Own=b"]


def test_a_value_in_the_encoding_of_a_chinese_computer_is_read() -> None:
    info = b"<</Title<" + "机密★10年".encode("gbk").hex().encode() + b">>>"
    assert read(one_page("", info, trailer="/Info 9 0 R")) == ["机密★10年"]


@pytest.mark.parametrize("packed", [False, True])
def test_the_packet_is_read(packed: bool) -> None:
    assert read(one_page("", stream(XMP.encode(), "/Type/Metadata", packed=packed), catalog="/Metadata 9 0 R")) == ["level=绝密"]


def test_a_value_that_is_said_twice_is_given_once() -> None:
    data = one_page("", "<</level(x)/Keywords(a)/Title(a)>>", trailer="/Info 9 0 R")
    assert read(data) == ["level=x", "a"]


def test_a_broken_packet_is_damage() -> None:
    with pytest.raises(Damaged):
        read(one_page("", stream("<x>"), catalog="/Metadata 9 0 R"))


@pytest.mark.parametrize(
    ("default", "off"),
    [
        ("<</OFF[9 0 R]>>", ["first"]),
        ("<</BaseState/OFF/ON[9 0 R]>>", ["second"]),
        ("<<>>", []),
    ],
)
def test_the_layers_that_are_off_are_known(default: str, off: list[str]) -> None:
    layers = ("<</Type/OCG/Name(first)>>", "<</Type/OCG/Name(second)>>")
    assert layers_off(opened(one_page("", *layers, catalog=f"/OCProperties<</OCGs[9 0 R 10 0 R]/D{default}>>"))) == off
