"""The documents on this computer: their marks and what could not be read of them, never their text."""

from __future__ import annotations

import os
import stat
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from agent.coverage import Coverage
from agent.extract.reading import Reading, unread
from agent.index import PROGRAM, UNSETTLED, Index, identity, is_plain
from agent.mountpoints import closed_mounts, lies_in, pseudo_folders, silent_mounts, users_mounts
from agent.reader import GONE, Opened, Reader
from agent.sandbox import Sandbox
from agent.sources.base import Blind, Change, Post, SourceUnavailable, utc_now
from agent.sources.file_watch import FileWatch
from agent.sources.storage import StorageFacts
from agent.walk import OPEN_FILES, Found, Listing, listings, outermost
from checks.marking.reader import read_name
from checks.marking.trace import could_bear
from checks.marks import shown, state_marks
from checks.subjects import Document, Mark
from policies.vocabulary import Level, Read, Text, Unread

_AHEAD = 32
"""Files that are handed over before the first of them is waited for."""

_ALIKE = 500
"""So many plain files are told as one: often enough that whoever listens can see to other things in between."""


@dataclass(slots=True)
class _Batch:
    """Some files of a folder on their way. What is learnt of them is kept once the last one is there.

    `dull`: no plain file among them is told by itself; `named`: the names of some may bear a mark.
    """

    listing: Listing
    dull: bool
    named: bool
    identities: list[bytes]
    marked: Mapping[str, Mark]
    left: int
    changed: bool
    readings: dict[str, Reading] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    learnt: dict[str, Mark | None] = field(default_factory=dict)


@dataclass(slots=True)
class _Item:
    """One file of a batch: known from before, or opened now."""

    batch: _Batch
    at: int
    known: Reading | None
    opened: Opened | None = None


class DocumentsSource:
    """All regular files below the folders. Fills `coverage` as it goes; `progress` is called as files are done with, `meanwhile`
    again and again while one takes long.

    `classified`: folders in which every document is classified; what of them is to be read is among `folders`. `full`: read
    unchanged files again. `each`: tell every file by itself; otherwise those of which there is nothing to tell come many as one.
    `storage` is made anew for every look at all of them and tells what a file lies on; `laptop`: what it lies in.
    """

    name = "documents"

    def __init__(
        self,
        folders: Sequence[Path],
        classified: Sequence[Path],
        sandbox: Sandbox,
        index: Index,
        *,
        coverage: Coverage | None = None,
        full: bool = False,
        each: bool = False,
        progress: Callable[[], None] = lambda: None,
        meanwhile: Callable[[], None] | None = None,
        storage: Callable[[], StorageFacts] = StorageFacts,
        laptop: bool | None = None,
        reader: Reader | None = None,
    ) -> None:
        self.coverage = Coverage() if coverage is None else coverage
        closed = closed_mounts()
        self._roots = outermost(folders, closed)
        self._classified = tuple(f"{folder}/".replace("//", "/") for folder in outermost(classified, closed))
        self._silent: Collection[str] = ()
        self._hidden: set[str] = set()
        self._index = index
        self._full = full
        self._each = each
        self._progress = progress
        self._new_storage = storage
        self._storage = storage()
        self._laptop = laptop
        self._reader = reader or Reader(sandbox, index, self.coverage, retry=full, meanwhile=meanwhile)
        self._events = FileWatch(self._roots)

    def present(self) -> Iterator[Document]:
        """Every document. Raises SourceUnavailable where none of the folders is there to be read, or the kernel does not help."""
        if not OPEN_FILES.is_dir():
            raise SourceUnavailable(
                Text("未挂载 /proc，无法安全地打开文件", "/proc is not mounted: no file can be opened safely")
            )
        self._silent, self._hidden = silent_mounts(), set()
        closed = users_mounts() | self._silent
        if not any(lies_in(str(root), closed) or _is_to_be_told(root) for root in self._roots):
            raise SourceUnavailable(Text("要检查的文件夹都不存在或无权读取", "none of the folders exists and may be read"))
        alike = _Alike()
        self._storage = self._new_storage()
        try:
            for found in self._done(self._items(alike, closed), alike):
                if found is not None:
                    yield found
                yield from alike.give(_ALIKE)
        finally:
            self._index.flush()
        yield from alike.give(1)
        self._index.prune(map(str, self._roots), self._hidden)

    def count(self) -> int:
        """How many files there are to be looked at, nearly: quick, since none of them is touched."""
        skip, closed = pseudo_folders(), closed_mounts()
        open_roots = (root for root in self._roots if not lies_in(str(root), closed))
        steps = (step for root in open_roots for step in listings(root, skip, closed, look=False))
        return sum(1 if isinstance(step, Found) else len(step.names) for step in steps)

    def read(self, key: str) -> Document | None:
        """One document again, by its key."""
        path = key if key.startswith("/") else os.fsdecode(bytes.fromhex(key))
        folder, _, name = path.rpartition("/")
        try:
            status = os.lstat(path)
        except OSError as error:
            if error.errno not in GONE:
                return self._facts(path, unread(Unread.PERMISSION), None, None)
            self._index.mark(folder, {name: None})
            return None
        return self._single(path, status) if stat.S_ISREG(status.st_mode) else None

    def watch(self, post: Post, ready: threading.Event) -> None:
        """Post a change for every file that was written, moved or removed; see `FileWatch` for what may be lost."""

        def changed(path: str) -> None:
            post(Change(source=self.name, key=(_bytes(path) or path) if path else "", at=utc_now()))

        self._events.run(changed, lambda since, why: post(Blind(source=self.name, began_at=since, reason=why)), ready)

    def close(self) -> None:
        """End `watch`."""
        self._events.close()

    def _items(self, alike: _Alike, closed: Collection[str]) -> Iterator[_Item | Found]:
        """Every file that must be looked at by itself, in order. Those of which nothing is to be told go to `alike`. What lies in
        `closed` is told and not entered."""
        skip = pseudo_folders()
        for root in self._roots:
            if lies_in(str(root), closed):
                yield Found(str(root), None)
                continue
            for step in listings(root, skip, closed) if os.path.lexists(root) else ():
                if isinstance(step, Found):
                    yield step
                else:
                    yield from self._batch(step, alike)

    def _batch(self, listing: Listing, alike: _Alike) -> Iterator[_Item]:
        identities = [UNSETTLED if status is None else identity(status) for status in listing.statuses]
        every = self._each or (bool(self._classified) and self._has_classified(listing.folder))
        known = self._index.known(listing.folder, listing.batch, listing.names, identities, every=every)
        unchanged = known.unchanged and not self._full
        readings = {} if self._full else known.readings
        if unchanged:
            self.coverage.files_seen += known.documents + known.programs
            self.coverage.files_unchanged += known.documents + known.programs
            self._count_plain(alike, known.documents, known.programs)
            self._progress()
        names = listing.names if not unchanged else [name for name in listing.names if name in readings] if readings else []
        if names:
            marked = self._index.marked(listing.folder)
            batch = _Batch(listing, not every, _may_bear(names), identities, marked, len(names), changed=not unchanged)
            places = {name: at for at, name in enumerate(listing.names)}
            yield from (_Item(batch, places[name], readings.get(name)) for name in names)

    def _count_plain(self, alike: _Alike, documents: int, programs: int) -> None:
        alike.add(documents, programs)
        if programs:
            self.coverage.files_not_assessed[Unread.UNSUPPORTED] += programs

    def _done(self, items: Iterator[_Item | Found], alike: _Alike) -> Iterator[Document | None]:
        """Documents in order, while some files further on are being read already. None where a file has gone meanwhile, or
        went to `alike`."""
        ahead: deque[_Item | Found] = deque()
        try:
            for item in items:
                ahead.append(item)
                if isinstance(item, _Item) and item.known is None:
                    self._open(item)
                if len(ahead) > _AHEAD:
                    yield self._next(ahead, alike)
            while ahead:
                yield self._next(ahead, alike)
        finally:
            self._reader.abandon(item.opened for item in ahead if isinstance(item, _Item) and item.opened)

    def _open(self, item: _Item) -> None:
        listing = item.batch.listing
        path = listing.path(listing.names[item.at])
        known = listing.statuses[item.at] is not None
        item.opened = self._reader.begin(path) if known else Opened(path, unread(Unread.PERMISSION))

    def _next(self, ahead: deque[_Item | Found], alike: _Alike) -> Document | None:
        first = ahead[0]
        document = self._lone(first) if isinstance(first, Found) else self._document(first, alike)
        ahead.popleft()
        self._progress()
        return document

    def _lone(self, found: Found) -> Document | None:
        """A folder that may not be looked at, or a root that is a file: nothing is kept of these."""
        if found.status is None:
            self.coverage.files_seen += 1
            self._hidden.add(found.path)
            why = Unread.TIMEOUT if lies_in(found.path, self._silent) else Unread.PERMISSION
            return self._facts(found.path, unread(why), None, None)
        document = self._single(found.path, found.status)
        self.coverage.files_seen += document is not None
        return document

    def _single(self, path: str, status: os.stat_result) -> Document | None:
        """A file by itself: of its reading nothing is kept, of its marks what is to be known later."""
        folder, _, name = path.rpartition("/")
        reading = self._reader.finish(self._reader.begin(path))
        if reading is None:
            return None
        former = self._index.marked(folder).get(name)
        document = self._facts(path, reading, status, former)
        if (learnt := _learnt(document, former)) is not None:
            self._index.mark(folder, {name: learnt[0]})
        return document

    def _document(self, item: _Item, alike: _Alike) -> Document | None:
        batch, name = item.batch, item.batch.listing.names[item.at]
        reading = self._reader.finish(item.opened) if item.opened else item.known
        document = None
        if reading is not None:
            self.coverage.files_seen += 1
            self.coverage.files_unchanged += item.opened is None
            if self._is_dull(batch, name, reading):  # nearly all are: no document is made for them
                self._count_plain(alike, reading.format != PROGRAM, reading.format == PROGRAM)
            else:
                document = self._told(item, name, reading)
        self._keep(item, name, reading)
        return document

    def _told(self, item: _Item, name: str, reading: Reading) -> Document:
        batch, former = item.batch, item.batch.marked.get(name)
        document = self._facts(batch.listing.path(name), reading, batch.listing.statuses[item.at], former)
        if (learnt := _learnt(document, former)) is not None:
            batch.learnt[name] = learnt[0]
        if document.marks or document.former:
            batch.told.add(name)
        return document

    @staticmethod
    def _is_dull(batch: _Batch, name: str, reading: Reading) -> bool:
        """Whether there is nothing to tell of a file that would not be the same of any other."""
        if not (batch.dull and is_plain(reading)) or name in batch.marked:
            return False
        return not (batch.named and _marks(batch.listing.path(name), reading))

    def _keep(self, item: _Item, name: str, reading: Reading | None) -> None:
        """Note one file of a batch, and the whole batch with the last one."""
        batch = item.batch
        if item.opened is not None:
            batch.identities[item.at] = item.opened.same
        batch.readings[name] = reading or unread(Unread.CORRUPT)
        batch.left -= 1
        if batch.left:
            return
        listing = batch.listing
        if batch.learnt:
            self._index.mark(listing.folder, batch.learnt)
        if batch.changed:
            self._index.store(listing.folder, listing.batch, listing.names, batch.identities, batch.readings, batch.told)

    def _has_classified(self, folder: str) -> bool:
        """Whether a file of this folder may be called classified."""
        inside = f"{folder}/".replace("//", "/")
        return any(inside.startswith(one) or one.startswith(inside) for one in self._classified)

    def _facts(self, path: str, reading: Reading, status: os.stat_result | None, former: Mark | None) -> Document:
        raw = _bytes(path)
        shown_path = _shown(path)
        if reading.format == PROGRAM and reading.reason is not None:
            self.coverage.files_not_assessed[reading.reason] += 1
        elif reading.reason is not None:
            self.coverage.not_read(shown_path, reading.reason)
        marks = _marks(path, reading)
        document = Document(
            observed_at=utc_now(),
            path=shown_path,
            raw=raw,
            format=reading.format,
            size=status.st_size if status else 0,
            modified=datetime.fromtimestamp(status.st_mtime, UTC) if status else None,
            read=reading.read,
            reason=reading.reason,
            marks=marks,
            former=former,
            classified_folder=f"{path}/".startswith(self._classified),
            laptop=self._laptop,
        )
        if former is not None and _bears(document, former):
            document = replace(document, former=None)
        told = marks or former or reading.reason is not None
        return replace(document, storage=self._storage.of(path)) if told else document


def _may_bear(names: Sequence[str]) -> bool:
    """Whether there may be a mark in one of the names: asked of all together, since that is hardly ever so."""
    every = "\n".join(names)
    return bool(_bytes(every)) or could_bear(every)


def _marks(path: str, reading: Reading) -> tuple[Mark, ...]:
    """The marks in a file and those in its name."""
    # Plain text: a `Path` keeps its parts interned, which a scan of many files never gives back.
    name = _shown(path).rpartition("/")[2]
    return (*reading.marks, *read_name(name)) if could_bear(name) else reading.marks


class _Alike:
    """Counts plain files until there are enough to be told as one."""

    def __init__(self) -> None:
        self._documents = 0
        self._programs = 0

    def add(self, documents: int, programs: int) -> None:
        self._documents += documents
        self._programs += programs

    def give(self, enough: int) -> Iterator[Document]:
        """One document for all that were counted, where there are enough, and one for what is no document."""
        if self._documents + self._programs < enough:
            return
        if self._documents:
            yield Document(observed_at=utc_now(), path="", read=Read.FULL, many=self._documents)
        if self._programs:
            yield Document(observed_at=utc_now(), path="", format=PROGRAM, reason=Unread.UNSUPPORTED, many=self._programs)
        self._documents = self._programs = 0


def _bears(document: Document, former: Mark) -> bool:
    """Whether a reader sees a mark at least as high as the former one, or that the document is a secret no more."""
    highest = _highest(document)
    if former.member in document.declassified:
        return True
    return highest is not None and (highest.level or Level.GONGKAI) >= (former.level or Level.GONGKAI)


def _highest(document: Document) -> Mark | None:
    marks = [mark for mark in shown(state_marks(document)) if mark.level is not None]
    return max(marks, key=lambda mark: mark.level or Level.GONGKAI, default=None)


def _learnt(document: Document, former: Mark | None) -> tuple[Mark | None] | None:
    """What to keep as a document's highest mark, in a tuple: (None,) where it is no secret any more. None where all stays."""
    if former is not None and former.member in document.declassified:
        return (_highest(document),)
    highest = _highest(document)
    if document.former is not None or highest is None or highest == former:
        return None
    return (highest,)


def _bytes(path: str) -> str:
    """The path's bytes in hex where they are no UTF-8, otherwise nothing."""
    if path.isascii():
        return ""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path).hex()
    return ""


def _shown(path: str) -> str:
    """The path as a person reads it."""
    return _readable(os.fsencode(path)) if _bytes(path) else path


def _is_to_be_told(root: Path) -> bool:
    """Whether something may be read here, or at least a file is there that may not, which is told by its name."""
    return os.access(root, os.R_OK) or (os.access(root, os.F_OK) and root.is_file())


def _readable(path: bytes) -> str:
    """A name that is not UTF-8 is shown as its bytes say in GB 18030, or else in Big5."""
    for encoding in ("gb18030", "cp950"):
        try:
            return b"/".join(_utf8(part, encoding) for part in path.split(b"/")).decode()
        except UnicodeDecodeError:
            continue
    return path.decode(errors="backslashreplace")


def _utf8(part: bytes, encoding: str) -> bytes:
    try:
        part.decode()
    except UnicodeDecodeError:
        return part.decode(encoding).encode()
    return part
