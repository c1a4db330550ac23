"""`agent enrol`: join a collector."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import click

from agent import __version__
from agent.commands.common import existing, own_identity, usable_state
from agent.enrolment import EnrolmentError, enrol
from policies.cli import BilingualCommand, Failure, FilePath, option, say
from policies.vocabulary import Text

STDIN = "-"
"""In the token's place: other users can read a command line."""


@click.command(
    "enrol",
    cls=BilingualCommand,
    text=Text(
        "登记到服务器。令牌由服务器上的 `collector computers add` 给出，CA 文件由 `collector init` 生成。",
        "Join a collector. The token comes from `collector computers add`, the CA file from `collector init`.",
    ),
)
@click.argument("url")
@option(
    "--token",
    required=True,
    text=Text("一次性登记令牌；- 表示从标准输入读取", "the one-time token; - reads it from standard input"),
)
@option("--ca", "ca_file", required=True, type=FilePath(), text=Text("服务器的 CA 文件", "the collector's CA file"))
def command(url: str, token: str, ca_file: Path) -> None:
    """Enrol, and say what this computer is called from now on."""
    (ca_file,) = existing((ca_file,))
    folder = own_identity().folder
    if token == STDIN:
        token = sys.stdin.readline().strip()
    try:
        with usable_state():
            identity = enrol(folder, url, token, ca_file, socket.gethostname(), __version__)
    except EnrolmentError as error:
        raise Failure(error.reason) from None
    computer = identity.record.computer
    click.echo(say(Text(f"已登记到 {url}，本机编号 {computer}", f"joined {url}; this computer is {computer}")))
