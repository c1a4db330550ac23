"""The policy language: which checks, how grave, how often, with which parameters, and who is excused until when.

A policy is a strict YAML file. Loading it settles all that can be settled without the checks themselves; `checks.catalog`
then fits the rules to the checks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec

from policies.finding import Exemption
from policies.mistakes import Steps
from policies.strict_yaml import ConfigError, Loaded, Spot, load
from policies.vocabulary import Paths, Profile, Severity, Text

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
SHORTEST = timedelta(seconds=10)
"""No check runs more often than this."""

_PACKS = Path(__file__).parent / "packs"


@dataclass(frozen=True, slots=True)
class Folders:
    """`classified`: every document in here must bear a mark. `scan`: where documents are looked for."""

    classified: tuple[Path, ...] = ()
    scan: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One check as the policy wants it. `severity` None: as the check says. `position` is its place in `rules`."""

    check: str
    position: int
    severity: Severity | None
    every: timedelta
    exemptions: tuple[Exemption, ...]


@dataclass(frozen=True)
class Policy:
    """A policy, loaded. `source` keeps where everything stood, for errors in the checks' parameters."""

    id: str
    version: str
    title: Text
    folders: Folders
    rules: tuple[Rule, ...]
    paths: Paths
    probes: tuple[str, ...]
    sha256: str
    source: Loaded = field(repr=False)

    def spot(self, rule: Rule, *steps: str) -> Spot:
        """Where a part of a rule stands in the file."""
        return self.source.spot("rules", rule.position, *steps)


class _FoldersFile(msgspec.Struct, forbid_unknown_fields=True):
    classified: tuple[str, ...] = ()
    scan: tuple[str, ...] = ()


class _TextFile(msgspec.Struct, forbid_unknown_fields=True):
    zh: str
    en: str


class _ExemptionFile(msgspec.Struct, forbid_unknown_fields=True):
    subject: str
    reason: str
    by: str
    until: date


class _RuleFile(msgspec.Struct, forbid_unknown_fields=True):
    check: str
    severity: Severity | None = None
    every: str = "1d"
    parameters: dict[str, Any] = msgspec.field(name="with", default_factory=dict)
    exemptions: tuple[_ExemptionFile, ...] = ()


class _ReportFile(msgspec.Struct, forbid_unknown_fields=True):
    paths: Paths = Paths.MASKED


class _PolicyFile(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    version: str
    rules: tuple[_RuleFile, ...]
    title: _TextFile | None = None
    folders: _FoldersFile = msgspec.field(default_factory=_FoldersFile)
    report: _ReportFile = msgspec.field(default_factory=_ReportFile)
    probes: tuple[str, ...] = ()


def pack_text(profile: Profile) -> str:
    """A shipped pack's YAML, comments included."""
    return find(profile.value).read_text(encoding="utf-8")


def find(name: str) -> Path:
    """The file of a policy: a shipped pack's where `name` is one, otherwise the path `name`."""
    if name in [profile.value for profile in Profile]:
        return _PACKS / f"{name}.yaml"
    return Path(name)


def load_policy(path: Path, today: date | None = None) -> Policy:
    """Load a policy. With `today`, an expired exemption is an error too. Raises ConfigError."""
    loaded = load(path)
    file = loaded.structure(_PolicyFile)
    title = Text(file.title.zh, file.title.en) if file.title else Text(file.id, file.id)
    return Policy(
        id=file.id,
        version=file.version,
        title=title,
        folders=_folders(loaded, file.folders),
        rules=tuple(_rule(loaded, i, rule, today) for i, rule in enumerate(_once(loaded, file.rules))),
        paths=file.report.paths,
        probes=file.probes,
        sha256=loaded.sha256,
        source=loaded,
    )


def parse_duration(text: str) -> timedelta | None:
    """`90s`, `10m`, `12h`, `1d`; None where it is none of these."""
    found = re.fullmatch(r"([1-9][0-9]{0,5})([smhd])", text)
    return timedelta(**{_UNITS[found.group(2)]: int(found.group(1))}) if found else None


def _once(loaded: Loaded, rules: tuple[_RuleFile, ...]) -> tuple[_RuleFile, ...]:
    first: dict[str, int] = {}
    for i, rule in enumerate(rules):
        if rule.check in first:
            line = loaded.spot("rules", first[rule.check]).line
            text = Text(
                f"检查 '{rule.check}' 重复，首次出现在第 {line} 行", f"check '{rule.check}' is named twice, first in line {line}"
            )
            raise ConfigError(loaded.spot("rules", i, "check"), text)
        first[rule.check] = i
    return rules


def _rule(loaded: Loaded, position: int, file: _RuleFile, today: date | None) -> Rule:
    every = parse_duration(file.every)
    if every is None or every < SHORTEST:
        text = Text(
            f"'{file.every}' 不是有效周期，应如 10m、12h、1d，且不短于 10s",
            f"'{file.every}' is no period: write 10m, 12h or 1d, not below 10s",
        )
        raise ConfigError(loaded.spot("rules", position, "every"), text)
    for i, exemption in enumerate(file.exemptions):
        _check_exemption(loaded, ("rules", position, "exemptions", i), exemption, today)
    exemptions = tuple(Exemption(subject=e.subject, reason=e.reason, by=e.by, until=e.until) for e in file.exemptions)
    return Rule(file.check, position, file.severity, every, exemptions)


def _check_exemption(loaded: Loaded, at: Steps, exemption: _ExemptionFile, today: date | None) -> None:
    for name in ("subject", "reason", "by"):
        if not getattr(exemption, name).strip():
            text = Text("豁免必须写明对象、理由和批准人", "an exemption must say its subject, reason and who granted it")
            raise ConfigError(loaded.spot(*at, name), text)
    if today and exemption.until < today:
        text = Text(
            f"豁免已于 {exemption.until} 到期，请续批或删除", f"the exemption ended on {exemption.until}: renew it or remove it"
        )
        raise ConfigError(loaded.spot(*at, "until"), text)


def _folders(loaded: Loaded, file: _FoldersFile) -> Folders:
    for name in ("classified", "scan"):
        for i, folder in enumerate(getattr(file, name)):
            if not folder.startswith("/"):
                text = Text(f"'{folder}' 不是绝对路径", f"'{folder}' is not an absolute path")
                raise ConfigError(loaded.spot("folders", name, i), text)
    return Folders(tuple(map(Path, file.classified)), tuple(map(Path, file.scan)))


def parameters(policy: Policy, rule: Rule) -> Mapping[str, Any]:
    """What the policy's `with:` says for a rule."""
    raw = policy.source.data["rules"][rule.position].get("with")
    return raw if isinstance(raw, dict) else {}
