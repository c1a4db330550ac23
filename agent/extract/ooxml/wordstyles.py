"""The styles of a Word document (ISO/IEC 29500-1, 17.7): how a run looks where it does not say so itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from agent.extract.base import Unreadable
from agent.extract.markup import empty_but
from agent.extract.package import Locals, local
from policies.vocabulary import Unread

_LONGEST_CHAIN = 32
_MOST = 20_000
_MOST_LOOKS = 1000
_TOGGLES = {"b": "bold", "strike": "struck", "dstrike": "struck", "vanish": "hidden"}

PROPERTIES = (*_TOGGLES, "sz")
"""The run properties that count, by their local names."""

_TELLING = ("style", "basedOn", "jc", *PROPERTIES)

IDLE = empty_but("w", *_TELLING)
"""The markup of styles.xml that says nothing here."""


class Look(NamedTuple):
    """How text is set; `size` in half points, 0 where it is not told."""

    bold: bool = False
    struck: bool = False
    hidden: bool = False
    size: int = 0

    def changed(self, name: str, value: str) -> Look:
        """With one run property (its local name) set."""
        if name in _TOGGLES:
            return self._with(_TOGGLES[name], on=value not in ("0", "false", "off"))
        if name == "sz" and value.isdecimal():
            return Look(self.bold, self.struck, self.hidden, int(value[:5]))
        return self

    def _with(self, name: str, *, on: bool) -> Look:
        return self if getattr(self, name) is on else self._replace(**{name: on})


@dataclass(slots=True)
class _Style:
    based_on: str = ""
    changes: dict[str, str] = field(default_factory=dict)
    left: bool | None = None


class WordStyles:
    """Handlers for the parser of styles.xml, and what was read."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._defaults: dict[str, str] = {}
        self._default_paragraph = ""
        self._style: _Style | None = None
        self._names = Locals()
        self._path: list[str] = []
        self._looks: dict[tuple[str | None, str | None], Look] = {}

    @property
    def count(self) -> int:
        """How many styles there are."""
        return len(self._styles)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = self._names[tag]
        self._path.append(name)
        if name in _TELLING:
            self._tell(name, {local(key): value for key, value in attributes.items()})

    def end(self, _tag: str) -> None:
        """An element ends."""
        if self._path.pop() == "style":
            self._style = None

    def data(self, _text: str) -> None:
        """Characters: a style has none."""

    def look(self, paragraph_style: str, character_style: str = "") -> Look:
        """How a run of a paragraph looks before its own properties. What both styles switch on, they switch off (17.7.3)."""
        key = (self._known(paragraph_style or self._default_paragraph), self._known(character_style))
        if key not in self._looks:
            if len(self._looks) > _MOST_LOOKS:
                self._looks.clear()
            default = _changed(Look(), self._defaults)
            outer, inner = (self._own(name) for name in key)
            self._looks[key] = Look(
                bold=default.bold or outer.bold != inner.bold,
                struck=default.struck or outer.struck != inner.struck,
                hidden=default.hidden or outer.hidden != inner.hidden,
                size=inner.size or outer.size or default.size,
            )
        return self._looks[key]

    def left(self, paragraph_style: str) -> bool | None:
        """Whether a style sets its paragraphs flush left; None where it does not tell."""
        told = (style.left for style in self._chain(paragraph_style or self._default_paragraph))
        return next((left for left in told if left is not None), None)

    def _tell(self, name: str, values: dict[str, str]) -> None:
        if name == "style":
            self._style = self._begun(values)
        elif name in PROPERTIES:
            self._property(name, values.get("val", ""))
        elif self._style and name == "basedOn":
            self._style.based_on = values.get("val", "")
        elif self._style and name == "jc" and self._path[-2] == "pPr":
            self._style.left = values.get("val") in ("left", "start", "both")

    def _begun(self, values: dict[str, str]) -> _Style:
        if len(self._styles) >= _MOST:
            raise Unreadable(Unread.TOO_LARGE)
        style = self._styles[values.get("styleId", "")] = _Style()
        if values.get("type") == "paragraph" and values.get("default") in ("1", "true", "on"):
            self._default_paragraph = values.get("styleId", "")
        return style

    def _property(self, name: str, value: str) -> None:
        """The last one of a kind counts."""
        if self._path[-2:-1] != ["rPr"]:
            return
        if self._style and self._path[-3:-2] == ["style"]:
            changes = self._style.changes
        elif self._path[-3:-2] == ["rPrDefault"]:
            changes = self._defaults
        else:
            return
        changes.pop(name, None)
        changes[name] = value

    def _known(self, name: str) -> str | None:
        """What documents call a style may be anything; only what there is is kept."""
        return name if name in self._styles else None

    def _chain(self, name: str) -> list[_Style]:
        """A style and those that it is based on, the nearest first; a chain without end is cut."""
        found: list[_Style] = []
        while name in self._styles and len(found) < _LONGEST_CHAIN:
            found.append(self._styles[name])
            name = found[-1].based_on
        return found

    def _own(self, name: str | None) -> Look:
        """What a style makes of plain text."""
        look = Look()
        for style in reversed(self._chain(name) if name is not None else []):
            look = _changed(look, style.changes)
        return look


def _changed(look: Look, changes: Mapping[str, str]) -> Look:
    for name, value in changes.items():
        look = look.changed(name, value)
    return look
