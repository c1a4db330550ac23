"""Annotations of an OFD page (GB/T 33190-2016, 15): watermarks, stamps, notes, with what they show and what is said in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from agent.extract.ofd.content import Content, Resources
from agent.extract.ofd.layout import lines
from checks.marking.text import Block
from policies.vocabulary import Place


class Annotations(Content):
    """Handlers for the parser of a page's annotations; `ready` holds the text of those that ended."""

    def __init__(self, resources: Resources, load: Callable[[str], None], page: int) -> None:
        super().__init__(resources, load)
        self.ready: list[Block] = []
        self._page = page
        self._place = Place.TEXTBOX

    def taken(self) -> Iterator[Block]:
        """What ended since the last call."""
        ready, self.ready = self.ready, []
        yield from ready

    def holds_text(self, name: str) -> bool:
        """A remark is what a person wrote; a parameter what a program did."""
        return name in ("Remark", "Parameter") or super().holds_text(name)

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if name == "Annot":
            visible = attributes.get("Visible", "true").lower() not in ("false", "0")
            kind = Place.WATERMARK if attributes.get("Type", "").lower() == "watermark" else Place.TEXTBOX
            self._place = kind if visible else Place.HIDDEN
        elif name == "Appearance":
            self.open(attributes)
        else:
            super().begin(name, attributes)

    def finish(self, name: str) -> None:
        """An element ends."""
        if name == "Annot":
            self.ready += lines(self.take(), self._place, self._page)
        elif name == "Appearance":
            self.close()
        elif name in ("Remark", "Parameter"):
            self._said(self.text(), self._place if name == "Remark" else Place.HIDDEN)
        else:
            super().finish(name)

    def _said(self, text: str, place: Place) -> None:
        if text.strip():
            self.ready.append(Block(text.strip(), place, self._page))
