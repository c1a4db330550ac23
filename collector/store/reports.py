"""One report as rows: the envelope as evidence, its changes, scans, gaps, sightings and merged changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from collector.store import findings, sequences
from collector.store.findings import plain
from collector.store.tables import check_title, computer, envelope, gap, merged, scan, scan_check, sighting
from policies.report import CheckResult, Envelope, Report, Scan


def store(connection: Connection, sealed: Envelope, raw: bytes, report: Report, received_at: datetime) -> None:
    """Everything that a new report says."""
    where = {"computer": sealed.computer, "sequence": sealed.sequence}
    is_newest = sealed.sequence > sequences.highest(connection, sealed.computer)
    connection.execute(insert(envelope), where | _envelope(sealed, raw, report, received_at))
    findings.apply(connection, sealed.computer, sealed.sequence, report)
    for item in report.scans:
        _scan(connection, where, item)
    _rest(connection, where, report)
    if report.full:
        sequences.give_up(connection, sealed.computer, report.lost)
    if is_newest:
        claim = {"hostname": plain(report.claim.hostname)[:300], "agent": report.agent}
        connection.execute(update(computer).where(computer.c.id == sealed.computer).values(claim))


def _envelope(sealed: Envelope, raw: bytes, report: Report, received_at: datetime) -> dict[str, Any]:
    return {
        "digest": sealed.body_digest,
        "sealed_at": sealed.time,
        "received_at": received_at,
        "full": report.full,
        "created_at": report.created_at,
        "state_digest": report.digest,
        "raw": raw,
    }


def _scan(connection: Connection, where: dict[str, Any], item: Scan) -> None:
    row = where | {
        "started_at": item.started_at,
        "finished_at": item.finished_at,
        "whole": item.whole,
        "files_seen": item.files_seen,
        "files_read": item.files_read,
        "files_not_assessed": item.files_not_assessed,
    }
    scan_id = connection.execute(insert(scan).returning(scan.c.id), row).scalar_one()
    results = {result.check: result for result in item.checks}
    if results:
        connection.execute(insert(scan_check), [_result(scan_id, result) for result in results.values()])
    for result in results.values():
        _title(connection, result)


def _result(scan_id: int, result: CheckResult) -> dict[str, Any]:
    return {
        "scan": scan_id,
        "check_id": result.check,
        "verdict": result.verdict.value,
        "reason_zh": plain(result.reason.zh) if result.reason else None,
        "reason_en": plain(result.reason.en) if result.reason else None,
        "subjects": result.subjects,
        "findings": result.findings,
        "exempted": result.exempted,
        "not_assessed": result.not_assessed,
    }


def _title(connection: Connection, result: CheckResult) -> None:
    """Keep a check's title as last told."""
    title = {"zh": plain(result.title.zh), "en": plain(result.title.en)}
    known = connection.execute(update(check_title).where(check_title.c.check_id == result.check).values(title))
    if not known.rowcount:
        connection.execute(insert(check_title), {"check_id": result.check} | title)


def _rest(connection: Connection, where: dict[str, Any], report: Report) -> None:
    tables = {
        gap: [
            {
                "source": item.source,
                "began_at": item.began_at,
                "ended_at": item.ended_at,
                "reason_zh": plain(item.reason.zh),
                "reason_en": plain(item.reason.en),
            }
            for item in report.gaps
        ],
        sighting: [{"number": s.number, "first_at": s.first_at, "last_at": s.last_at} for s in report.sightings],
        merged: [{"check_id": m.check, "changes": m.count, "first_at": m.first_at, "last_at": m.last_at} for m in report.merged],
    }
    for table, rows in tables.items():
        if rows:
            connection.execute(insert(table), [where | row for row in rows])
