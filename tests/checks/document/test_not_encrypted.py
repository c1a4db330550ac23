from __future__ import annotations

import pytest

from checks.document.not_encrypted import NotEncrypted
from checks.subjects import Document, Storage
from policies.vocabulary import Level, Place, Read, Regime, Unread
from tests.checks.document.making import document, judged, mark, unread, verdict

CLEAR = Storage(fs_type="ext4", device="/dev/sda2", encrypted=False, removable=False)
LUKS = Storage(fs_type="ext4", encrypted=True, removable=False)
UNKNOWN = Storage(fs_type="zfs")
REMOTE = Storage(fs_type="nfs4", remote=True)

TABLE: dict[str, tuple[Document, str]] = {
    "in clear": (document(mark(), storage=CLEAR), "violation"),
    "in clear on a stick": (document(mark(), storage=Storage(fs_type="vfat", encrypted=False, removable=True)), "violation"),
    "encrypted disk": (document(mark(), storage=LUKS), "compliant"),
    "unknown disk": (document(mark(), storage=UNKNOWN), "not assessed"),
    "on another computer": (document(mark(), storage=REMOTE), "not assessed"),
    "nothing known": (document(mark()), "not assessed"),
    "no mark, in clear": (document(storage=CLEAR), "compliant"),
    "no mark, unknown disk": (document(storage=UNKNOWN), "compliant"),
    "a work secret, in clear": (document(mark(Level.NEIBU, regime=Regime.WORK), storage=CLEAR), "compliant"),
    "the name alone, in clear": (document(mark(place=Place.NAME), storage=CLEAR), "compliant"),
    "unread, in clear": (unread(Unread.ENCRYPTED, storage=CLEAR), "not assessed"),
    "unread, encrypted disk": (unread(Unread.CORRUPT, storage=LUKS), "compliant"),
    "in part, in clear": (unread(Unread.NO_TEXT, mark(), read=Read.PARTIAL, storage=CLEAR), "violation"),
    "a program": (unread(Unread.UNSUPPORTED, format="program", classified_folder=False, storage=CLEAR), "not applicable"),
}


@pytest.mark.parametrize("case", TABLE)
def test_classified_documents_are_stored_encrypted(case: str) -> None:
    subject, expected = TABLE[case]
    assert verdict(NotEncrypted(), subject) == expected


@pytest.mark.parametrize(
    ("level", "expected"), [(Level.MIMI, "compliant"), (Level.JIMI, "violation"), (Level.JUEMI, "violation")]
)
def test_an_office_may_ask_it_from_a_higher_level_on(level: Level, expected: str) -> None:
    assert verdict(NotEncrypted(from_level=Level.JIMI), document(mark(level), storage=CLEAR)) == expected


def test_the_disk_is_told() -> None:
    ((violation,), _) = judged(NotEncrypted(), document(mark(), storage=CLEAR))
    assert (violation.evidence["fs_type"], violation.evidence["device"], violation.evidence["level"]) == ("ext4", "sda2", "机密")
