from __future__ import annotations

import pytest

from agent.extract.sieve import WORD_ASIDES, Sieve

MARK = "机密★10年"
PLAIN = "<a><t>关于进一步加强安全生产工作的通知，密切配合，部门负责</t></a>"


def bears(raw: str | bytes, sieve: Sieve | None = None, step: int = 0) -> bool:
    """The answer for a whole file, fed at once or in pieces of so many bytes."""
    data = raw if isinstance(raw, bytes) else raw.encode()
    sieve = sieve or Sieve()
    for at in range(0, len(data), step or max(1, len(data))):
        sieve.feed(data[at : at + (step or len(data))])
    return sieve.feed(b"", last=True)


def test_plain_text_holds_no_mark() -> None:
    assert not bears(PLAIN)
    assert not bears('<?xml version="1.0" encoding="UTF-8"?>' + PLAIN)
    assert not bears("<a/>")


@pytest.mark.parametrize(
    "text",
    [
        MARK,
        "机</t><t>密</t><x y='1'/><t>★10年",
        "内</t></r><r><t>部</t>\n\n   <t>资料",
        "&#26426;&#x5bc6;",
        "SEC</t><t>RET",
        "confidential",
        "敏感★",
    ],
)
def test_a_mark_is_seen_through_its_tags(text: str) -> None:
    assert bears(f"<a><t>{text}</t></a>")


@pytest.mark.parametrize("step", [1, 2, 3, 7, 50])
@pytest.mark.parametrize("text", [MARK, "机</t><t>密★10年", "&#26426;&#x5bc6;", "通知", "5 &amp; 6 &lt; 7"])
def test_the_answer_does_not_depend_on_where_the_file_is_cut(text: str, step: int) -> None:
    raw = f'<a xmlns:b="urn:b"><t>前文</t><t>{text}</t></a>'
    assert bears(raw, step=step) is bears(raw) is (text not in ("通知", "5 &amp; 6 &lt; 7"))


@pytest.mark.parametrize(
    "raw",
    [
        PLAIN.encode("utf-16"),
        f'<?xml version="1.0" encoding="UTF-16"?>{PLAIN}',
        f'<?xml version="1.0" encoding="gb18030"?>{PLAIN}'.encode("gb18030"),
        "<a><t>机".encode() + b"\xff</t></a>",
    ],
)
def test_what_is_not_utf_8_may_hold_anything(raw: str | bytes) -> None:
    assert bears(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "<a><!-- --><t>文</t></a>",
        "<a><![CDATA[文]]></a>",
        "<!DOCTYPE a [<!ENTITY x '机密'>]><a>&x;</a>",
        "<a><?pi <t>?><t>文</t></a>",
        '<?xml version="1.0"?><a><?pi <t>?><t>文</t></a>',
        "<a b='x>y'><t>文</t></a>",
    ],
)
def test_what_only_a_parser_understands_may_hold_anything(raw: str) -> None:
    assert bears(raw)


@pytest.mark.parametrize("raw", ["", "<a><t>文</t>", "<a><t>文</t></", "<a><t>文", "<a><t>" + "<" + "x" * 70_000])
def test_a_file_that_is_not_whole_is_parsed(raw: str) -> None:
    assert bears(raw)


@pytest.mark.parametrize("tag", ['<c name="机密"/>', '<c name="内部"/>', '<c name="TOP Secret"/>', '<v:textpath string="x"/>'])
def test_a_mark_in_a_tag_is_seen(tag: str) -> None:
    assert bears(f"<a>{tag}<t>文</t></a>")


def test_where_tags_hold_no_text_they_are_not_looked_at() -> None:
    assert not bears('<a><c name="密级"/><t>文</t></a>', Sieve((), attributes=False))


@pytest.mark.parametrize(
    "aside",
    [
        "<w:del><w:delText>已经删去的一段很长的文字</w:delText></w:del>",
        "<w:txbxContent><w:t>文本框里的一段很长的文字</w:t></w:txbxContent>",
        "<w:instrText>HYPERLINK somewhere far away</w:instrText>",
    ],
)
@pytest.mark.parametrize(("before", "after"), [("机", "密"), ("内", "部"), ("敏感", "★"), ("SEC", "RET")])
def test_text_set_aside_does_not_hide_a_mark_around_it(aside: str, before: str, after: str) -> None:
    around = "<a><t>{}</t>{}<t>{}</t></a>"
    assert bears(around.format(before, aside, after), Sieve(WORD_ASIDES, attributes=False))
    assert not bears(around.format("文", aside, "字"), Sieve(WORD_ASIDES, attributes=False))


def test_a_mark_spelled_over_shuffled_strings_is_seen() -> None:
    raw = "<sst><si><t>密</t></si><si><t>中间的文字很长很长很长</t></si><si><t>机</t></si></sst>"
    assert bears(raw, Sieve((), shuffled=True))
    assert not bears(raw, Sieve(()))
    assert not bears(PLAIN.replace("，", ""), Sieve((), shuffled=True))


@pytest.mark.parametrize("raw", ["<a><t>由单位内部管理</t></a>", "<a><t>没有国家秘密</t><t>和工作内部矛盾</t></a>"])
def test_a_word_within_a_sentence_bears_nothing_unless_its_characters_stand_apart(raw: str) -> None:
    assert not bears(raw)
    assert bears(raw, Sieve(parted=list))
    assert not bears(raw, Sieve(parted=lambda markup: [markup]))


def test_another_string_is_no_sentence_to_stand_in() -> None:
    assert bears("<a><p>关于工作的通知</p><p>机密</p></a>")
    assert bears("<a><p>关于工作的通知</p><p>内部资料</p></a>", step=7)


def test_the_text_is_measured() -> None:
    sieve = Sieve()
    bears("<a><t>四个字呢</t><t>两字</t></a>", sieve)
    assert sieve.length == 6


def test_once_yes_it_stays_yes() -> None:
    sieve = Sieve()
    assert sieve.feed(f"<a>{MARK}".encode())
    assert sieve.feed(b"</a>", last=True)
