"""The cheap question, put more sharply to text whose characters stand as its reader sees them.

What directly follows a word or a stop on its own line, or is directly followed by one, stands within a sentence (see `context`):
then no feature but the statutory sentence itself can outweigh that, and it is a mention. A no is certain here too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from checks.marking.normalise import HANT, INVISIBLE
from checks.marking.regimes import FOREIGN_WORDS
from checks.marking.trace import STAR, could_bear, may_go_before_a_star, traces


def _spelled(characters: str) -> str:
    """The characters in both scripts."""
    return characters + "".join(hant for hant, plain in HANT.items() if plain in characters)


_HAN = "一-\u9fff"
_GAP = f"\\s|{INVISIBLE}"
_LEVELS = frozenset(_spelled("绝机秘"))
_PARTIAL = frozenset(_spelled("属"))
"""A sentence that marks a part of its document says 属于 before the level."""

_REACH = 8
_WINDOW = 100
_REST_OF_REGIME = frozenset(_spelled("作业"))
_REGIME = re.compile(f"[{_spelled('工商企')}][{''.join(_REST_OF_REGIME)}][{_spelled('秘')}]密")
_WORD = re.compile(f"[{_HAN}、，。；！？…“”‘’《》「」『』]")
_AFTER_A_WORD = re.compile(f"(?![{_spelled('属于级')}]){_WORD.pattern}")
_ENDS_A_KIND = frozenset("心通")
"""核心 and 普通 go before 商业秘密."""

TOLD_APART = frozenset(_spelled("工商企")) | _REST_OF_REGIME | _ENDS_A_KIND
"""Words' characters that are no sign themselves and yet say something about a level that follows."""

_TERM = "至半长永无不零〇一二三四五六七八九十百两廿卅壹贰叁肆伍陆柒捌玖拾佰密期"
_HANDLING = "指不阅亲特加急平紧请注妥严"


def _before_a_word(tails: str) -> str:
    """A word or a stop, but nothing that may go on from a level: a term, its label, a request, and what begins with `tails`."""
    return rf"(?!保(?:[密{_GAP}]|$)|[{_spelled(_TERM + _HANDLING + tails)}])[{_HAN}。！？…“”‘’《》「」『』]"


_LEVEL_BEFORE_A_WORD = re.compile("密[级級]?" + _before_a_word("级文资材档"))
_INTERNAL_BEFORE_A_WORD = re.compile("[内內]部" + _before_a_word("级资材事文刊信使参公"))
_IN_PROSE = re.compile(rf"(?:^|(?![{''.join(_REST_OF_REGIME)}]){_WORD.pattern}|[0-9A-Za-z%.])[{_GAP}]{{0,99}}$")
"""What a bracket, a star or a label introduces is set apart, whatever follows; 工作 in the piece before makes 工作秘密."""

_INTERNAL = re.compile(rf"[内內](?:部|[{_GAP}]|$)")
_APART = re.compile(f"[{_GAP}]")


def could_stand(pieces: Sequence[str], *, scattered: bool = False) -> bool:
    """Whether a text may hold a mark, given in pieces: what stands together in a piece stands together for its reader, and
    anything may lie between two pieces. `scattered`: anything at all, so that no piece says what goes before the next one.
    """
    whole = "".join(pieces)
    if not could_bear(whole):
        return False
    text = "\n".join(pieces)
    return any(word in whole for word in FOREIGN_WORDS) or any(_may_stand(text, at, scattered) for at in traces(text))


def goes_before_a_level(character: str) -> bool:
    """Whether a level that directly follows the character is within a sentence."""
    return _AFTER_A_WORD.match(character) is not None


def _may_stand(text: str, at: int, scattered: bool) -> bool:
    if text[at] == "密":
        return _level_may_stand(text, at, scattered)
    return text[at] not in "内內" or _internal_may_stand(text, at, scattered)


def _level_may_stand(text: str, at: int, scattered: bool) -> bool:
    last = text[at - 1 : at]
    if last in _LEVELS:
        regime = text[at - 2 : at - 1] in _REST_OF_REGIME
        if regime and not _REGIME.match(text, max(0, at - 3)):
            return True
        start = at - 3 if regime else at - 1
        if regime and text[start - 1 : start] in _ENDS_A_KIND:
            return True
        if start and _AFTER_A_WORD.match(text, start - 1):
            return False
        if scattered:
            return True
        before = text[max(0, start - _WINDOW) : start]
        return not (_LEVEL_BEFORE_A_WORD.match(text, at) and _IN_PROSE.search(before) and _PARTIAL.isdisjoint(before[-_REACH:]))
    if last in "非涉":
        return may_go_before_a_star(text, at) or (scattered and not STAR.isdisjoint(text))
    return not last or last in "解商⾮" or _APART.match(last) is not None


def _internal_may_stand(text: str, at: int, scattered: bool) -> bool:
    if at and _WORD.match(text, at - 1):
        return False
    if not _INTERNAL.match(text, at):
        return False
    return scattered or not (_INTERNAL_BEFORE_A_WORD.match(text, at) and _IN_PROSE.search(text[max(0, at - _WINDOW) : at]))
