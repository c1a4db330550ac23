"""Styles of OpenDocument (ODF 1.3 part 3, 16): what text looks like, by the style it names and those that style builds on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from agent.extract.flow import PLAIN, Look

_MOST = 30_000  # styles of one kind; a program writes some hundreds
_LONGEST_NAME = 256
_LONGEST_CHAIN = 32
_LENGTH = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)(pt|mm|cm|in|pc|px|%)")
_POINTS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pc": 12.0, "px": 0.75}
_BOLD = ("bold", "600", "700", "800", "900")

Attributes = Mapping[str, str]
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Style:
    parent: str
    look: Look


class Styles:
    """The styles of one document, gathered while it is parsed. `incomplete`: there were more than any program writes."""

    def __init__(self) -> None:
        self.incomplete = False
        self._common: dict[_Key, _Style] = {}
        self._automatic: dict[_Key, _Style] = {}
        self._resolved: dict[_Key, Look] = {}
        self._open: tuple[_Key, str] | None = None
        self._look = PLAIN

    def begin_automatic(self) -> None:
        """Each part has automatic styles of its own, whose names may be those of another part's."""
        self._automatic = {}
        self._resolved = {}

    def begin(self, attributes: Attributes) -> None:
        """A style begins; one without a name is its family's default."""
        family, name = attributes.get("style:family", ""), attributes.get("style:name", "")
        self._open = _key(family, name), attributes.get("style:parent-style-name", "")[:_LONGEST_NAME]
        self._look = PLAIN

    def set(self, properties: Attributes) -> None:
        """Some properties of the style that is open."""
        if self._open:
            self._look = _look(properties).over(self._look)

    def end(self, *, automatic: bool) -> None:
        """The style is whole."""
        if self._open is None:
            return
        styles, (key, parent) = self._automatic if automatic else self._common, self._open
        self._open = None
        if len(styles) < _MOST:
            styles[key] = _Style(parent, self._look)
        else:
            self.incomplete = True

    def look(self, family: str, name: str) -> Look:
        """What the style makes of text; a style that is not there is its family's default."""
        key = _key(family, name)
        if key not in self._resolved:
            if key not in self._automatic and key not in self._common:
                key = (family, "")
            self._resolved[key] = self._resolve(key)
        return self._resolved[key]

    def _resolve(self, key: _Key) -> Look:
        look, family = PLAIN, key[0]
        for _ in range(_LONGEST_CHAIN):
            style = self._automatic.get(key) or self._common.get(key)
            if style is None:
                break
            look = look.over(style.look)
            if key[1] == "":
                break
            key = (family, style.parent)
        return look


def _key(family: str, name: str) -> _Key:
    return family[:_LONGEST_NAME], name[:_LONGEST_NAME]


def _look(properties: Attributes) -> Look:
    look = Look(
        bold=_any(properties, ("fo:font-weight", "style:font-weight-asian"), _BOLD),
        struck=_none_but(properties, ("style:text-line-through-style", "style:text-line-through-type"), "none"),
        hidden=_any(properties, ("text:display",), ("none",)),
        left=_any(properties, ("fo:text-align",), ("left", "start", "justify")),
        breaks=_none_but(properties, ("fo:break-before",), "auto", "column"),
        shown=_none_but(properties, ("table:display", "presentation:visibility"), "false", "hidden"),
    )
    return _sized(look, [properties[name] for name in ("fo:font-size", "style:font-size-asian") if name in properties])


def _any(properties: Attributes, names: tuple[str, ...], wanted: tuple[str, ...]) -> bool | None:
    values = [properties[name] for name in names if name in properties]
    return any(value in wanted for value in values) if values else None


def _none_but(properties: Attributes, names: tuple[str, ...], *unset: str) -> bool | None:
    values = [properties[name] for name in names if name in properties]
    return any(value not in unset for value in values) if values else None


def _sized(look: Look, lengths: list[str]) -> Look:
    """With the largest of several sizes: a style has one for each script."""
    found = [match for length in lengths if (match := _LENGTH.fullmatch(length))]
    points = [float(match[1]) * _POINTS[match[2]] for match in found if match[2] != "%"]
    shares = [float(match[1]) / 100 for match in found if match[2] == "%"]
    if points:
        return replace(look, size=max(points))
    return replace(look, scale=max(shares)) if shares else look
