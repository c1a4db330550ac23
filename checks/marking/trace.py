"""The cheap question before the costly one: could any mark at all be in this text, and where?

A no is certain: the grammar reads no line without a sign. A yes says nothing yet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from checks.marking.normalise import INVISIBLE, STARS
from checks.marking.regimes import FOREIGN_WORDS

_WINDOW = 64
"""Raw characters in which visible ones are looked for; where what nobody sees fills them, the answer is yes."""

_REACH = 8
"""Visible characters that may stand within a level where markup was taken out: other text may have come between."""

_HIDDEN = "\uffff"
"""Stands for what could not be seen; no character."""

_LEVEL = frozenset(f"绝絕机機秘祕解商{_HIDDEN}")
_ONLY_WITH_A_STAR = frozenset("非⾮涉")
STAR = frozenset(f"{STARS}＊﹡{_HIDDEN}")
_REST_OF_INTERNAL = frozenset(f"部{_HIDDEN}")
_STATE = ("国家", "國家")
_SHORT = 500
_SEEN = re.compile(rf"[^\s{INVISIBLE}|]+")
_UNSEEN = dict.fromkeys(map(ord, f"{INVISIBLE}|"), " ")

_Question = Callable[[str, int], bool]


def could_bear(text: str) -> bool:
    """Whether a text may hold a mark, be it spread over its lines. Markup must have been taken out before."""
    return next(traces(text), None) is not None


def signs(text: str) -> Iterator[int]:
    """Where something stands that every mark in a text has one of; kind by kind, not in order."""
    return _found(text, _EXACT)


def traces(text: str) -> Iterator[int]:
    """The same wherever other text may have come between, as `could_bear` asks."""
    return _found(text, _LENIENT)


def _found(text: str, questions: Mapping[str, _Question]) -> Iterator[int]:
    if len(text) < _SHORT and not _FIRST.search(text):  # for a line one search is less than one for each sign
        return
    for part, is_sign in _FOREIGN.items() if text.isascii() else questions.items():
        at = text.find(part)
        while at >= 0:
            if is_sign(text, at):
                yield at
            at = text.find(part, at + 1)


def _before(text: str, at: int, reach: int) -> str:
    """The nearest visible characters before."""
    nearest = text[max(0, at - reach) : at]
    if len(nearest) == reach and _SEEN.fullmatch(nearest):
        return nearest
    visible = "".join(text[max(0, at - _WINDOW) : at].translate(_UNSEEN).split())
    return visible[-reach:] if len(visible) >= reach or at <= _WINDOW else visible + _HIDDEN


def _after(text: str, at: int, reach: int) -> str:
    """The nearest visible characters after."""
    nearest = text[at + 1 : at + 1 + reach]
    if len(nearest) == reach and _SEEN.fullmatch(nearest):
        return nearest
    visible = "".join(text[at + 1 : at + 1 + _WINDOW].translate(_UNSEEN).split())
    return visible[:reach] if len(visible) >= reach or at + 1 + _WINDOW >= len(text) else visible + _HIDDEN


def _ends_a_level(text: str, at: int) -> bool:
    before = _before(text, at, 1)
    if before in _ONLY_WITH_A_STAR:
        return _after(text, at, 1) in STAR
    return before in _LEVEL and not (before in "秘祕" and text[max(0, at - 3) : at - 1] in _STATE)


def _may_end_a_level(text: str, at: int) -> bool:
    before = _before(text, at, _REACH)
    return not (_LEVEL.isdisjoint(before) and _ONLY_WITH_A_STAR.isdisjoint(before))


def _begins_internal(text: str, at: int) -> bool:
    return _after(text, at, 1) in _REST_OF_INTERNAL


def _may_begin_internal(text: str, at: int) -> bool:
    return not _REST_OF_INTERNAL.isdisjoint(_after(text, at, _REACH))


def _goes_before_a_star(text: str, at: int) -> bool:
    return _after(text, at, 1) in STAR


def may_go_before_a_star(text: str, at: int) -> bool:
    """Whether a star may stand beside the character at `at`, be there other text between them."""
    return not STAR.isdisjoint(_after(text, at, _REACH))


def _says_all(_text: str, _at: int) -> bool:
    return True


def _questions(level: _Question, internal: _Question, star: _Question) -> Mapping[str, _Question]:
    return {**_FOREIGN, "密": level, **dict.fromkeys("内內", internal), **dict.fromkeys("开開感控", star)}


_FOREIGN: Mapping[str, _Question] = dict.fromkeys(FOREIGN_WORDS, _says_all)
_EXACT = _questions(_ends_a_level, _begins_internal, _goes_before_a_star)
_FIRST = re.compile(f"[{''.join({part[0] for part in _EXACT})}]")
_LENIENT = _questions(_may_end_a_level, _may_begin_internal, may_go_before_a_star)
