"""Plain-text tables whose columns line up with Chinese in them: a CJK character is two columns wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

_CONTROLS = ("Cc", "Cf", "Cs", "Zl", "Zp")


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(_columns(character) for character in text)


def printable(text: str) -> str:
    """A text in one line without controls: a file's name must not drive the terminal, and bidi controls must not deceive."""
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in _CONTROLS else c for c in text)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows under heads, two blanks between columns; the last column is not padded."""
    lines = [[printable(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(width(line[i]) for line in lines) for i in range(len(heads))]
    return "\n".join("  ".join(_pad(cell, w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _pad(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))
