"""Tests of media.mixed-levels."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.media.mixed_levels import MixedLevels
from checks.subjects import MediumIds, Other, Past
from policies.register import Medium
from policies.vocabulary import Level, Text
from tests.checks.media.samples import ROW, STICK, computer, mounted

UNSEEN = Text("未知", "unknown")
OTHER = Other(ids=MediumIds(serial="SECOND"), mounted=True)
LOW = Medium(number="JZ-2", level=Level.NEIBU, serial="SECOND")
HERE = computer(ROW, LOW)
BOTH = replace(mounted(STICK), others=(OTHER,))


def test_a_medium_beside_one_of_a_lower_level_is_a_violation() -> None:
    (violation,) = MixedLevels().examine(BOTH, HERE)
    assert "JZ-2" in violation.message.zh
    assert (violation.evidence["number"], violation.evidence["beside"]) == (ROW.number, "JZ-2")
    assert MixedLevels().objection(ROW, BOTH, HERE) == violation.message


@pytest.mark.parametrize(
    ("levels", "violations"),
    [((Level.JIMI, Level.JIMI), 0), ((Level.NEIBU, Level.JIMI), 0), ((Level.JUEMI, Level.GONGKAI), 1)],
)
def test_the_higher_of_two_is_told_and_equals_go_together(levels: tuple[Level, Level], violations: int) -> None:
    own, other = levels
    where = computer(replace(ROW, level=own), replace(LOW, level=other))
    assert len(list(MixedLevels().examine(BOTH, where))) == violations


def test_a_level_that_a_medium_once_had_counts() -> None:
    where = computer(replace(ROW, level=Level.NEIBU), LOW)
    assert list(MixedLevels().examine(BOTH, where)) == []
    assert list(MixedLevels().examine(replace(BOTH, past=Past(level=Level.MIMI)), where))


def test_what_is_plugged_in_but_not_mounted_does_not_mix() -> None:
    assert list(MixedLevels().examine(replace(STICK, others=(OTHER,)), HERE)) == []
    assert list(MixedLevels().examine(replace(mounted(STICK), others=(replace(OTHER, mounted=False),)), HERE)) == []


def test_a_medium_that_no_register_knows_is_judged_elsewhere() -> None:
    assert list(MixedLevels().examine(BOTH, computer(ROW))) == []
    assert list(MixedLevels().examine(BOTH, computer(LOW))) == []


def test_each_medium_of_a_lower_level_is_one_violation() -> None:
    third = Other(ids=MediumIds(serial="THIRD"), mounted=True)
    where = computer(ROW, LOW, replace(LOW, number="JZ-3", serial="THIRD"))
    found = list(MixedLevels().examine(replace(BOTH, others=(OTHER, third)), where))
    assert len({violation.identity for violation in found}) == 2


def test_without_the_table_of_mounts_nothing_is_known() -> None:
    assert MixedLevels().unassessable(replace(BOTH, missing={"volumes.mounted_at": UNSEEN}), HERE) == UNSEEN
