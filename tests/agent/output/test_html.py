"""The HTML page: one file, no script, a mark of its own, every name escaped."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from agent.coverage import Coverage
from agent.output.html import page_mark, render
from policies.computer import Computer
from policies.vocabulary import Language, Level, Unread, Verdict
from tests.agent.judging import checked, exemption, finding, result
from tests.agent.output.hostile import NAMES, controls, hostile


class Page(HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.cells: list[str] = []
        self._inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self._inside.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self._inside and self._inside[-1] == "td":
            self.cells[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._inside.append(f"/{tag}")


def test_a_page_shows_the_findings_and_the_checks() -> None:
    page = Page(render(result(finding(exemption=exemption("eth0")), checks=(checked(verdict=Verdict.VIOLATION),)), Language.ZH))
    assert page.cells[:5] == ["较重", "test.serial", "eth0", "有问题（已豁免至 2026-06-01）", "MED-01 MED-02"]
    assert page.cells[5:] == ["test.serial", "没有序列号", "违规", "0", ""]


def test_a_page_in_english() -> None:
    text = render(result(finding()), Language.EN)
    assert '<html lang="en">' in text
    assert "<title>Secrecy check</title>" in text
    assert Page(text).cells[0] == "major"


@pytest.mark.parametrize(
    ("level", "mark"),
    [
        (None, Level.NEIBU),
        (Level.GONGKAI, Level.NEIBU),
        (Level.NEIBU, Level.NEIBU),
        (Level.MIMI, Level.MIMI),
        (Level.JUEMI, Level.JUEMI),
    ],
)
@pytest.mark.parametrize("language", list(Language))
def test_a_page_bears_the_computer_s_level_and_at_least_internal(level: Level | None, mark: Level, language: Language) -> None:
    whole = result(computer=Computer(id="c", hostname="h", level=level))
    assert page_mark(whole) is mark
    assert f'<p class="mark">{mark.value}</p>' in render(whole, language)


def test_a_page_needs_nothing_from_outside_and_runs_nothing() -> None:
    text = render(hostile(), Language.ZH)
    page = Page(text)
    assert not set(page.tags) & {"script", "img", "link", "iframe", "object", "a", "form", "base"}
    assert page.attributes <= {"lang", "charset", "class", "scope"}
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_a_hostile_name_is_only_text() -> None:
    page = Page(render(hostile(), Language.EN))
    plain = Page(render(result(*(finding("x") for _ in NAMES), checks=hostile().checks), Language.EN))
    assert page.tags == plain.tags
    assert controls("".join(page.texts)) == set()
    for name in ("<script>alert(1)</script>", "</style></title>&amp;", "名单，机密★10年.docx"):
        assert name in page.cells


def test_a_hostile_host_name_and_policy_are_only_text() -> None:
    whole = result(computer=Computer(id="c", hostname="<b>\x1b"))
    assert "<b>" not in render(whole, Language.EN).replace("<b>0</b>", "")
    assert "\x1b" not in render(hostile(), Language.EN)


def test_every_opened_table_part_is_closed() -> None:
    text = render(result(finding(), finding()), Language.ZH)
    for tag in ("table", "thead", "tbody", "tr", "td", "th", "div", "h1", "h2", "style", "title"):
        assert text.count(f"<{tag}>") + text.count(f"<{tag} ") == text.count(f"</{tag}>")


def test_files_that_were_not_read_are_listed() -> None:
    coverage = Coverage(files_seen=1)
    coverage.not_read("/srv/<scan>.png", Unread.NO_TEXT)
    page = render(result(coverage=coverage), Language.EN)
    assert "Files not read in full · 1" in page
    assert "<td>/srv/&lt;scan&gt;.png</td><td>there is no text to read</td>" in page
    assert "Files not read" not in render(result(), Language.EN)
