from __future__ import annotations

import os
import socket
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.walk import open_regular, outermost, walk


def made(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


def names(root: Path, skip: tuple[str, ...] = ()) -> list[str]:
    return [os.path.relpath(found.path, root) for found in walk(root, skip)]


def test_every_regular_file_is_found_once(tmp_path: Path) -> None:
    made(tmp_path, "b.txt", "a/c.txt", "a/d/e.txt", ".hidden/f", "绝密/机密★10年.txt")
    assert sorted(names(tmp_path)) == sorted(["b.txt", "a/c.txt", "a/d/e.txt", ".hidden/f", "绝密/机密★10年.txt"])
    assert all(found.status and stat.S_ISREG(found.status.st_mode) for found in walk(tmp_path, ()))


def test_links_pipes_and_sockets_are_left_alone(tmp_path: Path) -> None:
    made(tmp_path, "real/file")
    (tmp_path / "link").symlink_to(tmp_path / "real" / "file")
    (tmp_path / "folder").symlink_to(tmp_path / "real")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        assert names(tmp_path) == ["real/file"]


def test_a_root_may_be_a_file(tmp_path: Path) -> None:
    made(tmp_path, "file")
    assert [found.path for found in walk(tmp_path / "file", ())] == [str(tmp_path / "file")]


def test_what_is_to_be_skipped_is_not_entered(tmp_path: Path) -> None:
    made(tmp_path, "a/x", "b/y")
    assert names(tmp_path, (str(tmp_path / "a"),)) == ["b/y"]


def test_a_root_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert names(tmp_path / "none") == []


def test_a_name_that_is_no_text_is_found(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/" + "机密.txt".encode("gb18030")
    Path(os.fsdecode(path)).write_text("x")
    assert [os.fsencode(found.path) for found in walk(tmp_path, ())] == [path]


def test_a_folder_that_cannot_be_listed_is_told() -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        made(root, "closed/x", "y")
        (root / "closed").chmod(0)
        with plain_user():
            found = [(f.path, f.status is None) for f in walk(root, ())]
        (root / "closed").chmod(0o700)
    assert found == [(str(root / "y"), False), (str(root / "closed"), True)]


@contextmanager
def plain_user() -> Iterator[None]:
    """Root may list every folder, nobody may not."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_folder_that_is_exchanged_for_a_link_is_not_entered(tmp_path: Path) -> None:
    made(tmp_path, "watched/a/x", "watched/b/y", "elsewhere/y")
    found = walk(tmp_path / "watched", ())
    assert next(found).path == str(tmp_path / "watched" / "a" / "x")
    (tmp_path / "watched" / "b").rename(tmp_path / "moved")
    (tmp_path / "watched" / "b").symlink_to(tmp_path / "elsewhere")
    assert list(found) == []


def test_a_folder_above_that_is_exchanged_for_a_link_leads_nowhere_else(tmp_path: Path) -> None:
    made(tmp_path, "watched/a/b/c/x", "watched/a/b/y", "elsewhere/c/secret")
    found = walk(tmp_path / "watched", ())
    assert next(found).path == str(tmp_path / "watched" / "a" / "b" / "y")
    (tmp_path / "watched" / "a" / "b").rename(tmp_path / "moved")
    (tmp_path / "watched" / "a" / "b").symlink_to(tmp_path / "elsewhere")
    assert list(found) == []


def test_a_root_that_has_become_a_link_is_told(tmp_path: Path) -> None:
    """What lay in it may lie somewhere else now: nobody may call it looked at."""
    made(tmp_path, "elsewhere/y")
    (tmp_path / "root").symlink_to(tmp_path / "elsewhere")
    assert [(f.path, f.status) for f in walk(tmp_path / "root", ())] == [(str(tmp_path / "root"), None)]


def test_no_file_is_opened_through_a_link_on_the_way(tmp_path: Path) -> None:
    made(tmp_path, "real/folder/file")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(NotADirectoryError):
        open_regular(str(tmp_path / "link" / "folder" / "file"))


def test_a_large_folder_is_looked_through_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, *(f"{number:02}/{number}" for number in range(7)), *(f"file-{number}" for number in range(7)))
    everything = sorted(names(tmp_path))
    assert len(everything) == 14
    for size in (1, 3, 7, 14, 15):
        monkeypatch.setattr("agent.walk._BATCH", size)
        assert sorted(names(tmp_path)) == everything


def test_a_tree_deeper_than_a_path_can_say_is_told(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(30):
        os.mkdir("d" * 200, dir_fd=here)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("secret", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    (found,) = walk(tmp_path, ())
    assert found.status is None
    assert len(found.path) > 4000
    before = len(list(Path("/proc/self/fd").iterdir()))
    list(walk(tmp_path, ()))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_what_a_users_own_program_serves_is_told_and_not_entered(tmp_path: Path) -> None:
    made(tmp_path, "a/x", "served/y")
    served = str(tmp_path / "served")
    assert [(f.path, f.status is None) for f in walk(tmp_path, (), (served,))] == [
        (str(tmp_path / "a" / "x"), False),
        (served, True),
    ]


def test_folders_within_others_are_looked_through_once(tmp_path: Path) -> None:
    made(tmp_path, "a/b/x", "c/y")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    given = [tmp_path / "c" / ".." / "a" / "b", tmp_path / "c", tmp_path / "a", tmp_path / "link", tmp_path / "c"]
    assert outermost(given) == [tmp_path / "c", tmp_path / "a"]


def test_a_loop_of_links_as_a_root_holds_nothing_and_harms_nothing(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert outermost([tmp_path / "loop"]) == [tmp_path / "loop"]


def test_a_regular_file_is_opened_for_reading_only(tmp_path: Path) -> None:
    made(tmp_path, "file")
    descriptor, status = open_regular(str(tmp_path / "file"))
    with os.fdopen(descriptor) as file:
        assert (file.read(), status.st_size) == ("file", 4)
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.write(descriptor, b"x")


def test_reading_leaves_no_trace_in_the_access_time(tmp_path: Path) -> None:
    made(tmp_path, "file")
    os.utime(tmp_path / "file", (0, 1))
    with os.fdopen(open_regular(str(tmp_path / "file"))[0]) as file:
        file.read()
    assert (tmp_path / "file").stat().st_atime == 0


def test_nothing_else_is_opened(tmp_path: Path) -> None:
    made(tmp_path, "file")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    for path in ("link", "pipe", "none", ""):
        with pytest.raises(OSError, match=r".*"):
            open_regular(str(tmp_path / path))
    with pytest.raises(OSError, match=r".*"):
        open_regular("/dev/null")
