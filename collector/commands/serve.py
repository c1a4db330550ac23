"""`collector serve`: the server, until it is told to stop."""

from __future__ import annotations

import ipaddress
import socket

import click

from collector import server
from collector.commands import common
from policies.cli import BilingualCommand, Failure, option, say
from policies.mistakes import system_reason
from policies.vocabulary import Text


@click.command(
    "serve",
    cls=BilingualCommand,
    text=Text("运行服务，直到收到终止信号。", "Run the server until it is told to stop."),
)
@option("--listen", metavar="ADDRESS", text=Text("监听地址（默认按配置）", "address to listen on (default: as configured)"))
@option("--port", type=click.IntRange(0, 65535), text=Text("端口，0 为任选一个（默认按配置）", "port, 0 for any free one"))
def command(listen: str | None, port: int | None) -> None:
    """Serve the office over TLS."""
    with common.opened_office() as office:
        address = office.settings.listen if listen is None else listen
        wanted = office.settings.port if port is None else port
        try:
            listener = server.listen(address, wanted)
        except OSError as error:
            reason = _reason(error)
            text = Text(f"无法监听 {address}:{wanted}：{reason.zh}", f"cannot listen on {address}:{wanted}: {reason.en}")
            raise Failure(text) from None
        url = _url(listener)
        with listener:
            server.serve(office, listener, common.now, lambda: click.echo(say(Text(f"服务地址 {url}", f"serving at {url}"))))


def _reason(error: OSError) -> Text:
    if isinstance(error, socket.gaierror):
        return Text("不是本机的地址或主机名", "it is no address or host name of this computer")
    return system_reason(error)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"https://[{host}]:{port}" if ipaddress.ip_address(host).version == 6 else f"https://{host}:{port}"
