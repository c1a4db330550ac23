"""Nothing of a document's text comes out, whatever the format, the command, and the state of the file: only marks do."""

from __future__ import annotations

import gzip
import logging
import os
import re
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from agent.extract.reading import Reading
from agent.sandbox import Sandbox
from policies.vocabulary import Unread
from tests.agent.commands.running import agent, state_folder, write_computer, write_policy
from tests.agent.hostile import MAGIC, SECRET
from tests.agent.planting import PLANTED, SECRETS

PIECE = 6
GZIP = b"\x1f\x8b\x08"
CHECKS = ("document.mark-missing", "document.mark-malformed", "document.mark-deviation", "document.mark-detached")
FORMATS = ("json", "jsonl", "sarif", "html", "csv", "table")


@cache
def pieces() -> re.Pattern[bytes]:
    """Every stretch of six characters of what is planted, in each encoding that something might be written in."""
    texts = {secret[at : at + PIECE] for secret in SECRETS for at in range(len(secret) - PIECE + 1)}
    texts |= {SECRET[at : at + PIECE] for at in range(len(SECRET) - PIECE + 1)}
    escaped = {text.encode("ascii", "backslashreplace") for text in texts}
    raw = {text.encode(encoding) for text in texts for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")}
    return re.compile(b"|".join(map(re.escape, sorted(raw | escaped))))


def leaks(data: bytes) -> list[bytes]:
    """What is planted and stands in some bytes, also where a part of them is compressed."""
    found = pieces().findall(data)
    for match in re.finditer(re.escape(GZIP), data):
        try:
            found += pieces().findall(zlib.decompressobj(31).decompress(data[match.start() :]))
        except zlib.error:
            continue
    return found


@cache
def documents() -> dict[str, bytes]:
    """One of each format, and a copy that was cut off."""
    whole = {f"{name}.whole": make() for name, make in PLANTED.items()}
    return whole | {name.replace("whole", "broken"): data[: len(data) * 2 // 3] for name, data in whole.items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """All of them in a folder in which every document must bear a mark."""
    place = tmp_path / "docs"
    place.mkdir()
    for name, content in documents().items():
        (place / name).write_bytes(content)
    write_computer("秘密")
    write_policy(*CHECKS, "document.level-above-computer", classified=place)
    return place


@pytest.fixture(autouse=True)
def everything_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


def spoken(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, *words: str | Path, fine: tuple[int, ...] = (0, 1, 3)
) -> str:
    """All that a command says, itself, by its logs, and by the processes that it starts."""
    done = agent(*words)
    assert done.exit_code in fine, done.output
    more = capfd.readouterr()
    return "\n".join((done.stdout, done.stderr, more.out, more.err, caplog.text))


def kept() -> Iterator[bytes]:
    """All that is in the state folder: the files as they are, and every value in the databases."""
    for path in state_folder().rglob("*"):
        if path.is_file():
            yield path.read_bytes()
        if path.suffix == ".db":
            with closing(sqlite3.connect(path)) as database:
                yield from _values(database)


def _values(database: sqlite3.Connection) -> Iterator[bytes]:
    for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608  the database's own names
            for value in row:
                yield value if isinstance(value, bytes) else str(value).encode()


def test_what_is_planted_would_be_found() -> None:
    """In the files themselves it is, and in what was compressed."""
    assert leaks(documents()["txt.whole"])
    assert leaks(documents()["gb18030.whole"])
    assert leaks(b"x" + gzip.compress(SECRETS[0].encode()))
    assert not leaks("机密★10年　秘密★5年　（机密★3年）".encode())


@pytest.mark.parametrize("style", ["jsonl", "table"])
def test_the_marks_command_says_marks_and_why_and_nothing_else(
    folder: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, style: str
) -> None:
    said = spoken(capfd, caplog, "marks", folder, "--format", style, "--explain")
    assert said.count("机密★10年") > len(PLANTED)
    assert leaks(said.encode()) == []


def test_a_scan_says_marks_only_and_keeps_nothing_else(
    folder: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for style in FORMATS:
        said = spoken(capfd, caplog, "scan", folder, "--format", style)
        assert "txt.whole" in said
        assert leaks(said.encode()) == []
    said = spoken(capfd, caplog, "scan", "--report", "--format", "json")
    everything = list(kept())
    assert any(b"document.mark-deviation" in data for data in everything)
    assert any("机密★10年".encode() in data for data in everything)
    assert leaks(said.encode()) == []
    assert [leak for data in everything for leak in leaks(data)] == []


@pytest.mark.parametrize("deed", ["talk", "shout", "die", "whisper", "forge", "allocate"])
def test_a_parser_that_crashes_says_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, deed: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(MAGIC + deed.encode())
    with Sandbox(program="tests.agent.hostile", seconds=3) as sandbox, path.open("rb") as file:
        reading = sandbox.read(file.fileno(), explain=True)
    said = capfd.readouterr()
    assert reading.reason in (Unread.CORRUPT, Unread.BOMB, None)
    assert leaks(Reading.encode(reading) + (said.out + said.err + caplog.text).encode()) == []


def test_a_damaged_document_of_any_format_says_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Bytes changed in the middle of what the parsers read."""
    with Sandbox() as sandbox:
        for name, data in documents().items():
            damaged = bytearray(data)
            for at in range(len(damaged) // 3, len(damaged), max(1, len(damaged) // 40)):
                damaged[at] ^= 0xFF
            (tmp_path / name).write_bytes(damaged)
            file = os.open(tmp_path / name, os.O_RDONLY)
            reading = sandbox.read(file, explain=True)
            os.close(file)
            assert leaks(reading.encode()) == [], name
    said = capfd.readouterr()
    assert leaks((said.out + said.err + caplog.text).encode()) == []
