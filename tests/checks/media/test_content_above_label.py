"""Tests of media.content-above-label."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.media.content_above_label import ContentAboveLabel
from checks.registered import NO_REGISTER
from checks.subjects import Document, Storage
from policies.register import Register
from policies.vocabulary import Level, Place, Read, Regime, Unread
from tests.checks.document.making import document, judged, mark, unread, verdict
from tests.checks.media.samples import ROW, STICK, WITHOUT_REGISTER, computer

ON_STICK = Storage(fs_type="vfat", device="/dev/sdb1", encrypted=False, removable=True, medium=STICK.ids)
ON_UNKNOWN = replace(ON_STICK, medium=replace(STICK.ids, serial="unknown"))
ON_NAMELESS = replace(ON_STICK, medium=None)
HERE = computer(replace(ROW, level=Level.MIMI))

TABLE: dict[str, tuple[Document, str]] = {
    "at the medium's level": (document(mark(Level.MIMI), storage=ON_STICK), "compliant"),
    "above it": (document(mark(Level.JIMI), storage=ON_STICK), "violation"),
    "no mark": (document(storage=ON_STICK), "compliant"),
    "above it in the name alone": (document(mark(place=Place.NAME), storage=ON_STICK), "compliant"),
    "encrypted": (unread(Unread.ENCRYPTED, storage=ON_STICK), "not assessed"),
    "in part, above it": (unread(Unread.NO_TEXT, mark(), read=Read.PARTIAL, storage=ON_STICK), "violation"),
    "on an unregistered medium": (document(mark(Level.MIMI), storage=ON_UNKNOWN), "violation"),
    "on a medium without a name": (document(mark(Level.MIMI), storage=ON_NAMELESS), "violation"),
    "a work secret on an unregistered medium": (document(mark(Level.NEIBU, regime=Regime.WORK), storage=ON_UNKNOWN), "violation"),
    "no mark on an unregistered medium": (document(storage=ON_UNKNOWN), "compliant"),
    "on the computer's disk": (document(mark(), storage=replace(ON_STICK, removable=False, medium=None)), "not applicable"),
    "on another computer": (document(mark(), storage=Storage(fs_type="nfs", remote=True)), "not applicable"),
    "on who knows what": (document(mark(), storage=Storage(fs_type="zfs")), "not assessed"),
    "no mark on who knows what": (document(storage=Storage(fs_type="zfs")), "not applicable"),
    "nothing to tell of": (document(), "not applicable"),
    "a program": (unread(Unread.UNSUPPORTED, format="program", classified_folder=False, storage=ON_STICK), "not applicable"),
}


@pytest.mark.parametrize("case", TABLE)
def test_a_medium_holds_nothing_above_its_level(case: str) -> None:
    subject, expected = TABLE[case]
    assert verdict(ContentAboveLabel(), subject, HERE) == expected


def test_both_levels_and_the_medium_are_told() -> None:
    ((violation,), _) = judged(ContentAboveLabel(), document(mark(Level.MIMI), mark(), storage=ON_STICK), HERE)
    assert (violation.evidence["level"], violation.evidence["medium_level"], violation.evidence["number"]) == (
        "机密",
        "秘密",
        ROW.number,
    )
    assert ROW.number in violation.message.zh


def test_what_lies_on_an_unregistered_medium_is_told_apart() -> None:
    ((violation,), _) = judged(ContentAboveLabel(), document(mark(), storage=ON_UNKNOWN), HERE)
    assert "未登记" in violation.message.zh
    assert "medium_level" not in violation.evidence


def test_the_same_path_on_another_medium_is_another_incident() -> None:
    second = replace(ROW, number="JZ-2", serial="SECOND", level=Level.MIMI)
    where = computer(replace(ROW, level=Level.MIMI), second)
    storages = (ON_STICK, replace(ON_STICK, medium=replace(STICK.ids, serial="SECOND")))
    found = [judged(ContentAboveLabel(), document(mark(), storage=storage), where)[0] for storage in storages]
    assert len({violation.identity for (violation,) in found}) == 2


def test_without_a_register_nothing_is_assessed() -> None:
    subject = document(mark(), storage=ON_STICK)
    assert ContentAboveLabel().unassessable(subject, WITHOUT_REGISTER) == NO_REGISTER
    assert list(ContentAboveLabel().examine(subject, WITHOUT_REGISTER)) == []


def test_by_an_old_register_nobody_can_say_that_all_is_well() -> None:
    subject = document(mark(Level.MIMI), storage=ON_STICK)
    assert HERE.register is not None
    old = replace(HERE, register=replace(HERE.register, issued_at=subject.observed_at.replace(year=2020)))
    assert isinstance(old.register, Register)
    assert verdict(ContentAboveLabel(), subject, old) == "not assessed"
    assert verdict(ContentAboveLabel(), document(mark(), storage=ON_STICK), old) == "violation"
