from __future__ import annotations

import json
from pathlib import Path

from tests.collector.commands.run import fails, ok

ADD = ("media", "add", "M-1", "--level", "机密", "--serial", "60A4")


def test_a_medium_is_registered(initialised: None) -> None:
    ok("computers", "add", "甲机", "--level", "机密", "--department", "办公室", "--person", "张三")
    given = ("--vendor-id", "951", "--holder", "张三", "--computer", "甲机", "--valid-until", "2027-01-01", "--state", "lent")
    assert ok(*ADD, *given) == "1 registered or changed, 0 as before\n"
    (medium,) = json.loads(ok("media", "list", "--format", "json"))
    assert medium == {
        "number": "M-1",
        "level": "机密",
        "serial": "60A4",
        "vendor_id": "0951",
        "product_id": "",
        "holder": "张三",
        "department": "",
        "computers": ["甲机"],
        "valid_until": "2027-01-01",
        "state": "lent",
    }


def test_a_serial_that_looks_like_a_formula_is_kept_as_it_is(initialised: None) -> None:
    ok("media", "add", "M-1", "--level", "机密", "--serial", "=1+1")
    assert json.loads(ok("media", "list", "--format", "json"))[0]["serial"] == "=1+1"
    assert "'=1+1" in ok("media", "list", "--format", "csv")


def test_the_list_is_a_table_in_the_users_language(initialised: None) -> None:
    ok(*ADD)
    assert ok("media", "list", "--lang", "zh").splitlines()[0].split()[:2] == ["编号", "密级"]
    assert ok("media", "list").splitlines()[1].split()[:3] == ["M-1", "机密", "60A4"]


def test_the_ledger_goes_out_and_comes_in_as_csv(initialised: None, tmp_path: Path) -> None:
    ok(*ADD)
    path = tmp_path / "media.csv"
    ok("media", "export", "-o", str(path), "--lang", "zh")
    assert path.read_bytes().startswith("\ufeff编号,密级,序列号".encode())
    assert ok("media", "import", str(path)) == "0 registered or changed, 1 as before\n"


def test_mistakes_are_one_clear_error(initialised: None) -> None:
    ok(*ADD)
    assert "command line, row 2, column 'valid_until', value 'soon'" in fails(*ADD, "--valid-until", "soon")
    assert "registered as 'M-1'" in fails("media", "add", "M-2", "--level", "机密", "--serial", "60A4")
    assert "值“丁机”：没有登记这台计算机" in fails(*ADD, "--computer", "丁机", "--lang", "zh")


def test_a_bad_row_imports_nothing(initialised: None, tmp_path: Path) -> None:
    path = tmp_path / "media.csv"
    path.write_text("编号,密级,序列号\nM-1,机密,A\nM-2,机密,\n")
    assert "media.csv 第 3 行“序列号”列" in fails("media", "import", str(path), "--lang", "zh")
    assert json.loads(ok("media", "list", "--format", "json")) == []
