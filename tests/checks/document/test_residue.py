from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from checks.document.residue import ResidueLeft
from checks.subjects import Document
from policies.vocabulary import Level, MarkVerdict, Place, Regime, Unread
from tests.checks.document.making import document, judged, mark, unread, verdict

NOW = datetime(2026, 11, 2, tzinfo=UTC)
TRASH = "/home/zhang/.local/share/Trash/files/报告.docx"
NAMED = mark(place=Place.NAME)

TABLE: dict[str, tuple[Document, str]] = {
    "marked, in the trash": (document(mark(), path=TRASH), "violation"),
    "marked by its name, a lock file": (document(NAMED, path="/home/zhang/~$（机密★10年）报告.docx"), "violation"),
    "marked, where it is kept": (document(mark()), "not applicable"),
    "no mark, in the trash": (document(path=TRASH), "compliant"),
    "a work secret in the trash": (document(mark(Level.NEIBU, regime=Regime.WORK), path=TRASH), "compliant"),
    "declassified, in the trash": (document(mark(), mark(None, verdict=MarkVerdict.DECLASSIFIED), path=TRASH), "compliant"),
    "unread, in the trash": (unread(Unread.ENCRYPTED, path=TRASH), "not assessed"),
    "unread, in the trash, marked by its name": (unread(Unread.ENCRYPTED, NAMED, path=TRASH), "violation"),
    "marked, in passage": (document(mark(), path="/tmp/报告.docx", classified_folder=False), "violation"),
    "marked, in a classified folder below /tmp": (
        document(mark(), path="/tmp/a/报告.docx", classified_folder=True),
        "not applicable",
    ),
    "a program in the trash": (
        unread(Unread.UNSUPPORTED, format="program", classified_folder=False, path=TRASH),
        "not applicable",
    ),
}


@pytest.mark.parametrize("case", TABLE)
def test_residues_of_classified_documents_are_cleared(case: str) -> None:
    subject, expected = TABLE[case]
    assert verdict(ResidueLeft(), subject) == expected


@pytest.mark.parametrize(
    ("age", "days", "expected"),
    [
        (timedelta(days=7), 7, "violation"),
        (timedelta(days=6), 7, "compliant"),
        (timedelta(), 0, "violation"),
        (None, 0, "violation"),
        (None, 7, "not assessed"),
    ],
)
def test_an_office_may_let_them_lie_for_some_days(age: timedelta | None, days: int, expected: str) -> None:
    subject = document(mark(), path=TRASH, modified=None if age is None else NOW - age)
    assert verdict(ResidueLeft(older_than_days=days), subject) == expected


def test_the_kind_is_told_and_the_path_is_not_in_the_message() -> None:
    ((violation,), _) = judged(ResidueLeft(), document(mark(), path=TRASH))
    assert (violation.evidence["kind"], violation.about) == ("trash", TRASH)
    assert "回收站中的文件" in violation.message.zh
    assert "Trash/" not in violation.message.en
