"""The kernel's own log, record by record."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.sources.kernel_lines import Line
from agent.sources.kmsg import drained, lines, message, read

BOOT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"6,1,61000000,-;usb 1-1: Product: X\n DEVICE=c189:4\n", (61_000_000, "usb 1-1: Product: X")),
        (b"6,1,61000000,c,caller=T1;text\n", (61_000_000, "text")),
        (b"nonsense", (0, "")),
        (b"6,1,x,-;a", (0, "a")),
        (b"", (0, "")),
    ],
)
def test_a_record_is_a_time_and_a_text(raw: bytes, expected: tuple[int, str]) -> None:
    assert message(raw) == expected


def test_records_are_read_until_none_waits() -> None:
    ours, kernels = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, kernels:
        ours.setblocking(False)
        sent = [f"6,{number},{number}000000,-;line {number}\n DEVICE=c189:4\n".encode() for number in range(20)]
        for one in sent:
            kernels.send(one)
        assert list(drained(ours.fileno())) == sent


def test_a_record_s_time_counts_from_the_start_of_the_computer() -> None:
    (line,) = lines([b"6,1,61000000,-;usb 1-1: Product: X\n"], "boot-1", BOOT)
    assert line == Line(BOOT + timedelta(seconds=61), "boot-1", "usb 1-1: Product: X")


def test_a_log_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "kmsg")


@pytest.mark.needs_root
@pytest.mark.needs_kernel("/dev/kmsg")
def test_this_computer_s_log_is_read() -> None:
    records = read()
    assert records
    assert max(message(record)[0] for record in records) > 0
