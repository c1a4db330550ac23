from __future__ import annotations

import os
import select
import struct
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from agent.sources.fanotify import (
    CLOSE_WRITE,
    CREATE,
    DELETE,
    MOVED_FROM,
    MOVED_TO,
    ON_FOLDER,
    OVERFLOW,
    Event,
    Fanotify,
    parse,
    paths,
)

PATIENCE_MS = 30_000


def metadata(mask: int, records: bytes = b"", process: int = 7) -> bytes:
    """struct fanotify_event_metadata with what follows it."""
    return struct.pack("=IBBHQii", 24 + len(records), 3, 0, 24, mask, -1, process) + records


def record(kind: int, name: bytes, handle: bytes = b"12345678") -> bytes:
    """struct fanotify_event_info_fid with a handle and a name."""
    body = b"FSFSFSFS" + struct.pack("=Ii", len(handle), 1) + handle + name + b"\0"
    body += bytes(-(4 + len(body)) % 4)
    return struct.pack("=BBH", kind, 0, 4 + len(body)) + body


HANDLE = struct.pack("=Ii", 8, 1) + b"12345678"

QUEUES = {
    "nothing": (b"", []),
    "one": (metadata(CLOSE_WRITE, record(2, b"a")), [Event(CLOSE_WRITE, 7, b"FSFSFSFS", HANDLE, b"a")]),
    "two": (
        metadata(CREATE, record(2, b"first")) + metadata(DELETE, record(2, b"second"), 8),
        [Event(CREATE, 7, b"FSFSFSFS", HANDLE, b"first"), Event(DELETE, 8, b"FSFSFSFS", HANDLE, b"second")],
    ),
    "overflow": (metadata(OVERFLOW), [Event(OVERFLOW, 7)]),
    "a record of another kind": (
        metadata(CREATE, record(1, b"") + record(2, b"a")),
        [Event(CREATE, 7, b"FSFSFSFS", HANDLE, b"a")],
    ),
    "cut short": (metadata(CREATE, record(2, b"a"))[:20], []),
    "a length of nothing": (struct.pack("=IBBHQii", 0, 3, 0, 24, CREATE, -1, 1), []),
}


@pytest.mark.parametrize("queue", QUEUES)
def test_events_are_read_from_the_bytes_of_the_queue(queue: str) -> None:
    data, events = QUEUES[queue]
    assert list(parse(data)) == events


@pytest.fixture
def group() -> Iterator[Fanotify]:
    with closing(Fanotify()) as made:
        yield made


def until(group: Fanotify, met: Callable[[list[Event]], bool]) -> list[Event]:
    """The events of this process until they suffice."""
    seen: list[Event] = []
    poll = select.poll()
    poll.register(group.fileno(), select.POLLIN)
    while not met(seen):
        assert poll.poll(PATIENCE_MS), seen
        seen += [event for event in group.events() if event.process == os.getpid()]
    return seen


def masks(events: list[Event], name: bytes) -> int:
    """What happened to a name, all together."""
    return sum({event.mask for event in events if event.name == name})


@pytest.mark.needs_root
def test_a_whole_file_system_is_watched_by_one_mark(group: Fanotify, tmp_path: Path) -> None:
    group.watch(str(tmp_path))
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "x").write_text("x")
    (deep / "x").rename(deep / "y")
    (deep / "y").unlink()
    events = until(group, lambda seen: masks(seen, b"y") & DELETE > 0)
    assert masks(events, b"x") & (CREATE | CLOSE_WRITE | MOVED_FROM) == CREATE | CLOSE_WRITE | MOVED_FROM
    assert masks(events, b"y") & (MOVED_TO | DELETE) == MOVED_TO | DELETE
    assert any(event.name == b"b" and event.mask & ON_FOLDER for event in events)


@pytest.mark.needs_root
def test_an_event_leads_to_the_path_of_its_file(group: Fanotify, tmp_path: Path) -> None:
    group.watch(str(tmp_path))
    (tmp_path / "文件").write_text("x")
    events = until(group, lambda seen: masks(seen, "文件".encode()) & CLOSE_WRITE > 0)
    mount = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        told = {path for event in events for path in paths(group, event, mount)}
        assert str(tmp_path / "文件") in told
        assert list(paths(group, replace(events[0], file_system=b"another."), mount)) == []
    finally:
        os.close(mount)


@pytest.mark.needs_root
def test_a_folder_that_has_gone_has_no_path(group: Fanotify, tmp_path: Path) -> None:
    group.watch(str(tmp_path))
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "x").write_text("x")
    (tmp_path / "gone" / "x").unlink()
    (tmp_path / "gone").rmdir()
    (event, *_) = [event for event in until(group, lambda seen: masks(seen, b"x") & DELETE > 0) if event.name == b"x"]
    mount = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        assert [path for path in paths(group, event, mount) if Path(path).exists()] == []
    finally:
        os.close(mount)


@pytest.mark.needs_root
def test_one_folder_may_be_watched_alone(group: Fanotify, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    group.watch_folder(str(tmp_path / "in"))
    (tmp_path / "out").write_text("x")
    (tmp_path / "in" / "x").write_text("x")
    events = until(group, lambda seen: len(seen) > 0)
    assert {(event.name, event.mask) for event in events} == {(b"x", CLOSE_WRITE)}


@pytest.mark.needs_root
def test_what_cannot_be_watched_is_an_error(group: Fanotify) -> None:
    with pytest.raises(OSError, match="No such file"):
        group.watch("/none/at/all")


@pytest.mark.needs_root
def test_no_event_is_lost_in_a_burst(group: Fanotify, tmp_path: Path) -> None:
    """inotify's queue holds sixteen thousand."""
    group.watch(str(tmp_path))
    for number in range(30_000):
        os.close(os.open(tmp_path / str(number), os.O_WRONLY | os.O_CREAT))
    names: set[bytes] = set()
    wanted = {str(number).encode() for number in range(30_000)}
    poll = select.poll()
    poll.register(group.fileno(), select.POLLIN)
    while not wanted <= names:
        assert poll.poll(PATIENCE_MS)
        names |= {event.name for event in group.events() if event.mask & CLOSE_WRITE}
