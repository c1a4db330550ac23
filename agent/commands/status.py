"""`agent status`: how the daemon fares. Exits with 0 where it is healthy, with 1 where it is not."""

from __future__ import annotations

import click
import msgspec

from agent.sources.base import utc_now
from agent.status import read
from policies.cli import BilingualCommand, Failure, language, option
from policies.folders import state_folder
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
    folder = state_folder()
    try:
        status = read(folder, utc_now())
    except (PermissionError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise Failure(Text(f"无法读取 {folder}：{reason}", f"cannot read {folder}: {reason}")) from None
    if style == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(status.as_json()), indent=2))
    else:
        click.echo(status.as_text(language()))
    raise SystemExit(status.exit_code)
