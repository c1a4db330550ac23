"""The cheap question on a part of an OFD package: could any mark be in it, be its characters written in any order?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from agent.extract.ofd.content import number, offsets
from agent.extract.sieve import Sieve

_LARGEST = 4 << 20
_DRAWING = re.compile(rb"AbbreviatedData[^<>]{0,200}>[^<]*<")  # a path's numbers lie between the characters
_WRITTEN = re.compile(rb"TextCode[^<>]*>\s*[^<\s]")
_ENDS = {"密": "绝絕机機秘祕解商非涉", "部": "内內"}
_STARS = "★☆*＊﹡∗✱⋆※▲△✩✪✭✮⭐"
_TEXT = re.compile("<([^<>]*)>([^<>]+)|<[^<>]*TextObject([^<>]*)>")
_SIZE = re.compile(r"""\sSize\s*=\s*["']([^"']*)["']""")
_STEPS = re.compile(r"""\sDeltaX\s*=\s*["']([^"']*)["']""")
_TURNED = ("CTM", "HScale", "Direction")
_LEAST, _MOST = 0.4, 1.1  # of its size that a character which stands together with the one before begins after it


def could_bear(chunks: Iterable[bytes], *, scattered: bool) -> bool:
    """Whether a mark may be in a part. `scattered`: its characters may stand anywhere, in any order."""
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > _LARGEST:
            return True
    markup = _DRAWING.sub(b"><", bytes(data))
    sieve = Sieve((), parted=pieces)
    if b"PageRes" in markup or sieve.feed(markup, last=True):  # what a page's own resources hold only a parser finds
        return True
    return scattered and _holds_signs(markup.decode("utf-8", "replace"))


def pieces(markup: str) -> list[str]:
    """The texts of some markup in pieces whose characters stand together on the page."""
    found: list[str] = []
    shape = ""
    for tag, text, outer in _TEXT.findall(markup):
        if outer:
            shape = outer
        elif "TextCode" in tag:
            found += _together(tag, text, shape)
        elif text:
            found.append(text)
    return found


def _together(tag: str, text: str, shape: str) -> Iterable[str]:
    """What one TextCode writes, cut where a character stands away from the one before. Written downwards it is one by one."""
    size, steps = _SIZE.search(shape), _STEPS.search(tag)
    if "&" in text or "DeltaY" in tag or not size or any(name in shape for name in _TURNED):
        return text
    if steps is None:
        return text if "Delta" in tag else (text,)
    least, most = _LEAST * number(size[1]), _MOST * number(size[1])
    cuts = [at for at, step in enumerate(offsets(steps[1], len(text) - 1), 1) if not 0 < least <= step <= most]
    return (text[start:end] for start, end in pairwise((0, *cuts, len(text))))


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
    """Whether the characters of a mark could come together from anywhere; references to characters are taken for signs.

    What ends a level either follows its beginning within a piece, which the sieve has seen, or begins a piece itself.
    """
    if "&#" in text:
        return True
    ends = any(sign in text and any(c in text for c in before) for sign, before in _ENDS.items())
    if ends and any(piece.lstrip().startswith(tuple(_ENDS)) for piece in pieces(text)):
        return True
    return any(c in text for c in "开開感控") and any(star in text for star in _STARS)
