"""Tests of media.reformatted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.media.reformatted import Reformatted
from checks.registered import NO_REGISTER
from checks.subjects import Past
from policies.vocabulary import Level, Text
from tests.checks.media.samples import ROW, WITHOUT_REGISTER, computer, with_file_systems

UNSEEN = Text("未知", "unknown")


@pytest.mark.parametrize(
    ("before", "now", "violates"),
    [
        ((), ("A",), False),
        (("A",), ("A",), False),
        (("A",), ("B",), True),
        (("A", "B"), ("A", "C"), True),
        (("A", "B"), ("A",), False),  # a partition that has not appeared yet
        (("A",), ("A", "B"), False),  # the first partition was all that had appeared
        (("A",), (), False),
        (("A", "B"), ("C",), True),
    ],
)
def test_a_file_system_that_is_gone_and_one_that_is_new_are_a_formatting(
    before: tuple[str, ...], now: tuple[str, ...], violates: bool
) -> None:
    stick = replace(with_file_systems(*now), past=Past(fs_uuids=before))
    assert bool(list(Reformatted().examine(stick, computer(ROW)))) is violates


def test_a_medium_that_was_never_here_has_not_been_formatted() -> None:
    assert list(Reformatted().examine(with_file_systems("A"), computer(ROW))) == []


def test_what_udev_has_not_looked_at_is_not_judged() -> None:
    stick = replace(with_file_systems("B"), past=Past(fs_uuids=("A",)), missing={"volumes.fs": UNSEEN})
    assert Reformatted().unassessable(stick, computer(ROW)) == UNSEEN
    assert Reformatted().unassessable(stick, WITHOUT_REGISTER) == NO_REGISTER
    assert list(Reformatted().examine(stick, computer(ROW))) == []


def test_only_registered_media_have_a_level_to_keep() -> None:
    stick = replace(with_file_systems("B"), past=Past(fs_uuids=("A",)))
    assert not Reformatted().applies(stick, computer())
    assert list(Reformatted().examine(stick, computer())) == []


def test_the_medium_is_told_to_keep_the_highest_level_that_it_had() -> None:
    stick = replace(with_file_systems("B"), past=Past(fs_uuids=("A",), level=Level.JUEMI))
    (violation,) = Reformatted().examine(stick, computer(ROW))
    assert "按绝密介质保管" in violation.message.zh
    assert "top secret" in violation.message.en
    assert (violation.evidence["fs_uuids_before"], violation.evidence["fs_uuids"]) == (["A"], ["B"])


def test_each_formatting_is_an_incident_of_its_own() -> None:
    sticks = [replace(with_file_systems(uuid), past=Past(fs_uuids=("A",))) for uuid in ("B", "C")]
    assert len({violation.identity for stick in sticks for violation in Reformatted().examine(stick, computer(ROW))}) == 2
