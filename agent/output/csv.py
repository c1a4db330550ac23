"""Findings as CSV, for a spreadsheet: UTF-8 with a byte order mark, and no cell that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
import io

from agent.scan import Result
from policies.table import printable
from policies.vocabulary import Language, Text

_HEADS = (
    Text("严重程度", "severity"),
    Text("检查", "check"),
    Text("对象", "subject"),
    Text("说明", "message"),
    Text("条款", "clauses"),
    Text("发现时间", "observed at"),
    Text("豁免", "exempted until"),
    Text("指纹", "fingerprint"),
)


def render(result: Result, language: Language) -> str:
    """A row a finding under a row of heads."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([head.say(language) for head in _HEADS])
    for finding in result.findings:
        row = (
            finding.severity.text.say(language),
            finding.check,
            finding.subject,
            finding.message.say(language),
            " ".join(finding.clauses),
            finding.observed_at.isoformat(timespec="seconds"),
            str(finding.exemption.until) if finding.exemption else "",
            finding.fingerprint,
        )
        writer.writerow([cell(text) for text in row])
    return "\ufeff" + out.getvalue()


def cell(text: str) -> str:
    """A cell's text, made harmless: a leading `=`, `+`, `-` or `@`, in either width, would be a formula."""
    clean = printable(text)
    return f"'{clean}" if clean.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else clean
