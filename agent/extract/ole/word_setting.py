"""How the bytes of a Word binary document are set: character and paragraph properties with the styles beneath them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from agent.extract.base import Budget
from agent.extract.ole import word_fib
from agent.extract.ole.word_fib import InformationBlock
from agent.extract.ole.word_format import (
    Form,
    FormatPages,
    Look,
    Run,
    changed_form,
    changed_look,
    character_style,
)
from agent.extract.ole.word_style import Fonts, Styles

_KEPT = 4096


class Plain:
    """Tells nothing of how text is set, for where it does not matter."""

    def runs(self, start: int, end: int) -> Iterator[Run]:
        """The bytes between two places that are set alike."""
        yield Run(start, end, b"")

    def look(self, at: int, changes: bytes) -> Look:
        """How the characters from a byte on are set, by the changes of their run."""
        return Look()

    def form(self, at: int) -> Form:
        """How the paragraph is set that ends with the character here."""
        return Form()

    def character(self, symbol: tuple[int, int]) -> str:
        """The character of a symbol."""
        return ""


class Setting(Plain):
    """Tells it by the document's pages of formats."""

    def __init__(self, block: InformationBlock, document: BinaryIO, budget: Budget) -> None:
        self._characters = FormatPages(document, block.table(word_fib.CHARACTERS), budget, of_paragraphs=False)
        self._paragraphs = FormatPages(document, block.table(word_fib.PARAGRAPHS), budget, of_paragraphs=True)
        self._styles = Styles(block.table(word_fib.STYLES))
        self._fonts = Fonts(block.table(word_fib.FONTS))
        self._looks: dict[tuple[int, bytes], Look] = {}

    def may_change_the_text(self) -> bool:
        """Whether any of the text may be deleted, hidden, or another than its characters; a no is certain."""
        return self._styles.hides() or self._characters.hides()

    def runs(self, start: int, end: int) -> Iterator[Run]:
        return self._characters.runs(start, end)

    def look(self, at: int, changes: bytes) -> Look:
        style = self._style(at)
        if (look := self._looks.get((style, changes))) is None:
            beneath = self._styles.look(style)
            if (named := character_style(changes)) is not None:
                beneath = self._styles.look(named, upon=beneath)
            look = changed_look(beneath, changes, beneath)
            if len(self._looks) >= _KEPT:
                self._looks.clear()
            self._looks[style, changes] = look
        return look

    def form(self, at: int) -> Form:
        changes = self._of_paragraph(at)
        return changed_form(self._styles.form(int.from_bytes(changes[:2], "little")), changes[2:])

    def character(self, symbol: tuple[int, int]) -> str:
        return self._fonts.character(symbol)

    def _style(self, at: int) -> int:
        return int.from_bytes(self._of_paragraph(at)[:2], "little")

    def _of_paragraph(self, at: int) -> bytes:
        return next(self._paragraphs.runs(at, at + 1)).changes
