from __future__ import annotations

import pytest

from checks.stored import is_encrypted, on_disk, on_own_disk, secret_level, secrets
from checks.subjects import Storage
from policies.vocabulary import Level, MarkVerdict, Place, Regime
from tests.checks.document.making import document, mark

MEMORY = Storage(fs_type="tmpfs", encrypted=True, removable=False)


@pytest.mark.parametrize(
    ("storage", "own"),
    [
        (Storage(fs_type="ext4", removable=False), True),
        (Storage(fs_type="vfat", removable=True), False),
        (Storage(fs_type="ext4"), None),
        (Storage(fs_type="nfs4", remote=True), False),
        (MEMORY, False),
        (Storage(fs_type="tmpfs", encrypted=False, removable=False), True),
        (None, None),
    ],
)
def test_only_a_fixed_disk_of_this_computer_is_its_own(storage: Storage | None, own: bool | None) -> None:
    assert on_own_disk(document(storage=storage)) is own


@pytest.mark.parametrize("known", [True, False, None])
def test_encryption_is_as_the_storage_says(known: bool | None) -> None:
    assert is_encrypted(document(storage=Storage(fs_type="ext4", encrypted=known))) is known


def test_without_storage_nothing_is_known() -> None:
    assert is_encrypted(document()) is None
    assert on_disk(document()) == {}


def test_a_disk_is_named_as_people_know_it() -> None:
    storage = Storage(fs_type="ext4", device="/dev/sda2")
    assert on_disk(document(storage=storage)) == {"fs_type": "ext4", "device": "sda2"}


def test_only_state_secrets_in_view_count() -> None:
    work, named = mark(Level.NEIBU, regime=Regime.WORK), mark(Level.JUEMI, Place.NAME)
    assert secrets(document(work, named)) == []
    assert secret_level(document(work, named)) is None
    assert secret_level(document(mark(Level.MIMI), mark(Level.JIMI), named)) is Level.JIMI


def test_of_a_declassified_file_in_an_archive_no_mark_counts_and_of_the_others_all() -> None:
    over = mark(None, Place.MEMBER, member="a.txt", verdict=MarkVerdict.DECLASSIFIED)
    inside = [mark(Level.JUEMI, Place.MEMBER, member=name) for name in ("a.txt", "b.txt")]
    assert [found.member for found in secrets(document(over, *inside))] == ["b.txt"]
