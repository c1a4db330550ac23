"""Folding: one spelling for the many ways in which the same mark is written, with the way back to the raw characters.

Compatibility forms (NFKC: full-width letters, the Kangxi radicals that PDF extractors emit), traditional script, invisible
characters, white space and the family of stars are folded, each character by itself, so that offsets stay certain.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

STAR = "★"
"""The separator of GB/T 9704 and the only conforming one (U+2605)."""

STARS = "★☆✩✪✭✮⭐*∗✱⋆※▲△"
"""What people write in its stead, after NFKC (which folds ＊ and ﹡)."""

TRIANGLES = "▲△"
"""The separators of marks of trade secrets."""

_TRADITIONAL = (
    "絕绝機机祕秘級级長长個个屬属頁页註注條条檔档數数據据國国啟启啓启開开佈布內内時时會会議议結结後后資资業业務务項项製制複复"
    "閱阅專专辦办於于標标誌志為为與与號号類类說说證证圖图計计記记實实關关發发樣样參参讀读過过滿满兩两該该經经試试題题"
    "錄录審审終终單单調调畢毕選选舉举競竞驗验檢检測测戰战軍军應应確确認认間间總总報报導导執执組组團团員员書书無无"
    "現现達达還还進进達达齊齐領领隊队備备種种觀观質质價价術术學学課课節节護护傳传貳贰叄叁陸陆電电腦脑設设備备買买賣卖"
)
_RADICALS = "⻓长⻑长⺝月"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\ufe0e\ufe0f"

HANT = dict(zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True))
"""Traditional characters that occur in marks and beside them, with their simplified forms."""

_FOLD = HANT | dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True)) | dict.fromkeys(_INVISIBLE, "")

_LETTERSPACED = re.compile(r" *(?:\S {1,4}){3,}\S *")


@lru_cache(maxsize=8192)
def fold(character: str) -> str:
    """The folded form of one character: usually one character, none for an invisible one."""
    folded = "".join(_FOLD.get(c, c) for c in unicodedata.normalize("NFKC", character))
    return "".join(" " if c.isspace() else c for c in folded)


@dataclass(frozen=True)
class Folded:
    """A line's raw text and its folded text."""

    raw: str

    @cached_property
    def _spelled(self) -> str:
        return "".join(map(fold, self.raw))

    @cached_property
    def _squeezed(self) -> bool:
        """Whether every glyph stands apart, as some PDF writers set headings: then spaces say nothing."""
        return _LETTERSPACED.fullmatch(self._spelled) is not None

    @cached_property
    def text(self) -> str:
        """The text that the grammar reads."""
        return self._spelled.replace(" ", "") if self._squeezed else self._spelled

    @cached_property
    def _offsets(self) -> list[int]:
        """For each character of `text`, where in `raw` it comes from."""
        return [i for i, c in enumerate(self.raw) for f in fold(c) if not (self._squeezed and f == " ")]

    def original(self, start: int, end: int) -> str:
        """The raw characters behind `text[start:end]`."""
        if start >= end:
            return ""
        return self.raw[self._offsets[start] : self._offsets[end - 1] + 1]
