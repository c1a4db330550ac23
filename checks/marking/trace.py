"""The cheap question before the costly one: could any mark at all be in this text, and where?

A no is certain: the grammar reads no line without a sign. A yes says nothing yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

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
_STAR = frozenset(f"{STARS}＊﹡{_HIDDEN}")
_REST_OF_INTERNAL = frozenset(f"部{_HIDDEN}")
_STATE = ("国家", "國家")
_STATE_LEVEL = frozenset("绝絕机機秘祕")
_BEGINS_A_REGIME, _ENDS_A_REGIME = frozenset("工商企"), frozenset("作业業")
"""What goes before 秘密 in 工作秘密, 商业秘密 and 企业秘密."""

_STOPS = frozenset("、，。；！？…“”‘’")
_LEADS_TO_A_LEVEL = frozenset("属屬于於级級心通")
"""A sentence that marks a part of its document says 属于 before the level, a form 密级; trade secrets are 核心 or 普通."""
_UNSEEN = dict.fromkeys(map(ord, f"{INVISIBLE}|"), " ")

_Question = Callable[[str, int], bool]


def could_bear(text: str) -> bool:
    """Whether a text may hold a mark, be it spread over its lines. Markup must have been taken out before."""
    return next(_found(text, _LENIENT), None) is not None


def could_stand(pieces: Sequence[str]) -> bool:
    """Whether a text may hold a mark, given in pieces: what stands together in a piece stands together for its reader, and
    anything may lie between two pieces. Sharper than `could_bear`: what directly follows a word or a stop on its own line
    stands within a sentence, and so cannot weigh enough to be a mark.
    """
    whole = "".join(pieces)
    if not could_bear(whole):
        return False
    return any(word in whole for word in FOREIGN_WORDS) or next(_found("\n".join(pieces), _STANDING), None) is not None


def signs(text: str) -> Iterator[int]:
    """Where something stands that every mark in a text has one of; kind by kind, not in order."""
    return _found(text, _EXACT)


def _found(text: str, questions: Mapping[str, _Question]) -> Iterator[int]:
    for part, is_sign in _FOREIGN.items() if text.isascii() else questions.items():
        at = text.find(part)
        while at >= 0:
            if is_sign(text, at):
                yield at
            at = text.find(part, at + 1)


def _before(text: str, at: int, reach: int) -> str:
    """The nearest visible characters before."""
    nearest = text[at - 1 : at]
    if reach == 1 and nearest and not nearest.isspace() and ord(nearest) not in _UNSEEN:
        return nearest
    visible = "".join(text[max(0, at - _WINDOW) : at].translate(_UNSEEN).split())
    return visible[-reach:] if len(visible) >= reach or at <= _WINDOW else visible + _HIDDEN


def _after(text: str, at: int, reach: int) -> str:
    """The nearest visible characters after."""
    nearest = text[at + 1 : at + 2]
    if reach == 1 and nearest and not nearest.isspace() and ord(nearest) not in _UNSEEN:
        return nearest
    visible = "".join(text[at + 1 : at + 1 + _WINDOW].translate(_UNSEEN).split())
    return visible[:reach] if len(visible) >= reach or at + 1 + _WINDOW >= len(text) else visible + _HIDDEN


def _ends_a_level(text: str, at: int) -> bool:
    before = _before(text, at, 1)
    if before in _ONLY_WITH_A_STAR:
        return _after(text, at, 1) in _STAR
    return before in _LEVEL and not (before in "秘祕" and text[max(0, at - 3) : at - 1] in _STATE)


def _may_end_a_level(text: str, at: int) -> bool:
    before = _before(text, at, _REACH)
    return not (_LEVEL.isdisjoint(before) and _ONLY_WITH_A_STAR.isdisjoint(before))


def _begins_internal(text: str, at: int) -> bool:
    return _after(text, at, 1) in _REST_OF_INTERNAL


def _may_begin_internal(text: str, at: int) -> bool:
    return not _REST_OF_INTERNAL.isdisjoint(_after(text, at, _REACH))


def _goes_before_a_star(text: str, at: int) -> bool:
    return _after(text, at, 1) in _STAR


def _may_go_before_a_star(text: str, at: int) -> bool:
    return not _STAR.isdisjoint(_after(text, at, _REACH))


def _may_stand_as_level(text: str, at: int) -> bool:
    last = text[at - 1 : at] if at else ""
    if last in _STATE_LEVEL:
        if last not in "秘祕" or text[at - 2 : at - 1] not in _ENDS_A_REGIME:
            return not _follows_a_word(text, at - 1)
        return text[at - 3 : at - 2] not in _BEGINS_A_REGIME or not _follows_a_word(text, at - 3)
    return _ends_a_level(text, at) if _is_of_a_word(last) else _may_end_a_level(text, at)


def _may_stand_as_internal(text: str, at: int) -> bool:
    exact = _is_of_a_word(text[at + 1 : at + 2])
    return not _follows_a_word(text, at) and (_begins_internal if exact else _may_begin_internal)(text, at)


def _follows_a_word(text: str, start: int) -> bool:
    """Whether what begins at `start` directly follows a word or a stop."""
    before = text[start - 1 : start] if start > 0 else ""
    return before not in _LEADS_TO_A_LEVEL and (before in _STOPS or _is_of_a_word(before))


def _is_of_a_word(character: str) -> bool:
    """Whether it is a Chinese character of the common block."""
    return "一" <= character <= "\u9fff"


def _says_all(_text: str, _at: int) -> bool:
    return True


def _questions(level: _Question, internal: _Question, star: _Question) -> Mapping[str, _Question]:
    return {**_FOREIGN, "密": level, **dict.fromkeys("内內", internal), **dict.fromkeys("开開感控", star)}


_FOREIGN: Mapping[str, _Question] = dict.fromkeys(FOREIGN_WORDS, _says_all)
_EXACT = _questions(_ends_a_level, _begins_internal, _goes_before_a_star)
_LENIENT = _questions(_may_end_a_level, _may_begin_internal, _may_go_before_a_star)
_STANDING = _questions(_may_stand_as_level, _may_stand_as_internal, _may_go_before_a_star)
