"""`collector summary`: the quarterly inspection's figures."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from collector.commands import common
from collector.export.table import render
from collector.quarter import containing, parse
from collector.summary import summarise, titles
from policies.cli import BilingualCommand, Failure, language, option
from policies.vocabulary import Text


@click.command("summary", cls=BilingualCommand, text=Text("季度检查汇总。", "The quarterly inspection's figures."))
@option("--quarter", metavar="2026Q4", text=Text("季度，如 2026Q4（默认当前季度）", "quarter such as 2026Q4 (default: this one)"))
@option("--department", metavar="NAME", text=Text("只统计一个部门", "only this department"))
@option("--format", "style", type=click.Choice(["table", "json"]), default="table", text=Text("输出格式", "format"))
@option("-o", "--output", type=click.Path(path_type=Path), text=Text("写入文件（默认标准输出）", "write to a file"))
def command(quarter: str | None, department: str | None, style: str, output: Path | None) -> None:
    """Compute and print the figures."""
    now = common.now()
    with common.opened_office() as office, office.store.read() as connection:
        settings = office.settings
        try:
            wanted = parse(quarter, settings.zone) if quarter else containing(now, settings.zone)
        except ValueError:
            raise Failure(
                Text(f"季度应写作 2026Q4，而不是“{quarter}”", f"a quarter is written 2026Q4, not '{quarter}'")
            ) from None
        try:
            summary = summarise(
                connection, wanted, now, silent_after=settings.silent_after, mark=settings.mark, department=department
            )
        except ValueError:
            raise Failure(Text(f"没有部门“{department}”", f"there is no department '{department}'")) from None
        named = titles(connection)
    if style == "json":
        data = msgspec.json.format(msgspec.json.encode(summary)) + b"\n"
    else:
        data = render(summary, named, settings.zone, language()).encode()
    common.write_out(data, output)
