"""The progress line: only on a terminal, in the user's language, and never a file's name."""

from __future__ import annotations

import io
import itertools
import sys
from collections.abc import Callable
from contextvars import copy_context

import pytest

from agent.commands.progress import Progress
from agent.coverage import Coverage
from policies.cli import speak
from policies.vocabulary import Language


class Terminal(io.StringIO):
    """Standard error as a terminal, whose text we keep: a real one cannot be read back."""

    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in standard error's place from now on."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    return screen


def scan(coverage: Coverage, seconds: float, files: int, total: Callable[[], int] | None = None) -> None:
    """A scan that reads a file of a megabyte every so many seconds."""
    clock = itertools.count(0, seconds)
    with Progress(coverage, lambda: next(clock)) as progress:
        if total:
            progress.expect(total)
        for _ in range(files):
            coverage.files_seen += 1
            coverage.bytes_read += 1 << 20
            progress.step()


def shown(screen: Terminal) -> list[str]:
    """What stood in the line, one after the other."""
    return screen.getvalue().split("\r\x1b[K")


def test_counts_and_rate_are_shown_in_one_line_that_is_wiped_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    scan(Coverage(), 0.5, 3)
    assert shown(screen) == [
        "",
        "1 files, 1 MB read, 2 files/s",
        "2 files, 2 MB read, 2 files/s",
        "3 files, 3 MB read, 2 files/s",
        "",
    ]
    assert "\n" not in screen.getvalue()


def test_the_time_that_is_left_is_told_where_the_number_of_files_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    asked: list[int] = []

    def total() -> int:
        asked.append(1)
        return 7203

    scan(Coverage(), 1, 3, total)
    assert shown(screen)[1:4] == [
        "1 files of 7203, 2:00:02 left, 1 MB read, 1 files/s",
        "2 files of 7203, 2:00:01 left, 2 MB read, 1 files/s",
        "3 files of 7203, 2:00:00 left, 3 MB read, 1 files/s",
    ]
    assert asked == [1]


def test_nobody_counts_where_nobody_looks() -> None:
    coverage = Coverage()
    scan(coverage, 1, 3, lambda: pytest.fail("counted"))
    assert coverage.files_seen == 3


def test_more_files_than_were_counted_leave_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    scan(Coverage(), 1, 2, lambda: 1)
    assert "0:00:00 left" in shown(screen)[2]


def test_the_line_speaks_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)

    def run() -> None:
        speak(Language.ZH)
        scan(Coverage(), 0.5, 1)

    copy_context().run(run)
    assert shown(screen)[1] == "已查 1 个文件，读取 1 MB，每秒 2 个"


def test_a_quick_scan_does_not_flicker(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    scan(Coverage(), 0.03, 30)
    assert 2 <= len([text for text in shown(screen) if text]) <= 5


def test_an_error_in_between_wipes_the_line_too(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    with pytest.raises(KeyError), Progress(Coverage()):
        raise KeyError
    assert shown(screen) == ["", ""]


def test_nothing_is_shown_where_standard_error_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    scan(Coverage(), 0.5, 3)
    assert capsys.readouterr() == ("", "")


def test_nothing_is_shown_where_standard_error_was_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    coverage = Coverage()
    scan(coverage, 0.5, 3)
    assert coverage.files_seen == 3
