"""Plain-text tables whose columns line up with Chinese in them: a CJK character is two columns wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def printable(text: str) -> str:
    """A text without control characters: a file's name must not drive the terminal, and bidi controls must not deceive."""
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in text)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows under heads, two blanks between columns; the last column is not padded."""
    lines = [[printable(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(width(line[i]) for line in lines) for i in range(len(heads))]
    return "\n".join("  ".join(_pad(cell, w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines)


def _pad(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))
