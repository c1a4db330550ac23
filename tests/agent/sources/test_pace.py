"""Not more often than allowed, whoever asks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from agent.sources.pace import Pace

TEN_MINUTES = timedelta(minutes=10)


def pace(path: Path, at: float) -> Pace:
    """A program that begins at a time, in seconds."""
    return Pace(path, TEN_MINUTES, clock=lambda: at)


@pytest.mark.parametrize(
    ("later", "again"), [(0.0, False), (599.0, False), (600.0, True), (5000.0, True), (-599.0, False), (-5000.0, True)]
)
def test_the_first_goes_through_and_the_next_waits(tmp_path: Path, later: float, again: bool) -> None:
    path = tmp_path / "stamp"
    assert pace(path, 1e9).take()
    assert pace(path, 1e9 + later).take() is again


def test_a_refused_turn_does_not_put_the_next_one_off(tmp_path: Path) -> None:
    path = tmp_path / "stamp"
    assert pace(path, 1e9).take()
    assert not pace(path, 1e9 + 300).take()
    assert pace(path, 1e9 + 600).take()


def test_what_cannot_be_noted_is_not_done(tmp_path: Path) -> None:
    assert not Pace(tmp_path / "no folder/stamp", TEN_MINUTES).take()
    (tmp_path / "ring").symlink_to("ring")
    assert not Pace(tmp_path / "ring", TEN_MINUTES).take()


def test_the_stamp_is_its_owner_s_alone(tmp_path: Path) -> None:
    Pace(tmp_path / "stamp", TEN_MINUTES).take()
    assert (tmp_path / "stamp").stat().st_mode & 0o077 == 0
