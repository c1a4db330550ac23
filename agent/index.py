"""What was read already: a file that has not changed since is not read again, a file that kills the worker not a third time.

A cache: it may be deleted at any time, a damaged one is begun anew, and what cannot be written is read again.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sqlite3
import struct
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from agent.extract.reading import Reading

_READERS = ("agent.extract", "checks.marking", "pypdfium2", "pypdfium2_raw")
_BATCH = 100
_CACHE_KIB = 256
"""Of SQLite's own cache, which is never given back: files are asked for in the order of the tree, so that a few pages do."""
_BUSY_SECONDS = 30.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS version (version TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (path BLOB PRIMARY KEY, identity BLOB NOT NULL, reading BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS running (path BLOB PRIMARY KEY, identity BLOB NOT NULL) WITHOUT ROWID;
"""


def readers_version(packages: Iterable[str] = _READERS) -> str:
    """Changes whenever a file could be read otherwise than before: with the code of the extractors, the grammar or PDFium.

    Taken from the source files, so that no number can be forgotten and no parser is imported for it.
    """
    digest = hashlib.sha256()
    for package in packages:
        for file in sorted(file for file in _folder(package).iterdir() if file.suffix in (".py", ".json")):
            digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"no package {package}", name=package)
    return Path(spec.submodule_search_locations[0])


@dataclass(frozen=True, slots=True)
class Identity:
    """What is the same as long as a file is. A program can set mtime back, but not ctime."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Identity:
        """The identity of a file by its stat."""
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    def pack(self) -> bytes:
        """For the database."""
        return struct.pack("=3Q2q", self.device, self.inode, self.size, self.mtime_ns, self.ctime_ns)


class Index:
    """An open index. Safe to use from several threads; what is stored is on disk after `flush` or a hundred files."""

    def __init__(self, path: Path, version: str | None = None) -> None:
        """Open or begin the file. `version`: of what reads the files, `readers_version()` unless told. Raises OSError."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._pending: dict[bytes, tuple[bytes, bytes]] = {}
        self._database = _open(path, version or readers_version())

    def __enter__(self) -> Index:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def lookup(self, path: str, identity: Identity) -> Reading | None:
        """What is known of a file, or None where it has changed since or was never read."""
        key = os.fsencode(path)
        with self._lock:
            known = self._pending.get(key) or self._row("SELECT identity, reading FROM files WHERE path = ?", key)
        return Reading.decode(known[1]) if known and known[0] == identity.pack() else None

    def store(self, path: str, identity: Identity, reading: Reading) -> None:
        """Keep what was read of a file; it runs no more."""
        with self._lock:
            self._pending[os.fsencode(path)] = (identity.pack(), reading.encode())
            if len(self._pending) >= _BATCH:
                self._write()

    def forget(self, path: str) -> None:
        """The file is gone."""
        key = os.fsencode(path)
        with self._lock:
            self._pending.pop(key, None)
            self._change(("DELETE FROM files WHERE path = ?", [(key,)]), ("DELETE FROM running WHERE path = ?", [(key,)]))

    def mark_running(self, path: str, identity: Identity) -> None:
        """The file killed the worker and is tried once more: on disk at once, lest it take this process along."""
        with self._lock:
            self._change(("INSERT OR REPLACE INTO running VALUES (?, ?)", [(os.fsencode(path), identity.pack())]))

    def was_running(self, path: str, identity: Identity) -> bool:
        """Whether the file was being tried for the second time when this program last ended."""
        with self._lock:
            row = self._row("SELECT identity, identity FROM running WHERE path = ?", os.fsencode(path))
        return row is not None and row[0] == identity.pack()

    def flush(self) -> None:
        """Bring everything stored to disk."""
        with self._lock:
            self._write()

    def close(self) -> None:
        """Flush and close."""
        with self._lock:
            self._write()
            self._database.close()

    def _row(self, query: str, key: bytes) -> tuple[bytes, bytes] | None:
        row: tuple[bytes, bytes] | None = self._database.execute(query, (key,)).fetchone()
        return row

    def _write(self) -> None:
        rows = [(path, *known) for path, known in self._pending.items()]
        self._pending.clear()
        self._change(
            ("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", rows),
            ("DELETE FROM running WHERE path = ?", [row[:1] for row in rows]),
        )

    def _change(self, *changes: tuple[str, Sequence[tuple[bytes, ...]]]) -> None:
        """All of it, or nothing where the disk is full or somebody else holds the file: that must not stop the work."""
        with suppress(sqlite3.OperationalError), self._database:
            for statement, rows in changes:
                self._database.executemany(statement, rows)


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
                for table in ("files", "running", "version"):
                    database.execute(f"DELETE FROM {table}")  # noqa: S608  the names stand above
                database.execute("INSERT INTO version VALUES (?)", (version,))
    except BaseException:
        database.close()
        raise
    return database
