"""`agent policy check|show`: is a policy right, and what do the shipped ones say."""

from __future__ import annotations

from datetime import date

import click

from agent.commands.common import told
from agent.commands.output import emit
from checks.catalog import bind, discover
from policies.cli import BilingualGroup, say
from policies.policy import find, load_policy, pack_text
from policies.vocabulary import Profile, Text

command = BilingualGroup("policy", text=Text("核对策略文件，或显示内置策略。", "Check a policy file, or show a shipped one."))


@command.command("check", text=Text("核对策略文件；有误则指出行和列。", "Check a policy file; an error names line and column."))
@click.argument("file", metavar="FILE|PACK")
def check(file: str) -> None:
    """Load and bind the policy, today's date included."""
    with told():
        policy = load_policy(find(file), date.today())  # noqa: DTZ011  the office's own calendar day is meant
        rules = bind(policy, discover())
    click.echo(say(Text(f"{file}：正确，共 {len(rules)} 项检查", f"{file}: correct, {len(rules)} checks")))
    missing = [name for name in discover() if name not in {rule.check.id for rule in rules}]
    if missing:
        click.echo(say(Text(f"未启用的检查：{'、'.join(missing)}", f"checks not in it: {', '.join(missing)}")))


@command.command("show", text=Text("显示内置策略的 YAML（含注释）。", "Print a shipped policy's YAML, comments included."))
@click.argument("pack", required=False, type=click.Choice([profile.value for profile in Profile]))
def show(pack: str | None) -> None:
    """Print a pack, or name the packs."""
    if pack:
        emit(pack_text(Profile(pack)))
        return
    for profile in Profile:
        click.echo(f"{profile.value:<12}{say(profile.text)}")
