from __future__ import annotations

import pytest

from agent.extract.base import Budget
from agent.extract.xml.stream import XmlStream
from agent.extract.xml.text import XmlText
from checks.marking.reader import read_marks
from checks.marking.text import Block
from policies.vocabulary import Place


def blocks(data: str) -> list[Block]:
    text = XmlText()
    raw = data.encode()
    for _ in XmlStream(Budget(), text.start, text.end, text.data).read(
        raw[at : at + 60_000] for at in range(0, len(raw), 60_000)
    ):
        pass
    text.flush()
    return text.take()


def told(data: str) -> list[str]:
    return [block.text for block in blocks(data)]


@pytest.mark.parametrize(
    "data",
    [
        "<d><p>机密★10年</p></d>",
        "<d><p>机<b>密</b>★10年</p></d>",
        "<d><p><b>机</b>密★10年</p></d>",
        "<d><p><b><i>机</i></b><u>密</u>★<i>10</i>年</p></d>",
        "<d><p><r><t>机</t></r><r><t>密</t></r><r><x/><t>★10年</t></r></p></d>",
        "<d>\n <p>\n  <r><t>机</t></r><r><t>密★10年</t></r>\n </p>\n</d>",
        "<d><p><![CDATA[机密★10年]]></p></d>",
        "<d><p>机<!-- x -->密★10年</p></d>",
    ],
)
def test_a_mark_spread_over_elements_is_put_together(data: str) -> None:
    assert told(data) == ["机密★10年"]


def test_elements_in_a_column_are_lines_of_their_own() -> None:
    assert told("<d>\n<p>甲</p>\n<p>乙</p>\n</d>") == ["甲", "乙"]
    assert told("<d><title>甲</title><p>乙</p><p>丙</p></d>") == ["甲", "乙", "丙"]


def test_a_field_is_told_with_its_name() -> None:
    assert told("<d><level>机密</level><term>10年</term></d>") == ["level: 机密", "term: 10年"]
    assert told("<d>\n<密级>机密★5年</密级>\n</d>") == ["密级: 机密★5年"]


def test_cells_are_cells() -> None:
    assert [block.place for block in blocks("<d><td>甲</td><p>乙</p></d>")] == [Place.CELL, Place.BODY]


def test_attributes_that_could_bear_a_mark_are_metadata() -> None:
    assert blocks('<d 密级="机密★5年" id="x"><p>甲</p></d>') == [
        Block("密级=机密★5年", Place.METADATA, page=0),
        Block("甲", Place.BODY),
    ]


@pytest.mark.parametrize(
    "record",
    [
        "<c><no>BM-{n}</no><level>机密</level><years>10年</years></c>",
        "<c>\n <no>BM-{n}</no>\n <密级>机密级</密级>\n <保管人>甲</保管人>\n</c>\n",
    ],
)
def test_a_ledger_as_data_bears_no_mark(record: str) -> None:
    data = "<ledger>\n" + "".join(record.format(n=n) for n in range(20)) + "</ledger>"
    marks = read_marks(blocks(data.replace("<密级>", "<涉密程度>").replace("</密级>", "</涉密程度>")))
    assert marks == []


def test_a_list_of_levels_bears_no_mark() -> None:
    assert read_marks(blocks("<d><levels><item>绝密</item><item>机密</item><item>秘密</item></levels></d>")) == []


def test_a_text_without_end_is_given_in_pieces() -> None:
    assert len(blocks(f"<d><p>{'x' * 200_000}</p></d>")) > 1
