"""PDF (ISO 32000): first the cheap question, then PDFium: pages, annotations, form fields, properties and attached files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from typing import BinaryIO, ClassVar

import pypdfium2.raw as pdfium

from agent.extract.base import MARKLESS, Budget, Extractor, Member, Unreadable
from agent.extract.pdf.attachments import attachments
from agent.extract.pdf.characters import plain, unknown
from agent.extract.pdf.engine import Document, Handle, copy_of, is_vast, opened, page_of, start, text_of
from agent.extract.pdf.notes import drawn, notes
from agent.extract.pdf.objects import Objects
from agent.extract.pdf.page import set_lines
from agent.extract.pdf.pages import pages
from agent.extract.pdf.programs import Programs
from agent.extract.pdf.properties import layers_off, properties
from agent.extract.pdf.repair import takes_too_long
from agent.extract.pdf.syntax import Damaged, Dictionary, Unsure
from agent.extract.pdf.trace import Look, in_any_order
from agent.extract.pdf.weight import too_heavy
from agent.extract.zipped import MAGIC as ZIP
from checks.marking.text import Block
from checks.marking.trace import could_bear
from policies.vocabulary import Place, Unread

_HEADER, _HEADER_WITHIN = b"%PDF-", 1024
_BLANK = b"\0\t\n\f\r \xef\xbb\xbf"
_LARGEST_COPY = 8 << 20
_MOST_SET = 30_000  # characters of a page that are put together by coordinates: each takes some memory
_XFA = (pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND)
_GRAVEST_FIRST = (Unread.TOO_LARGE, Unread.CORRUPT, Unread.UNSUPPORTED, Unread.NO_TEXT)


class Pdf(Extractor):
    """The first page and every page that speaks of secrets are put together by coordinates, the others as PDFium gives them.

    Text that is drawn invisibly over a scanned page is the scan's own text, and read as such.
    """

    name: ClassVar[str] = "pdf"

    def __init__(self) -> None:
        start()

    def rank(self, head: bytes) -> float:
        at = head[:_HEADER_WITHIN].find(_HEADER)
        if at < 0 or head.startswith(ZIP):
            return -1
        return 1.0 if not head[:at].strip(_BLANK) else 0.2  # what goes before may be an archive's entry for this very file

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        objects = _objects(file, budget)
        look = Look(objects, budget) if objects else None
        if look and not budget.mentions and not look.bears():
            yield MARKLESS
            return
        if (look is None or look.damaged) and takes_too_long(file, budget):
            raise Unreadable(Unread.CORRUPT)
        with opened(file) as document:
            yield from _Reading(document, objects, look, budget).parts()


def _objects(file: BinaryIO, budget: Budget) -> Objects | None:
    """The file's objects, None where its tables are damaged."""
    try:
        return Objects(file, budget)
    except Unsure:
        return None


class _Reading:
    """One document that PDFium has opened. `missed`: why not all of it is read."""

    def __init__(self, document: Document, objects: Objects | None, look: Look | None, budget: Budget) -> None:
        self._document = document
        self._budget = budget
        self._missed: set[Unread] = set()
        self._layers: list[str] = []
        self._heavy: set[int] = set()
        self._pages = pdfium.FPDF_GetPageCount(document.handle)
        self._look = look
        self._objects = objects if objects and not objects.encrypted else self._anew()

    def parts(self) -> Iterator[Block | Member]:
        """All that it holds. Raises Unreadable at the end where something was missed."""
        if self._objects:
            with self._noted():
                yield from properties(self._objects, self._budget)
            with self._noted():
                self._layers = layers_off(self._objects)
        for number, heavy in zip(range(1, self._pages + 1), self._weighed(), strict=False):
            self._budget.tick()
            if heavy:
                self._heavy.add(number)
                self._missed.add(Unread.TOO_LARGE)
            else:
                yield from self._page(number)
        if self._objects:
            with self._noted():
                yield from attachments(self._objects, self._budget)
        self._judge()

    def _weighed(self) -> Iterator[bool]:
        """For each page, whether it is too large to be read; no for those of which that is not known."""
        if self._objects:
            programs = self._look.programs if self._look and not self._look.encrypted else Programs(self._objects)
            with self._noted():
                for page in pages(self._objects, self._budget):
                    yield self._is_heavy(self._objects, page, programs)
        yield from repeat(False)

    def _is_heavy(self, objects: Objects, page: Dictionary, programs: Programs) -> bool:
        with self._noted():
            return too_heavy(objects, page, programs, self._budget)
        return False

    def _judge(self) -> None:
        """Raises Unreadable where something was missed."""
        if self._look:
            self._look.finish(self._heavy)
        if self._look is None or self._look.damaged or self._look.pages not in (None, self._pages):
            self._missed.add(Unread.CORRUPT)
        if pdfium.FPDF_GetFormType(self._document.handle) in _XFA:  # a form that only its own program draws
            self._missed.add(Unread.UNSUPPORTED)
        for reason in _GRAVEST_FIRST:
            if reason in self._missed:
                raise Unreadable(reason)

    def _anew(self) -> Objects | None:
        """The objects as PDFium writes them: decrypted, and with sound tables."""
        data = copy_of(self._document, _LARGEST_COPY)
        copy = _objects(io.BytesIO(data), self._budget) if data else None
        if copy is None:
            self._missed.add(Unread.TOO_LARGE)
        return copy

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """What the lean reader cannot read is missed; PDFium's part goes on."""
        try:
            yield
        except Damaged:
            self._missed.add(Unread.CORRUPT)
        except Unsure:
            self._missed.add(Unread.UNSUPPORTED)

    def _page(self, number: int) -> Iterator[Block]:
        with page_of(self._document, number) as page:
            if is_vast(page):
                self._missed.add(Unread.TOO_LARGE)
                return
            with text_of(page) as text:
                missing, before = unknown(text), plain(text)
                blocks = self._text(text, page, number, missing, before)
            blocks += notes(page, self._document.form, number, self._budget)
            painted = pdfium.FPDFPage_CountObjects(page) > 0
            noted = pdfium.FPDFPage_GetAnnotCount(page) > 0
        if noted:
            blocks += drawn(self._document, number, before, "".join(block.text for block in blocks))
        blocks = [block for block in blocks if block.text.strip()]
        if painted and (missing.count(1) > len(missing) // 2 or not blocks):
            self._missed.add(Unread.NO_TEXT)
        yield from blocks

    def _text(self, text: Handle, page: Handle, number: int, missing: bytes, shown: str) -> list[Block]:
        """The page's text; `shown` as PDFium orders it."""
        self._budget.spend(len(shown))
        if (number == 1 or self._layers or in_any_order(shown) or could_bear(shown)) and len(missing) <= _MOST_SET:
            return set_lines(text, page, number, missing, self._layers, self._budget)
        return [Block(shown, Place.BODY, number)]
