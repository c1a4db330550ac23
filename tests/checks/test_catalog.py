"""The catalogue: every check that is there is sound, and a policy's rules fit the checks or are refused at the place."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Annotated, ClassVar

import msgspec
import pytest

from checks.base import Check, Violation
from checks.catalog import AnyCheck, BoundRule, bind, default_parameters, discover
from checks.subjects import Radio, Subject
from policies import clauses
from policies.computer import Computer
from policies.policy import Policy, load_policy
from policies.strict_yaml import ConfigError
from policies.vocabulary import Kind, Level, Severity, Text

ROOT = Path(__file__).parents[2]
CJK = re.compile("[\u4e00-\u9fff]")
HALF_WIDTH = re.compile("[\u4e00-\u9fff](?:[,;!?()]|:(?!端口))")  # 地址:端口 is how it is typed
RULE = re.compile(r"- check: (\S+)\s*(?:# *(.*))?$")
CLAUSE = re.compile(r"\b[A-Z]{2,3}-\d\d\b")

REAL = discover()
LEDGER = clauses.load()
PACKS = sorted(Path(str(resources.files("policies"))).glob("packs/*.yaml"))


# --- the checks that are there ----------------------------------------------------------------------------------------------


def test_there_are_checks_of_every_kind_of_subject() -> None:
    assert {kind.id.partition(".")[0] for kind in REAL.values()} >= {"network", "media", "document"}
    assert list(REAL) == sorted(REAL)


@pytest.fixture(params=list(REAL.values()), ids=list(REAL))
def real(request: pytest.FixtureRequest) -> type[AnyCheck]:
    """Each check in turn."""
    kind: type[AnyCheck] = request.param
    return kind


def test_an_id_is_the_module_s_path(real: type[AnyCheck]) -> None:
    area, _, name = real.id.partition(".")
    assert real.__module__ == f"checks.{area}.{name.replace('-', '_')}"


def test_a_title_speaks_both_languages(real: type[AnyCheck]) -> None:
    assert CJK.search(real.title.zh)
    assert real.title.en.strip()
    assert not CJK.search(real.title.en)


def test_a_title_is_a_demand(real: type[AnyCheck]) -> None:
    """What is to be, not what is wrong: it stands beside "compliant" as well as beside "violation"."""
    assert re.search("不得|须|应|只", real.title.zh)
    assert not real.title.en.endswith(("missing", "malformed", "detached"))


def test_a_check_serves_clauses_of_the_ledger(real: type[AnyCheck]) -> None:
    assert real.clauses
    assert [clause for clause in real.clauses if clause not in LEDGER.clauses] == []
    assert len(set(real.clauses)) == len(real.clauses)


def test_a_check_needs_only_what_its_subject_has(real: type[AnyCheck]) -> None:
    assert issubclass(real.subject, Subject)
    fields = {field.name for field in dataclasses.fields(real.subject)}
    assert set(real.needs) <= fields - {"missing", "observed_at"}


def test_a_check_has_a_severity_a_kind_and_a_docstring(real: type[AnyCheck]) -> None:
    assert isinstance(real.severity, Severity)
    assert isinstance(real.kind, Kind)
    assert "__doc__" in vars(real)
    assert not (real.__doc__ or "").startswith(f"{real.__name__}(")  # what dataclass writes where there is none


def test_every_parameter_has_a_default_and_a_type_that_a_policy_can_give(real: type[AnyCheck]) -> None:
    check = real()
    defaults = default_parameters(real)
    assert set(defaults) == {field.name for field in dataclasses.fields(real)}
    assert msgspec.convert(msgspec.json.decode(msgspec.json.encode(defaults)), type=real) == check
    assert hash(check) == hash(real())


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """The Chinese of every `Text(zh, en)` in a file, with its line; what is filled in is left out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id="Text"), args=[zh, _]):
                parts = [part.value if isinstance(part, ast.Constant) else "\0" for part in getattr(zh, "values", [zh])]
                yield node.lineno, "".join(str(part) for part in parts)


@pytest.mark.parametrize("package", ["agent", "checks", "collector", "policies"])
def test_chinese_stands_with_its_own_punctuation(package: str) -> None:
    slips = [
        f"{path.relative_to(ROOT)}:{line}: {zh}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for line, zh in texts(path)
        if HALF_WIDTH.search(zh)
    ]
    assert slips == []


def test_a_slip_of_punctuation_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("Text(f'接口{name}有误,请断开', 'x')\nText('好，', 'y')\n", encoding="utf-8")
    assert [bool(HALF_WIDTH.search(zh)) for _, zh in texts(path)] == [True, False]


# --- the packs that are there -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.stem)
def test_a_shipped_pack_fits_the_checks(pack: Path) -> None:
    policy = load_policy(pack)
    assert policy.id == pack.stem
    assert len(bind(policy, REAL)) == len(policy.rules) > 0


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.stem)
def test_every_rule_of_a_pack_names_a_clause_that_its_check_serves(pack: Path) -> None:
    found = [RULE.search(line) for line in pack.read_text(encoding="utf-8").splitlines()]
    rules = [(match.group(1), CLAUSE.findall(match.group(2) or "")) for match in found if match]
    assert {check for check, _ in rules} == {rule.check for rule in load_policy(pack).rules}
    assert [(check, named) for check, named in rules if not named or not set(named) <= set(REAL[check].clauses)] == []


def test_every_profile_has_its_pack() -> None:
    assert {pack.stem for pack in PACKS} == {"standalone", "networked", "internal", "internet"}


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.stem)
def test_a_shipped_pack_sends_no_packet_and_masks_paths(pack: Path) -> None:
    policy = load_policy(pack)
    assert policy.probes == ()
    assert policy.paths.value == "masked"


# --- fitting rules to checks ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Radios(Check[Radio]):
    """Takes every kind of parameter."""

    id: ClassVar[str] = "test.radios"
    title: ClassVar[Text] = Text("无线", "radio")
    clauses: ClassVar[tuple[str, ...]] = ("NET-04",)
    severity: ClassVar[Severity] = Severity.MAJOR
    subject: ClassVar[type[Radio]] = Radio

    kinds: tuple[str, ...] = ("wifi",)
    limit: Annotated[int, msgspec.Meta(ge=1)] = 3
    strict: bool = False
    above: Level = Level.MIMI

    def examine(self, subject: Radio, computer: Computer) -> Iterator[Violation]:
        yield from ()


class Plain(Check[Radio]):
    """Takes no parameter."""

    id: ClassVar[str] = "test.plain"
    title: ClassVar[Text] = Text("无", "none")
    clauses: ClassVar[tuple[str, ...]] = ()
    severity: ClassVar[Severity] = Severity.MINOR
    subject: ClassVar[type[Radio]] = Radio

    def examine(self, subject: Radio, computer: Computer) -> Iterator[Violation]:
        yield from ()


KNOWN = {kind.id: kind for kind in (Radios, Plain)}


def policy_of(tmp_path: Path, rules: str) -> Policy:
    path = tmp_path / "policy.yaml"
    path.write_text(f"id: a\nversion: '1'\nrules:\n{rules}", encoding="utf-8")
    return load_policy(path)


def bound(tmp_path: Path, rules: str) -> tuple[BoundRule, ...]:
    return bind(policy_of(tmp_path, rules), KNOWN)


def test_a_rule_becomes_a_check_with_its_parameters(tmp_path: Path) -> None:
    rules = (
        "  - check: test.radios\n    severity: critical\n    every: 10m\n"
        "    with: {kinds: [nfc], limit: 9, strict: true, above: 绝密}\n"
        "    exemptions: [{subject: a, reason: b, by: c, until: 2026-12-31}]\n"
        "  - check: test.plain\n    with: {}\n"
    )
    first, second = bound(tmp_path, rules)
    assert first.check == Radios(kinds=("nfc",), limit=9, strict=True, above=Level.JUEMI)
    assert (first.severity, first.every) == (Severity.CRITICAL, timedelta(minutes=10))
    assert [exemption.subject for exemption in first.exemptions] == ["a"]
    assert second == BoundRule(Plain(), timedelta(days=1))


def test_what_a_rule_does_not_say_is_the_check_s_default(tmp_path: Path) -> None:
    (rule,) = bound(tmp_path, "  - check: test.radios\n    with: {limit: 1}\n")
    assert rule.check == Radios(limit=1)


@pytest.mark.parametrize(
    ("rules", "place", "zh", "en"),
    [
        ("  - check: test.radio", "4:12", "没有名为 'test.radio' 的检查", "no check 'test.radio'; did you mean 'test.radios'?"),
        ("  - check: zzz", "4:12", "可用：test.radios、test.plain", "use one of: test.radios, test.plain"),
        ("  - check: test.*", "4:12", "没有名为 'test.*' 的检查", "there is no check 'test.*'"),
        ("  - check: ''", "4:12", "没有名为 '' 的检查", "there is no check ''"),
        ("  - check: test.radios\n    with: {limt: 1}", "5:12", "没有参数 'limt'；是否要写 'limit'", "did you mean 'limit'?"),
        ("  - check: test.radios\n    with:\n      limit: 2\n      id: x", "7:7", "没有参数 'id'", "has no parameter 'id'"),
        ("  - check: test.radios\n    with: {severity: minor}", "5:12", "没有参数 'severity'", "has no parameter 'severity'"),
        ("  - check: test.plain\n    with: {limit: 1}", "5:12", "没有参数", "the check 'test.plain' takes no parameters"),
        (
            "  - check: test.radios\n    with: {limit: '3'}",
            "5:19",
            "'limit' 应为整数，实为文字",
            "'limit' must be a whole",
        ),
        ("  - check: test.radios\n    with: {limit: 0}", "5:19", "'limit' 不得小于 1", "'limit' must be at least 1"),
        ("  - check: test.radios\n    with: {limit: true}", "5:19", "'limit' 应为整数", "not true or false"),
        ("  - check: test.radios\n    with: {limit: }", "5:19", "'limit' 应为整数，实为空值", "not nothing"),
        ("  - check: test.radios\n    with: {kinds: wifi}", "5:19", "'kinds' 应为列表，实为文字", "'kinds' must be a list"),
        (
            "  - check: test.radios\n    with:\n      kinds:\n        - a\n        - 3",
            "8:11",
            "'kinds' 第 2 项",
            "item 2 of 'kinds'",
        ),
        ("  - check: test.radios\n    with: {strict: 1}", "5:20", "'strict' 应为 true 或 false", "must be true or false"),
        (
            "  - check: test.radios\n    with: {above: 最高}",
            "5:19",
            "可用：公开、内部",
            "'最高' is no valid value of 'above'; use one of",
        ),
    ],
)
def test_a_rule_that_does_not_fit_is_refused_at_its_place(tmp_path: Path, rules: str, place: str, zh: str, en: str) -> None:
    policy = policy_of(tmp_path, rules)
    with pytest.raises(ConfigError) as caught:
        bind(policy, KNOWN)
    assert str(caught.value.spot) == f"{tmp_path / 'policy.yaml'}:{place}"
    assert zh in caught.value.text.zh
    assert en in caught.value.text.en


def test_default_parameters_are_plain_values() -> None:
    assert default_parameters(Radios) == {"kinds": ("wifi",), "limit": 3, "strict": False, "above": "秘密"}
    assert default_parameters(Plain) == {}


# --- finding checks ---------------------------------------------------------------------------------------------------------

SAMPLE = """
from dataclasses import dataclass
from checks.base import Check
from tests.checks.test_catalog import Plain

@dataclass(frozen=True)
class Sample(Plain):
    "One."
    id = "{id}"
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty package to put checks in."""
    folder = tmp_path / "found_checks"
    (folder / "area").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "area" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "found_checks"]:
        del sys.modules[name]


def imported(folder: Path) -> ModuleType:
    importlib.invalidate_caches()
    return importlib.import_module(folder.name)


def test_checks_are_found_in_every_module_by_being_there(package: Path) -> None:
    (package / "area" / "one.py").write_text(SAMPLE.format(id="area.one"))
    (package / "area" / "two.py").write_text(SAMPLE.format(id="area.two"))
    assert list(discover(imported(package))) == ["area.one", "area.two"]


def test_a_class_that_is_only_imported_or_abstract_is_no_check(package: Path) -> None:
    (package / "area" / "one.py").write_text("from checks.base import Check\nfrom tests.checks.test_catalog import Plain\n")
    assert discover(imported(package)) == {}


def test_two_checks_with_one_id_are_refused_by_name(package: Path) -> None:
    (package / "area" / "one.py").write_text(SAMPLE.format(id="area.same"))
    (package / "area" / "two.py").write_text(SAMPLE.format(id="area.same"))
    with pytest.raises(ValueError, match=r"area\.same: found_checks\.area\.one and found_checks\.area\.two"):
        discover(imported(package))


def test_the_catalogue_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        REAL["x"] = Plain  # type: ignore[index]
