"""The words that a mark's `notes` may hold, each with its meaning for a reader and its weight for the verdict."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from policies.vocabulary import MarkVerdict, Text


class Weight(enum.Enum):
    """What a note does to the verdict: nothing; the statutory period applies; the form is wrong; level or period is uncertain."""

    REMARK = 0
    DEFAULT = 1
    FORM = 2
    FATAL = 3


@dataclass(frozen=True, slots=True)
class Note:
    """The meaning of a note."""

    text: Text
    weight: Weight = Weight.REMARK


def _form(zh: str, en: str) -> Note:
    return Note(Text(zh, en), Weight.FORM)


def _fatal(zh: str, en: str) -> Note:
    return Note(Text(zh, en), Weight.FATAL)


def _remark(zh: str, en: str) -> Note:
    return Note(Text(zh, en))


NOTES: dict[str, Note] = {
    "spacing": _remark("标志内有空格", "there are spaces within the mark"),
    "full-width-digits": _remark("期限使用全角数字", "the period is in full-width digits"),
    "hant": _remark("使用繁体字", "it is in traditional characters"),
    "invisible-characters": _remark("标志内有不可见字符", "there are invisible characters within the mark"),
    "split-lines": _remark("标志分写在多行", "the mark is spread over several lines"),
    "bilingual": _remark("旁有外文密级", "a foreign word of secrecy stands beside it"),
    "caveat": _remark("附有办理要求", "a handling instruction follows"),
    "over-maximum": _remark("期限超过法定最长期限", "the period exceeds the statutory maximum"),
    "long-term-basis": _remark("标注长期须另有规定依据", "an indefinite period needs a basis of its own"),
    "expired": _remark("解密日期早于成文日期", "the date of declassification lies before the document's own date"),
    "above-cover": _remark("高于首页密级", "it is higher than the level on the cover"),
    "declassified": _remark("已标注解密", "it is marked as declassified"),
    "replaced": _remark("旁边的原标志已划去", "the former mark beside it is struck out"),
    "foreign-word": _remark("仅有外文保密字样", "only a foreign word of secrecy"),
    "default-term": Note(Text("未标注期限，按法定最长期限", "no period is stated, the statutory one applies"), Weight.DEFAULT),
    "term-required": _form("2024年9月1日起必须标注期限", "since 2024-09-01 a period must be stated"),
    "star-character": _form("分隔符不是★（U+2605）", "the separator is not ★ (U+2605)"),
    "star-misuse": _form("非国家秘密不得使用★", "★ is reserved for state secrets"),
    "no-star": _form("缺少★", "★ is missing"),
    "separator": _form("分隔符不规范", "the separator is a wrong one"),
    "label": _form("密级前有“密级”等字样", "a label such as 密级 stands before the level"),
    "level-suffix": _form("密级后多写“级”字", "the level has the suffix 级"),
    "brackets": _form("标志用括号括起", "there are brackets in or round the mark"),
    "tick-box": _form("以勾选框表示密级", "the level is ticked in a form"),
    "chinese-numeral": _form("期限使用汉字数字", "the period is in Chinese numerals"),
    "month-word": _form("“月”应写作“个月”", "月 should be 个月"),
    "write-years": _form("满一年的期限应以年为单位", "a period of a year or more is to be given in years"),
    "mixed-units": _form("期限混用年和月", "years and months are mixed"),
    "days": _form("期限以日为单位", "the period is in days"),
    "half-year": _form("“半年”应写作“6个月”", "半年 should be 6个月"),
    "date-form": _form("解密日期写法不规范", "the date of declassification is written in a wrong form"),
    "urgency": _form("紧急程度应另起一行", "the urgency belongs on the next line"),
    "order": _fatal("密级、★、期限的次序不对", "level, ★ and period are out of order"),
    "unit": _fatal("期限缺少单位", "the period lacks its unit"),
    "number": _fatal("期限缺少有效数字", "the period lacks a usable number"),
    "template": _fatal("期限仍是模板占位符", "the period is still a template's placeholder"),
    "term": _fatal("期限无法识别", "the period cannot be understood"),
    "star-count": _fatal("★的个数不对", "there are several ★"),
    "title-word": _fatal("仅以标题字样表示密级", "only the title names a level"),
    "struck": _fatal("标志已划去而未见新标志", "the mark is struck out and nothing replaces it"),
}
"""Every note with its meaning."""


def form_verdict(notes: Iterable[str]) -> MarkVerdict:
    """What the form of a state-secret mark is worth, by the gravest of its notes."""
    weights = {NOTES[note].weight for note in notes}
    if Weight.FATAL in weights:
        return MarkVerdict.MALFORMED
    if Weight.FORM in weights:
        return MarkVerdict.DEVIATION
    return MarkVerdict.LEGACY if Weight.DEFAULT in weights else MarkVerdict.VALID
