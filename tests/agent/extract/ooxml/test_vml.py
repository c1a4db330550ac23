from __future__ import annotations

import io

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.ooxml.vml import vml_texts
from agent.extract.package import Package
from policies.vocabulary import Place, Unread
from tests.agent.extract.samples import package

MARK = "机密★10年"
NAMES = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel"'


def read(content: str, encoding: str = "utf-8") -> list[str]:
    data = f"<xml {NAMES}>{content}</xml>".encode(encoding)
    blocks = list(vml_texts(Package(io.BytesIO(package({"a.vml": data}, {})), Budget()), "a.vml", 3))
    assert all((block.place, block.page) == (Place.TEXTBOX, 3) for block in blocks)
    return [block.text for block in blocks]


def test_a_text_box_is_read_line_by_line_though_no_parser_would_take_it() -> None:
    box = "<v:textbox><div style='x'><font size=2>机密</font><font>★10年</font><br>\n第二行&amp;</div></v:textbox>"
    assert read(box) == [MARK, "第二行&"]


def test_how_an_object_behaves_is_no_text() -> None:
    assert read("<v:shape><v:textbox><div/></v:textbox><x:ClientData><x:Anchor>1, 2</x:Anchor></x:ClientData></v:shape>") == []


@pytest.mark.parametrize("quote", ["'", '"'])
def test_word_art_is_read(quote: str) -> None:
    assert read(f"<v:textpath on='t' string={quote}{MARK}{quote}/>") == [MARK]


def test_utf_16_is_read() -> None:
    assert read(f"<v:textbox><div>{MARK}</div></v:textbox>", "utf-16") == [MARK]


def test_a_box_that_does_not_end_is_read() -> None:
    assert read(f"<v:textbox>{MARK}") == [MARK]


def test_too_large_a_drawing_is_told() -> None:
    with pytest.raises(Unreadable) as raised:
        read(" " * (5 << 20))
    assert raised.value.reason is Unread.TOO_LARGE
