"""What `agent status` says, from state folders in every condition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.enrolment import create
from agent.identity import RECORD
from agent.inbox import SourceState
from agent.memory import Memory
from agent.status import PARSER, Status, read
from agent.store import DATABASE, StateLock
from agent.uplink import HEALTH
from policies.register import Register
from policies.vocabulary import Language, Severity, Text
from tests.agent.making import HEADER, NOW, after, finding, incident, memory, observe
from tests.agent.test_notes import gap, scan

REGISTER = Register(version=3, issued_at=NOW, confirmed_at=after(days=2))


def healthy(kept: Memory) -> None:
    """What a daemon that fares well has written."""
    store = kept.store
    store.remember("heartbeat", NOW)
    store.remember("started", after(hours=-1))
    store.remember("policy", HEADER.policy)
    store.remember("register", REGISTER.issue)
    store.remember("sources", {"media": SourceState("media", True)})


def look(folder: Path, *changes: Callable[[Memory], Any]) -> Status:
    """The status of a running daemon, with some things changed."""
    with memory(folder) as kept:
        healthy(kept)
        for change in changes:
            change(kept)
        with StateLock(folder):
            return read(folder, after(minutes=1))


def test_a_daemon_that_fares_well_is_healthy(tmp_path: Path) -> None:
    status = look(tmp_path)
    assert (status.problems, status.exit_code) == ((), 0)
    assert status.as_json()["healthy"] is True
    assert status.as_json()["running"] is True


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda k: k.store.remember("heartbeat", after(minutes=-10)), "no heartbeat since"),
        (lambda k: k.store.remember("heartbeat", after(days=1)), "no heartbeat since"),
        (lambda k: k.store.remember("heartbeat", None), "no heartbeat since -"),
        (lambda k: k.store.remember("damaged", True), "was damaged"),
        (lambda k: k.store.remember("configuration_error", {"zh": "错", "en": "policy.yaml:1:1: wrong"}), "policy.yaml:1:1"),
        (lambda k: k.store.remember("sources", {"media": SourceState("media", False, Text("无", "no udev"))}), "no udev"),
        (lambda k: k.store.remember(HEALTH, {"failures": 3, "error": "refused"}), "3 times in a row: refused"),
        (lambda k: k.store.remember(HEALTH, {"refused": 1, "refusal": "report 7: HTTP 409"}), "report 7: HTTP 409"),
    ],
)
def test_every_trouble_is_named_and_is_not_healthy(tmp_path: Path, change: Callable[[Memory], Any], word: str) -> None:
    status = look(tmp_path, change)
    assert status.exit_code == 1
    (problem,) = status.problems
    assert word in problem.en
    assert problem.zh != problem.en


def test_a_daemon_that_does_not_run_is_not_healthy(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        healthy(kept)
    assert [p.en for p in read(tmp_path, NOW).problems] == ["the agent is not running"]


def test_one_that_never_ran_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    status = read(tmp_path / "none", NOW)
    assert (status.exit_code, status.pid) == (1, None)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_told_and_left_where_it_is(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"x" * 10_000)
    status = read(tmp_path, NOW)
    assert "cannot be read" in status.problems[0].en
    assert [file.name for file in tmp_path.iterdir()] == [DATABASE]


def test_findings_and_what_waits_are_counted(tmp_path: Path) -> None:
    def work(kept: Memory) -> None:
        observe(kept, finding("a"), finding("b", severity=Severity.MINOR), incident("i"))
        kept.spool.seal(HEADER, NOW)
        observe(kept, finding("c"))
        observe(kept, finding("c", severity=Severity.MAJOR))
        kept.notes.blind(gap("media", 0, 1))

    status = look(tmp_path, work)
    assert status.open == {"critical": 2, "major": 1, "minor": 1, "notice": 0}
    box = status.outbox
    assert (box.changes, box.notes, box.gaps, box.merged, box.unacknowledged, box.last_sequence) == (1, 1, 1, 1, 1, 1)
    assert not box.whole_state_due


def test_the_enrolment_is_shown(tmp_path: Path) -> None:
    made = create(tmp_path)
    record = replace(made.record, computer="c-7", url="https://office:8443")
    (tmp_path / RECORD).write_bytes(msgspec.json.encode(record))
    status = look(tmp_path)
    assert (status.computer, status.collector) == ("c-7", "https://office:8443")


def test_the_last_whole_scan_is_told_and_none_before_there_was_one(tmp_path: Path) -> None:
    assert look(tmp_path).whole_scan is None
    assert "last whole scan: -" in look(tmp_path).as_text(Language.EN)
    status = look(tmp_path, lambda kept: kept.notes.scanned(scan(after(minutes=-5))))
    assert status.as_json()["whole_scan"] == after(minutes=-5).isoformat().replace("+00:00", "Z")
    assert f"最近全面检查: {after(minutes=-5).astimezone().isoformat(sep=' ', timespec='seconds')}" in status.as_text(Language.ZH)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.ZH, ["运行正常", "策略: standalone 1", "未登记", "来源 media: 监视中", "严重问题: 0"]),
        (Language.EN, ["healthy", "policy: standalone 1", "not enrolled", "source media: watching", "open, critical: 0"]),
    ],
)
def test_a_reader_sees_it_in_either_language(tmp_path: Path, language: Language, words: list[str]) -> None:
    text = look(tmp_path).as_text(language)
    assert [word for word in words if word not in text] == []


def test_a_reader_sees_the_problems(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        healthy(kept)
    assert read(tmp_path, NOW).as_text(Language.ZH).endswith("存在问题：\n  - 监控程序未运行")


def test_the_json_is_plain(tmp_path: Path) -> None:
    plain = msgspec.json.decode(msgspec.json.encode(look(tmp_path).as_json()))
    assert plain["schema"] == "shoumi.status/1"
    assert plain["sources"]["media"]["watching"] is True
    assert plain["policy"]["id"] == "standalone"


@pytest.mark.parametrize(
    ("force", "language", "told"),
    [
        ({}, Language.EN, "document parser: -"),
        ({"seccomp": True, "landlock": True}, Language.EN, "document parser: all 2 protections in force"),
        ({"seccomp": True, "landlock": False}, Language.EN, "document parser: without these protections: landlock"),
        ({"seccomp": False, "landlock": False}, Language.ZH, "文档解析沙箱: 缺少保护：landlock、seccomp"),
    ],
)
def test_it_is_told_what_protects_the_computer_from_the_parser(
    tmp_path: Path, force: dict[str, bool], language: Language, told: str
) -> None:
    status = look(tmp_path, lambda kept: kept.store.remember(PARSER, force))
    assert told in status.as_text(language).splitlines()
    assert status.exit_code == 0


def test_the_register_is_told_with_its_age_and_none_where_there_is_none(tmp_path: Path) -> None:
    status = look(tmp_path)
    assert status.register == REGISTER.issue
    assert status.as_json()["register"] == msgspec.to_builtins(REGISTER.issue)
    assert f"使用中的介质台账: {REGISTER.issue.text.zh}" in status.as_text(Language.ZH)
    without = look(tmp_path, lambda kept: kept.store.remember("register", None))
    assert without.as_json()["register"] is None
    assert "media register in use: -" in without.as_text(Language.EN)
