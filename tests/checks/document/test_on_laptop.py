from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from checks.document.on_laptop import OnLaptop
from checks.subjects import Document, Storage
from policies.vocabulary import Level, Read, Regime, Severity, Unread
from tests.checks.document.making import document, judged, mark, unread, verdict

NOW = datetime(2026, 11, 2, tzinfo=UTC)
CLEAR = Storage(fs_type="ext4", encrypted=False, removable=False)
LUKS = Storage(fs_type="ext4", encrypted=True, removable=False)
STICK = Storage(fs_type="vfat", encrypted=False, removable=True)

TABLE: dict[str, tuple[Document, str]] = {
    "in clear": (document(mark(), storage=CLEAR, laptop=True), "violation"),
    "encrypted": (document(mark(), storage=LUKS, laptop=True), "violation"),
    "no mark": (document(storage=CLEAR, laptop=True), "compliant"),
    "no mark, nothing known": (document(), "compliant"),
    "a work secret": (document(mark(Level.NEIBU, regime=Regime.WORK), storage=CLEAR, laptop=True), "compliant"),
    "on a stick": (document(mark(), storage=STICK, laptop=True), "not applicable"),
    "on a server": (document(mark(), storage=Storage(fs_type="nfs4", remote=True), laptop=True), "not applicable"),
    "no laptop": (document(mark(), storage=CLEAR, laptop=False), "not applicable"),
    "perhaps a laptop": (document(mark(), storage=CLEAR), "not assessed"),
    "an unknown disk": (document(mark(), storage=Storage(fs_type="zfs"), laptop=True), "not assessed"),
    "unread": (unread(Unread.ENCRYPTED, storage=CLEAR, laptop=True), "not assessed"),
    "in part": (unread(Unread.NO_TEXT, mark(), read=Read.PARTIAL, storage=CLEAR, laptop=True), "violation"),
    "a program": (unread(Unread.UNSUPPORTED, format="program", classified_folder=False, laptop=True), "not applicable"),
}


@pytest.mark.parametrize("case", TABLE)
def test_a_laptop_s_disk_holds_no_classified_document(case: str) -> None:
    subject, expected = TABLE[case]
    assert verdict(OnLaptop(), subject) == expected


@pytest.mark.parametrize(
    ("storage", "age", "days", "severity"),
    [
        (LUKS, timedelta(days=1), 7, Severity.MINOR),
        (LUKS, timedelta(days=7), 7, Severity.MINOR),
        (LUKS, timedelta(days=7, seconds=1), 7, None),
        (LUKS, timedelta(seconds=1), 0, None),
        (LUKS, None, 7, None),
        (CLEAR, timedelta(days=1), 7, None),
        (Storage(fs_type="x", removable=False), timedelta(days=1), 7, None),
    ],
)
def test_encrypted_and_for_a_short_time_it_is_minor(
    storage: Storage, age: timedelta | None, days: int, severity: Severity | None
) -> None:
    subject = document(mark(), storage=storage, laptop=True, modified=NOW - age if age else None)
    ((violation,), _) = judged(OnLaptop(temporary_days=days), subject)
    assert violation.severity is severity


@pytest.mark.parametrize(
    ("storage", "days", "words"), [(LUKS, 1, "最长不超过7天"), (LUKS, 9, "超过允许暂存"), (CLEAR, 1, "未加密")]
)
def test_the_message_says_which_it_is(storage: Storage, days: int, words: str) -> None:
    subject = document(mark(), storage=storage, laptop=True, modified=NOW - timedelta(days=days))
    ((violation,), _) = judged(OnLaptop(), subject)
    assert words in violation.message.zh
    assert violation.evidence["encrypted"] is storage.encrypted
