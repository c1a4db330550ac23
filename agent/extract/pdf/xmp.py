"""The values in an XMP packet (ISO 16684-1), the metadata that Adobe's programs keep in XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from agent.extract.base import Budget

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML = "http://www.w3.org/XML/1998/namespace"
_DESCRIPTION = f"{_RDF} Description"
_WELL_KNOWN = re.compile(
    "http://(?:purl.org/dc/|ns.adobe.com/(?:xap|pdf|photoshop|tiff|exif|xmp|camera-raw|illustrator)|www.aiim.org/|iptc.org/)"
)
_ESCAPED = re.compile("\u2182([0-9A-F]{4})")  # how Adobe writes what may not stand in an XML name


class NotXmp(Exception):
    """This is no well-formed packet."""


class _Packet:
    """Gathers a packet's properties while it is parsed."""

    def __init__(self, budget: Budget) -> None:
        self.found: list[str] = []
        self._budget = budget
        self._path: list[str] = []
        self._text: list[str] = []

    def parse(self, data: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.StartDoctypeDeclHandler = _refuse
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, LookupError, ValueError) as error:  # not well-formed, or in an encoding that is not known
            raise NotXmp from error

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._path.append(tag)
        self._budget.nested(len(self._path))
        self._text.clear()
        for name, value in attributes.items() if _DESCRIPTION in self._path else ():
            if not name.startswith((_RDF, _XML)) and " " in name:
                self._add(name, value)

    def _end(self, _tag: str) -> None:
        self._add(self._property(), "".join(self._text))
        self._text.clear()
        self._path.pop()

    def _property(self) -> str:
        """The property to which the element at hand belongs: the outermost one in a description."""
        if _DESCRIPTION not in self._path[:-1]:
            return ""
        return self._path[self._path.index(_DESCRIPTION) + 1]

    def _add(self, name: str, value: str) -> None:
        value = value.strip()
        if value:
            space, _, local = name.rpartition(" ")
            plain = not local or _WELL_KNOWN.match(space)
            self.found.append(value if plain else f"{_ESCAPED.sub(_character, local)}={value}")


def values(packet: bytes, budget: Budget) -> Iterator[str]:
    """Each value in order; one of a schema that is not a well-known one as "name=value". Raises NotXmp, Unreadable."""
    gathered = _Packet(budget)
    gathered.parse(packet if b"\0" in packet[:4] else packet.strip(b"\0 \t\r\n"))
    yield from gathered.found


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def _refuse(*_declaration: object) -> None:
    raise NotXmp
