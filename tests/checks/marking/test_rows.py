"""The grammar as a table: what stands where, and which level, term and verdict it has."""

from __future__ import annotations

from datetime import date

import pytest

from checks.marking.reader import read_marks, read_name
from checks.marking.text import Block
from checks.subjects import Mark
from policies.vocabulary import Level, Place
from tests.checks.marking.samples import cover, running

Row = tuple[list[Block], str | None, str | None, str, str, tuple[str, ...]]

# text on the cover -> level, term, verdict, notes that must be among the mark's notes
ON_THE_COVER = {
    "机密★10年": ("机密", "10年", "valid", ""),
    "秘密★6个月": ("秘密", "6个月", "valid", ""),
    "秘密★1年": ("秘密", "1年", "valid", ""),
    "绝密★30年": ("绝密", "30年", "valid", ""),
    "绝密★长期": ("绝密", "长期", "valid", "long-term-basis"),
    "机密★2030年12月31日": ("机密", "2030-12-31", "valid", ""),
    "机密★至2030年12月31日解密": ("机密", "2030-12-31", "valid", ""),
    "机密★会议开始前": ("机密", "会议开始前", "valid", ""),
    "绝密★启用前": ("绝密", "启用前", "valid", ""),
    "绝密★本学科试卷启用前": ("绝密", "本学科试卷启用前", "valid", ""),
    "秘密★公布前": ("秘密", "公布前", "valid", ""),
    "机密★": ("机密", None, "legacy", "default-term"),
    "绝密★": ("绝密", None, "legacy", "default-term"),
    "秘密★": ("秘密", None, "legacy", "default-term"),
    "機密*3個月": ("机密", "3个月", "deviation", "star-character hant"),
    "机密＊10年": ("机密", "10年", "deviation", "star-character"),
    "机密☆10年": ("机密", "10年", "deviation", "star-character"),
    "机密⭐10年": ("机密", "10年", "deviation", "star-character"),
    "机密⭐️10年": ("机密", "10年", "deviation", "star-character"),
    "机密▲10年": ("机密", "10年", "deviation", "star-character"),
    "机密\ue00110年": ("机密", "10年", "deviation", "star-character"),
    "机密 ★ 10 年": ("机密", "10年", "valid", "spacing"),
    "机　密★１０年": ("机密", "10年", "valid", "spacing full-width-digits"),
    "机 密 ★ 1 0 年": ("机密", "10年", "valid", "spacing"),
    "秘　密": ("秘密", None, "deviation", "no-star default-term spacing"),
    "机密★十年": ("机密", "10年", "deviation", "chinese-numeral"),
    "机密★二十年": ("机密", "20年", "deviation", "chinese-numeral"),
    "機密★10年": ("机密", "10年", "valid", "hant"),
    "祕密★5年": ("秘密", "5年", "valid", "hant"),
    "絕密★長期": ("绝密", "长期", "valid", "hant"),
    "密级：机密★5年": ("机密", "5年", "deviation", "label"),
    "密级：机密　保密期限：10年": ("机密", "10年", "deviation", "label"),
    "紧急程度：加急    密级：机密★3年": ("机密", "3年", "deviation", "label"),
    "密级\t机密★10年\t份号\t000001": ("机密", "10年", "deviation", "label"),
    "机密级★10年": ("机密", "10年", "deviation", "level-suffix"),
    "机密10年": ("机密", "10年", "deviation", "no-star"),
    "机密（10年）": ("机密", "10年", "deviation", "brackets"),
    "绝密★（30年）": ("绝密", "30年", "deviation", "brackets"),
    "××情况报告（机密★10年）": ("机密", "10年", "deviation", "brackets"),
    "★机密10年": ("机密", "10年", "malformed", "order"),
    "10年★机密": ("机密", "10年", "malformed", "order"),
    "机密★10": ("机密", None, "malformed", "unit"),
    "机密★年": ("机密", None, "malformed", "number"),
    "机密★××年": ("机密", None, "malformed", "template"),
    "机密★XX年": ("机密", None, "malformed", "template"),
    "机密★0年": ("机密", None, "malformed", "number"),
    "机密★2030年": ("机密", None, "malformed", "term"),
    "机密★2030年2月30日": ("机密", None, "malformed", "term"),
    "秘密★18个月": ("秘密", "18个月", "deviation", "write-years"),
    "秘密★12个月": ("秘密", "12个月", "deviation", "write-years"),
    "秘密★6月": ("秘密", "6个月", "deviation", "month-word"),
    "秘密★1年6个月": ("秘密", "18个月", "deviation", "mixed-units"),
    "秘密★90天": ("秘密", "90天", "deviation", "days"),
    "秘密★半年": ("秘密", "6个月", "deviation", "half-year"),
    "秘密★20年": ("秘密", "20年", "valid", "over-maximum"),
    "机密★30年": ("机密", "30年", "valid", "over-maximum"),
    "绝密★50年": ("绝密", "50年", "valid", "over-maximum"),
    "绝密·永久": ("绝密", None, "malformed", "separator term"),
    "秘密★★": ("秘密", None, "malformed", "star-count"),
    "机密★★★": ("机密", None, "malformed", "star-count"),
    "机密★10年　指人专办": ("机密", "10年", "valid", "caveat"),
    "机密★1年 特急": ("机密", "1年", "deviation", "urgency"),
    "秘密★5⽉": ("秘密", "5个月", "deviation", "month-word"),
    "TOP SECRET 绝密★30年": ("绝密", "30年", "valid", "bilingual"),
    "密级：☑机密 □秘密　期限：5年": ("机密", "5年", "deviation", "tick-box"),
    "绝密□ 机密☑ 秘密□": ("机密", None, "deviation", "tick-box default-term"),
    "密级：□机密 ☑秘密": ("秘密", None, "deviation", "tick-box default-term"),
    "000023　机密★5年": ("机密", "5年", "valid", ""),
    "**机密★10年**": ("机密", "10年", "valid", ""),
    "绝密★启用前　2024年普通高等学校招生全国统一考试": ("绝密", "启用前", "valid", ""),
    "绝密★考试结束前全国2013年1月高等教育自学考试": ("绝密", "考试结束前", "valid", ""),
}

# text on the cover -> level, term, verdict, regime
OTHER_REGIMES = {
    "非密★": (None, None, "misuse", "state"),
    "公开★": (None, None, "misuse", "state"),
    "CONFIDENTIAL": (None, None, "other", "trade"),
    "SECRET": (None, None, "other", "trade"),
    "内部资料 注意保存": ("内部", None, "other", "work"),
    "內部資料 注意保密": ("内部", None, "other", "work"),
    "内部事项 注意保管": ("内部", None, "other", "work"),
    "内部": ("内部", None, "other", "work"),
    "密级：内部参考": ("内部", None, "other", "work"),
    "工作秘密": ("内部", None, "other", "work"),
    "工作秘密★3年": ("内部", "3年", "misuse", "work"),
    "内部★3年": ("内部", "3年", "misuse", "work"),
    "普通商密▲3年": (None, "3年", "other", "trade"),
    "××集团 核心商密 长期": (None, "长期", "other", "trade"),
    "普通商密": (None, None, "other", "trade"),
    "核心商密★5年": (None, "5年", "misuse", "trade"),
    "商业秘密★5年": (None, "5年", "misuse", "trade"),
    "本件已于2020年1月1日解密": (None, None, "declassified", "state"),
    "机密★10年 解密": (None, None, "declassified", "state"),
}

# these are no marks, wherever they stand
NO_MARKS = [
    "密级：______",
    "密级：",
    "密级：□绝密□机密□秘密",
    "文件密级：□绝密   □秘密   □内部资料   ■公开",
    "密级：无",
    "密级：公开",
    "密级：非密",
    "〔密级★保密期限，如：机密★1年；非涉密删除本行〕",
    "绝密级文件不得复印,确因工作需要复印的,须经主管领导同意",
    "建立绝密、机密、秘密盘,专盘专用",
    "绝密级事项不超过三十年,机密级不超过二十年",
    "严守党和国家机密",
    "泄露国家秘密罪",
    "商业秘密",
    "商业机密",
    "秘密投票",
    "秘密武器",
    "机密性、完整性、可用性",
    "机密计算",
    "《绝密押运》影评",
    "例如，标注为“秘密★1年”或者“机密★会议开始前”",
    "★1年质保（★号条款为必须响应）",
    "★★★★★ 秘密基地 10年老店",
    "涉密计算机 机密级 编号：BM-2024-017",
    "机密 ★ 试题（2019年高考，已公开）",
    "如機密*3個月",
    "C. 秘密★10年",
    "秘密★★★★☆",
]


def only(marks: list[Mark]) -> Mark:
    """The one mark of a list."""
    assert len(marks) == 1, marks
    return marks[0]


@pytest.mark.parametrize("text", ON_THE_COVER)
def test_a_mark_on_the_cover_has_its_level_term_verdict_and_notes(text: str) -> None:
    level, term, verdict, notes = ON_THE_COVER[text]
    mark = only(read_marks(cover(text)))
    assert (mark.level, mark.term, mark.verdict.value) == (Level(level), term, verdict)
    assert set(notes.split()) <= set(mark.notes)
    assert (mark.place, mark.regime.value) == (Place.COVER, "state")


@pytest.mark.parametrize("text", [text for text, row in ON_THE_COVER.items() if row[2] == "valid" and not row[3]])
def test_a_perfect_mark_has_no_notes(text: str) -> None:
    assert only(read_marks(cover(text))).notes == ()


@pytest.mark.parametrize("text", OTHER_REGIMES)
def test_a_mark_of_another_regime_never_has_a_level_of_state_secrets(text: str) -> None:
    level, term, verdict, regime = OTHER_REGIMES[text]
    mark = only(read_marks(cover(text)))
    assert (mark.level, mark.term) == (Level(level) if level else None, term)
    assert (mark.verdict.value, mark.regime.value) == (verdict, regime)


@pytest.mark.parametrize("text", NO_MARKS)
def test_a_blank_form_or_a_mention_is_no_mark_on_the_cover(text: str) -> None:
    assert read_marks(cover(text)) == []


@pytest.mark.parametrize("text", NO_MARKS)
def test_a_blank_form_or_a_mention_is_no_mark_in_running_text(text: str) -> None:
    assert read_marks(running(text)) == []


SEVERAL_LINES: dict[str, Row] = {
    "copy number above and urgency below": (cover("000023", "机密★5年", "特急"), "机密", "5年", "valid", "cover", ()),
    "one glyph a line": (cover(*"机密★10年"), "机密", "10年", "valid", "cover", ("split-lines",)),
    "one glyph a line in one block": (cover("\n".join("绝密★启用前")), "绝密", "启用前", "valid", "cover", ("split-lines",)),
    "the term on the next line": (cover("机密★", "10年"), "机密", "10年", "valid", "cover", ("split-lines",)),
    "the label on the line before": (cover("密级：", "机密★5年"), "机密", "5年", "deviation", "cover", ("label",)),
    "a sentence": (running("注：本页第四行和第七行的数据属于机密级国家秘密"), "机密", None, "partial", "body", ()),
    "a traditional sentence": (running("注:本頁第三自然段屬於祕密級國家祕密"), "秘密", None, "partial", "body", ("hant",)),
    "a paragraph's prefix": (running("（机密★5年）三、部队部署情况……"), "机密", "5年", "partial", "body", ()),
    "struck out, the new one beside it": (
        cover("机密★10年", struck=True) + cover("秘密★5年"), "秘密", "5年", "changed", "cover", ("replaced",),
    ),
    "the new one first": (
        cover("秘密★5年") + cover("机密★10年", struck=True), "秘密", "5年", "changed", "cover", ("replaced",),
    ),
    "struck out and nothing beside it": (cover("机密★10年", struck=True), "机密", "10年", "malformed", "cover", ("struck",)),
    "declassified below": (cover("机密★10年", "解密"), None, None, "declassified", "cover", ()),
    "declassified above": (cover("（解密）", "机密★10年"), None, None, "declassified", "cover", ()),
    "a watermark": ([Block("机密", Place.WATERMARK)], "机密", None, "deviation", "watermark", ("no-star", "default-term")),
    "a big title": (cover("机密文件", large=True), "机密", None, "malformed", "cover", ("title-word",)),
    "a custom property": (
        [Block("密级=机密;期限=10年", Place.METADATA)], "机密", "10年", "deviation", "metadata", ("label",),
    ),
    "a subject": ([Block("机密★10年 关于报送材料的函", Place.SUBJECT)], "机密", "10年", "valid", "subject", ()),
    "a header with a page number": ([Block("机密★10年    第 3 页", Place.HEADER)], "机密", "10年", "valid", "header", ()),
    "an attachment's first page, deep in the text": (running("机密★10年"), "机密", "10年", "valid", "body", ()),
}  # fmt: skip


@pytest.mark.parametrize("name", SEVERAL_LINES)
def test_a_mark_is_read_with_its_neighbours(name: str) -> None:
    blocks, level, term, verdict, place, notes = SEVERAL_LINES[name]
    mark = only(read_marks(blocks))
    assert (mark.level, mark.term) == (Level(level) if level else None, term)
    assert (mark.verdict.value, mark.place.value) == (verdict, place)
    assert set(notes) <= set(mark.notes)


@pytest.mark.parametrize(("prefix", "level", "notes"), [("[秘密]", "秘密", ()), ("[绝密]", "绝密", ("above-cover",))])
@pytest.mark.parametrize("between", [(), ("一、总体情况", "全年工作平稳。")])
def test_a_level_in_brackets_before_a_paragraph_speaks_for_it_under_a_marked_cover(
    prefix: str, level: str, notes: tuple[str, ...], between: tuple[str, ...]
) -> None:
    first, second = read_marks(cover("机密★5年") + running(*between, f"{prefix}有关情况如下。"))
    assert (first.level, first.verdict.value) == (Level.JIMI, "valid")
    assert (second.text, second.level, second.verdict.value) == (prefix, Level(level), "partial")
    assert (second.term, second.until, second.notes) == (None, None, notes)


def test_a_level_in_brackets_before_a_paragraph_is_a_mention_without_a_marked_cover() -> None:
    assert read_marks(running("[秘密]有关情况如下。")) == []


@pytest.mark.parametrize(
    ("text", "dated", "verdict"),
    [
        ("机密★", "2024年8月31日", "legacy"),
        ("机密★", "2024年9月1日", "deviation"),
        ("秘　密", "二〇一二年六月三十日", "legacy"),
        ("秘　密", "二〇一二年七月一日", "deviation"),
        ("秘　密", "", "deviation"),
        ("机密★5年", "2015年3月1日", "valid"),
    ],
)
def test_a_form_is_judged_by_the_rules_of_its_day(text: str, dated: str, verdict: str) -> None:
    mark = only(read_marks(cover("000023", text) + running("××省人民政府", dated)))
    assert mark.verdict.value == verdict
    assert only(read_marks(cover("000023", text), dated=date(2024, 9, 1))).level is mark.level


def test_a_mark_whose_term_has_ended_keeps_its_level_and_tells_its_last_day() -> None:
    mark = only(read_marks(cover("机密★5年", "××局文件") + running("××局", "2015年3月1日")))
    assert (mark.level, mark.term, mark.verdict.value, mark.notes) == (Level.JIMI, "5年", "valid", ())
    assert mark.until == date(2020, 3, 1)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("机密★", date(2035, 3, 1)),
        ("机密★长期", None),
        ("机密★启用前", None),
        ("机密★2016年1月1日", date(2016, 1, 1)),
        ("机密★10", None),
    ],
)
def test_the_last_day_is_told_where_the_mark_and_the_date_tell_it(text: str, until: date | None) -> None:
    assert only(read_marks(cover(text) + running("××局", "2015年3月1日"))).until == until


TWO_LINES = {
    "密级：机密\n保密期限：10年": "10年",
    "密级：机密\n紧急程度：特急\n保密期限：长期": "长期",
    "密　级：机密\n期　限：五年": "5年",
    "密级：□绝密 ☑机密 □秘密\n保密期限：5年": "5年",
}


@pytest.mark.parametrize("text", TWO_LINES)
def test_labels_over_several_lines_give_level_and_term(text: str) -> None:
    for blocks in (cover(text), cover(*text.split("\n")), [Block(line, Place.CELL) for line in text.split("\n")]):
        mark = only(read_marks(blocks))
        assert (mark.level, mark.term, mark.verdict.value) == (Level.JIMI, TWO_LINES[text], "deviation")


@pytest.mark.parametrize(
    "cells",
    [
        ["密级", "机密", "保密期限", "10年"],
        ["密级：", "机密", "保密期限：", "10年"],
        ["密级", "机密★10年"],
        ["密级", "保密期限", "机密", "10年"],
        ["密级", "保密期限", "份号", "机密", "10年", "000001"],
        ["文件编号", "2015-3", "密级", "机密★10年", "页数", "12"],
    ],
)
def test_labels_in_cells_give_level_and_term(cells: list[str]) -> None:
    mark = only(read_marks(Block(cell, Place.CELL) for cell in cells))
    assert (mark.level, mark.term, mark.verdict.value) == (Level.JIMI, "10年", "deviation")


@pytest.mark.parametrize(
    ("name", "level", "term", "verdict"),
    [
        ("（机密★10年）××情况报告.docx", "机密", "10年", "valid"),
        ("机密★10年_××情况报告.docx", "机密", "10年", "valid"),
        ("【秘密】×××.pdf", "秘密", None, "deviation"),
        ("××情况报告（机密）.wps", "机密", None, "deviation"),
        ("××情况报告（秘密★3年）终稿.docx", "秘密", "3年", "valid"),
        ("附件1（秘密）统计表.xlsx", "秘密", None, "deviation"),
        ("1.机密★5年报告.docx", "机密", "5年", "valid"),
        ("20240301机密★5年报告.docx", "机密", "5年", "valid"),
        ("绝密", "绝密", None, "deviation"),
    ],
)
def test_a_mark_in_a_file_name_is_read(name: str, level: str, term: str | None, verdict: str) -> None:
    mark = only(read_name(name))
    assert (mark.level, mark.term, mark.verdict.value, mark.place) == (Level(level), term, verdict, Place.NAME)


@pytest.mark.parametrize(
    "name",
    [
        "秘密花园.epub",
        "绝密押运.mp4",
        "保守国家秘密法.pdf",
        "机密计算白皮书.pdf",
        "公开.txt",
        "报告.docx",
        "",
        "某歌手 - 秘密.mp3",
    ],
)
def test_a_word_of_secrecy_in_a_file_name_is_no_mark(name: str) -> None:
    assert read_name(name) == []
