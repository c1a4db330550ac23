"""The cheap question on markup as it comes: could any mark be in here? Tags are taken out by a pattern, nothing is parsed.

A no is certain for markup whose text stands in the order in which a reader sees it. Where it may not (a text box within a
paragraph), where the encoding is not UTF-8, or where a tag itself holds a sign of a mark, the answer is yes.
"""

from __future__ import annotations

import codecs
import re

from checks.marking.trace import could_bear

_TAG = re.compile("<[^>]*>")
_REFERENCE = re.compile("&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")
_OTHER_ENCODING = re.compile(
    rb"""^(?:\xff\xfe|\xfe\xff|.?\0)|^[^>]{0,200}encoding\s*=\s*["'](?!utf-?8|us-ascii)""", re.IGNORECASE
)
_REORDERED = re.compile("txbxContent|textbox|draw:text-box|AlternateContent|delText|w:del |deletion|vanish", re.IGNORECASE)
_SIGNS = "密部"
_KEPT = 200
_LONGEST_TAG = 64 << 10


class Sieve:
    """Fed with the bytes of one XML file in order; `holds` once any mark could be in what came so far."""

    def __init__(self) -> None:
        self.holds = False
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._begun = False
        self._rest = ""
        self._before = ""
        self._reordered = False
        self._signs = False

    def feed(self, chunk: bytes, *, last: bool = False) -> bool:
        """Take the next bytes; answers `holds`."""
        if self.holds:
            return True
        if not self._begun and chunk:
            self._begun, self.holds = True, _OTHER_ENCODING.search(chunk[:400]) is not None
        try:
            self.holds = self.holds or self._look(self._rest + self._decoder.decode(chunk, final=last), last=last)
        except UnicodeDecodeError:
            self.holds = True
        return self.holds

    def _look(self, raw: str, *, last: bool) -> bool:
        cut = len(raw) if last else _end_of_whole(raw)
        raw, self._rest = raw[:cut], raw[cut:]
        if len(self._rest) > _LONGEST_TAG:
            return True
        if "&#" in raw:
            raw = _REFERENCE.sub(_character, raw)
        self._signs = self._signs or _SIGNS[0] in raw
        self._reordered = self._reordered or _REORDERED.search(raw) is not None
        if self._signs and self._reordered:
            return True
        text = _TAG.sub("", raw) if "<" in raw else raw
        if len(text) < len(raw) and any(raw.count(sign) != text.count(sign) for sign in _SIGNS):
            return True
        joined = self._before + text
        self._before = joined[-_KEPT:]
        return could_bear(joined)


def _end_of_whole(raw: str) -> int:
    """Where the last tag or reference that is not yet whole begins."""
    tag, reference = raw.rfind("<"), raw.rfind("&", max(0, len(raw) - 12))
    tag = tag if tag > raw.rfind(">") else len(raw)
    reference = reference if reference > raw.rfind(";") else len(raw)
    return min(tag, reference if reference >= 0 else len(raw))


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else " "
