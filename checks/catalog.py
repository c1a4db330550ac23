"""Finds the checks by walking this package, and fits a policy's rules to them. Nothing lists the checks."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType, ModuleType
from typing import Any

import msgspec

import checks
from checks.base import Check
from policies.finding import Exemption
from policies.mistakes import nearest
from policies.policy import Policy, Rule, parameters
from policies.strict_yaml import ConfigError
from policies.vocabulary import Severity, Text

AnyCheck = Check[Any]


@dataclasses.dataclass(frozen=True, slots=True)
class BoundRule:
    """A check with the policy's parameters in it, and how the policy wants it run."""

    check: AnyCheck
    every: timedelta
    severity: Severity | None = None
    exemptions: tuple[Exemption, ...] = ()


def discover(package: ModuleType = checks) -> Mapping[str, type[AnyCheck]]:
    """Every check, by id in order. Raises ValueError where two classes share an id."""
    found: dict[str, type[AnyCheck]] = {}
    for kind in _classes(package):
        if kind.id in found:
            raise ValueError(f"two checks have the id {kind.id}: {found[kind.id].__module__} and {kind.__module__}")
        found[kind.id] = kind
    return MappingProxyType(dict(sorted(found.items())))


def bind(policy: Policy, known: Mapping[str, type[AnyCheck]]) -> tuple[BoundRule, ...]:
    """The policy's rules with their checks. Raises ConfigError for an unknown check or parameter, or an ill-typed one."""
    return tuple(_bind(policy, rule, known) for rule in policy.rules)


def _bind(policy: Policy, rule: Rule, known: Mapping[str, type[AnyCheck]]) -> BoundRule:
    if rule.check not in known:
        hint = nearest(rule.check, list(known))
        text = Text(f"没有名为 '{rule.check}' 的检查{hint.zh}", f"there is no check '{rule.check}'{hint.en}")
        raise ConfigError(policy.spot(rule, "check"), text)
    kind = known[rule.check]
    names = [f.name for f in dataclasses.fields(kind)]
    for name in parameters(policy, rule):
        if name not in names:
            raise ConfigError(policy.source.keys[("rules", rule.position, "with", name)], _unknown(rule.check, name, names))
    given = parameters(policy, rule)
    check = policy.source.structure(kind, "rules", rule.position, "with") if given else kind()
    return BoundRule(check, rule.every, rule.severity, rule.exemptions)


def _unknown(check: str, name: str, names: list[str]) -> Text:
    if not names:
        return Text(f"检查 '{check}' 没有参数", f"the check '{check}' takes no parameters")
    hint = nearest(name, names)
    return Text(f"检查 '{check}' 没有参数 '{name}'{hint.zh}", f"the check '{check}' has no parameter '{name}'{hint.en}")


def default_parameters(kind: type[AnyCheck]) -> Mapping[str, Any]:
    """A check's parameters with their defaults, as plain values."""
    plain: dict[str, Any] = msgspec.to_builtins(kind())
    return plain


def _classes(package: ModuleType) -> Iterator[type[AnyCheck]]:
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        module = importlib.import_module(info.name)
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, Check) and not inspect.isabstract(kind) and kind.__module__ == module.__name__:
                yield kind
