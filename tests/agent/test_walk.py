from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from agent.walk import PSEUDO_FOLDERS, open_regular, outermost, pseudo_folders, walk


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


def test_a_folder_that_cannot_be_listed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a plain user sees it; root may list every folder."""
    made(tmp_path, "closed/x", "y")
    scandir = os.scandir

    def refused(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    assert [(f.path, f.status is None) for f in walk(tmp_path, ())] == [
        (str(tmp_path / "y"), False),
        (str(tmp_path / "closed"), True),
    ]


def test_the_kernels_own_folders_are_known_wherever_they_are_mounted(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 28 0:21 / /jail/proc rw - proc proc rw\n"
        "23 28 0:22 / /a\\040b/sys rw shared:1 - sysfs sysfs rw\n"
        "24 28 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "25 28 0:40 / /tmp rw - tmpfs tmpfs rw\n"
    )
    assert pseudo_folders(mounts) == PSEUDO_FOLDERS | {"/jail/proc", "/a b/sys"}
    assert pseudo_folders() >= PSEUDO_FOLDERS


def test_folders_within_others_are_looked_through_once(tmp_path: Path) -> None:
    made(tmp_path, "a/b/x", "c/y")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    given = [tmp_path / "c" / ".." / "a" / "b", tmp_path / "c", tmp_path / "a", tmp_path / "link", tmp_path / "c"]
    assert outermost(given) == [tmp_path / "c", tmp_path / "a"]


def test_a_regular_file_is_opened_for_reading_only(tmp_path: Path) -> None:
    made(tmp_path, "file")
    descriptor = open_regular(str(tmp_path / "file"))
    with os.fdopen(descriptor) as file:
        assert file.read() == "file"
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.write(descriptor, b"x")


def test_reading_leaves_no_trace_in_the_access_time(tmp_path: Path) -> None:
    made(tmp_path, "file")
    os.utime(tmp_path / "file", (0, 1))
    with os.fdopen(open_regular(str(tmp_path / "file"))) as file:
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
