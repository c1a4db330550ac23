"""The cheap question on a document's texts in the order in which they are given: could any mark be in them?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent.extract.base import Unreadable
from checks.marking.standing import could_stand

_AT_ONCE = 16 << 10
_KEPT = 200  # characters: a mark may be spread over neighbours
_ENDS_A_LEVEL = "密"


def bears(texts: Iterable[str]) -> bool:
    """Whether a mark may be in a text or be spread over several that follow one another. A no is certain; what cannot be read to
    its end is a yes, so that the marks before that are found.
    """
    try:
        return _bears(texts)
    except Unreadable:
        return True


def _bears(texts: Iterable[str]) -> bool:
    waiting: list[str] = []
    size = 0
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size < _AT_ONCE:
            continue
        if could_stand(waiting):
            return True
        waiting = ["\n".join(waiting)[-_KEPT:]]
        size = 0
    return could_stand(waiting)


def bears_in_any_order(texts: Iterable[str]) -> bool:
    """The same for short texts that a reader sees in another order than they are given: one may end what another begins."""
    ends = False

    def looked_at() -> Iterator[str]:
        nonlocal ends
        for text in texts:
            ends = ends or text.lstrip().startswith(_ENDS_A_LEVEL)
            yield text

    return bears(looked_at()) or ends
