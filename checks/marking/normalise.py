"""Folding: one spelling for the many ways in which the same mark is written, with the way back to the raw characters.

A tab parts columns, so it is spelled as the bar that parts the cells of a table in plain text.

Compatibility forms (NFKC: full-width letters, the Kangxi radicals that PDF extractors emit), traditional script, invisible
characters, white space and the family of stars are folded, each character by itself, so that offsets stay certain.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

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
    "簽签處处廳厅縣县黨党區区鄉乡鎮镇爲为洩泄對对賽赛訓训練练動动轉转稱称"
)
_RADICALS = "⻓长⻑长⺝月"
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\ufe0e\ufe0f"
"""Characters that a reader does not see."""

HANT = dict(zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True))
"""Traditional characters that occur in marks and beside them, with their simplified forms."""

_FOLD = HANT | dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True)) | dict.fromkeys(INVISIBLE, "")

_HIDDEN = re.compile(f"[{INVISIBLE}]")
_MOST_FOLDS = 1 << 14

_LETTERSPACED = re.compile(r" *(?:\S {1,4}){3,}\S *")


def fold(character: str) -> str:
    """The folded form of one character: usually one character, none for an invisible one."""
    folded = "".join(_FOLD.get(c, c) for c in unicodedata.normalize("NFKC", character))
    return "".join("|" if c == "\t" else " " if c.isspace() else c for c in folded)


class _Folds(dict[int, str]):
    """The folded forms of the characters met so far, for `str.translate`; of so many and no more, for there are a million."""

    def __missing__(self, code: int) -> str:
        folded = fold(chr(code))
        if len(self) < _MOST_FOLDS:
            self[code] = folded
        return folded


_FOLDS = _Folds()


def fold_text(raw: str) -> str:
    """Every character of a text folded."""
    return raw.translate(_FOLDS)


class Folded:
    """A line's raw text, and its folded text, which the grammar reads.

    Where every glyph stands apart, as some PDF writers set headings, spaces say nothing and are left out.
    """

    __slots__ = ("_offsets", "raw", "text")

    def __init__(self, raw: str) -> None:
        spelled = fold_text(raw)
        self.raw = raw
        self.text = spelled.replace(" ", "") if _LETTERSPACED.fullmatch(spelled) else spelled
        self._offsets: Sequence[int] = ()

    def original(self, start: int, end: int) -> str:
        """The raw characters behind `text[start:end]`."""
        if start >= end:
            return ""
        self._offsets = self._offsets or self._origins()
        return self.raw[self._offsets[start] : self._offsets[end - 1] + 1]

    def _origins(self) -> Sequence[int]:
        """For each character of `text`, where in `raw` it comes from."""
        if len(self.text) == len(self.raw) and not _HIDDEN.search(self.raw):
            return range(len(self.raw))  # each gave at least one character, so each gave exactly one
        squeezed = " " not in self.text
        return [i for i, c in enumerate(self.raw) for f in _FOLDS[ord(c)] if not (squeezed and f == " ")]
