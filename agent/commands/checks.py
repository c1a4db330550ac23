"""`agent checks`: every check, or every clause and what serves it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import click
import msgspec
import yaml

from agent.commands.output import emit
from checks.catalog import AnyCheck, default_parameters, discover
from policies.clauses import Clause, Ledger, load
from policies.cli import BilingualCommand, language, option, say
from policies.vocabulary import Text


@click.command("checks", cls=BilingualCommand, text=Text("列出全部检查，或全部条款。", "List every check, or every clause."))
@option(
    "--clauses",
    "by_clause",
    is_flag=True,
    text=Text("按条款列出，包括尚无检查的条款", "by clause, those that nothing serves included"),
)
@option("--format", "style", type=click.Choice(["text", "json"]), default="text", text=Text("输出格式", "output format"))
def command(by_clause: bool, style: str) -> None:
    """Print the catalogue."""
    known = list(discover().values())
    ledger = load()
    if by_clause:
        rows = [_clause_fields(clause, known) for clause in ledger.clauses.values()]
        emit(_clause_list(ledger, known) if style == "text" else _json(rows))
    else:
        emit(_check_list(known) if style == "text" else _json([_check_fields(check) for check in known]))


def _check_list(known: list[type[AnyCheck]]) -> str:
    return "".join(_check_entry(check) + "\n" for check in known)


def _check_entry(check: type[AnyCheck]) -> str:
    head = f"{check.id}  [{say(check.severity.text)}]  {' '.join(check.clauses)}\n    {say(check.title)}"
    parameters = default_parameters(check)
    return f"{head}\n    with: {_flow(parameters)}" if parameters else head


def _flow(parameters: Mapping[str, Any]) -> str:
    """The defaults as a policy would write them, to copy and change."""
    return yaml.safe_dump(msgspec.to_builtins(parameters), default_flow_style=True, sort_keys=False, width=math.inf).strip()


def _check_fields(check: type[AnyCheck]) -> dict[str, Any]:
    return {
        "id": check.id,
        "title": check.title,
        "clauses": check.clauses,
        "severity": check.severity,
        "kind": check.kind,
        "parameters": default_parameters(check),
    }


def _clause_list(ledger: Ledger, known: list[type[AnyCheck]]) -> str:
    entries = [_clause_entry(ledger, clause, known) for clause in ledger.clauses.values()]
    served = sum(1 for clause in ledger.clauses.values() if _serving(clause, known))
    summary = Text(
        f"共 {len(entries)} 条，其中 {served} 条已有检查", f"{len(entries)} clauses, {served} of them served by a check"
    )
    return "\n".join([*entries, "", say(summary), ""])


def _clause_entry(ledger: Ledger, clause: Clause, known: list[type[AnyCheck]]) -> str:
    head = f"{clause.id}  [{say(clause.severity.text)}]  {_answerers(clause)}  {say(ledger.cite(clause.id))}"
    return f"{head}\n    {say(clause.text)}\n    → {_served(clause, known)}"


def _served(clause: Clause, known: list[type[AnyCheck]]) -> str:
    serving = _serving(clause, known)
    if serving:
        return " ".join(serving)
    if clause.manual:
        return say(Text("人工：", "manual: ")) + say(clause.manual)
    return say(Text("（尚无检查）", "(nothing serves it yet)"))


def _answerers(clause: Clause) -> str:
    return say(Text("、", ", ")).join(answerer.text.say(language()) for answerer in clause.answers)


def _clause_fields(clause: Clause, known: list[type[AnyCheck]]) -> dict[str, Any]:
    return {**msgspec.to_builtins(clause), "checks": _serving(clause, known)}


def _serving(clause: Clause, known: list[type[AnyCheck]]) -> list[str]:
    return [check.id for check in known if clause.id in check.clauses]


def _json(rows: list[dict[str, Any]]) -> str:
    return msgspec.json.format(msgspec.json.encode(rows), indent=2).decode() + "\n"
