"""Settings files, whatever lies in their place."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from agent.sources import settings


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert settings.read(tmp_path / "none") == ""
    (tmp_path / "file").touch()
    assert settings.read(tmp_path / "file/below") == ""


def test_a_pipe_a_folder_and_a_device_say_nothing_and_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert settings.read(tmp_path / "pipe") == ""
    assert settings.read(Path("/dev/zero")) == ""
    assert settings.read(tmp_path) == ""


def test_a_socket_says_nothing(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        assert settings.read(tmp_path / "socket") == ""


def test_a_link_to_itself_says_so(tmp_path: Path) -> None:
    (tmp_path / "ring").symlink_to("ring")
    with pytest.raises(OSError, match="symbolic links"):
        settings.read(tmp_path / "ring")


def test_no_more_is_read_than_a_person_writes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xff" * (settings.LIMIT + 9))
    assert settings.read(tmp_path / "file") == "\ufffd" * settings.LIMIT


def test_lines_are_without_comments(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("# one\n\n  two \n; three\nfour # five\n")
    assert list(settings.lines(tmp_path / "file")) == ["two", "four # five"]


def test_files_match_by_name_or_by_pattern(tmp_path: Path) -> None:
    for name in ("b.conf", "a.conf", "c.txt"):
        (tmp_path / name).touch()
    found = [path.name for path in settings.matching(tmp_path, ("exact", "*.conf"))]
    assert found == ["exact", "a.conf", "b.conf"]


def test_homes_are_those_of_the_accounts_that_are_there(tmp_path: Path) -> None:
    for folder in ("etc", "home/a", "root"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "etc/passwd").write_text(
        "root:x:0:0::/root:/bin/sh\na:x:1:1::/home/a:/bin/sh\nb:x:2:2::/home/b:/bin/sh\nc:x:3:3::/home/a:/bin/sh\nd:x:4:4::/:\nbad\n"
    )
    assert settings.homes(tmp_path) == (tmp_path / "root", tmp_path / "home/a")
