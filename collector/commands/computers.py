"""`collector computers`: the ledger of computers and their enrolment tokens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from collector.commands import common
from collector.ledgers import computers, csvfile
from collector.ledgers.cells import CellError, choice, needed, shown
from collector.ledgers.computers import FIELDS, Token
from policies.cli import BilingualGroup, Failure, option, say
from policies.table import table
from policies.vocabulary import Level, Profile, Text

command = BilingualGroup("computers", text=Text("计算机台账。", "The ledger of computers."))

_OUTPUT = Text("写入文件（默认标准输出）", "write to a file (default: standard output)")
_DAYS = Text("登记令牌有效天数", "days for which the token is good")


@command.command(
    "add", text=Text("登记一台计算机，给出一次性登记令牌。", "Register a computer and print its one-time enrolment token.")
)
@click.argument("name")
@option("--level", required=True, metavar="LEVEL", text=Text("密级：公开、内部、秘密、机密、绝密", "its level, such as 机密"))
@option("--department", required=True, text=Text("部门", "its department"))
@option("--person", required=True, text=Text("责任人", "the person who answers for it"))
@option(
    "--profile", default=Profile.STANDALONE.value, text=Text("类型：standalone、networked、internal、internet", "its profile")
)
@option("--days", type=click.IntRange(1, 365), default=computers.TOKEN_DAYS, show_default=True, text=_DAYS)
def add(name: str, level: str, department: str, person: str, profile: str, days: int) -> None:
    """Register one computer."""
    try:
        row = {
            "name": needed(name),
            "level": choice(Level)(level),
            "profile": choice(Profile)(profile),
            "department": needed(department),
            "person": needed(person),
        }
    except CellError as error:
        raise Failure(error.text) from None
    with common.opened_office() as office, office.store.write() as connection:
        tokens = computers.add(connection, [row], common.now(), days)
    _tell(tokens)


@command.command("token", text=Text("给出新的登记令牌，旧的作废。", "Print a new enrolment token; the old one is void."))
@click.argument("name")
@option("--days", type=click.IntRange(1, 365), default=computers.TOKEN_DAYS, show_default=True, text=_DAYS)
def token(name: str, days: int) -> None:
    """Issue a new token."""
    with common.opened_office() as office, office.store.write() as connection:
        fresh = computers.new_token(connection, name, common.now(), days)
    _tell([fresh])


@command.command("list", text=Text("列出全部计算机。", "List every computer."))
@option("--format", "style", type=common.FORMATS, default="table", text=Text("输出格式", "format"))
@option("-o", "--output", type=click.Path(path_type=Path), text=_OUTPUT)
def show(style: str, output: Path | None) -> None:
    """Print the ledger."""
    with common.opened_office() as office, office.store.read() as connection:
        rows = computers.all_computers(connection)
    common.write_out(common.ledger(FIELDS, rows, style), output)


@command.command("export", text=Text("导出 CSV。", "Write a CSV file."))
@option("-o", "--output", type=click.Path(path_type=Path), text=_OUTPUT)
def export(output: Path | None) -> None:
    """Write the ledger as CSV."""
    with common.opened_office() as office, office.store.read() as connection:
        rows = computers.all_computers(connection)
    common.write_out(common.ledger(FIELDS, rows, "csv"), output)


@command.command(
    "import",
    text=Text(
        "导入 CSV：登记新的计算机，更新已有的。\n\n有一处错误则全部不导入。新登记的给出登记令牌。",
        "Take a CSV file: register new computers, change known ones.\n\nIt is taken whole or not at all. New ones get a token.",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
def take(file: Path) -> None:
    """Take a CSV file."""
    data = common.read_file(file)
    with common.opened_office() as office, office.store.write() as connection:
        lines = csvfile.read(data, file.name, FIELDS)
        tokens, known = computers.take_file(connection, lines, file.name, common.now())
    click.echo(say(Text(f"新登记 {len(tokens)} 台，更新 {known} 台", f"{len(tokens)} registered, {known} updated")))
    _tell(tokens)


def _tell(tokens: Sequence[Token]) -> None:
    if not tokens:
        return
    heads = (
        Text("名称", "name"),
        Text("登记令牌（仅显示这一次）", "enrolment token (shown only now)"),
        Text("有效至", "good until"),
    )
    click.echo(table([say(head) for head in heads], [[item.name, item.secret, shown(item.expires_at)] for item in tokens]))
