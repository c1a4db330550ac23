"""The cheap question on markup as it comes: could any mark be in here? Text is taken out by a pattern, nothing is parsed.

A no is certain for markup whose text stands in the order in which a reader sees it. Where it may not (a text box within a
paragraph), where the encoding is not UTF-8, where a tag itself holds a sign of a mark, where the markup has what only a parser
understands (comments, CDATA, a bare ">") or is not whole, the answer is yes.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from checks.marking.standing import could_stand
from checks.marking.trace import could_bear

WORD_ASIDES = ("txbxContent", "delText", "moveFrom", "vanish", "instrText", "posOffset", "ruby")
"""Names of Word's elements whose text stands elsewhere than where it is written, or is not shown."""

ASIDES = (*WORD_ASIDES, "text-box", "deletion", "annotation", "text:note", "text:hidden")
"""The same of OpenDocument too."""

_WORD_ART = "textpath"  # its text is an attribute
_TEXT = re.compile(">([^<]+)")
_REFERENCE = re.compile("&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")
_OTHER_ENCODING = re.compile(r"""encoding\s*=\s*["'](?!(?:utf-?8|us-ascii)["'])""", re.IGNORECASE)
_ROOT = re.compile(r"<([^\s<>/?!]+)")
_BEGUN = tuple(word[:length] for word in ("secret", "confidential") for length in range(1, len(word)))
_LETTERS = frozenset("secretconfidentialSECRETCONFIDENTIAL")
_ALONE = re.compile(r">\s*密")
_SIGNS = ("密", "部")
_STARS = "★☆*＊﹡∗✱⋆※▲△✩✪✭✮⭐"
Parted = Callable[[str], list[str]]

_KEPT = 200
_LONGEST_TAG = 64 << 10
_LONGEST_WORD = 16


class Sieve:
    """Fed with the bytes of one XML file in order; `holds` once any mark could be in what came so far.

    `asides`: names of elements beside which any sign of a mark is a yes. `attributes`: whether tags may hold text too.
    `shuffled`: whether the file's strings are shown in another order, so that a mark may be spelled over several of them.
    `parted`: where the markup says where each character stands, what takes the pieces out of it that stand together.
    `length` counts the characters of text that came.
    """

    def __init__(
        self, asides: tuple[str, ...] = ASIDES, *, attributes: bool = True, shuffled: bool = False, parted: Parted | None = None
    ) -> None:
        self.holds = False
        self.length = 0
        self._asides = asides
        self._attributes = attributes
        self._shuffled = shuffled
        self._parted = parted
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._root = ""
        self._end = ""
        self._rest = ""
        self._before = ""
        self._bytes_before = b""
        self._aside = False
        self._signs = False

    def feed(self, chunk: bytes, *, last: bool = False) -> bool:
        """Take the next bytes; answers `holds`."""
        if not self.holds:
            self.holds = b"\0" in chunk or self._is_foreign(chunk)
        if not self.holds:
            try:
                self.holds = self._look(self._rest + self._decoder.decode(chunk, final=last), last=last)
            except UnicodeDecodeError:
                self.holds = True
        return self.holds

    def _is_foreign(self, chunk: bytes) -> bool:
        """Whether tags may hold a mark in English."""
        if not self._attributes:
            return False
        folded = (self._bytes_before + chunk).lower()
        self._bytes_before = folded[-_LONGEST_WORD:]
        return b"secret" in folded or b"confidential" in folded

    def _look(self, raw: str, *, last: bool) -> bool:
        cut = len(raw) if last else _end_of_whole(raw)
        raw, self._rest = raw[:cut], raw[cut:]
        declared = raw.find("?>") + 2 if raw[:6].lstrip("\ufeff").startswith("<?xml") else 0
        if not self._root:
            if _OTHER_ENCODING.search(raw[:declared]):
                return True
            found = _ROOT.search(raw, declared)
            self._root = found[1] if found else ""
        self._end = raw[-_KEPT:] or self._end
        if len(self._rest) > _LONGEST_TAG or (last and not self._is_whole()):
            return True
        if "&" in raw and "&#" in raw:
            raw = _REFERENCE.sub(_character, raw)
        if _has(raw, "<!", 0) or _has(raw, "<?", declared):
            return True
        pieces = _TEXT.findall(">" + raw)
        text = "".join(pieces)
        self.length += len(text)
        if ">" in text or self._in_tags(raw, text) or self._out_of_order(raw, text, pieces, last=last):
            return True
        before, self._before = self._before, (self._before + text)[-_KEPT:]
        if self._parted is None:
            return could_stand([before, *pieces])
        return could_bear(before + text) and could_stand([before, *self._parted(raw)], scattered=True)

    def _in_tags(self, raw: str, text: str) -> bool:
        """Whether a tag holds a sign of a mark."""
        return _WORD_ART in raw or (self._attributes and any(raw.count(sign) != text.count(sign) for sign in _SIGNS))

    def _out_of_order(self, raw: str, text: str, pieces: list[str], *, last: bool) -> bool:
        """Whether a sign of a mark stands where the order of the text says nothing about it."""
        if self._shuffled and "密" in text and _ALONE.search(raw):
            return True
        self._signs = self._signs or _is_sign(text)
        suspect = self._signs or any(piece[-1] in _LETTERS and _is_begun(piece) for piece in pieces)
        if not self._aside and (suspect or not last):
            self._aside = any(name in raw for name in self._asides)
        return suspect and self._aside

    def _is_whole(self) -> bool:
        """Whether the last tag closes what the first one opened."""
        last = self._end.rstrip().rpartition("<")[2]
        return bool(self._root) and (last == f"/{self._root}>" or (last.startswith(self._root) and last.endswith("/>")))


def _has(raw: str, sign: str, start: int) -> bool:
    """Whether two characters are there, of which the first is everywhere and the second is rare."""
    return raw.find(sign[1], start) >= 0 and raw.find(sign, start) >= 0


def _is_begun(piece: str) -> bool:
    """Whether a piece may end with the beginning of a mark in English."""
    return piece[-_LONGEST_WORD:].lower().endswith(_BEGUN)


def _is_sign(text: str) -> bool:
    """Whether the characters of a mark are there at all, wherever they stand."""
    if "密" in text or ("部" in text and ("内" in text or "內" in text)):
        return True
    return any(c in text for c in "开開敏控") and any(star in text for star in _STARS)


def _end_of_whole(raw: str) -> int:
    """Where the last tag or reference that is not yet whole begins."""
    tag, reference = raw.rfind("<"), raw.rfind("&", max(0, len(raw) - 12))
    tag = tag if tag > raw.rfind(">") else len(raw)
    reference = reference if reference > raw.rfind(";", max(0, len(raw) - 12)) else len(raw)
    return min(tag, reference if reference >= 0 else len(raw))


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else " "
