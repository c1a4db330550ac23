from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.collector.commands.run import fails, ok


@pytest.fixture
def filled(initialised: None) -> None:
    ok("computers", "add", "甲机", "--level", "机密", "--department", "办公室", "--person", "张三")


def test_json_is_for_programs(filled: None) -> None:
    summary = json.loads(ok("summary", "--quarter", "2030Q1", "--format", "json"))
    assert (summary["schema"], summary["quarter"], summary["computers"]["registered"]) == ("shoumi.summary/1", "2030Q1", 1)


@pytest.mark.parametrize(("language", "line"), [("zh", "季度保密检查汇总 2030Q1"), ("en", "Quarterly secrecy inspection 2030Q1")])
def test_a_table_is_for_people_and_bears_the_mark(filled: None, language: str, line: str) -> None:
    assert ok("summary", "--quarter", "2030Q1", "--lang", language).splitlines()[:2] == ["内部", line]


def test_it_goes_to_a_file(filled: None, tmp_path: Path) -> None:
    assert ok("summary", "--format", "json", "-o", str(tmp_path / "a.json")) == ""
    assert json.loads((tmp_path / "a.json").read_bytes())["mark"] == "内部"


def test_one_department_can_be_asked_for(filled: None) -> None:
    summary = json.loads(ok("summary", "--department", "办公室", "--format", "json"))
    assert [row["department"] for row in summary["by_department"]] == ["办公室"]


def test_a_wrong_quarter_or_department_is_one_clear_error(filled: None) -> None:
    assert "a quarter is written 2026Q4, not '2026Q5'" in fails("summary", "--quarter", "2026Q5")
    assert "没有部门“机要处”" in fails("summary", "--department", "机要处", "--lang", "zh")
