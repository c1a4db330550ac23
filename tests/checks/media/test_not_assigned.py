"""Tests of media.not-assigned."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.media.not_assigned import NO_DEPARTMENT, NotAssigned
from checks.registered import NO_REGISTER
from policies.register import Medium, MediumState
from tests.checks.media.samples import ROW, STICK, WITHOUT_REGISTER, computer

LENT = replace(ROW, state=MediumState.LENT)


@pytest.mark.parametrize(
    ("row", "department", "violates"),
    [
        (ROW, "Office A", False),
        (ROW, "Office B", True),
        (LENT, "Office B", False),
        (replace(ROW, department=""), "Office B", False),
        (replace(ROW, computers=("pc-1", "pc-2")), "Office B", False),
        (replace(ROW, computers=("pc-2",)), "Office A", True),
        (replace(LENT, computers=("pc-2",)), "Office A", True),
        (replace(ROW, computers=("pc-2",)), "", True),
    ],
)
def test_a_medium_is_used_where_its_row_says(row: Medium, department: str, violates: bool) -> None:
    where = computer(row, department=department)
    assert NotAssigned().unassessable(STICK, where) is None
    assert bool(list(NotAssigned().examine(STICK, where))) is violates


def test_a_computer_without_a_department_cannot_be_assessed() -> None:
    where = computer(ROW, department="")
    assert NotAssigned().unassessable(STICK, where) == NO_DEPARTMENT
    assert list(NotAssigned().examine(STICK, where)) == []


def test_a_computer_without_a_register_cannot_be_assessed() -> None:
    assert NotAssigned().unassessable(STICK, WITHOUT_REGISTER) == NO_REGISTER


def test_the_message_says_whose_it_is_but_names_no_person() -> None:
    (violation,) = NotAssigned().examine(STICK, computer(ROW, department="Office B"))
    assert "Office A" in violation.message.zh
    assert "Office A" in violation.message.en
    assert "Zhang San" not in repr(violation)
