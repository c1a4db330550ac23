from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from collector.ingest import Ingest
from collector.store.store import Store
from collector.store.tables import check_title, gap, merged, scan, scan_check, sighting
from policies.report import CheckResult, Gap, Merged, Scan, Sighting
from policies.vocabulary import Text, Verdict
from tests.collector.samples import NOON, Sender, report

LATER = NOON + timedelta(minutes=5)


def result(title: str, findings: int) -> CheckResult:
    reason = Text("需要管理员权限", "root is needed")
    return CheckResult(
        check="a.b", title=Text(title, title), verdict=Verdict.NOT_ASSESSED, reason=reason, subjects=9, findings=findings
    )


def test_a_scan_is_kept_with_its_checks_and_their_titles(store: Store, sender: Sender, ingest: Ingest) -> None:
    whole = Scan(
        started_at=NOON, finished_at=LATER, whole=True, checks=(result("旧", 1), result("新", 2)), files_seen=5, files_read=4
    )
    ingest.accept(sender.envelope(1, report(scans=(whole,))))
    with store.read() as connection:
        kept = connection.execute(select(scan)).one()
        check = connection.execute(select(scan_check)).one()
        title = connection.execute(select(check_title)).one()
    assert (kept.computer, kept.sequence, kept.finished_at, kept.whole, kept.files_seen) == (sender.id, 1, LATER, True, 5)
    assert (check.verdict, check.reason_zh, check.reason_en, check.subjects, check.findings) == (
        "not_assessed",
        "需要管理员权限",
        "root is needed",
        9,
        2,
    )
    assert tuple(title) == ("a.b", "新", "新")


def test_gaps_sightings_and_joined_changes_are_kept(store: Store, sender: Sender, ingest: Ingest) -> None:
    told = report(
        gaps=(Gap(source="media", began_at=NOON, ended_at=LATER, reason=Text("休眠", "suspend")),),
        sightings=(Sighting(number="M-1", first_at=NOON, last_at=LATER),),
        merged=(Merged(check="a.b", count=12, first_at=NOON, last_at=LATER),),
    )
    ingest.accept(sender.envelope(1, told))
    with store.read() as connection:
        blind = connection.execute(select(gap)).one()
        seen = connection.execute(select(sighting)).one()
        joined = connection.execute(select(merged)).one()
    assert (blind.source, blind.began_at, blind.ended_at, blind.reason_zh) == ("media", NOON, LATER, "休眠")
    assert (seen.number, seen.first_at, seen.last_at) == ("M-1", NOON, LATER)
    assert (joined.check_id, joined.changes, joined.last_at) == ("a.b", 12, LATER)
