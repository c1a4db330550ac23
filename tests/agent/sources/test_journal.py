"""The kernel's lines in systemd's journal: entries as `journalctl --output=json` writes them (systemd 252)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.sources.journal import parsed, read
from agent.sources.kernel_lines import MOST_LINES, Line

AT = datetime(2026, 11, 21, 8, 1, 1, 500_000, tzinfo=UTC)
ENTRY = {
    "__CURSOR": "s=1;i=2",
    "__REALTIME_TIMESTAMP": str(int(AT.timestamp() * 1e6)),
    "__MONOTONIC_TIMESTAMP": "61500000",
    "_BOOT_ID": "0123456789abcdef0123456789abcdef",
    "MESSAGE": "usb 1-1: Product: X",
}
LINE = Line(AT, "0123456789abcdef0123456789abcdef", "usb 1-1: Product: X")


def entry(**values: object) -> bytes:
    return json.dumps(ENTRY | values).encode() + b"\n"


def test_an_entry_is_a_line() -> None:
    assert parsed(entry()) == LINE


def test_a_text_that_is_no_utf8_stands_as_bytes() -> None:
    line = parsed(entry(MESSAGE=[117, 115, 98, 255, 256]))
    assert line is not None
    assert line.text == "usb\ufffd\0"


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"{}", b"\xff", b"[]", entry()[:40]),
        *(entry(MESSAGE=None), entry(MESSAGE={}), entry(__REALTIME_TIMESTAMP="x"), entry(__REALTIME_TIMESTAMP="9" * 40)),
    ],
)
def test_what_is_no_entry_is_passed_over(raw: bytes) -> None:
    assert parsed(raw) is None


def test_lines_come_in_the_order_of_the_journal(tmp_path: Path) -> None:
    file = tmp_path / "journal.json"
    file.write_bytes(entry() + b"nonsense\n" + entry(MESSAGE="second"))
    script = ["sh", "-c", f"cat {file}"]  # the time that is asked for is its $0
    assert [line.text for line in read(AT, script)] == [LINE.text, "second"]


def test_the_time_is_told_to_the_program() -> None:
    script = ["sh", "-c", """printf '{"MESSAGE": "%s"}' "$0" """]
    assert [line.text for line in read(AT, script)] == [f"--since=@{AT.timestamp():.0f}"]


def test_a_journal_without_an_end_is_left() -> None:
    assert sum(1 for _ in read(AT, ["sh", "-c", """yes '{"MESSAGE": "x"}'"""])) == MOST_LINES


def test_a_computer_without_a_journal_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(read(AT, [str(tmp_path / "journalctl")]))
