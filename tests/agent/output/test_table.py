"""The terminal's table: worst first, columns in line, and nothing that drives the terminal."""

from __future__ import annotations

import pytest

from agent.coverage import Coverage
from agent.output.table import render
from policies.computer import Computer
from policies.table import width
from policies.vocabulary import Language, Severity, Text, Unread, Verdict
from tests.agent.judging import checked, exemption, finding, result
from tests.agent.output.hostile import NAMES, controls, hostile

MIXED = (
    checked("test.serial", Verdict.VIOLATION, findings=12),
    checked("test.a-longer-name", Verdict.NOT_ASSESSED, reason=Text("文件已加密：3 项", "the file is encrypted: 3")),
    checked("test.fine", Verdict.COMPLIANT),
    checked("test.none", Verdict.NOT_APPLICABLE),
    checked("test.broken", Verdict.ERROR, reason=Text("检查程序出错", "the check failed")),
)


def test_what_is_shown_in_chinese() -> None:
    text = render(result(finding(exemption=exemption("eth0")), checks=MIXED), Language.ZH)
    assert text.startswith("计算机 host  密级 机密  类型 涉密单机\n策略 office 2026.1  ")
    assert "[较重] test.serial  eth0（已豁免至 2026-06-01）\n    有问题\n    MED-01 MED-02\n" in text
    assert text.endswith("\n合计：严重 0  较重 0  一般 0  提示 0\n")


def test_what_is_shown_in_english() -> None:
    text = render(result(finding(severity=Severity.CRITICAL)), Language.EN)
    assert text.startswith("computer host  level highly secret  profile stand-alone confidential computer\n")
    assert "[critical] test.serial  eth0\n    something is wrong\n" in text
    assert text.endswith("\ntotals: critical 1  major 0  minor 0  notice 0\n")


@pytest.mark.parametrize("language", list(Language))
def test_the_columns_of_the_checks_line_up(language: Language) -> None:
    lines = render(result(checks=MIXED), language).splitlines()
    heads = next(i for i, line in enumerate(lines) if line.split()[:1] in (["检查"], ["check"]))
    head, *rows = lines[heads : heads + 1 + len(MIXED)]
    outcome = {Language.ZH: "结果", Language.EN: "outcome"}[language]
    column = width(head.partition(outcome)[0])
    for row, check in zip(rows, MIXED, strict=True):
        assert width(row.partition(check.verdict.text.say(language))[0]) == column


def test_every_outcome_has_a_sign_of_its_own() -> None:
    lines = render(result(checks=MIXED), Language.EN).splitlines()
    signs = [line[0] for line in lines if line[2:].startswith("  test.") or line[3:].startswith("test.")]
    assert signs == ["✗", "?", "✓", "-", "!"]


def test_a_computer_without_a_level_is_told_so() -> None:
    assert "密级 未设定" in render(result(computer=Computer(id="c", hostname="h")), Language.ZH)


def test_what_was_not_read_is_told_with_its_reason() -> None:
    coverage = Coverage(files_seen=9, files_read=4, files_unchanged=3)
    coverage.files_not_assessed.update({Unread.ENCRYPTED: 2, Unread.CORRUPT: 0})
    zh, en = (render(result(coverage=coverage), language) for language in (Language.ZH, Language.EN))
    assert "文件已加密 2" in zh
    assert "文件已损坏" not in zh
    assert "the file is encrypted 2" in en
    assert "9" in en.splitlines()[-1]


def test_without_files_nothing_is_said_of_them() -> None:
    assert render(result(), Language.EN).splitlines()[-1].startswith("totals")


@pytest.mark.parametrize("language", list(Language))
def test_a_hostile_name_drives_no_terminal_and_breaks_no_line(language: Language) -> None:
    text = render(hostile(), language)
    assert controls(text) == set()
    plain = render(result(*(finding("x", exemption=exemption("x")) for _ in NAMES), checks=hostile().checks), language)
    assert len(text.splitlines()) == len(plain.splitlines())


def test_a_hostile_host_name_drives_no_terminal() -> None:
    assert controls(render(result(computer=Computer(id="c", hostname="h\x1b[2J\nx")), Language.EN)) == set()


def test_files_that_were_not_read_are_named_the_first_of_them() -> None:
    coverage = Coverage(files_seen=12)
    for number in range(12):
        coverage.not_read(f"/srv/{number:02}.png", Unread.NO_TEXT)
    zh, en = (render(result(coverage=coverage), language) for language in (Language.ZH, Language.EN))
    assert "    /srv/09.png  there is no text to read" in en.splitlines()
    assert "/srv/10.png" not in en
    assert "lists more" in en
    assert "/srv/00.png  没有可读文字" in zh
