from __future__ import annotations

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.pdf.xmp import NotXmp, values

PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="tool">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfx="http://ns.adobe.com/pdfx/1.3/"
 xmlns:own="urn:own" pdf:Producer="producer" own:level="机密">{}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def read(inner: str, encoding: str = "utf-8") -> list[str]:
    return list(values(PACKET.format(inner).encode(encoding), Budget()))


def test_values_are_read_and_those_of_users_are_named() -> None:
    title = '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">秘密★1年</rdf:li></rdf:Alt></dc:title>'
    bag = "<dc:subject><rdf:Bag><rdf:li>a</rdf:li><rdf:li>b</rdf:li></rdf:Bag></dc:subject>"
    own = "<own:密级>机密★10年</own:密级><own:a\u21820020b>c</own:a\u21820020b>"
    assert read(title + bag + own) == ["producer", "level=机密", "秘密★1年", "a", "b", "密级=机密★10年", "a b=c"]


def test_a_packet_in_utf_16_is_read() -> None:
    assert "level=机密" in read("", "utf-16")


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"no xml",
        b"<a><b></a>",
        b"<?xml version='1.0' encoding='x-unheard'?><a/>",
        b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
    ],
)
def test_what_is_no_packet_is_told(packet: bytes) -> None:
    with pytest.raises(NotXmp):
        list(values(packet, Budget()))


def test_a_deep_packet_is_told() -> None:
    with pytest.raises(Unreadable):
        list(values(b"<a>" * 300, Budget()))
