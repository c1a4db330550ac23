"""What stands on an OFD page (GB/T 33190-2016, 7.7, 8, 11, 13): text objects with the place of every character."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate

from agent.extract.base import Unreadable
from agent.extract.package import local
from policies.vocabulary import Unread

LONGEST_CODE = 20_000
"""Characters of one TextCode; a line has a hundred."""

WIDE = "\u2010"
"""The first of the characters that are as wide as they are high."""

_MOST_CHARACTERS = 300_000  # of what is gathered at once
_FARTHEST = 1e6  # millimetres

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_DRAWN = ("TextObject", "PathObject", "ImageObject", "CompositeObject")
_NOT_SHOWN = ("Clips",)


@dataclass(frozen=True, slots=True)
class Run:
    """A TextCode: its characters, where each begins in the object's space (y downwards, on the base line), and the object's look.

    `size` is in millimetres before `matrix`, which leads to the page.
    """

    text: str
    points: tuple[tuple[float, float], ...]
    size: float
    stretch: float
    matrix: Matrix
    bold: bool
    shown: bool


@dataclass(slots=True)
class Resources:
    """What objects refer to by number: whether a font is bold, and the text of composite units."""

    bold_fonts: set[str] = field(default_factory=set)
    units: dict[str, list[Run]] = field(default_factory=dict)
    kept: int = 0


@dataclass(slots=True)
class _Object:
    """A graphic unit that is open."""

    matrix: Matrix
    shown: bool
    size: float = 0.0
    stretch: float = 1.0
    bold: bool = False
    upright: bool = True
    x: float = 0.0
    y: float = 0.0


class Content:
    """Handlers for the parser of a page, of a template or of annotations. `drawn` counts the objects of any kind.

    `templates`: the numbers of the templates that the page uses; `missing`: it refers to a unit that is not there. `load` is
    called with the location of resources that the page has for itself.
    """

    def __init__(self, resources: Resources, load: Callable[[str], None]) -> None:
        self.runs: list[Run] = []
        self.characters = 0
        self.drawn = 0
        self.templates: list[str] = []
        self.missing = False
        self._resources = resources
        self._load = load
        self._names: list[str] = []
        self._objects: list[_Object] = [_Object(IDENTITY, shown=True)]
        self._unshown = 0
        self._code: Mapping[str, str] = {}
        self._texts: list[str] = []
        self._length = 0

    def take(self) -> list[Run]:
        """What was gathered since the last call."""
        taken, self.runs, self.characters = self.runs, [], 0
        return taken

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = local(tag)
        self._names.append(name)
        if name in _NOT_SHOWN:
            self._unshown += 1
        elif not self._unshown:
            self.begin(name, {local(key): value for key, value in attributes.items()})

    def end(self, _tag: str) -> None:
        """An element ends."""
        name = self._names.pop()
        if name in _NOT_SHOWN:
            self._unshown -= 1
        elif not self._unshown:
            self.finish(name)

    def data(self, text: str) -> None:
        """Characters."""
        if self._names and self.holds_text(self._names[-1]) and not self._unshown:
            self._length += len(text)
            if self._length > LONGEST_CODE:
                raise Unreadable(Unread.TOO_LARGE)
            self._texts.append(text)

    def holds_text(self, name: str) -> bool:
        """Whether the text of such an element is gathered."""
        return name in ("TextCode", "PageRes")

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins that is shown."""
        if name in _DRAWN:
            self.drawn += 1
            self.open(attributes)
            if name == "CompositeObject":
                self._compose(attributes.get("ResourceID", ""))
        elif self.holds_text(name):
            self._code, self._texts, self._length = attributes, [], 0
        elif name == "Template":
            self.templates.append(attributes.get("TemplateID", ""))

    def finish(self, name: str) -> None:
        """An element ends that is shown."""
        if name in _DRAWN:
            self.close()
        elif name == "TextCode":
            self._put(self.text())
        elif name == "PageRes":
            self._load(self.text())

    def text(self) -> str:
        """What the element that ends held."""
        taken, self._texts = "".join(self._texts), []
        return taken

    def open(self, attributes: Mapping[str, str]) -> None:
        """A graphic unit: its boundary and its matrix place it in the unit around it."""
        outer = self._objects[-1]
        own = _numbers(attributes.get("CTM", ""))[:6]
        matrix: Matrix = (own[0], own[1], own[2], own[3], own[4], own[5]) if len(own) == 6 else IDENTITY
        boundary = [*_numbers(attributes.get("Boundary", "")), 0.0, 0.0]
        shift: Matrix = (1.0, 0.0, 0.0, 1.0, boundary[0], boundary[1])
        weight = _numbers(attributes.get("Weight", ""))
        self._objects.append(
            _Object(
                matrix=product(product(matrix, shift), outer.matrix),
                shown=outer.shown and attributes.get("Visible", "true").lower() not in ("false", "0"),
                size=abs(number(attributes.get("Size", ""))),
                stretch=abs(number(attributes.get("HScale", ""), 1.0)),
                bold=attributes.get("Font", "") in self._resources.bold_fonts or bool(weight and weight[0] >= 600),
                upright=attributes.get("ReadDirection", "0") in ("90", "270"),
            )
        )

    def close(self) -> None:
        """The graphic unit ends."""
        if len(self._objects) > 1:
            self._objects.pop()

    def _compose(self, unit: str) -> None:
        runs = self._resources.units.get(unit)
        if runs is None:
            self.missing = True
            return
        around = self._objects[-1]
        for run in runs:
            placed = product(run.matrix, around.matrix)
            self._gather(replace(run, matrix=placed, shown=run.shown and around.shown))

    def _put(self, text: str) -> None:
        around = self._objects[-1]
        around.x = number(self._code.get("X", ""), around.x)
        around.y = number(self._code.get("Y", ""), around.y)
        if text.strip():
            self._gather(
                Run(text, self._points(text, around), around.size, around.stretch, around.matrix, around.bold, around.shown)
            )

    def _points(self, text: str, around: _Object) -> tuple[tuple[float, float], ...]:
        """Where each character begins. Where nothing is said of it, a character follows the one before."""
        across = offsets(self._code.get("DeltaX", ""), len(text) - 1)
        down = offsets(self._code.get("DeltaY", ""), len(text) - 1)
        if not any(across) and not any(down):
            widths = [advance(character) * around.size * around.stretch for character in text[:-1]]
            across, down = (down, widths) if around.upright else (widths, down)
        return tuple(zip(accumulate(across, initial=around.x), accumulate(down, initial=around.y), strict=True))

    def _gather(self, run: Run) -> None:
        self.characters += len(run.text)
        if self.characters > _MOST_CHARACTERS:
            raise Unreadable(Unread.BOMB)
        self.runs.append(run)


def product(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does the one, then the other."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def offsets(value: str, count: int) -> list[float]:
    """So many distances from a DeltaX or DeltaY: numbers, or "g 3 2.5" for three times 2.5 (11.3). The last one goes on."""
    value = value[: 32 * (count + 8)]
    found: list[float] = []
    words = value.split() if "g" in value else value.split(None, count)[:count]
    if words and words.count(words[0]) == len(words):
        return [number(words[0])] * count
    left = iter(words)
    for word in left:
        if len(found) >= count:
            break
        if word == "g":
            times = int(number(next(left, "0")))
            found += [number(next(left, "0"))] * max(0, min(times, count - len(found)))
        else:
            found.append(number(word))
    return found + [found[-1] if found else 0.0] * (count - len(found))


def advance(character: str) -> float:
    """About how wide a character is, in its size."""
    return 1.0 if character >= WIDE else 0.5


def number(text: str, otherwise: float = 0.0) -> float:
    """A number, or what stands for it where it is none."""
    try:
        value = float(text)
    except ValueError:
        return otherwise
    return _bounded(value) if math.isfinite(value) else otherwise


def _numbers(text: str) -> list[float]:
    return [number(word) for word in text[:512].split()]


def _bounded(value: float) -> float:
    return max(-_FARTHEST, min(_FARTHEST, value))
