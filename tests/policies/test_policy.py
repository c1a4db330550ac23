"""The policy language: a good policy says what it says, a bad one is refused at the very place."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from policies.policy import SHORTEST, find, load_policy, pack_text, parameters, parse_duration
from policies.strict_yaml import ConfigError, Spot
from policies.vocabulary import Paths, Profile, Severity, Text

TODAY = date(2026, 6, 1)
QUOTED = re.compile(r"'[^']*'")

GOOD = """\
id: office
version: "2026.1"
title: {zh: 办公室, en: office}
folders:
  classified: [/srv/涉密]
  scan: [/home, /srv]
report:
  paths: hashed
probes: ["192.0.2.1:443"]
rules:
  - check: network.default-route
    severity: critical
    every: 90s
    with: {tables: [254]}
    exemptions:
      - {subject: eth0, reason: 试点, by: 王五, until: 2026-06-01}
  - check: media.unregistered
"""

HEAD = 'id: a\nversion: "1"\n'
RULES = f"{HEAD}rules:\n  - check: x\n"
EXEMPT = f"{RULES}    exemptions:\n      - "

BAD = [
    # top level
    ("- a", "1:1", "the file must be a mapping, not a list"),
    ("id: a\nrules: []", "1:1", "'version' is missing"),
    (HEAD, "1:1", "'rules' is missing"),
    ("id: a\nversion: 2026.1\nrules: []", "2:10", "'version' must be text (in quotes where needed), not a number"),
    ("id: 7\nversion: '1'\nrules: []", "1:5", "'id' must be text"),
    (f"{HEAD}rules: x", "3:8", "'rules' must be a list, not text"),
    (f"{HEAD}rules: {{}}", "3:8", "'rules' must be a list, not a mapping"),
    (f"{HEAD}rules:", "3:7", "'rules' must be a list, not nothing"),
    (f"{HEAD}rulse: []\nrules: []", "3:1", "unknown key 'rulse'; did you mean 'rules'?"),
    (f"{HEAD}rules: []\ncheck: x", "4:1", "unknown key 'check'; use one of: id, version, rules, title"),
    (f"{HEAD}rules: []\nid: b", "4:1", "duplicate key 'id', first in line 1"),
    (f"{HEAD}title: 单机\nrules: []", "3:8", "'title' must be a mapping or nothing, not text"),
    (f"{HEAD}title: {{zh: 单机}}\nrules: []", "3:8", "'en' is missing"),
    (f"{HEAD}title: {{zh: 单机, en: x, fr: y}}\nrules: []", "3:24", "unknown key 'fr'; use one of: zh, en"),
    # folders, report, probes
    (f"{HEAD}folders: {{scan: /home}}\nrules: []", "3:17", "'scan' must be a list, not text"),
    (f"{HEAD}folders: {{scan: [/home, srv]}}\nrules: []", "3:25", "'srv' is not an absolute path"),
    (f"{HEAD}folders: {{classified: [~/docs]}}\nrules: []", "3:24", "'~/docs' is not an absolute path"),
    (f"{HEAD}folders: {{scan: ['']}}\nrules: []", "3:18", "'' is not an absolute path"),
    (f"{HEAD}folders: {{scan: [yes]}}\nrules: []", "3:18", "'yes' is ambiguous"),
    (f"{HEAD}folders: {{scans: []}}\nrules: []", "3:11", "unknown key 'scans'; did you mean 'scan'?"),
    (
        f"{HEAD}report: {{paths: plain}}\nrules: []",
        "3:17",
        "'plain' is no valid value of 'paths'; use one of: clear, masked, hashed",
    ),
    (f"{HEAD}report: {{path: clear}}\nrules: []", "3:10", "unknown key 'path'; did you mean 'paths'?"),
    (f"{HEAD}probes: '192.0.2.1:443'\nrules: []", "3:9", "'probes' must be a list"),
    (f"{HEAD}probes: [12:30]\nrules: []", "3:10", "'12:30' is ambiguous"),
    # rules
    (f"{HEAD}rules:\n  - severity: major", "4:5", "'check' is missing"),
    (f"{HEAD}rules:\n  - network.tunnel", "4:5", "item 1 of 'rules' must be a mapping, not text"),
    (f"{RULES}    chek: y", "5:5", "unknown key 'chek'; did you mean 'check'?"),
    (f"{RULES}  - check: y\n  - check: x", "6:12", "check 'x' is named twice, first in line 4"),
    (
        f"{RULES}    severity: grave",
        "5:15",
        "'grave' is no valid value of 'severity'; use one of: critical, major, minor, notice",
    ),
    (f"{RULES}    severity: critcal", "5:15", "did you mean 'critical'?"),
    (f"{RULES}    severity: 1", "5:15", "'severity' must be text or nothing (in quotes where needed), not a whole number"),
    (f"{RULES}    every: 10", "5:12", "'every' must be text"),
    *[
        (f"{RULES}    every: {word}", "5:12", f"'{word.strip(chr(39))}' is no period: write 10m, 12h or 1d")
        for word in ["10", "'10'", "10min", "0m", "9s", "-1m", "1h30m", "1w", "' 10m'", "1.5h", "10M", "1000000d", "''", "１0m"][
            1:
        ]
    ],
    (f"{RULES}    with: 3", "5:11", "'with' must be a mapping, not a whole number"),
    (f"{RULES}    with:", "5:10", "'with' must be a mapping, not nothing"),
    (f"{RULES}    with: {{a: 0x1f}}", "5:15", "'0x1f' is ambiguous"),
    # exemptions
    (f"{EXEMPT}{{subject: a, reason: b, by: c}}", "6:9", "'until' is missing"),
    (f"{EXEMPT}{{subject: a, reason: b, until: 2026-12-31}}", "6:9", "'by' is missing"),
    (f"{EXEMPT}{{subject: '', reason: b, by: c, until: 2026-12-31}}", "6:19", "must say its subject, reason and who granted it"),
    (f"{EXEMPT}{{subject: a, reason: ' ', by: c, until: 2026-12-31}}", "6:30", "must say its subject"),
    (f"{EXEMPT}{{subject: a, reason: b, by: '', until: 2026-12-31}}", "6:37", "must say its subject"),
    (f"{EXEMPT}{{subject: a, reason: b, by: c, until: soon}}", "6:47", "'until' must be a date (such as 2026-12-31)"),
    (f"{EXEMPT}{{subject: a, reason: b, by: c, until: 2026-02-30}}", "6:47", "'until' must be a date"),
    (f"{EXEMPT}{{subject: a, reason: b, by: c, until: 2026-12-31 10:00:00}}", "6:47", "'until' must be a date"),
    (f"{EXEMPT}{{subject: a, reason: b, by: c, until: 20261231}}", "6:47", "'until' must be"),
    (f"{EXEMPT}{{subject: a, reason: b, by: c, until: 2026-05-31}}", "6:47", "the exemption ended on 2026-05-31"),
    (f"{EXEMPT}{{subject: a, reason: b, by: c, until: 2026-12-31, who: d}}", "6:59", "unknown key 'who'"),
    (f"{EXEMPT}eth0", "6:9", "item 1 of 'exemptions' must be a mapping"),
]


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("text", "place", "fragment"), BAD, ids=[f"{place} {fragment[:30]}" for _, place, fragment in BAD])
def test_a_bad_policy_is_refused_at_its_place_in_both_languages(tmp_path: Path, text: str, place: str, fragment: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_policy(path, TODAY)
    error = caught.value
    assert str(error.spot) == f"{path}:{place}"
    assert fragment in error.text.en
    said = error.text.zh.removeprefix(f"{error.spot}：")
    assert re.search("[\u4e00-\u9fff]", said)
    assert not re.search("[A-Za-z]{2,}", re.sub("true 或 false|10m、12h、1d|可用：.*", "", QUOTED.sub("", said)))


def test_a_good_policy_says_what_it_says(tmp_path: Path) -> None:
    policy = load_policy(write(tmp_path, GOOD), TODAY)
    assert (policy.id, policy.version, policy.title) == ("office", "2026.1", Text("办公室", "office"))
    assert policy.folders.classified == (Path("/srv/涉密"),)
    assert policy.folders.scan == (Path("/home"), Path("/srv"))
    assert (policy.paths, policy.probes) == (Paths.HASHED, ("192.0.2.1:443",))
    first, second = policy.rules
    assert (first.check, first.severity, first.every) == ("network.default-route", Severity.CRITICAL, timedelta(seconds=90))
    assert [(e.subject, e.reason, e.by, e.until) for e in first.exemptions] == [("eth0", "试点", "王五", TODAY)]
    assert parameters(policy, first) == {"tables": [254]}
    assert (second.severity, second.every, second.exemptions) == (None, timedelta(days=1), ())
    assert parameters(policy, second) == {}
    assert policy.spot(second, "check") == Spot(str(tmp_path / "policy.yaml"), 17, 12)


def test_what_a_policy_leaves_out_is_the_careful_choice(tmp_path: Path) -> None:
    policy = load_policy(write(tmp_path, f"{HEAD}rules: []"))
    assert (policy.paths, policy.probes, policy.rules) == (Paths.MASKED, (), ())
    assert policy.folders.scan == policy.folders.classified == ()
    assert policy.title == Text("a", "a")


@pytest.mark.parametrize(("today", "ok"), [(date(2026, 5, 31), True), (TODAY, True), (date(2026, 6, 2), False)])
def test_an_exemption_holds_on_its_last_day_and_not_after(tmp_path: Path, today: date, ok: bool) -> None:
    path = write(tmp_path, GOOD)
    if ok:
        load_policy(path, today)
        return
    with pytest.raises(ConfigError, match=r"policy\.yaml:16:52: the exemption ended on 2026-06-01"):
        load_policy(path, today)


def test_without_a_day_an_expired_exemption_is_loaded(tmp_path: Path) -> None:
    assert load_policy(write(tmp_path, GOOD.replace("2026-06-01", "1999-01-01"))).rules[0].exemptions


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("10s", 10), ("90s", 90), ("10m", 600), ("12h", 43_200), ("1d", 86_400), ("999999d", 999_999 * 86_400)],
)
def test_a_period_is_a_number_and_a_unit(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "s", "10", "0s", "01s", "-1s", "1.5h", "10 m", "10m\n", "1000000s", "１d"])
def test_what_is_no_period_is_none(text: str) -> None:
    assert parse_duration(text) is None


def test_no_check_runs_more_often_than_every_ten_seconds(tmp_path: Path) -> None:
    assert timedelta(seconds=10) == SHORTEST
    assert load_policy(write(tmp_path, f"{RULES}    every: 10s")).rules[0].every == SHORTEST


def test_a_shipped_pack_is_found_by_its_name_and_anything_else_is_a_path() -> None:
    assert find("standalone").read_text(encoding="utf-8") == pack_text(Profile.STANDALONE)
    assert find("./standalone") == Path("standalone")
    assert find("my.yaml") == Path("my.yaml")


def test_the_digest_changes_with_every_byte(tmp_path: Path) -> None:
    digests = {load_policy(write(tmp_path, text)).sha256 for text in (GOOD, GOOD + "\n", GOOD.replace("90s", "91s"))}
    assert len(digests) == 3
