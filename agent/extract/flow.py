"""Paragraphs put together from runs while a document is parsed: one mark may be spread over many runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from checks.marking.text import OVERLAP, Block
from policies.vocabulary import Place

LARGE = 15.5
"""Points: a font of 16 is often written a little less."""

_LONGEST = 256 << 10  # characters of one paragraph that are kept until it ends


@dataclass(frozen=True, slots=True)
class Look:
    """How text is set; None where nothing is said. `size` is in points, `scale` what a size below is multiplied by.

    `breaks`: a new page begins before it. `shown`: whether the sheet or the slide is.
    """

    bold: bool | None = None
    size: float | None = None
    scale: float = 1.0
    struck: bool | None = None
    hidden: bool | None = None
    left: bool | None = None
    breaks: bool | None = None
    shown: bool | None = None

    def over(self, below: Look) -> Look:
        """What this look makes of text that is set in another."""
        if self is PLAIN or below is PLAIN:
            return below if self is PLAIN else self
        inherited = below.size * self.scale if below.size is not None else None
        size = inherited if self.size is None else self.size
        return Look(
            bold=below.bold if self.bold is None else self.bold,
            size=size,
            scale=self.scale * below.scale if size is None else 1.0,
            struck=below.struck if self.struck is None else self.struck,
            hidden=below.hidden if self.hidden is None else self.hidden,
            left=below.left if self.left is None else self.left,
            breaks=below.breaks if self.breaks is None else self.breaks,
            shown=below.shown if self.shown is None else self.shown,
        )


PLAIN = Look()


@dataclass(slots=True)
class _Piece:
    """The text of a paragraph that shares one fate: shown, struck through, hidden or deleted."""

    texts: list[str] = field(default_factory=list)
    bold: int = 0
    size: float = 0.0


class Paragraph:
    """What was said of one paragraph so far. `page`: where it begins; `hidden`: none of it is seen."""

    def __init__(self, page: int, left: bool | None = None) -> None:
        self.page = page
        self.left = left
        self.hidden = False
        self._pieces: dict[tuple[Place, bool], _Piece] = {}
        self._length = 0

    @property
    def overlong(self) -> bool:
        """Whether so much was gathered that it must be given on before the paragraph ends."""
        return self._length > _LONGEST

    def add(self, text: str, place: Place, look: Look) -> None:
        """More text, of one fate and look."""
        piece = self._pieces.setdefault((place, bool(look.struck)), _Piece())
        piece.texts.append(text)
        piece.bold += len(text) if look.bold else 0
        piece.size = max(piece.size, look.size or 0.0)
        self._length += len(text)

    def take(self) -> Iterator[Block]:
        """What was gathered, a block for each fate; the last of it stays, so that a cut cannot hide a mark."""
        for (place, struck), piece in self._pieces.items():
            text = "".join(piece.texts)
            bold = 2 * piece.bold > len(text)
            piece.texts, piece.bold = [text[-OVERLAP:]], 0
            if text.strip():
                yield Block(
                    text=text,
                    place=Place.HIDDEN if self.hidden and place.seen_by_a_reader else place,
                    page=self.page,
                    bold=bold,
                    large=piece.size >= LARGE,
                    struck=struck,
                    left=self.left,
                )
        self._length = 0
