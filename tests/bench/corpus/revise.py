"""New text in the parts of a package: what a library laid out stays, what it says is another file's."""

from __future__ import annotations

import re
from collections.abc import Callable

_CONTENT = re.compile(rb"(<(?P<tag>[A-Za-z]+:)?t(?: [^<>]*)?>)([^<]+)(</(?P=tag)?t>|</t>)")
_SHORT = 40


def revised(part: bytes, sentence: Callable[[], str], phrase: Callable[[], str]) -> bytes:
    """A part of an Office document (`w:t`, `a:t`, `t`) with new text in each run: long ones sentences, short ones phrases."""

    def new(match: re.Match[bytes]) -> bytes:
        return match[1] + (sentence if len(match[3]) > _SHORT else phrase)().encode() + match[4]

    return _CONTENT.sub(new, part)


def stamped(part: bytes) -> bytes:
    """Core properties without the time of their making, so that a corpus is the same each time."""
    return re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>2026-03-02T09:00:00Z", part)
