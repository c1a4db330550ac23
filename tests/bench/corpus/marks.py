"""The marks that are planted: the statutory form and those that people write, each with what a reader would make of it."""

from __future__ import annotations

import enum
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from policies.vocabulary import Level

_TERMS = {
    Level.MIMI: ("1年", "3年", "5年", "10年", "3个月", "6个月"),
    Level.JIMI: ("1年", "5年", "10年", "15年", "20年", "6个月"),
    Level.JUEMI: ("10年", "20年", "30年", "15年"),
}
_EVENTS = ("启用前", "公布前", "会议开始前", "考试结束后")
_HANT = str.maketrans({"绝": "絕", "机": "機", "秘": "祕", "长": "長", "个": "個"})
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_CHINESE = {"1年": "一年", "3年": "三年", "5年": "五年", "10年": "十年", "15年": "十五年", "20年": "二十年", "30年": "三十年"}


class Suited(enum.Enum):
    """Which forms are put into a place: any where marks belong, those with ★ and term elsewhere, or only the statutory ones."""

    ANY = "any"
    FULL = "full"
    STATUTORY = "statutory"


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark as it is planted: its text, its level and its term in canonical words."""

    text: str
    level: Level
    term: str | None
    form: str


Write = Callable[[Level, str], tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class _Form:
    name: str
    weight: int
    suited: Suited
    write: Write


def _year(level: Level, term: str) -> str:
    return term if term in _CHINESE else _TERMS[level][0].replace("个月", "年")


def _numeral(level: Level, term: str) -> tuple[str, str | None]:
    years = _year(level, term)
    return f"{level.value}★{_CHINESE[years]}", years


_FORMS: Sequence[_Form] = (
    _Form("statutory", 30, Suited.STATUTORY, lambda level, term: (f"{level.value}★{term}", term)),
    _Form("until a day", 3, Suited.STATUTORY, lambda level, _: (f"{level.value}★2031年12月31日", "2031-12-31")),
    _Form("long term", 2, Suited.STATUTORY, lambda level, _: (f"{level.value}★长期", "长期")),
    _Form("traditional", 4, Suited.FULL, lambda level, term: (f"{level.value}★{term}".translate(_HANT), term)),
    _Form("spaced", 4, Suited.FULL, lambda level, term: (f"{level.value} ★ {' '.join(_cut(term))}", term)),
    _Form("full width", 4, Suited.FULL, lambda level, term: (f"{'　'.join(level.value)}★{term.translate(_WIDE)}", term)),
    _Form("hollow star", 2, Suited.FULL, lambda level, term: (f"{level.value}☆{term}", term)),
    _Form("asterisk", 2, Suited.FULL, lambda level, term: (f"{level.value}＊{term}", term)),
    _Form("chinese numeral", 3, Suited.FULL, _numeral),
    _Form("with 级", 2, Suited.FULL, lambda level, term: (f"{level.value}级★{term}", term)),
    _Form("caveat", 2, Suited.FULL, lambda level, term: (f"{level.value}★{term}　指人专办", term)),
    _Form("star only", 4, Suited.ANY, lambda level, _: (f"{level.value}★", None)),
    _Form("level only", 6, Suited.ANY, lambda level, _: (level.value, None)),
    _Form("no star", 4, Suited.ANY, lambda level, term: (f"{level.value}{term}", term)),
    _Form("brackets", 3, Suited.ANY, lambda level, term: (f"{level.value}（{term}）", term)),
    _Form("label", 4, Suited.ANY, lambda level, term: (f"密级：{level.value}★{term}", term)),
    _Form("two labels", 3, Suited.ANY, lambda level, term: (f"密级：{level.value}　保密期限：{term}", term)),
    _Form("ticked", 2, Suited.ANY, lambda _, term: (f"密级：☑机密 □秘密　期限：{term}", term)),
    _Form("left blank", 2, Suited.ANY, lambda level, _: (f"{level.value}★××年", None)),
    _Form("bilingual", 2, Suited.ANY, lambda level, term: (f"TOP SECRET {level.value}★{term}", term)),
    _Form("work secret", 4, Suited.ANY, lambda _level, _term: ("内部资料 注意保存", None)),
)
_LEVEL_OF = {"ticked": Level.JIMI, "work secret": Level.NEIBU}
_WIDER = {Suited.STATUTORY: (Suited.STATUTORY,), Suited.FULL: (Suited.STATUTORY, Suited.FULL), Suited.ANY: tuple(Suited)}


def _cut(term: str) -> list[str]:
    number = "".join(character for character in term if character.isdigit())
    return [part for part in (number, term[len(number) :]) if part]


def draw(rng: random.Random, suited: Suited) -> Mark:
    """A mark of one of the forms that suit a place."""
    forms = [form for form in _FORMS if form.suited in _WIDER[suited]]
    form = rng.choices(forms, [form.weight for form in forms])[0]
    level = rng.choices(list(_TERMS), [50, 35, 15])[0]
    term = rng.choice(_EVENTS) if form.name == "statutory" and rng.random() < 0.1 else rng.choice(_TERMS[level])
    text, words = form.write(level, term)
    return Mark(text, _LEVEL_OF.get(form.name, level), words, form.name)
