"""The features that speak for a mark or for a mention: the weight of each, and what it says to a reader."""

from __future__ import annotations

from dataclasses import dataclass

from policies.vocabulary import Text

THRESHOLD = 4
"""A candidate of so much weight is a mark."""


@dataclass(frozen=True, slots=True)
class Feature:
    """What a feature adds to a candidate, and what it says."""

    weight: int
    text: Text


def _feature(weight: int, zh: str, en: str) -> Feature:
    return Feature(weight, Text(zh, en))


FEATURES: dict[str, Feature] = {
    # its form
    "star-and-term": _feature(4, "密级、★、期限齐全", "level, ★ and period are all there"),
    "star": _feature(2, "密级后有★", "★ follows the level"),
    "label": _feature(2, "前有“密级”等字样", "a label such as 密级 introduces it"),
    "level-and-term": _feature(1, "密级后直接写期限", "a period follows the level without ★"),
    "wrong-order": _feature(0, "★写在密级之前", "★ stands before the level"),
    "marking-sentence": _feature(
        4, "整句说明哪一部分涉密或者已经解密", "a sentence tells which part is secret, or that it no longer is"
    ),
    "title-word": _feature(0, "标题式的写法，如“机密文件”", "it reads like a title, as 机密文件 does"),
    "request-for-care": _feature(2, "后有“注意保存”一类要求", "a request such as 注意保存 follows"),
    "level-alone": _feature(0, "只有密级二字", "there is only the level"),
    # how it stands
    "alone-on-line": _feature(3, "独占一行", "it has the line to itself"),
    "set-apart": _feature(1, "与同行文字隔开", "it is set apart from the text on its line"),
    "in-brackets": _feature(1, "用括号括起", "it is in brackets"),
    "prominent-place": _feature(
        2, "位于首页前几行、页眉或者水印等显著位置", "it stands where marks stand: first lines, header, watermark"
    ),
    "bold-or-large": _feature(1, "加粗或者字号较大", "it is bold or large"),
    "copy-number-above": _feature(2, "上一行是份号", "a copy number stands above it"),
    "urgency-below": _feature(1, "下一行是紧急程度", "an urgency stands below it"),
    "issuer-below": _feature(1, "下面是发文机关标志或者发文字号", "the issuer's name or the document's number stands below it"),
    "label-above": _feature(2, "上一行或者左边的单元格是“密级”", "the line above or the cell before asks for the level"),
    "under-marked-cover": _feature(
        3, "首页有密级，此处在段首括注", "the cover bears a mark, and this is in brackets before a paragraph"
    ),
    # what speaks against it
    "heads-the-line": _feature(-2, "后面还有文字", "text follows on its line"),
    "amid-line": _feature(-2, "同一行前后都有文字", "there is text on both sides of it"),
    "loose-star": _feature(-2, "密级与★之间有空格，后面还有文字", "there is a space before ★, and text follows"),
    "within-sentence": _feature(-5, "夹在句子中间", "it stands within a sentence"),
    "deep-in-text": _feature(-2, "没有★，又不在显著位置", "it has no ★ and does not stand where marks stand"),
    "told-in-text": _feature(-4, "解密的话写在正文里", "the running text tells of a declassification"),
    "text-about-secrecy": _feature(-2, "全文在讲保密工作", "the whole text is about secrecy"),
    "word-before": _feature(-6, "前面的词表明只是提及", "the word before it shows that it is only mentioned"),
    "word-after": _feature(-6, "后面的词表明只是提及", "the word after it shows that it is only mentioned"),
    "example": _feature(-8, "前面有“例如”“样式”等字样", "words such as 例如 or 样式 make it an example"),
    "quoted": _feature(-8, "写在引号里", "it is quoted"),
    "several-levels": _feature(-7, "旁边还列有其他密级", "other levels are listed beside it"),
    "continues-sentence": _feature(-5, "接着上一行没有写完的句子", "it goes on with the sentence of the line before"),
    "list-item": _feature(-5, "是带编号的选项", "it is one of numbered or lettered items"),
    "introduced": _feature(-5, "上一行以冒号引出", "the line before announces it with a colon"),
    "device-label": _feature(-4, "是设备的密级标签", "it is the label of a device"),
    "level-column": _feature(-8, "位于台账的“密级”一栏", "it stands in a ledger's column of levels"),
    "title-not-set-off": _feature(-6, "标题式的写法，但没有突出显示", "it reads like a title but is not set off as one"),
}
"""Every feature; in each decision its weight counts once."""
