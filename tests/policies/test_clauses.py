"""The ledger is whole, speaks both languages, and refuses a clause that is not."""

from __future__ import annotations

import re
from importlib import resources
from itertools import chain

import pytest
import yaml

from policies.clauses import Answerer, Clause, Ledger, load, parse
from policies.vocabulary import Severity, Text

CJK = re.compile("[\u3400-\u9fff]")
# What Chinese sets in its full width; the half-width forms are a slip of the keyboard.
HALF_WIDTH = re.compile(r"[,;:?!()]")

GROUPS = {
    "network": "NET-01 NET-02 NET-03 NET-04 NET-05 NET-06 NET-07 NET-08 NET-09 NET-10 NET-11",
    "marking": "MRK-01 MRK-02 MRK-03 MRK-04 MRK-05 MRK-06 MRK-07 MRK-08 MRK-09 MRK-10 MRK-11 MRK-12 MRK-13",
    "storage": "STO-01 STO-02 STO-03 STO-04 STO-05 STO-06 STO-07 STO-08",
    "media": "MED-01 MED-02 MED-03 MED-04 MED-05 MED-06 MED-07 MED-08 MED-09 MED-10 MED-11 MED-12 MED-13",
    "access": "ACC-01 ACC-02 ACC-03 ACC-04 ACC-05 ACC-06 ACC-07",
    "software": "SW-01 SW-02 SW-03 SW-04 SW-05",
    "hardware": "HW-01 HW-02 HW-03 HW-04 HW-05 HW-06 HW-07 HW-08 HW-09",
    "ledgers": "LED-01 LED-02 LED-03 LED-04 LED-05",
    "incidents": "INC-01 INC-02 INC-03 INC-04 INC-05 INC-06",
    "inspection": "INS-01 INS-02 INS-03 INS-04 INS-05",
    "personnel": "PER-01 PER-02",
    "premises": "PHY-01 PHY-02",
    "abroad": "OUT-01",
}

CRITICAL = (
    "NET-01 NET-02 NET-04 NET-05 NET-07 MRK-02 STO-01 STO-03 STO-04 STO-05 STO-06 MED-01 MED-02 MED-03 MED-04 "
    "SW-04 HW-01 HW-07 INC-01 OUT-01"
)
TWO_SEVERITIES = "NET-04 NET-07 MRK-02 STO-03 HW-01"
ATTESTED_ALONE = "PHY-01 PHY-02"

GOOD = """
regulations:
  rules: {title: {zh: 规定, en: rules}, issuer: {zh: 某局, en: a bureau}}
clauses:
  - id: NET-01
    group: network
    sources: [{regulation: rules, clause: 一}, {regulation: rules, clause: 二}, {regulation: rules, clause: 三}]
    zh: 不得上网。
    en: No internet.
    severity: critical
    answers: [endpoint]
"""


@pytest.fixture(scope="module", name="ledger")
def shipped_ledger() -> Ledger:
    return load()


def texts(clause: Clause) -> list[Text]:
    return [text for text in (clause.text, clause.severity_note, clause.manual) if text]


@pytest.mark.parametrize("group", GROUPS)
def test_every_clause_of_a_group_is_there_in_order(ledger: Ledger, group: str) -> None:
    assert [clause.id for clause in ledger.clauses.values() if clause.group == group] == GROUPS[group].split()


def test_there_is_no_clause_outside_the_groups(ledger: Ledger) -> None:
    assert list(ledger.clauses) == list(chain.from_iterable(ids.split() for ids in GROUPS.values()))


def test_every_clause_is_found_under_its_own_id(ledger: Ledger) -> None:
    assert [name for name, clause in ledger.clauses.items() if clause.id != name] == []


def test_every_text_is_chinese_in_zh_and_has_no_chinese_in_en(ledger: Ledger) -> None:
    said = [(clause.id, text) for clause in ledger.clauses.values() for text in texts(clause)]
    said += [(name, regulation.title) for name, regulation in ledger.regulations.items()]
    said += [(name, regulation.issuer) for name, regulation in ledger.regulations.items() if regulation.issuer]
    assert [name for name, text in said if not CJK.search(text.zh) or CJK.search(text.en)] == []


def test_chinese_sentences_have_chinese_punctuation(ledger: Ledger) -> None:
    said = [(clause.id, text.zh) for clause in ledger.clauses.values() for text in texts(clause)]
    assert [name for name, zh in said if HALF_WIDTH.search(zh) or not zh.endswith("。")] == []


def test_english_sentences_end_with_a_full_stop(ledger: Ledger) -> None:
    said = [(clause.id, text.en) for clause in ledger.clauses.values() for text in texts(clause)]
    assert [name for name, en in said if not en.endswith(".") or not en[0].isupper()] == []


def test_every_source_is_a_regulation_of_the_ledger_and_every_regulation_is_a_source(ledger: Ledger) -> None:
    cited = {source.regulation for clause in ledger.clauses.values() for source in clause.sources}
    assert cited == set(ledger.regulations)


def test_no_clause_names_the_same_source_twice(ledger: Ledger) -> None:
    assert [clause.id for clause in ledger.clauses.values() if len(set(clause.sources)) < len(clause.sources)] == []


def test_the_law_stands_before_an_offices_own_rules(ledger: Ledger) -> None:
    law = {"law-2024", "implementing-regulation-2024"}
    ranks = {clause.id: [source.regulation not in law for source in clause.sources] for clause in ledger.clauses.values()}
    assert [name for name, rank in ranks.items() if rank != sorted(rank)] == []


def test_regulations_ids_are_ascii_and_occur_once() -> None:
    shipped = resources.files("policies").joinpath("clauses.yaml").read_text(encoding="utf-8")
    root = yaml.compose(shipped, Loader=yaml.CSafeLoader)
    assert isinstance(root, yaml.MappingNode)
    regulations = next(value for key, value in root.value if key.value == "regulations")
    names = [key.value for key, _ in regulations.value]
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch("[a-z0-9-]+", name)] == []


def test_the_critical_clauses_are_the_ones_that_may_be_a_leak(ledger: Ledger) -> None:
    critical = [clause.id for clause in ledger.clauses.values() if clause.severity is Severity.CRITICAL]
    assert critical == CRITICAL.split()


def test_a_clause_with_two_severities_says_when_which_applies(ledger: Ledger) -> None:
    assert [clause.id for clause in ledger.clauses.values() if clause.severity_note] == TWO_SEVERITIES.split()


def test_only_a_clause_that_a_person_alone_can_answer_says_why(ledger: Ledger) -> None:
    alone = [clause.id for clause in ledger.clauses.values() if clause.answers == (Answerer.ATTESTED,)]
    assert alone == ATTESTED_ALONE.split()
    assert [clause.id for clause in ledger.clauses.values() if clause.manual] == alone


@pytest.mark.parametrize(
    ("clause", "answers"),
    [
        ("NET-01", "endpoint"),
        ("NET-03", "endpoint collector"),
        ("MRK-06", "collector"),
        ("MED-02", "endpoint attested"),
        ("MED-10", "endpoint collector attested"),
        ("LED-03", "collector attested"),
        ("PHY-01", "attested"),
    ],
)
def test_a_clause_names_who_can_answer_it(ledger: Ledger, clause: str, answers: str) -> None:
    assert [answerer.value for answerer in ledger.clauses[clause].answers] == answers.split()


@pytest.mark.parametrize("answerer", Answerer)
def test_an_answerer_has_a_name_in_both_languages(answerer: Answerer) -> None:
    assert CJK.search(answerer.text.zh)
    assert not CJK.search(answerer.text.en)


def test_a_citation_names_the_first_source_and_counts_the_others() -> None:
    cited = parse(GOOD).cite("NET-01")
    assert cited == Text("某局《规定》一\uff08共3处\uff09", "a bureau, rules, 一 and 2 more")


def test_a_citation_of_one_source_counts_nothing(ledger: Ledger) -> None:
    expected = Text("《测绘成果核心涉密人员保密管理制度》六", "secrecy rules for core personnel handling surveying results, 六")
    assert ledger.cite("ACC-02") == expected


def test_the_internet_clause_cites_the_law(ledger: Ledger) -> None:
    assert ledger.cite("NET-01").zh.startswith("《中华人民共和国保守国家秘密法》第三十一条")


def test_citing_an_unknown_clause_is_a_key_error(ledger: Ledger) -> None:
    with pytest.raises(KeyError):
        ledger.cite("NET-99")


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("regulation: rules, clause: 二", "regulation: law, clause: 二", "NET-01: unknown regulation law"),
        ("zh: 不得上网。", "zh: ''", "NET-01: a text is empty"),
        ("en: No internet.", "en: ' '", "NET-01: a text is empty"),
        ("answers: [endpoint]", "answers: []", "NET-01: sources and answers"),
        ("answers: [endpoint]", "answers: [attested]", "NET-01: manual stands"),
        ("answers: [endpoint]", "answers: [endpoint]\n    manual: {zh: 看, en: look}", "NET-01: manual stands"),
        ("answers: [endpoint]", "answers: [nobody]", "NET-01: Invalid enum value"),
        ("severity: critical", "severity: grave", "NET-01: Invalid enum value"),
        ("severity: critical", "severty: critical", "NET-01: Object contains unknown field|NET-01: .*missing required field"),
        ("title: {zh: 规定, en: rules}", "title: {zh: 规定}", "regulation rules: .*missing required field `en`"),
    ],
)
def test_a_ledger_with_a_fault_is_refused_and_names_the_clause(right: str, wrong: str, complaint: str) -> None:
    assert right in GOOD
    with pytest.raises(ValueError, match=complaint):
        parse(GOOD.replace(right, wrong))


def test_an_id_that_occurs_twice_is_refused() -> None:
    again = GOOD + GOOD.split("clauses:\n")[1]
    with pytest.raises(ValueError, match="NET-01: the id occurs twice"):
        parse(again)
