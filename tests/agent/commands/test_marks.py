"""`agent marks`: what the tool sees in files, one line or block for each, whatever the file is called."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from policies.vocabulary import Unread
from tests.agent.commands.running import CJK, LANGUAGES, agent, refused, state_folder

KEYS = ["path", "format", "read", "reason", "level", "marks"]
MARK_KEYS = ["level", "term", "verdict", "regime", "place", "text", "member", "notes", "until"]

READING_KEYS = ["text", "outcome", "score", "threshold", "place", "page", "line", "member", "features"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of small documents, of awkward names and contents."""
    (tmp_path / "a.txt").write_text("机密★10年\n\n关于某事的请示\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("秘密\n\n通知\n", encoding="utf-8")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "new\nline\x1b[31m.txt").write_text("plain\n")
    Path(os.fsdecode(bytes(tmp_path) + b"/\xbb\xfa\xc3\xdc.txt")).write_text("plain\n")  # 机密.txt in GB 18030
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing")
    return tmp_path


def lines(folder: Path) -> dict[str, dict[str, Any]]:
    done = agent("marks", folder, "--format", "jsonl")
    assert (done.exit_code, done.stderr) == (0, "")
    return {Path(document["path"]).name: document for document in map(json.loads, done.stdout.splitlines())}


def test_one_document_a_line_in_the_shape_that_others_rely_on(folder: Path) -> None:
    documents = lines(folder)
    assert set(documents) == {"a.txt", "b.txt", "empty.txt", "new\nline\x1b[31m.txt", "机密.txt", "broken.pdf"}
    assert all(list(document) == KEYS for document in documents.values())
    assert all(list(mark) == MARK_KEYS for document in documents.values() for mark in document["marks"])
    assert documents["a.txt"]["level"] == "机密"
    assert documents["a.txt"]["marks"][0]["term"] == "10年"
    assert (documents["empty.txt"]["read"], documents["empty.txt"]["level"]) == ("full", None)
    assert (documents["broken.pdf"]["read"], documents["broken.pdf"]["reason"]) == ("none", "corrupt")


def test_a_mark_in_a_name_is_listed_but_does_not_count(folder: Path) -> None:
    named = lines(folder)["机密.txt"]
    assert named["level"] is None
    assert [(mark["level"], mark["place"]) for mark in named["marks"]] == [("机密", "name")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_block_for_each_document_in_the_user_s_language(folder: Path, lang: str) -> None:
    shown = agent("marks", folder / "a.txt", folder / "b.txt", lang=lang).stdout
    first, mark, second, deviation = shown.splitlines()
    assert first == f"{folder}/a.txt  [txt]  {'机密' if lang == 'zh' else 'highly secret'}"
    assert mark == ("    机密★10年  规范  首页  10年" if lang == "zh" else "    机密★10年  valid  cover  10年")
    assert second.startswith(f"{folder}/b.txt")
    assert "no-star" not in deviation
    assert ("★ is missing" in deviation) is (lang == "en")


def test_why_a_document_was_not_read_is_told(folder: Path) -> None:
    told = agent("marks", folder / "broken.pdf", lang="zh").stdout
    assert told.rstrip().endswith(f"未完整读取：{Unread.CORRUPT.text.zh}")
    assert Unread.CORRUPT.text.en in agent("marks", folder / "broken.pdf").stdout


def test_no_name_drives_the_terminal(folder: Path) -> None:
    shown = agent("marks", folder).stdout
    assert "\x1b" not in shown
    assert "new�line�[31m.txt" in shown


def test_a_link_that_is_named_is_followed(folder: Path) -> None:
    (folder / "link").symlink_to("a.txt")
    assert agent("marks", folder / "link").stdout.startswith(f"{folder}/a.txt  [txt]  highly secret")


def test_the_reasons_for_each_decision_are_told_one_document_a_line(folder: Path) -> None:
    (folder / "why.txt").write_text("机密★10年\n正文\n例如秘密★5年\n", encoding="utf-8")
    done = agent("marks", folder / "why.txt", "--explain", "--format", "jsonl")
    (document,) = map(json.loads, done.stdout.splitlines())
    assert list(document) == [*KEYS, "readings"]
    mark, mention = document["readings"]
    assert list(mark) == READING_KEYS
    assert (mark["text"], mark["outcome"], mark["place"], mark["page"], mark["line"]) == ("机密★10年", "mark", "cover", 1, 1)
    assert (mention["text"], mention["outcome"], mention["line"]) == ("秘密★5年", "mention", 3)
    for reading in (mark, mention):
        assert reading["score"] == sum(feature["weight"] for feature in reading["features"])
        assert (reading["score"] >= reading["threshold"]) is (reading["outcome"] == "mark")
    assert {key: mention["features"][-1][key] for key in ("name", "weight")} == {"name": "example", "weight": -8}
    assert set(mention["features"][0]["text"]) == {"zh", "en"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_reasons_are_told_in_the_user_s_language(folder: Path, lang: str) -> None:
    (folder / "why.txt").write_text("例如秘密★5年\n", encoding="utf-8")
    shown = agent("marks", folder / "why.txt", "--explain", lang=lang).stdout.splitlines()
    assert "  ".join(shown[1].split("  ")[2:5]) == (
        "秘密★5年  只是提及  首页 第1页第1行" if lang == "zh" else "秘密★5年  mention only  cover page 1, line 1"
    )
    assert shown[-1].startswith("        -8  ")
    assert bool(CJK.search(shown[-1].replace("例如", "").replace("样式", ""))) is (lang == "zh")


def test_without_being_asked_no_reasons_are_told(folder: Path) -> None:
    assert len(agent("marks", folder / "a.txt").stdout.splitlines()) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_the_sandbox_cannot_start_nothing_is_parsed_outside_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    """A computer without a working interpreter for the worker cannot be had here, so it is made believe."""
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    told = refused("marks", folder, lang=lang)
    assert ("沙箱" in told) if lang == "zh" else ("sandbox" in told and not CJK.search(told))


def test_without_a_place_for_temporary_files_it_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "a.txt"))
    assert refused("marks", folder, lang="zh") == "错误：无法建立临时目录（路径中有一级不是目录）；可用环境变量 TMPDIR 指定位置"


def test_nothing_is_kept_of_what_was_read(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: Any) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    agent("marks", folder)
    assert list(temporary.iterdir()) == []
    assert not state_folder().exists()


@pytest.mark.parametrize(
    ("words", "word"),
    [([], "缺少参数"), (["/no/such/file"], "/no/such/file：不存在"), ([""], "路径为空"), (["/dev/null"], "既不是文件也不是目录")],
)
def test_wrong_use_is_one_clear_error(words: list[str], word: str) -> None:
    assert word in refused("marks", *words, lang="zh")
