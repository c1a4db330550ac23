"""A result goes out whole or not at all; a destination that cannot be written is one clear error."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.commands.output import emit, refuse_early, write
from policies.cli import Failure
from policies.vocabulary import Language
from tests.agent.commands.running import alone, closed_pipe, failure

EMIT = "from agent.commands.output import emit\nimport sys\nprint(emit({}), file=sys.stderr)"


@pytest.mark.parametrize("given", ["密\r\n级\n", "密\r\n级\n".encode()])
def test_a_result_is_printed_as_it_is(capfdbinary: pytest.CaptureFixture[bytes], given: str | bytes) -> None:
    assert emit(given)
    assert capfdbinary.readouterr().out == "密\r\n级\n".encode()


@pytest.mark.parametrize("given", ["'x' * 100000", "b'x' * 100000", "'x'"])
def test_a_reader_that_goes_away_is_no_error(given: str) -> None:
    pipe = closed_pipe()
    done = alone(EMIT.format(given), stdout=pipe)
    os.close(pipe)
    assert (done.returncode, done.stderr) == (0, "False\n")


@pytest.mark.parametrize("given", ["'x' * 100000", "b'x' * 100000", "'x'"])
def test_a_full_disk_behind_standard_output_is_one_error(given: str) -> None:
    code = f"import click\nfrom agent.commands.output import emit\nclick.command()(lambda: emit({given}))()"
    with Path("/dev/full").open("w") as full:
        done = alone(code, stdout=full.fileno())
    assert (done.returncode, done.stderr) == (2, "Error: cannot write to standard output: No space left on device\n")


def test_no_standard_output_at_all_is_no_error() -> None:
    command = ["/bin/sh", "-c", '"$0" -c "$1" >&-', sys.executable, EMIT.format("'x'")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stderr == "True\n"


@pytest.mark.parametrize("path", [None, Path("-")])
def test_without_a_file_a_result_is_printed(capsys: pytest.CaptureFixture[str], path: Path | None) -> None:
    refuse_early(path)
    write("result\n", path)
    assert capsys.readouterr().out == "result\n"


def test_a_file_holds_the_result_and_is_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "结果.csv"
    write("\ufeff密级\r\n", file)
    assert file.read_bytes() == "\ufeff密级\r\n".encode()
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_was_there_is_replaced_by_another_one(tmp_path: Path) -> None:
    """Whoever reads the old one goes on reading the old one."""
    file = tmp_path / "result"
    file.write_text("old and longer")
    file.chmod(0o644)
    with file.open() as reader:
        write("new", file)
        assert reader.read() == "old and longer"
    assert file.read_text() == "new"
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_a_link_names_is_written_and_the_link_stays(tmp_path: Path) -> None:
    """/dev/stdout is such a link: as root it would be replaced by a file."""
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("old and longer")
    link.symlink_to(file)
    refuse_early(link)
    write("new", link)
    assert link.is_symlink()
    assert file.read_text() == "new"


def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    refuse_early(pipe)
    write("result", pipe)
    reader.join()
    assert read == ["result"]
    assert pipe.is_fifo()


WRONG = [
    (".", "是目录", "Is a directory"),
    ("no/such/folder", "目录不存在", "there is no such folder"),
    ("file/in/it", "路径中有一级不是目录", "Not a directory"),
    ("dangling", "目录不存在", "there is no such folder"),
    ("n" * 300, "名称过长", "File name too long"),
]


@pytest.mark.parametrize("when", [refuse_early, lambda path: write("x", path)], ids=["before", "after"])
@pytest.mark.parametrize(("name", "zh", "en"), WRONG, ids=[name[:20] for name, _, _ in WRONG])
def test_what_cannot_be_written_is_named_before_and_after_the_work(
    tmp_path: Path, name: str, zh: str, en: str, when: Callable[[Path], None]
) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "dangling").symlink_to(tmp_path / "no" / "such")
    before = sorted(tmp_path.iterdir())
    chinese, english = (failure(lambda: when(tmp_path / name), language) for language in Language)
    assert chinese.endswith(zh)
    assert english == f"cannot write {tmp_path / name}: {en}"
    assert sorted(tmp_path.iterdir()) == before


def test_looking_ahead_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "result"
    refuse_early(file)
    assert list(tmp_path.iterdir()) == []
    file.write_text("old")
    refuse_early(file)
    assert [(f.name, f.read_text()) for f in tmp_path.iterdir()] == [("result", "old")]


def test_a_full_disk_leaves_nothing_behind() -> None:
    with pytest.raises(Failure, match="No space left on device"):
        write("x", Path("/dev/full"))
    assert Path("/dev/full").is_char_device()
