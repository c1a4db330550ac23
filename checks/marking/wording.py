"""The words round a candidate that tell a mark from a mention: each feature is a name and a question about a setting."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from checks.marking.candidate import Shape
from checks.marking.normalise import Folded
from checks.marking.progress import FLOWING
from checks.marking.setting import Setting
from policies.vocabulary import Place

_WORD_BEFORE = re.compile(
    "(?:国家|商业|军事|国防|政治|经济|科技|科学|技术|核心|重要|工作|企业|公司|个人|党的|保守|保护|严守|泄露|泄漏|窃取|刺探|属于?"
    "|涉及|确定为|定为|列为|标明|标注|标有|标识|标示|注明|写明|印有|加盖|盖有|字样|分为|包括|以及|秘密|[或和与及为如是即称、,，/])"
    r" {0,2}[“\"'(\[【]?$"
)
_SIGN = "标志|标识|字样|样式|表示"
_WORD_AFTER = re.compile(
    f" {{0,2}}(?:[、/]|[的之等性为是或和与及指]|级别|以上|以下|{_SIGN}|文件|资料|材料|工作|事项|信息|计算机|人员|岗位|载体|专用)"
)
_WORD_AFTER_STAR = re.compile(f' {{0,2}}[”’」』"]? {{0,2}}(?:[、/]|[的之等为是或和与及即]|以上|以下|{_SIGN}|这|意为)')
_WORD_AFTER_HEAD = re.compile(f" {{0,2}}(?:[、/]|[的之等]|以上|以下|{_SIGN}|这|意为)")
"""After a full mark in brackets that heads a paragraph its prose begins, with whatever word: 为进一步, 与会, 及时."""

_EXAMPLE = re.compile(
    r"(?:如|(?<![条案比惯病战先事])例|如下|例如|又如|譬如|比如|诸如|举例|示例|样例|式样|样式|格式|范例|样本|模板|写法|写作|e\.g\.|[Ee]xample)"
    r"[0-9一二三四五六七八九十]{0,2} {0,2}[:,，]? {0,2}[“\"'「『(\[【]?(?:注:)? {0,2}$"
)
_QUOTE_BEFORE = re.compile("[“\"‘'「『《][^”\"’'」』》]{0,30}$")
_QUOTE_AFTER = re.compile("[^“\"‘'「『《]{0,30}[”\"’'」』》]")
_DEVICE = re.compile("(?:计算机|笔记本|设备|打印机|U盘|优盘|硬盘|光盘|介质|主机|终端).{0,60}(?:编号|责任人|使用人|序列号)")
_DEVICE_REACH = 120
_LEVEL_WORD = re.compile("(?<!国家)(?<!商业)(?<!工作)[绝机秘] {0,4}密(?!等级)")
_LEVEL_LINE = re.compile("[^一-鿿]{0,6}(?:[一二三四五六七八九十]{1,2}[、.)])?[^一-鿿]{0,2}[绝机秘][ |]{0,4}密级?(?![一-鿿])")
_SHORT_LINE = 12
_ITEM = re.compile(
    " {0,9}(?:答案 ?:? ?|选 ?)?(?:[(]?(?:[A-Ha-h]|[0-9一二三四五六七八九十]{1,3})[.、):] {0,9}|[A-Ha-h][ |]{1,4}|[*•·-] {1,4})"
)
_INTRODUCES = re.compile(".{7,}: {0,4}$")
_BROKEN_OFF = re.compile(r"[一-鿿、,，(“]$")
_FULL_LINE = 26
_COPY_NUMBER = re.compile(r" {0,9}(?:份号 ?:? ?|No\.? ?)?[0-9]{6} {0,9}")
_URGENCY = re.compile(" {0,9}(?:特 {0,4}急|加 {0,4}急|急 {0,4}件|特 {0,4}提|平 {0,4}急) {0,9}")
_ISSUER = re.compile(r".{0,40}(?:[^级密]文件|〔[0-9]{4}〕 ?[第0-9 ]{1,8}号)[ )]{0,9}")


def _word_before(where: Setting) -> bool:
    return not where.leads and bool(_WORD_BEFORE.search(where.before))


def _word_after(where: Setting) -> bool:
    heads = where.bracketed and where.leads and where.candidate.shape is Shape.FULL
    pattern = _WORD_AFTER if where.starless else _WORD_AFTER_HEAD if heads else _WORD_AFTER_STAR
    return bool(pattern.match(where.after))


def _example(where: Setting) -> bool:
    return bool(_EXAMPLE.search(where.lead_in))


def _quoted(where: Setting) -> bool:
    return bool(_QUOTE_BEFORE.search(where.before) and _QUOTE_AFTER.match(where.after))


def _several_levels(where: Setting) -> bool:
    """Whether other levels are listed beside it. Two full marks where a mark belongs may be an old one and a new one."""
    level = where.candidate.level
    if level is None or not level.is_state_secret or where.candidate.shape is Shape.SENTENCE:
        return False
    near = [where.before, where.after]
    if not where.heads_a_paragraph:
        lines = (*where.situation.before, *where.situation.after)
        short = (Folded(line.text).text for line in lines if len(line.text) <= _SHORT_LINE and not line.block.struck)
        near += [text for text in short if _LEVEL_LINE.match(text)]
    levels = {level.value[0], *(word[0] for text in near for word in _LEVEL_WORD.findall(text))}
    return len(levels) >= (2 if where.starless or not where.situation.prominent else 3)


def _continues_sentence(where: Setting) -> bool:
    """Whether the line before was broken off within a sentence."""
    previous = where.situation.previous.rstrip()
    flows = where.place is Place.BODY and where.starless and where.leads
    return flows and len(previous) >= _FULL_LINE and bool(_BROKEN_OFF.search(previous))


def _list_item(where: Setting) -> bool:
    """Whether it is one of numbered or lettered items, as in the answers of a test on secrecy."""
    return where.place is not Place.NAME and bool(_ITEM.fullmatch(where.before))


def _introduced(where: Setting) -> bool:
    """Whether the line before announces it with a colon, as a text does with what it shows or tells of."""
    told = where.alone and where.place in FLOWING and not where.label_above
    return told and bool(_INTRODUCES.search(where.situation.previous))


def _device_label(where: Setting) -> bool:
    return bool(_DEVICE.search(where.situation.folded.text[:_DEVICE_REACH]))


def _copy_number_above(where: Setting) -> bool:
    return where.leads and bool(_COPY_NUMBER.fullmatch(where.situation.previous))


def _urgency_below(where: Setting) -> bool:
    return where.alone and any(_URGENCY.fullmatch(text) for text in where.situation.following[:1])


def _issuer_below(where: Setting) -> bool:
    return where.alone and any(_ISSUER.fullmatch(text) for text in where.situation.following)


WORDING: Mapping[str, Callable[[Setting], bool]] = {
    "word-before": _word_before,
    "word-after": _word_after,
    "example": _example,
    "quoted": _quoted,
    "several-levels": _several_levels,
    "continues-sentence": _continues_sentence,
    "list-item": _list_item,
    "introduced": _introduced,
    "device-label": _device_label,
    "copy-number-above": _copy_number_above,
    "urgency-below": _urgency_below,
    "issuer-below": _issuer_below,
    "label-above": lambda where: where.label_above,
}
"""The features of the words round a candidate."""
