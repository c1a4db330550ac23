"""The text of XML whose vocabulary is not known: running text by the paragraph, data by the field, attributes that may matter."""

from __future__ import annotations

from agent.extract.package import local
from checks.marking.text import Block
from checks.marking.trace import could_bear
from policies.vocabulary import Place

_LONGEST = 64 << 10
# Elements that hold a line of running text in the usual vocabularies, and those that hold a part of one or a line. Any other
# without inner elements is a field of data.
_LINES = frozenset(("p", "para", "simpara", "title", "subtitle", "head", "heading", "li", "line", "l", "td", "th", "entry"))
_RUNNING = _LINES | {"t", "text", "item", "span", "r", "run"}
_CELLS = ("td", "th", "entry")


class XmlText:
    """Handlers for an XML parser. `ready` holds the lines that are whole.

    Elements within running text make no new line, nor do elements of one name that follow each other without any space,
    unless their name tells that they are lines: so runs are put together. A field is given as "name: value", since its name
    tells what the value is of.
    """

    def __init__(self) -> None:
        self.ready: list[Block] = []
        self._path: list[str] = []
        self._spoke: list[bool] = []  # for each open element, whether it has text of its own
        self._texts: list[str] = []
        self._from = ""
        self._depth = 0
        self._length = 0
        self._mixed = 0  # how deep the outermost element lies that mixes text and elements
        self._alone = True  # all text so far is of one element

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self._spoke and self._spoke[-1] and not self._mixed:
            self._mixed = len(self._path)
        self._path.append(local(tag))
        self._spoke.append(False)
        for name, value in attributes.items():
            if could_bear(value) or could_bear(local(name)):
                self.ready.append(Block(f"{local(name)}={value}", Place.METADATA, page=0))

    def end(self, _tag: str) -> None:
        """An element ends."""
        if self._mixed == len(self._path):
            self.flush()
            self._mixed = 0
        self._path.pop()
        self._spoke.pop()

    def data(self, text: str) -> None:
        """Characters."""
        if text.isspace():
            if not self._mixed and "\n" in text:
                self.flush()
            elif self._texts:
                self._keep(text)
            return
        name, depth = self._path[-1], len(self._path)
        follows = (name == self._from and name.lower() not in _LINES) or depth < self._depth or self._spoke[-1]
        if self._texts and not self._mixed and not follows:
            self.flush()
        self._alone = not self._texts or (self._alone and self._spoke[-1])
        self._from, self._depth = name, depth
        self._spoke[-1] = True
        self._keep(text)

    def flush(self) -> None:
        """The line ends."""
        text = "".join(self._texts).strip()
        if text:
            running = self._mixed or not self._alone or self._from.lower() in _RUNNING
            place = Place.CELL if self._from.lower() in _CELLS else Place.BODY
            self.ready.append(Block(text if running else f"{self._from}: {text}", place))
        self._texts.clear()
        self._length = 0

    def take(self) -> list[Block]:
        """The lines that ended since the last call."""
        taken, self.ready = self.ready, []
        return taken

    def _keep(self, text: str) -> None:
        self._texts.append(text)
        self._length += len(text)
        if self._length > _LONGEST:
            self.flush()
