"""`agent enrol`: join a collector."""

from __future__ import annotations

import socket
from pathlib import Path

import click

from agent import __version__
from agent.commands.common import existing, own_identity
from agent.enrolment import EnrolmentError, enrol
from policies.cli import BilingualCommand, Failure, FilePath, option, say
from policies.vocabulary import Text


@click.command(
    "enrol",
    cls=BilingualCommand,
    text=Text(
        "加入收集器。令牌由收集器的 `collector computers add` 给出，CA 文件由 `collector init` 生成。",
        "Join a collector. The token comes from `collector computers add`, the CA file from `collector init`.",
    ),
)
@click.argument("url")
@option("--token", required=True, text=Text("一次性令牌", "the one-time token"))
@option("--ca", "ca_file", required=True, type=FilePath(), text=Text("收集器的 CA 文件", "the collector's CA file"))
def command(url: str, token: str, ca_file: Path) -> None:
    """Enrol, and say what this computer is called from now on."""
    folder = own_identity().folder
    try:
        identity = enrol(folder, url, token, existing((ca_file,))[0], socket.gethostname(), __version__)
    except EnrolmentError as error:
        raise Failure(error.reason) from None
    computer = identity.record.computer
    click.echo(say(Text(f"已加入 {url}，本机编号 {computer}", f"joined {url}; this computer is {computer}")))
