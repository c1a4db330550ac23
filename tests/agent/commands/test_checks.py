"""`agent checks`: every check and every clause, in the user's language, as text and as JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from checks.catalog import bind, default_parameters, discover
from policies import clauses
from policies.policy import load_policy
from tests.agent.commands.running import CJK, LANGUAGES, agent

LEDGER = clauses.load()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_check_is_listed_with_severity_clauses_and_title(lang: str) -> None:
    listed = agent("checks", lang=lang).stdout
    for id, check in discover().items():
        head, title = re.search(rf"^({re.escape(id)}  .*)\n    (.*)$", listed, re.MULTILINE).groups()  # type: ignore[union-attr]
        assert head.endswith(f"]  {' '.join(check.clauses)}")
        assert title == (check.title.zh if lang == "zh" else check.title.en)


def test_the_list_in_english_holds_no_chinese_and_the_one_in_chinese_is_chinese() -> None:
    assert not CJK.search(agent("checks").stdout)
    for line in agent("checks", lang="zh").stdout.splitlines():
        assert CJK.search(line) or line.startswith("    with: {")


def test_the_parameters_are_shown_as_a_policy_takes_them(tmp_path: Path) -> None:
    listed = agent("checks").stdout
    policy = tmp_path / "policy.yaml"
    shown = re.findall(r"^(\S+)  .*\n.*\n    (with: \{.*\})$", listed, re.MULTILINE)
    rules = "".join(f"  - check: {id}\n    {parameters}\n" for id, parameters in shown)
    policy.write_text(f'id: a\nversion: "1"\nrules:\n{rules}', encoding="utf-8")
    bound = {rule.check.id: rule.check for rule in bind(load_policy(policy), discover())}
    assert bound.keys() == {id for id, check in discover().items() if default_parameters(check)}
    for id, check in bound.items():
        assert check == discover()[id]()


def test_every_check_is_in_the_json_with_both_languages() -> None:
    rows = json.loads(agent("checks", "--format", "json").stdout)
    assert [row["id"] for row in rows] == list(discover())
    assert {"id", "title", "clauses", "severity", "kind", "parameters"} == set(rows[0])
    assert all(CJK.search(row["title"]["zh"]) and not CJK.search(row["title"]["en"]) for row in rows)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_clause_of_the_ledger_is_listed(lang: str) -> None:
    listed = agent("checks", "--clauses", lang=lang).stdout
    assert re.findall(r"^([A-Z]{2,4}-\d\d)  ", listed, re.MULTILINE) == list(LEDGER.clauses)
    for clause in LEDGER.clauses.values():
        assert (clause.text.zh if lang == "zh" else clause.text.en) in listed


def test_a_clause_names_the_checks_that_serve_it_or_why_none_does() -> None:
    listed = agent("checks", "--clauses").stdout
    served = re.search(r"^NET-01  .*\n.*\n    → (.*)$", listed, re.MULTILINE)
    assert served is not None
    assert "network.default-route" in served.group(1).split()
    manual = next(clause for clause in LEDGER.clauses.values() if clause.manual)
    assert f"→ manual: {manual.manual.en}" in listed  # type: ignore[union-attr]


def test_how_many_clauses_are_served_is_counted() -> None:
    served = {clause for check in discover().values() for clause in check.clauses}
    assert (
        agent("checks", "--clauses", lang="zh").stdout.splitlines()[-1]
        == f"共 {len(LEDGER.clauses)} 条，其中 {len(served)} 条已有检查"
    )


def test_every_clause_is_in_the_json_with_its_checks() -> None:
    rows = json.loads(agent("checks", "--clauses", "--format", "json").stdout)
    assert [row["id"] for row in rows] == list(LEDGER.clauses)
    checks = {row["id"]: row["checks"] for row in rows}
    assert "document.mark-missing" in checks["MRK-01"]
