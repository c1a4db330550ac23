"""`collector media`: the ledger of removable media. Every change signs a new register for the agents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from collector.commands import common
from collector.ledgers import csvfile, media
from collector.ledgers.media import FIELDS
from policies.cli import BilingualGroup, language, option, say
from policies.vocabulary import Text

command = BilingualGroup("media", text=Text("存储介质台账。", "The ledger of removable media."))

_OUTPUT = Text("写入文件（默认标准输出）", "write to a file (default: standard output)")
_ENTERED = Text("命令行", "command line")


@command.command("add", text=Text("登记一个介质，或更改已登记的。", "Register a medium, or change a registered one."))
@click.argument("number")
@option("--level", required=True, metavar="LEVEL", text=Text("密级", "its level, such as 机密"))
@option("--serial", required=True, text=Text("设备序列号", "the device's serial number"))
@option("--vendor-id", default="", text=Text("USB 厂商ID（十六进制）", "USB vendor id, hex"))
@option("--product-id", default="", text=Text("USB 产品ID（十六进制）", "USB product id, hex"))
@option("--holder", default="", text=Text("保管人", "who keeps it"))
@option("--department", default="", text=Text("部门", "its department"))
@option(
    "--computer", "computers", multiple=True, text=Text("适用计算机（可重复，默认本部门）", "where it may be used (repeatable)")
)
@option("--valid-until", default="", metavar="DATE", text=Text("有效期", "its last good day"))
@option("--state", default="", text=Text("状态：在用、借出、丢失、停用、已销毁", "in use, lent, lost, retired or destroyed"))
def add(computers: tuple[str, ...], **given: str) -> None:
    """Register one medium, by the same rules as a file of one row."""
    cells = given | {"computers": ";".join(computers)}
    order = [field.name for field in FIELDS]
    data = csvfile.write(FIELDS, [{name: cells[name] for name in order}], language())
    _take(data, say(_ENTERED))


@command.command("list", text=Text("列出全部介质。", "List every medium."))
@option("--format", "style", type=common.FORMATS, default="table", text=Text("输出格式", "format"))
@option("-o", "--output", type=click.Path(path_type=Path), text=_OUTPUT)
def show(style: str, output: Path | None) -> None:
    """Print the ledger."""
    common.write_out(common.ledger(FIELDS, _rows(), style), output)


@command.command("export", text=Text("导出 CSV。", "Write a CSV file."))
@option("-o", "--output", type=click.Path(path_type=Path), text=_OUTPUT)
def export(output: Path | None) -> None:
    """Write the ledger as CSV."""
    common.write_out(common.ledger(FIELDS, _rows(), "csv"), output)


@command.command(
    "import",
    text=Text(
        "导入 CSV：登记新的介质，更新已有的。\n\n有一处错误则全部不导入。",
        "Take a CSV file: register new media, change known ones.\n\nIt is taken whole or not at all.",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
def take(file: Path) -> None:
    """Take a CSV file."""
    _take(common.read_file(file), file.name)


def _take(data: bytes, name: str) -> None:
    with common.opened_office() as office, office.store.write() as connection:
        lines = csvfile.read(data, name, FIELDS)
        changed = media.take(connection, lines, name, office.key, common.now())
    same = len(lines) - changed
    click.echo(say(Text(f"登记或更新 {changed} 个，{same} 个未变", f"{changed} registered or changed, {same} as before")))


def _rows() -> list[dict[str, Any]]:
    with common.opened_office() as office, office.store.read() as connection:
        return media.rows(connection)
