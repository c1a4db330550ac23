"""Tests of media.level-above-computer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.media.level_above_computer import NO_LEVEL, LevelAboveComputer
from checks.registered import NO_REGISTER
from checks.subjects import Past
from policies.vocabulary import Level
from tests.checks.media.samples import ROW, STICK, WITHOUT_REGISTER, computer


@pytest.mark.parametrize("medium", Level)
@pytest.mark.parametrize("machine", Level)
def test_only_a_medium_above_the_computer_is_a_violation(medium: Level, machine: Level) -> None:
    where = computer(replace(ROW, level=medium), level=machine)
    assert LevelAboveComputer().unassessable(STICK, where) is None
    assert bool(list(LevelAboveComputer().examine(STICK, where))) is (medium.rank > machine.rank)


def test_what_a_medium_once_held_counts_though_the_register_says_less() -> None:
    where = computer(replace(ROW, level=Level.MIMI), level=Level.MIMI)
    assert list(LevelAboveComputer().examine(STICK, where)) == []
    (violation,) = LevelAboveComputer().examine(replace(STICK, past=Past(level=Level.JIMI)), where)
    assert "机密介质" in violation.message.zh


def test_a_computer_without_a_level_cannot_be_assessed() -> None:
    where = computer(ROW, level=None)
    assert LevelAboveComputer().unassessable(STICK, where) == NO_LEVEL
    assert list(LevelAboveComputer().examine(STICK, where)) == []


def test_a_computer_without_a_register_cannot_be_assessed() -> None:
    assert LevelAboveComputer().unassessable(STICK, WITHOUT_REGISTER) == NO_REGISTER


def test_the_message_names_both_levels_in_both_languages() -> None:
    (violation,) = LevelAboveComputer().examine(STICK, computer(ROW, level=Level.NEIBU))
    assert "机密" in violation.message.zh
    assert "内部" in violation.message.zh
    assert "highly secret" in violation.message.en
    assert "internal" in violation.message.en
