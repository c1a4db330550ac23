"""`collector init`: the state folder with database, certificates, keys and the page's access code."""

from __future__ import annotations

import click
from sqlalchemy.exc import SQLAlchemyError

from collector import keys
from collector.auth import USER
from collector.commands import common
from collector.office import OfficeError, create
from policies.cli import BilingualCommand, Failure, option, say
from policies.mistakes import system_reason
from policies.vocabulary import Text


@click.command(
    "init",
    cls=BilingualCommand,
    text=Text(
        "建立数据库、证书和密钥。\n\n已初始化的文件夹不会被覆盖。网页访问码只显示一次，请妥善保管。",
        "Set up database, certificates and keys.\n\nAn existing folder is not overwritten. The page's access code is shown once.",
    ),
)
@option(
    "--name",
    "names",
    multiple=True,
    metavar="HOST",
    text=Text(
        "各计算机访问本服务器所用的主机名或 IP（可重复，默认本机名）",
        "host name or IP by which computers reach this server (repeatable, default: this host's name)",
    ),
)
def command(names: tuple[str, ...]) -> None:
    """Make the state folder and say what to do next."""
    folder, settings = common.folder(), common.settings()
    try:
        code = create(folder, settings, names, common.now())
    except OfficeError as error:
        raise Failure(error.text) from None
    except (OSError, ValueError, SQLAlchemyError) as error:
        reason = _reason(error)
        raise Failure(Text(f"无法初始化 {folder}：{reason.zh}", f"{folder} cannot be set up: {reason.en}")) from None
    ca = folder / keys.CA_CERTIFICATE
    click.echo(
        say(
            Text(
                f"已初始化：{folder}\n"
                f"网页用户名 {USER}，访问码（仅显示这一次）：\n  {code}\n"
                f"CA 证书（复制到各计算机）：\n  {ca}\n"
                "下一步：\n"
                "  collector computers add 名称 --level 机密 --department 部门 --person 责任人\n"
                "  collector serve\n"
                "  在各计算机上：agent enrol https://本服务器:端口 --token 登记令牌 --ca ca.pem",
                f"Set up: {folder}\n"
                f"The page's user is {USER}, its access code (shown only now):\n  {code}\n"
                f"The CA certificate (copy it to each computer):\n  {ca}\n"
                "Next:\n"
                "  collector computers add NAME --level 机密 --department DEPARTMENT --person PERSON\n"
                "  collector serve\n"
                "  on each computer: agent enrol https://THIS-SERVER:PORT --token TOKEN --ca ca.pem",
            )
        )
    )


def _reason(error: Exception) -> Text:
    if isinstance(error, FileExistsError):
        return Text("不是目录", "it is not a folder")
    if isinstance(error, OSError):
        return system_reason(error)
    said = str(error).splitlines()[0]
    if isinstance(error, ValueError):
        return Text("--name 应为主机名或 IP 地址", said)
    return Text(f"数据库无法使用：{said}", said)
