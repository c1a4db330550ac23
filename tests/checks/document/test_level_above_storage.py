from __future__ import annotations

import pytest

from checks.document.level_above_storage import LevelAboveStorage
from checks.subjects import Document, Storage
from policies.vocabulary import Level, Place, Read, Regime, Unread
from tests.checks.document.making import document, judged, mark, unread, verdict

DISK = Storage(fs_type="ext4", device="/dev/sda2", encrypted=True, removable=False)
STICK = Storage(fs_type="vfat", removable=True)
CHECK = LevelAboveStorage(max_level=Level.MIMI)

TABLE: dict[str, tuple[Document, str]] = {
    "at the limit": (document(mark(Level.MIMI), storage=DISK), "compliant"),
    "above the limit": (document(mark(), storage=DISK), "violation"),
    "no mark": (document(storage=DISK), "compliant"),
    "a work secret": (document(mark(Level.NEIBU, regime=Regime.WORK), storage=DISK), "compliant"),
    "above it in the name alone": (document(mark(place=Place.NAME), storage=DISK), "compliant"),
    "on a medium": (document(mark(), storage=STICK), "not applicable"),
    "on another computer": (document(mark(), storage=Storage(fs_type="nfs", remote=True)), "not applicable"),
    "in memory": (document(mark(), storage=Storage(fs_type="tmpfs", encrypted=True, removable=False)), "not applicable"),
    "above it on an unknown disk": (document(mark(), storage=Storage(fs_type="zfs")), "not assessed"),
    "above it, nothing known": (document(mark()), "not assessed"),
    "below it on an unknown disk": (document(mark(Level.MIMI)), "compliant"),
    "encrypted": (unread(Unread.ENCRYPTED, storage=DISK), "not assessed"),
    "in part, above it": (unread(Unread.NO_TEXT, mark(), read=Read.PARTIAL, storage=DISK), "violation"),
    "a program": (unread(Unread.UNSUPPORTED, format="program", classified_folder=False, storage=DISK), "not applicable"),
}


@pytest.mark.parametrize("case", TABLE)
def test_a_disk_holds_nothing_above_its_limit(case: str) -> None:
    subject, expected = TABLE[case]
    assert verdict(CHECK, subject) == expected


def test_without_a_limit_the_check_does_not_speak() -> None:
    assert verdict(LevelAboveStorage(), document(mark(Level.JUEMI), storage=DISK)) == "not applicable"


def test_level_limit_and_disk_are_told() -> None:
    ((violation,), _) = judged(CHECK, document(mark(Level.MIMI), mark(), storage=DISK))
    assert (violation.evidence["level"], violation.evidence["max_level"], violation.evidence["device"]) == (
        "机密",
        "秘密",
        "sda2",
    )
    assert "最高只能存放秘密文件" in violation.message.zh
