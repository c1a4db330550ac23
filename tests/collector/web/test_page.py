from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from collector.ingest import Ingest
from collector.office import Office
from collector.refused import RequestError
from collector.store import alarms
from collector.store.alarms import AlarmKind
from collector.web.page import ROWS, Page
from policies.report import CheckResult, Scan
from policies.vocabulary import Language, Severity, Text, Verdict
from tests.collector.samples import EXEMPTION, NOON, Clock, Sender, finding, incident, join, report

HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)> {{ 7*7 }} &amp; 甲"
ZH, EN = Language.ZH, Language.EN


class Elements(HTMLParser):
    """What a browser would make of a page: its elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def page(office: Office, clock: Clock) -> Page:
    return Page(office, clock)


@pytest.fixture
def takes(office: Office, clock: Clock) -> Ingest:
    return Ingest(office.store, clock)


@pytest.fixture
def computer(office: Office) -> Sender:
    return join(office.store)


def table_rows(html: str) -> list[str]:
    """The cells of the table of open findings, a line for each row."""
    body = html.split('<table class="open">')[1].split("<tbody>")[1].split("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, flags=re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]


def tile(html: str, label: str) -> str:
    found = re.search(rf"<dd>(\d+)</dd><dt>{re.escape(label)}</dt>", html)
    assert found is not None, label
    return found[1]


def test_the_page_speaks_chinese(page: Page, takes: Ingest, computer: Sender) -> None:
    takes.accept(computer.envelope(1, report([finding("a")])))
    html = page.render({}, ZH)
    assert '<html lang="zh-CN">' in html
    assert "季度保密检查" in html
    assert table_rows(html) == ["2026-11-01 12:00 甲机 办公室 严重 network.default-route 对象 a 存在默认路由 NET-01"]


def test_the_page_speaks_english(page: Page, takes: Ingest, computer: Sender) -> None:
    takes.accept(computer.envelope(1, report([finding("a")])))
    html = page.render({}, EN)
    assert '<html lang="en">' in html
    assert "Quarterly secrecy inspection" in html
    assert table_rows(html) == [
        "2026-11-01 12:00 甲机 办公室 critical network.default-route 对象 a there is a default route NET-01"
    ]


def test_it_bears_its_mark_before_all_else(page: Page) -> None:
    html = page.render({}, ZH)
    assert Elements(html.split("<body>")[1]).elements[1] == ("p", {"class": "mark"})
    assert '<p class="mark">内部</p>' in html


def test_coverage_stands_before_the_findings(page: Page) -> None:
    headings = re.findall(r'<h2 id="([\w-]+)"', page.render({}, ZH))
    assert headings == ["coverage", "findings"]


def test_the_figures_are_those_of_the_summary(page: Page, takes: Ingest, computer: Sender) -> None:
    scan = Scan(started_at=NOON, finished_at=NOON, whole=True)
    told = [finding("a"), incident("i"), finding("b", severity=Severity.MINOR), finding("x", exemption=EXEMPTION)]
    takes.accept(computer.envelope(1, report(told, scans=(scan,))))
    html = page.render({}, ZH)
    labels = ("应检计算机", "已检", "未检", "严重", "一般", "新发现", "未消除")
    assert [tile(html, label) for label in labels] == ["1", "1", "0", "2", "1", "3", "3"]
    assert "经批准豁免（不计入） 1" in html


def test_what_agents_say_is_shown_and_never_run(page: Page, takes: Ingest, office: Office) -> None:
    computer = join(office.store, HOSTILE, HOSTILE)
    check = CheckResult(check=HOSTILE, title=Text(HOSTILE, HOSTILE), verdict=Verdict.VIOLATION)
    scan = Scan(started_at=NOON, finished_at=NOON, whole=True, checks=(check,))
    told = finding("a", check=HOSTILE, subject=HOSTILE, message=Text(HOSTILE, HOSTILE), clauses=(HOSTILE,))
    takes.accept(computer.envelope(1, report([told], scans=(scan,))))
    with office.store.write() as connection:
        alarms.raise_alarm(connection, AlarmKind.UNKNOWN_COMPUTER, HOSTILE, 1, NOON)
    plain = {tag for tag, _ in Elements(page.render({}, ZH).replace(HOSTILE, "")).elements}
    seen = Elements(page.render({"department": HOSTILE}, ZH))
    assert {tag for tag, _ in seen.elements} == plain
    assert "script" not in plain
    assert "img" not in plain
    assert not any(name.startswith("on") or name == "style" for _, attributes in seen.elements for name in attributes)
    assert "".join(seen.text).count(HOSTILE) >= 6


def test_a_checks_title_stands_for_its_id(page: Page, takes: Ingest, computer: Sender) -> None:
    check = CheckResult(check="network.default-route", title=Text("默认路由", "route"), verdict=Verdict.VIOLATION)
    takes.accept(
        computer.envelope(
            1, report([finding("a")], scans=(Scan(started_at=NOON, finished_at=NOON, whole=True, checks=(check,)),))
        )
    )
    assert "默认路由" in table_rows(page.render({}, ZH))[0]


def test_nothing_comes_from_outside(page: Page) -> None:
    elements = Elements(page.render({}, ZH))
    references = [a.get("href") or a.get("src") or "" for _, a in elements.elements if "href" in a or "src" in a]
    assert references
    assert [r for r in references if not r.startswith(("/static/", "?", "#"))] == []


def test_tables_can_be_read_aloud(page: Page, takes: Ingest, computer: Sender) -> None:
    takes.accept(computer.envelope(1, report([finding("a")])))
    html = page.render({}, ZH)
    elements = Elements(html)
    assert html.count("<caption") >= 5
    assert all(attributes.get("scope") in ("col", "row") for attributes in elements.named("th"))
    assert len(elements.named("label")) == len(elements.named("select"))


def test_five_thousand_findings_come_page_by_page(page: Page, takes: Ingest, computer: Sender) -> None:
    takes.accept(computer.envelope(1, report(finding(f"{n:04}", NOON - timedelta(seconds=n)) for n in range(5000))))
    first, last = page.render({}, ZH), page.render({"page": "100"}, ZH)
    assert (len(table_rows(first)), len(table_rows(last))) == (ROWS, ROWS)
    assert "对象 0000" in table_rows(first)[0]
    assert "对象 4999" in table_rows(last)[-1]
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    assert 'rel="next"' not in last
    assert len(first) < 100_000


def test_the_list_can_be_narrowed_to_a_severity(page: Page, takes: Ingest, computer: Sender) -> None:
    takes.accept(computer.envelope(1, report([finding("a"), finding("b", severity=Severity.MINOR)])))
    html = page.render({"severity": "minor"}, ZH)
    assert [("对象 b" in row) for row in table_rows(html)] == [True]
    assert "quarter=2026Q4&amp;lang=zh#list" in html  # the way back to all of them


def test_the_list_can_be_narrowed_to_a_department(page: Page, takes: Ingest, office: Office, computer: Sender) -> None:
    other = join(office.store, "乙机", "机要处")
    takes.accept(computer.envelope(1, report([finding("a")])))
    takes.accept(other.envelope(1, report([finding("b")])))
    assert [("对象 b" in row) for row in table_rows(page.render({"department": "机要处"}, ZH))] == [True]


def test_another_quarter_is_shown_as_it_was(page: Page, takes: Ingest, computer: Sender) -> None:
    takes.accept(computer.envelope(1, report([finding("a")])))
    html = page.render({"quarter": "2026Q3"}, ZH)
    assert table_rows(html) == ["没有未消除的问题。"]
    assert "<option selected>2026Q3</option>" in html
    assert "<option selected>2023Q1</option>" in page.render({"quarter": "2023Q1"}, ZH)


def test_alarms_are_shown(page: Page, office: Office) -> None:
    assert "警报" not in page.render({}, ZH)
    with office.store.write() as connection:
        alarms.raise_alarm(connection, AlarmKind.FORGED_TWIN, "甲", 7, NOON)
    assert AlarmKind.FORGED_TWIN.text.zh in page.render({}, ZH)


@pytest.mark.parametrize(
    "query",
    [
        {"quarter": "2026Q5"},
        {"severity": "grave"},
        {"page": "0"},
        {"page": "one"},
        {"page": "1000000000000"},
        {"department": "没有"},
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(page: Page, query: dict[str, str]) -> None:
    with pytest.raises(RequestError) as caught:
        page.render(query, ZH)
    assert caught.value.status == 400
