"""What was read already: a file that has not changed since is not read again, a file that kills the worker not a third time.

A folder (or a batch of a large one) is one row, so that a rescan of files that nobody touched costs one comparison a folder.
What is kept of readings is a cache: it may be deleted at any time, a damaged one is begun anew, and what cannot be written is
read again. The marks that documents once bore are more: with them one sees that a mark was lost; they outlive new readers.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sqlite3
import struct
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import msgspec

from agent.extract.reading import Reading, unread
from checks.subjects import Mark
from policies.vocabulary import Read, Unread

PROGRAM = "program"
"""The format of files that are no documents."""

_READERS = ("agent.extract", "checks.marking", "pypdfium2", "pypdfium2_raw")
_BATCH = 100
_CACHE_KIB = 256
"""Of SQLite's own cache, which is never given back: folders are asked for in the order of the tree, so that a few pages do."""
_READ_AHEAD = 32
"""Batches that are read at once: they are asked for in nearly the order in which they are stored."""
_MOST_AHEAD = 128 << 10
"""Bytes after which no further one is read ahead."""
_BEYOND = (b"\xff", 0)
"""A batch after all others."""
_READ_TOGETHER = 1000
"""Reads in one transaction: to begin one costs more than to read, but what others write is seen later, and the log of writes
cannot be folded back into the file meanwhile."""
_BUSY_SECONDS = 30.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS version (version TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS folders (
  path BLOB NOT NULL, batch INTEGER NOT NULL, names BLOB NOT NULL, identities BLOB NOT NULL, kinds BLOB NOT NULL,
  formats TEXT NOT NULL, notable BLOB NOT NULL, PRIMARY KEY (path, batch)
);
CREATE TABLE IF NOT EXISTS running (path BLOB PRIMARY KEY, identity BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS marked (
  folder BLOB NOT NULL, name BLOB NOT NULL, mark BLOB NOT NULL, PRIMARY KEY (folder, name)
) WITHOUT ROWID;
DROP TABLE IF EXISTS files;
"""
_CACHED = ("folders", "running", "version")
_NOTABLE = 0
_MOST_FORMATS = 255
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(dict[str, Reading])
_IDENTITY = struct.Struct("=3Q2q")
UNSETTLED = bytes(_IDENTITY.size)
"""The identity of a file whose reading is not to be relied on: no file has it."""


def readers_version(packages: Iterable[str] = _READERS) -> str:
    """Changes whenever a file could be read otherwise than before: with the code of the extractors, the grammar or a parser.

    Taken from the source files, so that no number can be forgotten and no parser is imported for it.
    """
    digest = hashlib.sha256()
    for package in packages:
        for file in sorted(file for file in _folder(package).rglob("*") if file.suffix in (".py", ".json")):
            digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"no package {package}", name=package)
    return Path(spec.submodule_search_locations[0])


def identity(status: os.stat_result) -> bytes:
    """What is the same as long as a file is. A program can set mtime back, but not ctime."""
    return _IDENTITY.pack(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def is_plain(reading: Reading) -> bool:
    """Whether there is nothing to be told of a file but its format: read in full without a mark, or no document at all."""
    if reading.marks:
        return False
    if reading.format == PROGRAM:
        return reading.reason is Unread.UNSUPPORTED
    return reading.read is Read.FULL and reading.format != ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the files of a batch. Whoever is not in `readings` is plain if the batch is `unchanged`, else unknown.

    `documents`, `programs`: how many plain files an unchanged batch holds.
    """

    unchanged: bool
    readings: Mapping[str, Reading]
    documents: int = 0
    programs: int = 0


class Index:
    """An open index. Safe to use from several threads; what is stored is on disk after `flush` or a hundred batches."""

    def __init__(self, path: Path, version: str | None = None) -> None:
        """Open or begin the file. `version`: of what reads the files, `readers_version()` unless told. Raises OSError."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._pending: dict[tuple[bytes, int], _Row] = {}
        self._reads = 0
        self._ahead = _Ahead()
        self._before: tuple[bytes, int, Mapping[str, tuple[bytes, Reading]]] = (b"", -1, {})
        self._visited: _Visited | None = None
        self._database = _open(path, version or readers_version())
        self._retried: dict[bytes, bytes] = dict(self._database.execute("SELECT path, identity FROM running"))

    def __enter__(self) -> Index:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def known(self, folder: str, batch: int, names: Sequence[str], identities: Sequence[bytes], *, every: bool = False) -> Known:
        """What is known of the files of a batch as they are now. `every`: the readings of plain files too."""
        key = os.fsencode(folder)
        with self._lock:
            self._visited = self._visited or _Visited()
            self._visited.add(key, batch)
            row = self._row(key, batch)
            if row is not None and row.identities == b"".join(identities) and row.names == _joined(names):
                return self._unchanged(row, every=every)
            former = self._former(key, batch, row)
        current = zip(names, identities, strict=True)
        return Known(False, {name: former[name][1] for name, same in current if name in former and former[name][0] == same})

    def store(
        self,
        folder: str,
        batch: int,
        names: Sequence[str],
        identities: Sequence[bytes],
        readings: Mapping[str, Reading],
        told: Collection[str] = (),
    ) -> None:
        """Keep what was read of a batch: one reading for each name. `UNSETTLED` is the identity of one that is not to be kept;
        `told`: those of which there is something to tell beside their readings."""
        with self._lock:
            self._pending[os.fsencode(folder), batch] = _packed(names, identities, readings, told)
            if len(self._pending) >= _BATCH:
                self._write()

    def prune(self, roots: Iterable[str], hidden: Iterable[str] = ()) -> None:
        """Forget the folders below these, all of which were looked through since the last time, that were not met any more. What
        lies in `hidden` could not be met, and is kept."""
        beginnings = tuple(os.fsencode(root).rstrip(b"/") + b"/" for root in roots)
        kept = set(map(os.fsencode, hidden))
        with self._lock:
            self._write()
            visited, self._visited = self._visited or _Visited(), None
            every = self._database.execute("SELECT path, batch FROM folders")
            unmet = [(p, n) for p, n in every if (p + b"/").startswith(beginnings) and not visited.holds(p, n)]
            gone = [(path, number) for path, number in unmet if not _lies_in(path, kept)]
            self._change(
                ("DELETE FROM folders WHERE path = ? AND batch = ?", gone),
                ("DELETE FROM marked WHERE folder = ?", [(path,) for path, number in gone if number == 0]),
            )

    def marked(self, folder: str) -> Mapping[str, Mark]:
        """The highest state-secret mark that each document of a folder was ever seen to bear, by name."""
        with self._lock:
            rows = self._database.execute("SELECT name, mark FROM marked WHERE folder = ?", (os.fsencode(folder),)).fetchall()
        return {os.fsdecode(name): msgspec.json.decode(mark, type=Mark) for name, mark in rows}

    def mark(self, folder: str, marks: Mapping[str, Mark | None]) -> None:
        """Keep the marks of some documents of a folder; None: it bears none any more, and rightly so."""
        key = os.fsencode(folder)
        kept = [(key, os.fsencode(name), msgspec.json.encode(mark)) for name, mark in marks.items() if mark is not None]
        gone = [(key, os.fsencode(name)) for name, mark in marks.items() if mark is None]
        with self._lock:
            self._change(
                ("INSERT OR REPLACE INTO marked VALUES (?, ?, ?)", kept),
                ("DELETE FROM marked WHERE folder = ? AND name = ?", gone),
            )

    def begin_retry(self, path: str, identity: bytes) -> None:
        """The file killed the worker and is tried once more: on disk at once, lest it take this process along."""
        with self._lock:
            self._retried[os.fsencode(path)] = identity
            self._change(("INSERT OR REPLACE INTO running VALUES (?, ?)", [(os.fsencode(path), identity)]))

    def end_retry(self, path: str) -> None:
        """The file was read, or is known to kill."""
        with self._lock:
            if self._retried.pop(os.fsencode(path), None) is not None:
                self._change(("DELETE FROM running WHERE path = ?", [(os.fsencode(path),)]))

    def was_retried(self, path: str, identity: bytes) -> bool:
        """Whether the file was being tried for the second time when a program before this one ended."""
        return bool(self._retried) and self._retried.get(os.fsencode(path)) == identity

    def files(self) -> int:
        """How many files are known."""
        with self._lock:
            return int(self._database.execute("SELECT COALESCE(SUM(LENGTH(kinds)), 0) FROM folders").fetchone()[0])

    def flush(self) -> None:
        """Bring everything stored to disk."""
        with self._lock:
            self._write()
            self._ahead = _Ahead()
            self._database.rollback()

    def close(self) -> None:
        """Flush and close."""
        with self._lock:
            self._write()
            self._database.close()

    def _row(self, key: bytes, batch: int) -> _Row | None:
        pending = self._pending.get((key, batch))
        if pending is not None:
            return pending
        if not self._ahead.covers(key, batch):
            self._read_ahead(key, batch)
        return self._ahead.rows.get((key, batch))

    def _read_ahead(self, key: bytes, batch: int) -> None:
        self._reads += 1
        if self._reads % _READ_TOGETHER == 0:
            self._database.rollback()
        if not self._database.in_transaction:
            self._database.execute("BEGIN")
        query = (
            "SELECT path, batch, names, identities, kinds, formats, notable FROM folders"
            " WHERE (path, batch) >= (?, ?) ORDER BY path, batch"
        )
        rows: dict[tuple[bytes, int], _Row] = {}
        last, size = _BEYOND, 0
        with closing(self._database.execute(query, (key, batch))) as found:
            for path, number, *row in found:
                rows[path, number] = _Row(*row)
                size += sum(map(len, row))
                if len(rows) == _READ_AHEAD or size > _MOST_AHEAD:
                    last = (path, number)
                    break
        self._ahead = _Ahead((key, batch), last, rows)

    def _unchanged(self, row: _Row, *, every: bool) -> Known:
        notable = row.kinds.count(_NOTABLE)
        if every:
            return Known(True, {name: reading for name, (_, reading) in _readings(row).items()})
        formats = row.formats.split()
        programs = row.kinds.count(formats.index(PROGRAM) + 1) if PROGRAM in formats else 0
        readings = _read_notable(row.notable) if notable else {}
        return Known(True, readings, documents=len(row.kinds) - notable - programs, programs=programs)

    def _former(self, key: bytes, batch: int, row: _Row | None) -> Mapping[str, tuple[bytes, Reading]]:
        """What was known of a batch that has changed. In a large folder one new file pushes others from batch to batch, so the
        batches beside it count too; the one before as it was before this scan changed it."""
        here = _readings(row) if row else {}
        path, number, before = self._before
        known = {**(before if (path, number) == (key, batch - 1) else {}), **here}
        self._before = (key, batch, here)
        following = self._row(key, batch + 1)
        return {**_readings(following), **known} if following else known

    def _write(self) -> None:
        rows = [(*key, *row) for key, row in self._pending.items()]
        self._pending.clear()
        if rows:
            self._change(("INSERT OR REPLACE INTO folders VALUES (?, ?, ?, ?, ?, ?, ?)", rows))

    def _change(self, *changes: tuple[str, Sequence[tuple[object, ...]]]) -> None:
        """All of it, or nothing where the disk is full or somebody else holds the file: that must not stop the work."""
        self._ahead = _Ahead()
        self._database.rollback()  # what was read is no beginning of a change: another program may have written since
        with suppress(sqlite3.OperationalError), self._database:
            for statement, rows in changes:
                self._database.executemany(statement, rows)


class _Row(NamedTuple):
    """A batch as it is stored: names, identities and kinds of its files (0: notable, else which of the formats a plain one has),
    the formats, and the readings of the notable."""

    names: bytes
    identities: bytes
    kinds: bytes
    formats: str
    notable: bytes


class _Ahead(NamedTuple):
    """All rows that are stored from one batch of one folder to another."""

    first: tuple[bytes, int] = (b"", 0)
    last: tuple[bytes, int] = (b"", -1)
    rows: Mapping[tuple[bytes, int], _Row] = {}

    def covers(self, key: bytes, batch: int) -> bool:
        """Whether it is known if a batch is stored."""
        return self.first <= (key, batch) <= self.last


class _Visited:
    """Which batches were met, nearly: one in a hundred that was not may pass for one that was, and is kept for nothing."""

    def __init__(self, bits: int = 23) -> None:
        self._mask = (1 << bits) - 1
        self._bits = bytearray((self._mask >> 3) + 1)

    def add(self, path: bytes, batch: int) -> None:
        at = hash((path, batch)) & self._mask
        self._bits[at >> 3] |= 1 << (at & 7)

    def holds(self, path: bytes, batch: int) -> bool:
        at = hash((path, batch)) & self._mask
        return bool(self._bits[at >> 3] & 1 << (at & 7))


def _lies_in(path: bytes, places: Collection[bytes]) -> bool:
    while path and path not in places:
        path = path.rpartition(b"/")[0]
    return bool(path)


def _packed(names: Sequence[str], identities: Sequence[bytes], readings: Mapping[str, Reading], told: Collection[str]) -> _Row:
    plain = {name: reading.format for name, reading in readings.items() if is_plain(reading) and name not in told}
    formats = sorted(set(plain.values()))[:_MOST_FORMATS]
    numbers = {name: number for number, name in enumerate(formats, 1)}
    kinds = bytes(numbers.get(plain.get(name, ""), _NOTABLE) for name in names)
    notable = {name: readings[name] for name, kind in zip(names, kinds, strict=True) if kind == _NOTABLE}
    return _Row(_joined(names), b"".join(identities), kinds, " ".join(formats), _ENCODER.encode(_escaped(notable)))


def _readings(row: _Row) -> dict[str, tuple[bytes, Reading]]:
    """Identity and reading of every file of a batch, by name."""
    notable, formats = _read_notable(row.notable), row.formats.split()
    names = os.fsdecode(row.names).split("\0") if row.kinds else []
    identities = (row.identities[at : at + _IDENTITY.size] for at in range(0, len(row.identities), _IDENTITY.size))
    return {
        name: (same, _plain(formats[kind - 1]) if kind else notable[name])
        for name, same, kind in zip(names, identities, row.kinds, strict=True)
    }


def _plain(format: str) -> Reading:
    return unread(Unread.UNSUPPORTED, PROGRAM) if format == PROGRAM else Reading(format=format, read=Read.FULL)


def _joined(names: Sequence[str]) -> bytes:
    return os.fsencode("\0".join(names))


def _escaped(notable: Mapping[str, Reading]) -> dict[str, Reading]:
    """JSON has no words for the bytes of a name that are not UTF-8."""
    return {os.fsencode(name).hex(): reading for name, reading in notable.items()}


def _read_notable(data: bytes) -> dict[str, Reading]:
    return {os.fsdecode(bytes.fromhex(name)): reading for name, reading in _DECODER.decode(data).items()}


def _open(path: Path, version: str) -> sqlite3.Connection:
    try:
        return _prepare(path, version)
    except sqlite3.OperationalError as error:
        raise OSError(f"{path}: {error}") from error
    except sqlite3.DatabaseError:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        return _prepare(path, version)


def _prepare(path: Path, version: str) -> sqlite3.Connection:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))  # before SQLite would make it readable for others
    database = sqlite3.connect(path, check_same_thread=False, timeout=_BUSY_SECONDS)
    try:
        database.execute("PRAGMA journal_mode = WAL").fetchall()
        database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        database.execute("PRAGMA synchronous = NORMAL")  # kill -9 loses nothing, a power cut at most the last readings
        database.executescript(_SCHEMA)
        with database:
            if database.execute("SELECT 1 FROM version WHERE version = ?", (version,)).fetchone() is None:
                for table in _CACHED:
                    database.execute(f"DELETE FROM {table}")  # noqa: S608  the names stand above
                database.execute("INSERT INTO version VALUES (?)", (version,))
    except BaseException:
        database.close()
        raise
    return database
