"""The cheap question before the costly one: could any mark at all be in this text?

A no is certain: the grammar finds nothing in such a text, whatever its lines. A yes says nothing yet. The tests hold it against
the grammar itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_REACH = 8
"""Visible characters that may stand between the first and the last character of a level; the grammar allows six."""

_WINDOW = 64
"""Raw characters in which so many visible ones are looked for; where white space fills them, the answer is yes."""

_BEFORE_MI = frozenset("绝絕机機秘祕解商非涉")
_STARRED = re.compile(r"(?:[开開]|敏\s*感|受\s*控)\s{0,16}(?:\S{0,2}\s{0,16})[★☆*＊﹡∗✱⋆※▲△✩✪✭✮⭐]")
_FOREIGN = re.compile("secret|confidential", re.IGNORECASE)


def could_bear(text: str) -> bool:
    """Whether a text may hold a mark, be it spread over its lines. Markup must have been taken out before."""
    if _FOREIGN.search(text):
        return True
    if text.isascii():
        return False
    return _level(text) or _internal(text) or _STARRED.search(text) is not None


def _level(text: str) -> bool:
    return any(not _BEFORE_MI.isdisjoint(before) or _is_sparse(before, at) for at, before in _before_each(text, "密"))


def _is_sparse(before: str, at: int) -> bool:
    """Whether white space hid what stands before."""
    return len(before) < _REACH and at > _WINDOW


def _before_each(text: str, character: str) -> Iterator[tuple[int, str]]:
    """For each occurrence, where it is and the visible characters before it."""
    at = text.find(character)
    while at >= 0:
        yield at, "".join(text[max(0, at - _WINDOW) : at].split())[-_REACH:]
        at = text.find(character, at + 1)


def _internal(text: str) -> bool:
    return any(_internal_from(text, first) for first in "内內")


def _internal_from(text: str, first: str) -> bool:
    at = text.find(first)
    while at >= 0:
        after = "".join(text[at + 1 : at + 1 + _WINDOW].split())
        if "部" in after[:_REACH] or (len(after) < _REACH and at + _WINDOW < len(text)):
            return True
        at = text.find(first, at + 1)
    return False
