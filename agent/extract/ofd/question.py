"""The cheap question on a part of an OFD package: could any mark be in it, be its characters written in any order?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from agent.extract.sieve import Sieve

_LARGEST = 4 << 20
_DRAWING = re.compile(rb"AbbreviatedData[^<>]{0,200}>[^<]*<")  # a path's numbers lie between the characters
_WRITTEN = re.compile(rb"TextCode[^<>]*>\s*[^<\s]")
_BEFORE_MI = "绝絕机機秘祕解商非涉"
_STARS = "★☆*＊﹡∗✱⋆※▲△✩✪✭✮⭐"


def could_bear(chunks: Iterable[bytes], *, scattered: bool) -> bool:
    """Whether a mark may be in a part. `scattered`: its characters may stand anywhere, in any order."""
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > _LARGEST:
            return True
    markup = _DRAWING.sub(b"><", bytes(data))
    sieve = Sieve((), placed=True)
    if b"PageRes" in markup or sieve.feed(markup, last=True):  # what a page's own resources hold only a parser finds
        return True
    return scattered and _holds_signs(markup.decode("utf-8", "replace"))


def is_written(chunks: Iterable[bytes]) -> bool:
    """Whether there is a character of text in a part."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        if _WRITTEN.search(rest):
            return True
        rest = rest[-512:]
    return False


def _holds_signs(text: str) -> bool:
    """The characters of any mark, wherever they are; references to characters are taken for signs."""
    if "&#" in text or ("密" in text and any(c in text for c in _BEFORE_MI)):
        return True
    if "部" in text and ("内" in text or "內" in text):
        return True
    return any(c in text for c in "开開感控") and any(star in text for star in _STARS)
