"""The cheap question before PDFium: is it certain that no mark is in this PDF? It also tells whether the file is sound.

A no is certain for what is understood here. Every page's text is decoded as it is written, without positions, so that only what
is shown at once is known to stand together; the first page's marks may be set in any order. All that is not understood is a yes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial

from agent.extract.base import Budget
from agent.extract.pdf.content import Contents, paints
from agent.extract.pdf.fonts import UNKNOWN
from agent.extract.pdf.objects import Objects
from agent.extract.pdf.pages import content, pages
from agent.extract.pdf.programs import Programs
from agent.extract.pdf.properties import properties
from agent.extract.pdf.syntax import Damaged, Dictionary, Ref, Stream, Unsure, Value, text
from checks.marking.standing import could_stand
from checks.marking.trace import could_bear

_MI = "密"
_BEFORE_MI = frozenset("绝絕机機秘祕解商非⾮涉")
_UNSHOWN = ("Link", "Popup")
_HIGHEST_FIELD = 16
_MOST_ANNOTATIONS = 20_000


def in_any_order(text: str) -> bool:
    """Whether a text could spell the level of a mark if its characters stood in another order."""
    return _MI in text and not _BEFORE_MI.isdisjoint(text)


def _in_any_order(pieces: Sequence[str]) -> bool:
    """The same of pieces whose own characters stay in order: one may end what another begins."""
    return in_any_order("".join(pieces)) and any(piece.lstrip().startswith(_MI) for piece in pieces)


class Look:
    """A look through a document, page by page. `damaged`: no sound file looks like what was met so far; `pages`: how many there
    are, None where that is not known; `programs`: its font files.
    """

    def __init__(self, objects: Objects, budget: Budget) -> None:
        self.damaged = False
        self.pages: int | None = None
        self.programs = Programs(objects)
        self._objects = objects
        self._budget = budget
        self._contents = Contents(objects, budget)
        self._heavy: Collection[int] = ()
        self._answers = self._all()

    @property
    def encrypted(self) -> bool:
        """Whether all that can be seen here is that it is."""
        return self._objects.encrypted

    def bears(self) -> bool:
        """Whether a mark may be in it, or it is not understood: known with the first such page. Raises Unreadable."""
        return any(self._answers)

    def finish(self, heavy: Collection[int] = ()) -> None:
        """Looks at the pages that are left, but not at `heavy` ones, and whether the font files are whole: without them PDFium
        loses text. Raises Unreadable.
        """
        self._heavy = heavy
        for _ in self._answers:
            pass
        for font in self._contents.fonts:
            self._asked(partial(self._lacks_program, font))

    def _all(self) -> Iterator[bool]:
        yield self._asked(self._file_bears)
        number = 0
        try:
            for number, page in enumerate(pages(self._objects, self._budget), 1):
                yield number in self._heavy or self._asked(partial(self._page_bears, page, first=number == 1))
        except Unsure as error:
            self.damaged |= isinstance(error, Damaged)
            yield True
        else:
            self.pages = number

    def _asked(self, question: Callable[[], bool]) -> bool:
        try:
            return question()
        except Unsure as error:
            self.damaged |= isinstance(error, Damaged)
            return True

    def _lacks_program(self, font: Ref) -> bool:
        if not self.programs.is_whole(font):
            raise Damaged
        return False

    def _file_bears(self) -> bool:
        """Whether there may be a mark, or text that is not looked at here, outside of the pages."""
        if self._objects.encrypted or self._holds_more():
            return True
        return any(could_bear(block.text) for block in properties(self._objects, self._budget))

    def _holds_more(self) -> bool:
        """Whether files are attached, or a form is drawn by its own program."""
        root = self._objects.dictionary(self._objects.trailer["Root"])
        names, form = (self._objects.dictionary(root.get(key)) for key in ("Names", "AcroForm"))
        return "EmbeddedFiles" in names or "Collection" in root or "XFA" in form

    def _page_bears(self, page: Dictionary, *, first: bool) -> bool:
        resources = self._objects.dictionary(page["Resources"])
        self._contents.refuse_replaced(resources)
        drawn = content(self._objects, page)
        pieces = self._contents.pieces(drawn, resources)
        shown = "".join(pieces)
        if shown.count(UNKNOWN) > len(shown) // 2:
            raise Unsure
        pieces += self._notes(page)
        if paints(drawn) and not any(piece and not piece.isspace() for piece in pieces):  # a picture has no text to read
            raise Unsure
        return could_stand(pieces, scattered=True) or (first and _in_any_order(pieces))

    def _notes(self, page: Dictionary) -> Iterator[str]:
        """The texts of the page's annotations and form fields."""
        every = self._objects.array(page.get("Annots"))
        if len(every) > _MOST_ANNOTATIONS:
            raise Unsure
        for value in every:
            self._budget.tick()
            note = self._objects.dictionary(value)
            kind = self._objects.get(note.get("Subtype"))
            if kind == "FileAttachment":
                raise Unsure
            if kind not in _UNSHOWN:
                yield text(self._objects.get(note.get("Contents")))
                yield self._field(note)
                for form in self._appearances(note):
                    yield from form

    def _field(self, note: Dictionary) -> str:
        """A form field's value, which may be its parent's."""
        for _ in range(_HIGHEST_FIELD):
            if "V" in note or "Parent" not in note:
                value = self._objects.get(note.get("V"))
                if isinstance(value, Stream):
                    raise Unsure
                return "\n".join(text(self._objects.get(one)) for one in self._objects.array(value))
            note = self._objects.dictionary(note["Parent"])
        raise Unsure

    def _appearances(self, note: Dictionary) -> Iterator[list[str]]:
        """What its appearances show, one for each of its states."""
        normal: Value = self._objects.dictionary(note.get("AP")).get("N")
        found = self._objects.get(normal)
        for form in found.values() if isinstance(found, dict) else [normal]:
            yield self._contents.form(form)
