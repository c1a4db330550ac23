"""Characters with their places on a page, and lines of them."""

from __future__ import annotations

from dataclasses import dataclass

SPACE = 0.3
"""A gap of so many heights is a space."""

_SAME = 0.1  # the same character less than so many heights beside itself is printed twice to look bold


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character and its box; y grows upwards. `index` leads back to the page's glyph.

    It may be several characters that stand side by side without a gap; `last` is then where the last of them begins.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    index: int = 0
    last: float | None = None

    @property
    def height(self) -> float:
        return max(self.top - self.bottom, 0.1)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    def is_shadow_of(self, before: Glyph) -> bool:
        """Whether it is the same character in the same place."""
        return self.text == before.text and abs(self.left - before.left) < _SAME * before.height

    def is_past(self, before: Glyph) -> bool:
        """Whether it begins to the right of all that `before` is made of."""
        last = before.left if before.last is None else before.last
        return self.left >= last + _SAME * before.height


@dataclass(slots=True)
class Piece:
    """Glyphs that are read as one line."""

    glyphs: list[Glyph]

    @property
    def first(self) -> Glyph:
        return self.glyphs[0]

    @property
    def is_short(self) -> bool:
        """Whether it is no more than a step of a line that goes downwards: one or two characters."""
        return len(self.glyphs) <= 2 and sum(len(glyph.text) for glyph in self.glyphs) <= 2

    @property
    def text(self) -> str:
        """The characters, with a space where there is a gap."""
        out = [self.first.text]
        for before, glyph in zip(self.glyphs, self.glyphs[1:], strict=False):
            gap = glyph.left - before.right
            beside = abs(glyph.middle - before.middle) < before.height / 2
            if beside and gap > SPACE * before.height and not out[-1].endswith(" ") and not glyph.text.startswith(" "):
                out.append(" ")
            out.append(glyph.text)
        return "".join(out).strip()
