"""The font files in a PDF (ISO 32000-1, 9.9): are they whole, and not so large that loading them takes too much memory?"""

from __future__ import annotations

from agent.extract.pdf.filters import LARGEST
from agent.extract.pdf.fonts import program
from agent.extract.pdf.objects import Objects
from agent.extract.pdf.syntax import Damaged, Ref, Stream, Unsure, Value

_MOST_KEPT = 2000


class Programs:
    """The font files of one document, each unpacked once."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._known: dict[int, tuple[int, bool]] = {}
        self._of_fonts: dict[Ref, tuple[int, bool]] = {}

    def is_whole(self, font: Value) -> bool:
        """Whether a font's file is as it should be, or there is none. Raises Unsure, Unreadable."""
        return not self._of(font)[1]

    def are_too_large(self, resources: Value) -> bool:
        """Whether one of a page's fonts would take too much memory: it is damaged, and goes on and on. Raises Unreadable."""
        try:
            fonts = self._objects.dictionary(self._objects.dictionary(resources).get("Font")).values()
            return any(self._of(font)[0] >= LARGEST for font in fonts)
        except Unsure:  # told where the page is looked at
            return False

    def _of(self, font: Value) -> tuple[int, bool]:
        """A font's file unpacked: its size in bytes, and whether it is damaged."""
        if isinstance(font, Ref) and font in self._of_fonts:
            return self._of_fonts[font]
        stream = program(self._objects, self._objects.dictionary(font))
        found = (0, False) if stream is None else self._unpacked(stream)
        if isinstance(font, Ref) and len(self._of_fonts) < _MOST_KEPT:
            self._of_fonts[font] = found
        return found

    def _unpacked(self, stream: Stream) -> tuple[int, bool]:
        if stream.number in self._known:
            return self._known[stream.number]
        try:
            found = len(self._objects.data(stream)), False
        except Damaged:
            found = len(self._objects.remains(stream)), True
        except Unsure:
            found = 0, False
        if len(self._known) < _MOST_KEPT:
            self._known[stream.number] = found
        return found
