"""Redaction: nothing of a path leaves but what the policy lets, in any part of a finding."""

from __future__ import annotations

import re
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.redact import redactor
from policies.finding import EvidenceValue, Finding
from policies.vocabulary import Paths
from tests.agent.judging import KEY, exemption, finding

PATH = "/srv/绝密项目/代号红星/名单.docx"
SECRETS = ("绝密项目", "代号红星", "名单", "附件一")
FULL = finding(
    PATH,
    evidence={
        "path": PATH,
        "member": "附件一.xlsx",
        "file": "名单.docx",
        "folder": "代号红星",
        "names": [PATH, "eth0"],
        "node": "/dev/sdb1",
        "level": "机密",
        "count": 3,
        "known": True,
        "none": None,
        "empty": "",
    },
)
WORD = re.compile(r"#[0-9a-f]{8}")


def masked(value: Finding) -> Finding:
    return redactor(Paths.MASKED, KEY)(value)


def hashed(value: Finding) -> Finding:
    return redactor(Paths.HASHED, KEY)(value)


def test_clear_changes_nothing() -> None:
    excused = replace(FULL, exemption=exemption(PATH))
    assert redactor(Paths.CLEAR, KEY)(excused) is excused


@pytest.mark.parametrize("style", [Paths.MASKED, Paths.HASHED])
def test_nothing_of_a_path_is_left_anywhere(style: Paths) -> None:
    sent = msgspec.json.encode(redactor(style, KEY)(replace(FULL, exemption=exemption(PATH)))).decode()
    assert [secret for secret in SECRETS if secret in sent] == []


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        (PATH, ("/srv/…/", ".docx")),
        ("/srv/a.pdf", ("/srv/…/", ".pdf")),
        ("/名单.docx", ("", ".docx")),
        ("/srv/无后缀", ("/srv/…/", "")),
        ("/srv/名单.机密", ("/srv/…/", "")),
        ("/srv/a.verylongsuffix", ("/srv/…/", "")),
        ("/srv/.docx", ("/srv/…/", "")),
        ("/srv/a.tar.gz", ("/srv/…/", ".gz")),
        ("/home/wang/../x.doc", ("/home/…/", ".doc")),
        ("/", ("", "")),
    ],
)
def test_masked_keeps_the_top_folder_and_the_suffix(path: str, kept: tuple[str, str]) -> None:
    top, suffix = kept
    assert re.fullmatch(f"{re.escape(top)}#[0-9a-f]{{8}}{re.escape(suffix)}", masked(finding(path)).subject)


def test_hashed_keeps_nothing() -> None:
    subject = hashed(FULL).subject
    assert re.fullmatch("#[0-9a-f]{32}", subject)
    assert hashed(FULL).evidence["path"] == subject


@pytest.mark.parametrize("style", [Paths.MASKED, Paths.HASHED])
def test_the_same_path_is_the_same_word_on_this_computer_alone(style: Paths) -> None:
    here, elsewhere = redactor(style, KEY), redactor(style, b"j" * 32)
    assert here(finding(PATH)) == here(finding(PATH))
    assert here(finding(PATH)).subject != elsewhere(finding(PATH)).subject
    assert here(finding(PATH)).subject != here(finding(PATH.replace("名单", "名册"))).subject


@pytest.mark.parametrize(
    ("name", "value"), [("level", "机密"), ("count", 3), ("known", True), ("none", None), ("empty", "")], ids=lambda v: str(v)
)
def test_what_is_no_path_stays(name: str, value: EvidenceValue) -> None:
    assert masked(FULL).evidence[name] == value
    assert type(masked(FULL).evidence[name]) is type(value)


def test_members_files_and_folders_are_names_whatever_they_begin_with() -> None:
    evidence = masked(FULL).evidence
    for name in ("member", "file", "folder"):
        assert WORD.match(str(evidence[name]))
    assert str(evidence["member"]).endswith(".xlsx")


def test_lists_are_redacted_item_by_item() -> None:
    names = masked(FULL).evidence["names"]
    assert isinstance(names, list)
    assert names[0] == masked(FULL).subject
    assert names[1] == "eth0"
    assert masked(finding(evidence={"member": ["名单.docx"]})).evidence["member"] != ["名单.docx"]


def test_a_subject_that_is_no_path_stays_with_its_exemption() -> None:
    excused = finding("eth0", exemption=exemption("eth*"))
    assert masked(excused) == excused


@pytest.mark.parametrize("pattern", [PATH, "/srv/绝密项目/*", "*名单*"])
def test_the_exemption_of_a_path_gives_no_path_away(pattern: str) -> None:
    redacted = masked(finding(PATH, exemption=exemption(pattern))).exemption
    assert redacted is not None
    assert WORD.search(redacted.subject)
    assert not any(secret in redacted.subject for secret in SECRETS)
    assert (redacted.reason, redacted.by) == ("试点", "王五")


def test_what_a_ledger_knows_a_finding_by_stays() -> None:
    for style in (Paths.MASKED, Paths.HASHED):
        redacted = redactor(style, KEY)(FULL)
        assert (redacted.fingerprint, redacted.scope, redacted.check) == (FULL.fingerprint, FULL.scope, FULL.check)
        assert redacted.message == FULL.message


names = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=12).filter(
    lambda n: n not in (".", "..")
)


@given(st.lists(names, min_size=3, max_size=5))
def test_masked_tells_no_folder_below_the_top_and_no_stem(parts: list[str]) -> None:
    subject = masked(finding("/" + "/".join(parts))).subject
    rest = subject.removeprefix(f"/{parts[0]}/…/")
    assert re.fullmatch(r"#[0-9a-f]{8}(\.[\x00-\x7f]{1,5})?", rest)
