"""The resources of an OFD document (GB/T 33190-2016, 7.9) that matter to its text: bold fonts, composite units that hold text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agent.extract.base import Unreadable
from agent.extract.ofd.content import Content, Resources
from policies.vocabulary import Unread

_BOLD = re.compile("黑|hei|bold", re.IGNORECASE)
_MOST_FONTS = 10_000
_MOST_KEPT = 50_000  # characters of all composite units
_LONGEST_NUMBER = 64


class ResourceReader(Content):
    """Handlers for the parser of a resource part; what it finds goes into `resources`."""

    def __init__(self, resources: Resources) -> None:
        super().__init__(resources, lambda _: None)
        self._found = resources
        self._unit = ""

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if name == "Font":
            self._font(attributes)
        elif name == "CompositeGraphicUnit":
            self._unit = attributes.get("ID", "")[:_LONGEST_NUMBER]
            self.take()
        else:
            super().begin(name, attributes)

    def finish(self, name: str) -> None:
        """An element ends."""
        if name == "CompositeGraphicUnit":
            self._found.kept += self.characters
            if self._found.kept > _MOST_KEPT or len(self._found.units) > _MOST_FONTS:
                raise Unreadable(Unread.TOO_LARGE)
            self._found.units[self._unit] = self.take()
        else:
            super().finish(name)

    def _font(self, attributes: Mapping[str, str]) -> None:
        names = f"{attributes.get('FontName', '')} {attributes.get('FamilyName', '')}"
        bold = attributes.get("Bold") == "true" or _BOLD.search(names)
        if bold and len(self._found.bold_fonts) < _MOST_FONTS:
            self._found.bold_fonts.add(attributes.get("ID", "")[:_LONGEST_NUMBER])
