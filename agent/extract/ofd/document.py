"""One document of an OFD package (GB/T 33190-2016, 7.5): its pages in order, each with its templates and annotations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from agent.extract.base import Unreadable
from agent.extract.ofd.annotations import Annotations
from agent.extract.ofd.content import Content, Resources, Run
from agent.extract.ofd.layout import lines
from agent.extract.ofd.parts import Parts, Record
from agent.extract.ofd.question import could_bear, is_written
from agent.extract.ofd.resources import ResourceReader
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_INDEX = frozenset({"Page", "TemplatePage", "PublicRes", "DocumentRes", "Annotations", "Attachments"})
_AT_ONCE = 20_000  # characters of a page that are put into lines together
_KEPT = 20_000  # characters of templates that are kept for the next page


class Document:
    """What Document.xml tells. `reasons`: why it was not read in full; the first counts."""

    def __init__(self, parts: Parts, location: str, number: int) -> None:
        self.reasons: list[Unread] = []
        self._parts = parts
        self._number = number
        self._root = parts.find(location, parts.root) or ""
        self._resources = Resources()
        self._templates: dict[str, tuple[list[Run], int]] = {}
        self._kept = 0
        self._used: set[str] = set()
        records = self._records(self._root, _INDEX)
        self._pages = [(r.attributes.get("ID", ""), self._part(r, "BaseLoc")) for r in records if r.name == "Page"]
        self._template_parts = {r.attributes.get("ID", ""): self._part(r, "BaseLoc") for r in records if r.name == "TemplatePage"}
        self._resource_parts = [part for r in records if r.name in ("PublicRes", "DocumentRes") and (part := self._part(r))]
        self._attachment_indices = [self._part(r) for r in records if r.name == "Attachments"]
        self._annotations = self._annotation_parts([self._part(r) for r in records if r.name == "Annotations"])
        if not self._pages:
            self.reasons.append(Unread.CORRUPT)

    def could_bear(self) -> bool:
        """The cheap question. Where a page has no text at all, it must be looked at. Raises Unreadable."""
        chunks = self._parts.package.chunks
        for number, (_, page) in enumerate(self._pages):
            if page and (not is_written(chunks(page)) or could_bear(chunks(page), scattered=number == 0)):
                return True
        others = [*self._template_parts.values(), *(part for parts in self._annotations.values() for part in parts)]
        if any(could_bear(chunks(part), scattered=True) for part in others if part):
            return True
        return any(could_bear(chunks(part), scattered=False) for part in self._resource_parts)

    def blocks(self) -> Iterator[Block]:
        """The text of all pages; each document of a package begins anew."""
        for part in self._resource_parts:
            self._load(part)
        for number, (identity, page) in enumerate(self._pages, 1):
            self._parts.budget.tick()
            yield from self._numbered(self._page(page, number))
            for part in self._annotations.get(identity, ()):
                yield from self._numbered(self._annotated(part, number))
        for identity in self._template_parts.keys() - self._used:
            yield from self._numbered(lines(self._template(identity)[0], Place.HIDDEN, 0))

    def attachments(self) -> Iterator[tuple[str, str, str]]:
        """The name and the location of each attached file, and the part that tells it."""
        for index in self._attachment_indices:
            location = ""
            for record in self._records(index, frozenset({"Attachment", "FileLoc"})):
                if record.name == "FileLoc":
                    location = record.text
                elif location:
                    yield record.attributes.get("Name", ""), location, index
                    location = ""

    def _numbered(self, blocks: Iterator[Block]) -> Iterator[Block]:
        return (replace(block, part=self._number) for block in blocks) if self._number else blocks

    def _page(self, part: str, number: int) -> Iterator[Block]:
        """Characters of the page and of its templates lie on one sheet."""
        content = Content(self._resources, self._loader(part))
        shown = 0
        for _ in self._parsed(part, content):
            if content.characters > _AT_ONCE:
                runs = content.take()
                shown += len(runs)
                yield from lines(runs, Place.BODY, number)
        runs, drawn = content.take(), content.drawn
        for identity in content.templates[:64]:
            more, objects = self._template(identity)
            runs, drawn = [*more, *runs], drawn + objects
        shown += sum(run.shown for run in runs)
        if drawn and not shown:
            self.reasons.append(Unread.NO_TEXT)
        yield from lines(runs, Place.BODY, number)

    def _template(self, identity: str) -> tuple[list[Run], int]:
        """What stands on a template, and how many objects it has."""
        self._used.add(identity)
        if identity in self._templates:
            return self._templates[identity]
        part = self._template_parts.get(identity, "")
        content = Content(self._resources, self._loader(part))
        for _ in self._parsed(part, content):
            pass
        found = content.runs, content.drawn
        if self._kept + content.characters <= _KEPT:
            self._kept += content.characters
            self._templates[identity] = found
        return found

    def _annotated(self, part: str, number: int) -> Iterator[Block]:
        annotations = Annotations(self._resources, self._loader(part), number)
        for _ in self._parsed(part, annotations):
            yield from annotations.taken()

    def _parsed(self, part: str, content: Content) -> Iterator[None]:
        """A part's chunks; what is damaged or not there does not keep the rest from being read."""
        if not part:
            self.reasons.append(Unread.CORRUPT)
            return
        try:
            yield from self._parts.parse(part, content.start, content.end, content.data)
        except Unreadable as error:
            self.reasons.append(error.reason)
            yield
        if content.missing:
            self.reasons.append(Unread.CORRUPT)

    def _loader(self, teller: str) -> Callable[[str], None]:
        return lambda location: self._load(self._parts.find(location, teller) or "")

    def _load(self, part: str) -> None:
        """Resources that are not there are missed where something refers to them."""
        if part:
            for _ in self._parsed(part, ResourceReader(self._resources)):
                pass

    def _records(self, part: str, wanted: frozenset[str]) -> list[Record]:
        if not part:
            self.reasons.append(Unread.CORRUPT)
            return []
        try:
            return self._parts.records(part, wanted)
        except Unreadable as error:
            self.reasons.append(error.reason)
            return []

    def _part(self, record: Record, attribute: str = "") -> str:
        """The part that a record tells, "" where there is none."""
        location = record.attributes.get(attribute, "") if attribute else record.text
        return self._parts.find(location, self._root) or ""

    def _annotation_parts(self, indices: list[str]) -> dict[str, list[str]]:
        """The annotations of each page, by the page's number."""
        found: dict[str, list[str]] = {}
        for index in indices:
            waiting: list[str] = []
            for record in self._records(index, frozenset({"Page", "FileLoc"})):
                if record.name == "FileLoc":
                    waiting.append(self._parts.find(record.text, index) or "")
                else:
                    found.setdefault(record.attributes.get("PageID", ""), []).extend(waiting)
                    waiting = []
        return found
