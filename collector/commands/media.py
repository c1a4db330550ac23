"""`collector media`: the ledger of removable media. Every change signs a new register for the agents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from collector.commands import common
from collector.ledgers import csvfile, media
from collector.ledgers.media import FIELDS
from collector.store.media import issue, register_version, signed_register
from policies.cli import BilingualGroup, Failure, language, option, say
from policies.report import EnvelopeError
from policies.signed import key_fingerprint, open_register, write_key
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


@command.command(
    "register",
    text=Text(
        "输出最新的签名台账，供不联网的计算机用 `agent import` 导入。",
        "Write the newest signed register, for `agent import` on computers without a network.",
    ),
)
@option("-o", "--output", type=click.Path(path_type=Path), text=_OUTPUT)
@option(
    "--anew",
    is_flag=True,
    text=Text("以当前日期重新签发，表明台账没有变化", "sign it anew as of now, which says that nothing has changed"),
)
def register(output: Path | None, *, anew: bool) -> None:
    """Write the very bytes that agents get by wire, and say how to carry them in."""
    with common.opened_office() as office, office.store.write() as connection:
        if anew and register_version(connection):
            issue(connection, office.key, common.now())
        signed = signed_register(connection)
    if signed is None:
        raise Failure(_NO_REGISTER)
    told = _described(signed, office.key.public_key())
    common.write_out(signed, output)
    click.echo(say(told), err=True)


@command.command(
    "key",
    text=Text(
        "输出签名公钥，供从不联网的计算机用 `agent import --key` 信任。",
        "Write the public key that signs registers, for `agent import --key` on computers that never join.",
    ),
)
@option("-o", "--output", type=click.Path(path_type=Path), text=_OUTPUT)
def key(output: Path | None) -> None:
    """Write the key, and say by what to know it."""
    with common.opened_office() as office:
        public = office.key.public_key()
    common.write_out(write_key(public), output)
    click.echo(say(_fingerprint(public)), err=True)


_NO_REGISTER = Text(
    "尚未建立存储介质台账：请先用 collector media add 或 import 登记介质",
    "there is no media register yet: register media with `collector media add` or `import` first",
)


def _described(signed: bytes, public: Ed25519PublicKey) -> Text:
    try:
        what = open_register(signed, public).issue.text
    except EnvelopeError:
        raise Failure(
            Text(
                "最新的台账不是用现在的密钥签名的，各计算机不会采信：请用 --anew 重新签发",
                "the newest register was not signed with the key of today, so no computer believes it: sign it with --anew",
            )
        ) from None
    key_line = _fingerprint(public)
    return Text(
        f"台账：{what.zh}\n{key_line.zh}\n"
        "在已登记到本服务器的计算机上：agent import 文件\n"
        "在从不联网的计算机上，第一次：agent import 文件 --key 密钥文件（由 collector media key 输出），并核对指纹",
        f"register: {what.en}\n{key_line.en}\n"
        "on a computer that has joined this collector: agent import FILE\n"
        "on one that never does, the first time: agent import FILE --key KEYFILE (from `collector media key`); compare the "
        "fingerprint",
    )


def _fingerprint(public: Ed25519PublicKey) -> Text:
    fingerprint = key_fingerprint(public)
    return Text(f"签名公钥指纹（SHA-256）：{fingerprint}", f"signing key's fingerprint (SHA-256): {fingerprint}")


def _take(data: bytes, name: str) -> None:
    with common.opened_office() as office, office.store.write() as connection:
        lines = csvfile.read(data, name, FIELDS)
        changed = media.take(connection, lines, name, office.key, common.now())
    same = len(lines) - changed
    click.echo(say(Text(f"登记或更新 {changed} 个，{same} 个未变", f"{changed} registered or changed, {same} as before")))


def _rows() -> list[dict[str, Any]]:
    with common.opened_office() as office, office.store.read() as connection:
        return media.rows(connection)
