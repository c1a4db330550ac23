"""The agent's state file: one SQLite database for ledger, spool and memory, so that one transaction covers them all.

A damaged file is moved aside and a new one begun; `recall("damaged")` then says so until somebody has reported the loss.
The number of the last envelope is also kept beside the database, so that a new one goes on with the numbers of the old one.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

DATABASE = "agent.db"
LOCK = "agent.lock"
HEARTBEAT = "heartbeat"
"""Remembered in the store: when the daemon last said that it lives."""
BUSY_MS = 10_000
_CACHE_KIB = 512
"""Of SQLite's own cache, which is never given back."""
DAMAGED_KEPT = 3
"""Damaged files that are kept for a look; older ones are deleted, so that a failing disk is not filled by them."""

_SCHEMA_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE open_findings (
    fingerprint TEXT PRIMARY KEY, source TEXT NOT NULL, check_id TEXT NOT NULL, scope TEXT NOT NULL,
    incident INTEGER NOT NULL, severity TEXT NOT NULL, exempt INTEGER NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX open_by_scope ON open_findings (scope);
CREATE INDEX open_by_source ON open_findings (source, incident);
CREATE TABLE pending_findings (
    id INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint TEXT NOT NULL UNIQUE, check_id TEXT NOT NULL, incident INTEGER NOT NULL,
    at TEXT NOT NULL, finding BLOB, ended_at TEXT, size INTEGER NOT NULL
);
CREATE INDEX pending_findings_by_age ON pending_findings (incident, id, size);
CREATE TABLE pending_notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, size INTEGER NOT NULL
);
CREATE INDEX pending_notes_by_key ON pending_notes (kind, key, id, size);
CREATE TABLE merged (
    check_id TEXT PRIMARY KEY, count INTEGER NOT NULL, first_at TEXT NOT NULL, last_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE sealed (
    sequence INTEGER PRIMARY KEY, envelope BLOB NOT NULL, size INTEGER NOT NULL, whole_state INTEGER NOT NULL,
    acked INTEGER NOT NULL DEFAULT 0, refused TEXT
);
CREATE INDEX sealed_by_state ON sealed (acked, sequence, size);
CREATE TABLE lost (sequence INTEGER PRIMARY KEY, declared_in INTEGER);
CREATE TABLE told (fingerprint TEXT PRIMARY KEY) WITHOUT ROWID;
"""


def _to_1(database: sqlite3.Connection) -> None:
    for statement in filter(str.strip, _SCHEMA_1.split(";")):
        database.execute(statement)


UPGRADES: tuple[Callable[[sqlite3.Connection], None], ...] = (_to_1,)
"""Step n lifts a file of version n to n + 1. A step is never changed once it was released."""


class AlreadyRunningError(Exception):
    """Another process holds the state folder; `pid` is 0 where it could not be told."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"the agent is running already (process {pid})")
        self.pid = pid


class Store:
    """An open state file. Safe to use from several threads; `transaction` may be entered again by its own thread."""

    def __init__(self, path: Path, now: datetime) -> None:
        """Open or begin the file. Raises ValueError for a file of a newer version, OSError and sqlite3.OperationalError."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._use(path, _open(path, now))

    @classmethod
    def look(cls, path: Path) -> Store:
        """Open a file to read only: nothing is made, lifted or moved aside. Raises sqlite3.DatabaseError."""
        store = cls.__new__(cls)
        store._use(path, sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_MS / 1000))
        return store

    def _use(self, path: Path, database: sqlite3.Connection) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._depth = 0
        self._database = database

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was committed stays."""
        with self._lock:
            self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is written inside. Raises sqlite3.OperationalError where the disk is full or the file busy."""
        with self._lock:
            outermost = self._depth == 0
            if outermost:
                self._database.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
                if outermost:
                    self._database.execute("COMMIT")
            except BaseException:
                if outermost and self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1

    def execute(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Write; answers how many rows it touched."""
        with self._lock:
            return self._database.execute(statement, values).rowcount

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._lock:
            return self._database.execute(query, values).fetchall()

    def value(self, query: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row, or None."""
        rows = self.rows(query, values)
        return rows[0][0] if rows else None

    def foreign_version(self) -> int:
        """Changes whenever another process has written to the file."""
        version: int = self.value("PRAGMA data_version")
        return version

    def recall(self, key: str) -> Any:
        """What was remembered under a name, or None."""
        body = self.value("SELECT value FROM meta WHERE key = ?", (key,))
        return None if body is None else msgspec.json.decode(body)

    def remember(self, key: str, value: object) -> None:
        """Keep a small value (anything that JSON holds) under a name; None forgets it."""
        if value is None:
            self.execute("DELETE FROM meta WHERE key = ?", (key,))
        else:
            self.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, msgspec.json.encode(value)))

    def watermark(self) -> int:
        """The highest number that an envelope may have got, 0 for none."""
        file = _watermark_file(self.path)
        text = file.read_text("ascii") if file.exists() else ""
        return int(text) if text.isdigit() else 0

    def set_watermark(self, sequence: int) -> None:
        """Write the number down before the envelope is committed: a number may be skipped after a damage, never used twice."""
        write_safely(_watermark_file(self.path), str(sequence).encode())

    def shrink(self) -> None:
        """Give freed pages back to the disk."""
        with self._lock:
            self._database.execute("PRAGMA incremental_vacuum").fetchall()


def write_safely(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Replace a small file whole: after a crash it holds the old bytes or the new. Raises OSError."""
    part = path.with_name(path.name + ".part")
    flags = os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(part, flags, mode), "wb") as file:
        os.fchmod(file.fileno(), mode)  # one that an interrupted program left may have another
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _open(path: Path, now: datetime) -> sqlite3.Connection:
    try:
        return _prepare(path)
    except sqlite3.OperationalError:
        raise  # busy, full or not to be opened: the file itself may be sound
    except sqlite3.DatabaseError:
        _move_aside(path, now)
        return _prepare(path)


def _prepare(path: Path) -> sqlite3.Connection:
    begun = not path.exists()
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_MS / 1000)
    try:
        if begun:
            database.execute("PRAGMA auto_vacuum = INCREMENTAL")
        database.execute("PRAGMA journal_mode = WAL").fetchall()
        database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        database.execute("PRAGMA synchronous = FULL")
        database.execute(f"PRAGMA journal_size_limit = {4 << 20}").fetchall()
        if database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("the state file is damaged")
        _upgrade(database, path)
    except BaseException:
        database.close()
        raise
    return database


def _upgrade(database: sqlite3.Connection, path: Path) -> None:
    """Lift the file to this program's version in one transaction; of a new file, note the signs that it had a predecessor."""
    database.execute("BEGIN IMMEDIATE")
    version: int = database.execute("PRAGMA user_version").fetchone()[0]
    if version > len(UPGRADES):
        raise ValueError(f"{path} is of version {version}, this program knows up to {len(UPGRADES)}")
    for step in UPGRADES[version:]:
        step(database)
    if version == 0 and (_damaged_files(path) or _watermark_file(path).exists()):
        database.execute("INSERT INTO meta VALUES ('damaged', 'true')")
    database.execute(f"PRAGMA user_version = {len(UPGRADES)}")
    database.execute("COMMIT")


def _damaged_files(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.damaged-*Z"))


def _watermark_file(path: Path) -> Path:
    return path.with_suffix(".sequence")


def _move_aside(path: Path, now: datetime) -> None:
    """The database first: were this interrupted, SQLite drops a log that lies beside an empty database."""
    aside = path.with_name(f"{path.name}.damaged-{now:%Y%m%dT%H%M%S}Z")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    for old in _damaged_files(path)[:-DAMAGED_KEPT]:
        for suffix in ("", "-wal", "-shm"):
            old.with_name(old.name + suffix).unlink(missing_ok=True)


class StateLock:
    """Keeps a second daemon away from the state folder for as long as this process lives."""

    def __init__(self, folder: Path) -> None:
        """Take the lock. Raises AlreadyRunningError."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.fcntl(self._file, fcntl.F_OFD_SETLK, _flock(fcntl.F_WRLCK))
        except OSError:
            pid = _read_pid(self._file)
            os.close(self._file)
            raise AlreadyRunningError(pid) from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode(), 0)

    def __enter__(self) -> StateLock:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.close(self._file)


def lock_holder(folder: Path) -> int | None:
    """The process that holds the state folder, without disturbing one that takes it now; None where there is none."""
    try:
        file = os.open(folder / LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        answer = fcntl.fcntl(file, fcntl.F_OFD_GETLK, _flock(fcntl.F_WRLCK))
        held = struct.unpack_from("h", answer)[0] != fcntl.F_UNLCK
        return _read_pid(file) if held else None
    finally:
        os.close(file)


def _flock(kind: int) -> bytes:
    """A `struct flock` over the whole file. An open-file-description lock can be asked after without being taken."""
    return struct.pack("hhqqi4x", kind, os.SEEK_SET, 0, 0, 0)


def _read_pid(file: int) -> int:
    text = os.pread(file, 20, 0)
    return int(text) if text.isdigit() else 0
