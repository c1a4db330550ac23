"""The styles of a Word document (ISO/IEC 29500-1, 17.7): how a run looks where it does not say so itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agent.extract.base import Unreadable
from agent.extract.package import local
from policies.vocabulary import Unread

_LONGEST_CHAIN = 32
_MOST = 20_000
_TOGGLES = {"b": "bold", "strike": "struck", "dstrike": "struck", "vanish": "hidden"}


@dataclass(frozen=True, slots=True)
class Look:
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
            return replace(self, size=int(value[:5]))
        return self

    def _with(self, name: str, *, on: bool) -> Look:
        return self if getattr(self, name) is on else replace(self, **{name: on})


@dataclass(slots=True)
class _Style:
    based_on: str = ""
    changes: tuple[tuple[str, str], ...] = ()
    left: bool | None = None


class WordStyles:
    """Handlers for the parser of styles.xml, and what was read."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._defaults: list[tuple[str, str]] = []
        self._default_paragraph = ""
        self._style: _Style | None = None
        self._path: list[str] = []
        self._looks: dict[tuple[str, str], Look] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = local(tag)
        self._path.append(name)
        values = {local(key): value for key, value in attributes.items()}
        if name == "style":
            self._style = self._begun(values)
        elif self._style and name == "basedOn":
            self._style.based_on = values.get("val", "")
        elif self._style and name == "jc" and self._path[-2] == "pPr":
            self._style.left = values.get("val") in ("left", "start", "both")
        elif len(self._path) > 2 and self._path[-2] == "rPr":
            self._property(name, values.get("val", ""))

    def end(self, _tag: str) -> None:
        """An element ends."""
        if self._path.pop() == "style":
            self._style = None

    def data(self, _text: str) -> None:
        """Characters: a style has none."""

    def look(self, paragraph_style: str, character_style: str = "") -> Look:
        """How a run of a paragraph looks before its own properties. What both styles switch on, they switch off (17.7.3)."""
        key = (paragraph_style or self._default_paragraph, character_style)
        if key not in self._looks:
            if len(self._looks) > _MOST:
                self._looks.clear()
            default = _changed(Look(), self._defaults)
            outer, inner = (_changed(Look(), self._changes(name)) for name in key)
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

    def _begun(self, values: dict[str, str]) -> _Style:
        if len(self._styles) >= _MOST:
            raise Unreadable(Unread.TOO_LARGE)
        style = self._styles[values.get("styleId", "")] = _Style()
        if values.get("type") == "paragraph" and values.get("default") in ("1", "true", "on"):
            self._default_paragraph = values.get("styleId", "")
        return style

    def _property(self, name: str, value: str) -> None:
        if name not in _TOGGLES and name != "sz":
            return
        if self._style and self._path[-3] == "style":
            self._style.changes += ((name, value),)
        elif self._path[-3] == "rPrDefault":
            self._defaults.append((name, value))

    def _chain(self, name: str) -> list[_Style]:
        """A style and those that it is based on, the nearest first; a chain without end is cut."""
        found: list[_Style] = []
        while name in self._styles and len(found) < _LONGEST_CHAIN:
            found.append(self._styles[name])
            name = found[-1].based_on
        return found

    def _changes(self, name: str) -> list[tuple[str, str]]:
        return [change for style in reversed(self._chain(name)) for change in style.changes]


def _changed(look: Look, changes: list[tuple[str, str]]) -> Look:
    for name, value in changes:
        look = look.changed(name, value)
    return look
