"""The styles of Word documents that were read before: an office makes its documents from few templates that bring the same."""

from __future__ import annotations

from collections import OrderedDict

from agent.extract.base import Unreadable
from agent.extract.ooxml.ooxml import Office
from agent.extract.ooxml.wordstyles import IDLE, WordStyles

_MOST = 8
_LARGEST = 512 << 10  # bytes of markup whose styles are kept
_MOST_STYLES = 500

_Digests = tuple[bytes, ...]


class Templates:
    """Styles by the digest of their markup. What is large is not kept: some megabytes are all that this may take."""

    def __init__(self) -> None:
        self._known: OrderedDict[_Digests, WordStyles] = OrderedDict()

    def styles(self, office: Office, names: list[str]) -> WordStyles:
        """The styles that these parts hold together. What keeps one from being read is noted by the office."""
        if sum(map(office.package.size, names)) > _LARGEST:
            return _read(office, names)
        try:
            digests = tuple(office.package.digest(name) for name in names)
        except Unreadable:
            return _read(office, names)
        styles = self._known.pop(digests, None) or _read(office, names)
        if styles.count <= _MOST_STYLES and not office.unread:
            self._known[digests] = styles
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return styles


def _read(office: Office, names: list[str]) -> WordStyles:
    styles = WordStyles()
    for name in names:
        office.read(name, styles, IDLE)
    return styles
