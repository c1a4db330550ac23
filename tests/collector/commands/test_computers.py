from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.collector.commands.run import fails, ok

TOKEN = re.compile(r"(?:[A-Z2-7]{4}-){7}[A-Z2-7]{4}")
ADD = ("computers", "add", "甲机", "--level", "机密", "--department", "办公室", "--person", "张三")


def test_a_computer_is_registered_and_gets_a_token(initialised: None) -> None:
    assert TOKEN.search(ok(*ADD, "--profile", "networked"))
    (computer,) = json.loads(ok("computers", "list", "--format", "json"))
    facts = [computer[name] for name in ("name", "level", "profile", "department", "person", "last_seen_at")]
    assert facts == ["甲机", "机密", "networked", "办公室", "张三", None]


def test_a_new_token_differs_from_the_old_one(initialised: None) -> None:
    old, new = TOKEN.search(ok(*ADD)), TOKEN.search(ok("computers", "token", "甲机", "--days", "1"))
    assert old is not None
    assert new is not None
    assert old[0] != new[0]


def test_mistakes_are_one_clear_error(initialised: None) -> None:
    ok(*ADD)
    assert "registered already" in fails(*ADD)
    assert "no computer 'x'" in fails("computers", "token", "x")
    assert "must be one of" in fails("computers", "add", "乙机", "--level", "高", "--department", "a", "--person", "b")
    assert "must not be empty" in fails("computers", "add", "乙机", "--level", "机密", "--department", "", "--person", "b")


def test_the_ledger_goes_out_and_comes_in_as_csv(initialised: None, tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    path.write_bytes("名称,密级,部门,责任人\n甲机,机密,办公室,张三\n乙机,绝密,机要处,李四\n".encode("gb18030"))
    told = ok("computers", "import", str(path), "--lang", "zh")
    assert told.splitlines()[0] == "新登记 2 台，更新 0 台"
    assert len(TOKEN.findall(told)) == 2
    ok("computers", "export", "-o", str(path))
    assert ok("computers", "import", str(path)) == "0 registered, 2 updated\n"


@pytest.mark.parametrize(("language", "head"), [("zh", "名称"), ("en", "name")])
def test_the_list_is_a_table_in_the_users_language(initialised: None, language: str, head: str) -> None:
    ok(*ADD)
    lines = ok("computers", "list", "--lang", language).splitlines()
    assert [lines[0].split()[0], lines[1].split()[0]] == [head, "甲机"]


def test_a_bad_row_imports_nothing(initialised: None, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,level,department,person\n甲机,机密,a,b\n乙机,高,a,b\n")
    assert "a.csv, row 3, column 'level', value '高'" in fails("computers", "import", str(path))
    assert json.loads(ok("computers", "list", "--format", "json")) == []
