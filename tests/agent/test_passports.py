"""What is remembered of media: by their ids, in the state file, and never less than what was known."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.passports import Passports, is_kept
from agent.store import DATABASE, Store
from checks.subjects import Device, Past, Storage
from policies.vocabulary import Level, Text
from tests.checks.document.making import document, mark
from tests.checks.media.samples import KEYBOARD, NOW, ROW, STICK, computer, mounted, with_file_systems

REGISTER = computer(ROW).register
UNSEEN = Text("未知", "unknown")
ON_STICK = Storage(fs_type="vfat", removable=True, medium=STICK.ids)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / DATABASE, NOW) as store:
        yield store


@pytest.fixture
def passports(store: Store) -> Passports:
    return Passports(store)


def after(passports: Passports, *devices: Device) -> Past | None:
    """What is remembered of the stick once these were judged, one after another."""
    for device in devices:
        passports.note(device, None)
    return passports.past(STICK.ids)


def test_nothing_is_known_of_a_medium_that_was_never_here(passports: Passports) -> None:
    assert passports.past(STICK.ids) is None
    assert passports.complete(STICK) == STICK


def test_a_medium_is_known_again_by_its_ids_wherever_it_is_plugged_in(passports: Passports) -> None:
    passports.note(with_file_systems("A"), REGISTER)
    known = Past(fs_uuids=("A",), size=4096, level=Level.JIMI)
    again = replace(STICK, session="boot-2 2-2 9", path="/sys/2", serial=STICK.serial.lower())
    assert passports.complete(again).past == known
    assert passports.complete(replace(STICK, serial="another")).past is None


@pytest.mark.parametrize(
    ("then", "remembered"),
    [
        (with_file_systems("A", "C"), ("A", "C")),
        (with_file_systems("D"), ("D",)),
        (with_file_systems("A", "B", "C"), ("A", "B", "C")),
        (with_file_systems("A"), ("A", "B")),  # the second partition has not appeared
        (with_file_systems(), ("A", "B")),
        (replace(with_file_systems("C"), missing={"volumes.fs": UNSEEN}), ("A", "B")),
    ],
)
def test_file_systems_are_forgotten_only_for_others(passports: Passports, then: Device, remembered: tuple[str, ...]) -> None:
    past = after(passports, with_file_systems("A", "B"), then)
    assert past is not None
    assert past.fs_uuids == remembered


def test_the_first_size_stays(passports: Passports) -> None:
    smaller = replace(STICK, volumes=(replace(STICK.volumes[0], size=512),))
    past = after(passports, replace(STICK, volumes=()), STICK, smaller)
    assert past is not None
    assert past.size == 4096


def test_the_level_only_rises_by_register_and_by_content(passports: Passports) -> None:
    levels = []
    for register in (computer(replace(ROW, level=Level.MIMI)).register, None, computer(replace(ROW, level=Level.NEIBU)).register):
        passports.note(STICK, register)
        levels.append(passports.past(STICK.ids))
    passports.note(document(mark(Level.JUEMI), storage=ON_STICK), None)
    levels.append(passports.past(STICK.ids))
    passports.note(document(mark(Level.MIMI), storage=ON_STICK), None)
    levels.append(passports.past(STICK.ids))
    assert [past.level if past else None for past in levels] == [Level.MIMI, Level.MIMI, Level.MIMI, Level.JUEMI, Level.JUEMI]


def test_a_device_without_a_serial_number_is_not_remembered(passports: Passports, store: Store) -> None:
    passports.note(replace(STICK, serial=""), REGISTER)
    passports.note(document(mark(), storage=replace(ON_STICK, medium=replace(STICK.ids, serial=""))), REGISTER)
    assert store.rows("SELECT key FROM meta WHERE key LIKE 'medium%'") == []


def test_since_when_a_medium_is_mounted_is_kept_until_it_is_unmounted(passports: Passports) -> None:
    later = replace(mounted(STICK), observed_at=NOW + timedelta(hours=3))
    passports.note(mounted(STICK), None)
    passports.note(later, None)
    assert passports.complete(later).mounted_since == NOW
    passports.note(STICK, None)
    passports.note(later, None)
    assert passports.complete(later).mounted_since == later.observed_at


def test_another_plug_in_is_another_mounting(passports: Passports) -> None:
    passports.note(mounted(STICK), None)
    assert passports.complete(replace(mounted(STICK), session="boot-2 1-1 9")).mounted_since is None
    assert passports.complete(STICK).mounted_since is None


def test_an_unknown_table_of_mounts_changes_nothing(passports: Passports) -> None:
    passports.note(mounted(STICK), None)
    passports.note(replace(STICK, missing={"volumes.mounted_at": UNSEEN}), None)
    assert passports.complete(mounted(STICK)).mounted_since == NOW


def test_mountings_that_nobody_saw_end_fall_off(passports: Passports, store: Store) -> None:
    for number in range(100):
        passports.note(replace(mounted(STICK), session=str(number)), None)
    assert len(store.recall("media_mounted")) == 64
    assert passports.complete(replace(mounted(STICK), session="99")).mounted_since == NOW


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        (STICK, True),
        (KEYBOARD, False),
        (document(mark(), storage=ON_STICK), True),
        (document(storage=ON_STICK), False),
        (document(mark()), False),
        (document(mark(), storage=Storage(fs_type="ext4", removable=False)), False),
    ],
)
def test_only_media_and_what_is_secret_on_them_are_kept(passports: Passports, subject: Device, kept: bool) -> None:
    assert is_kept(subject) is kept
    passports.note(subject, None)
    assert (passports.past(STICK.ids) is not None) is kept


def test_a_memory_that_cannot_be_read_leaves_the_device_as_it_was_seen(tmp_path: Path) -> None:
    file = tmp_path / DATABASE
    file.write_bytes(b"no database, " * 1000)
    with Store.look(file) as damaged:
        with pytest.raises(sqlite3.DatabaseError):
            damaged.recall("x")
        assert Passports(damaged).complete(STICK) == STICK
