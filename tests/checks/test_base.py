"""A check is a frozen declaration: it applies to every subject unless it says otherwise, and must judge."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from checks.base import Check, Violation
from checks.subjects import Radio
from policies.computer import Computer
from policies.vocabulary import Kind, Severity, Text

RADIO = Radio(observed_at=datetime(2026, 6, 1, tzinfo=UTC), kind="wifi", name="wlan0", path="/sys/x")
COMPUTER = Computer(id="c", hostname="h")


@dataclass(frozen=True)
class Silence(Check[Radio]):
    """No radio of these kinds."""

    id: ClassVar[str] = "test.silence"
    title: ClassVar[Text] = Text("无线", "radio")
    clauses: ClassVar[tuple[str, ...]] = ("NET-04",)
    severity: ClassVar[Severity] = Severity.MAJOR
    subject: ClassVar[type[Radio]] = Radio

    kinds: tuple[str, ...] = ("wifi",)

    def examine(self, subject: Radio, computer: Computer) -> Iterator[Violation]:
        if subject.kind in self.kinds:
            yield Violation(about=subject.name, message=Text("有无线设备", "a radio"))


def test_a_check_says_nothing_special_unless_it_does() -> None:
    check = Silence()
    assert check.applies(RADIO, COMPUTER)
    assert check.unassessable(RADIO, COMPUTER) is None
    assert (check.kind, check.needs) == (Kind.STATE, ())


def test_fields_are_parameters_and_class_attributes_are_not() -> None:
    assert [field.name for field in dataclasses.fields(Silence)] == ["kinds"]
    assert [v.about for v in Silence().examine(RADIO, COMPUTER)] == ["wlan0"]
    assert list(Silence(kinds=("bluetooth",)).examine(RADIO, COMPUTER)) == []


def test_a_check_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Silence().kinds = ()  # type: ignore[misc]


def test_a_check_that_does_not_judge_is_none() -> None:
    class Idle(Check[Radio]):
        """Judges nothing."""

    with pytest.raises(TypeError):
        Idle()  # type: ignore[abstract]


def test_a_violation_leaves_to_the_check_what_it_does_not_say() -> None:
    violation = Violation(about="x", message=Text("甲", "a"))
    assert (violation.identity, violation.severity, violation.kind, violation.evidence) == ("", None, None, {})
