"""The quarter's figures as plain text for a terminal. It bears the office's mark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from collector.summary import Summary
from policies.table import table
from policies.vocabulary import Language, Severity, Text

_FIGURES = {
    Text("计算机", "Computers"): (
        "computers",
        {
            "registered": Text("应检", "registered"),
            "inspected": Text("已检", "inspected"),
            "not_inspected": Text("未检", "not inspected"),
            "silent": Text("失联", "silent"),
            "unregistered": Text("未登记", "not registered"),
        },
    ),
    Text("问题", "Findings"): ("findings", {severity.value: severity.text for severity in Severity}),
    Text("进展", "Their course"): (
        "cases",
        {
            "opened": Text("新发现", "first seen"),
            "closed": Text("已消除", "ended"),
            "open": Text("未消除", "still open"),
        },
    ),
    Text("存储介质", "Media"): (
        "media",
        {
            "registered": Text("在册", "registered"),
            "sighted": Text("见到", "sighted"),
            "not_sighted": Text("未见到", "not sighted"),
            "unregistered_seen": Text("接入未登记介质", "unregistered seen"),
        },
    ),
    Text("覆盖", "Coverage"): (
        "coverage",
        {"not_assessed": Text("未能检查项", "checks not assessed"), "gaps": Text("监测中断", "gaps")},
    ),
}


def render(summary: Summary, titles: Mapping[str, Text], zone: ZoneInfo, language: Language) -> str:
    """The whole text, ending in a line break."""
    parts = [_head(summary, zone, language), _figures(summary, language), _departments(summary, language)]
    parts += [_checks(summary, titles, language), _clauses(summary, language), _trend(summary, language)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(summary: Summary, zone: ZoneInfo, language: Language) -> str:
    def local(moment: datetime) -> str:
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")

    title = Text("季度保密检查汇总", "Quarterly secrecy inspection").say(language)
    made = Text("生成时间", "generated").say(language)
    period = f"{local(summary.start)} – {local(summary.to)}"
    return f"{summary.mark}\n{title} {summary.quarter}\n{period}  {made} {local(summary.generated_at)}"


def _figures(summary: Summary, language: Language) -> str:
    lines = []
    for title, (part, names) in _FIGURES.items():
        values = msgspec.to_builtins(getattr(summary, part))
        lines.append([title.say(language), "  ".join(f"{text.say(language)} {values[name]}" for name, text in names.items())])
    return table(lines[0], lines[1:])


def _departments(summary: Summary, language: Language) -> str:
    heads = [Text("部门", "Department"), Text("计算机", "computers"), *(severity.text for severity in Severity)]
    rows = [[row.department, row.computers, row.critical, row.major, row.minor, row.notice] for row in summary.by_department]
    return _table(heads, rows, language)


def _checks(summary: Summary, titles: Mapping[str, Text], language: Language) -> str:
    heads = [Text("检查项", "Check"), Text("问题", "findings"), Text("计算机", "computers"), Text("名称", "title")]
    rows = [
        [row.check, row.findings, row.computers, titles.get(row.check, Text("", "")).say(language)] for row in summary.by_check
    ]
    return _table(heads, rows, language)


def _clauses(summary: Summary, language: Language) -> str:
    heads = [Text("条款", "Clause"), Text("问题", "findings")]
    return _table(heads, [[row.clause, row.findings] for row in summary.by_clause], language)


def _trend(summary: Summary, language: Language) -> str:
    heads = [Text("季度", "Quarter"), Text("问题", "findings")]
    return _table(heads, [[row.quarter, row.findings] for row in summary.trend], language)


def _table(heads: Iterable[Text], rows: Sequence[Sequence[Any]], language: Language) -> str:
    return table([head.say(language) for head in heads], [[str(cell) for cell in row] for row in rows]) if rows else ""
