"""A line of the kernel's log is a value."""

from __future__ import annotations

from datetime import UTC, datetime

from agent.sources.kernel_lines import Line


def test_lines_are_equal_by_what_they_say() -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    assert Line(at, "b", "t") == Line(at, "b", "t") != Line(at, "b", "u")
