"""`agent status`: how the daemon fares. Exits with 0 where it is healthy, with 1 where it is not."""

from __future__ import annotations

import click
import msgspec

from agent.commands.common import usable_state
from agent.commands.output import emit
from agent.sources.base import utc_now
from agent.status import read
from policies.cli import BilingualCommand, language, option, say
from policies.vocabulary import Text


@click.command(
    "status",
    cls=BilingualCommand,
    text=Text(
        "守护进程的状态。退出码：0 正常，1 存在问题。",
        "How the daemon fares. Exit codes: 0 healthy, 1 not.",
    ),
)
@option("--format", "style", type=click.Choice(["text", "json"]), default="text", text=Text("输出格式", "output format"))
def command(style: str) -> None:
    """Read the state folder and print what it says."""
    with usable_state() as folder:
        status = read(folder, utc_now())
    if style == "json":
        emit(msgspec.json.format(msgspec.json.encode(status.as_json()), indent=2) + b"\n")
    else:
        emit(f"{say(Text('状态目录', 'state folder'))}: {folder}\n{status.as_text(language())}\n")
    raise SystemExit(status.exit_code)
