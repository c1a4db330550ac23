"""The page of a quarter: figures first, then what is open. All strings of agents are escaped by the template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy import Connection

from collector.office import Office
from collector.quarter import Quarter, containing, parse
from collector.refused import RequestError
from collector.store import alarms, open_findings, quarterly
from collector.summary import Summary, summarise, titles
from collector.web.words import WORDS
from policies import clauses
from policies.vocabulary import Language, Severity, Text

ROWS = 50
"""Findings on one page."""
_QUARTERS = 8
_ALARMS = 20
_MAX_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader asked to see."""

    quarter: Quarter
    department: str | None
    severity: Severity | None
    page: int

    def link(self, language: Language, **changes: str) -> str:
        """The query of a page that differs from this one in `changes`; an empty change takes a choice away."""
        query = {
            "quarter": str(self.quarter),
            "department": self.department or "",
            "severity": self.severity.value if self.severity else "",
            "lang": language.value,
        }
        return "?" + urlencode({name: value for name, value in (query | changes).items() if value})


class Page:
    """Renders the page of an office. `now` is the clock."""

    def __init__(self, office: Office, now: Callable[[], datetime]) -> None:
        self._office = office
        self._now = now
        self._ledger = clauses.load()
        self._environment = Environment(
            loader=PackageLoader("collector.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, query: Mapping[str, str], language: Language) -> str:
        """The page for a query string's choices. Raises RequestError where one of them makes no sense."""
        now = self._now()
        choice = _choice(query, containing(now, self._office.settings.zone))
        with self._office.store.read() as connection:
            shown = self._figures(connection, choice, now) | self._open(connection, choice)
        return self._environment.get_template("page.html").render(shown | self._frame(choice, language, now))

    def _figures(self, connection: Connection, choice: Choice, now: datetime) -> dict[str, Any]:
        settings = self._office.settings
        try:
            summary = summarise(
                connection,
                choice.quarter,
                now,
                silent_after=settings.silent_after,
                mark=settings.mark,
                department=choice.department,
            )
        except ValueError:
            raise _bad(Text("没有这个部门", "there is no such department")) from None
        return {
            "summary": summary,
            "titles": titles(connection),
            "departments": quarterly.departments(connection),
            "most": _most(summary),
            "alarms": alarms.between(connection, choice.quarter.start, choice.quarter.end)[:_ALARMS],
        }

    def _open(self, connection: Connection, choice: Choice) -> dict[str, Any]:
        moment = choice.quarter.end
        counts = open_findings.counts(connection, moment, choice.department)
        total = sum(counts.values()) if choice.severity is None else counts[choice.severity]
        offset = (choice.page - 1) * ROWS
        return {
            "counts": counts,
            "total": total,
            "exempted": open_findings.exempted(connection, moment, choice.department),
            "pages": max(1, -(-total // ROWS)),
            "rows": open_findings.page(connection, moment, choice.department, choice.severity, offset, ROWS),
        }

    def _frame(self, choice: Choice, language: Language, now: datetime) -> dict[str, Any]:
        """What stands around the figures, and the functions that the template calls."""
        zone = self._office.settings.zone
        current = containing(now, zone)
        quarters = [current]
        while len(quarters) < _QUARTERS:
            quarters.append(quarters[-1].previous)
        return {
            "w": lambda word: WORDS[word].say(language),
            "say": lambda text: text.say(language),
            "local": lambda moment: moment.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
            "link": lambda **changes: choice.link(language, **changes),
            "demand": lambda clause: self._ledger.clauses[clause].text.say(language) if clause in self._ledger.clauses else "",
            "choice": choice,
            "quarters": quarters if choice.quarter in quarters else [choice.quarter, *quarters],
            "language": language,
            "html_language": "zh-CN" if language is Language.ZH else "en",
            "other": Language.EN if language is Language.ZH else Language.ZH,
            "severities": list(Severity),
            "office": self._office.settings.office.say(language),
            "now": now,
        }


def _choice(query: Mapping[str, str], current: Quarter) -> Choice:
    try:
        quarter = parse(query["quarter"], current.zone) if query.get("quarter") else current
        severity = Severity(query["severity"]) if query.get("severity") else None
        page = int(query.get("page") or 1)
    except ValueError:
        raise _bad(Text("地址中的参数有误", "the address holds a wrong parameter")) from None
    if not 1 <= page <= _MAX_PAGE:
        raise _bad(Text("没有这一页", "there is no such page"))
    return Choice(quarter, query.get("department") or None, severity, page)


def _bad(text: Text) -> RequestError:
    return RequestError(400, "bad_choice", text)


def _most(summary: Summary) -> dict[str, int]:
    """The longest bars, at least 1 so that a bar can be divided by it."""
    return {
        "check": max((row.findings for row in summary.by_check), default=1),
        "trend": max(1, *(row.findings for row in summary.trend)),
    }
