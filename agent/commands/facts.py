"""`agent facts`: what the sources say about this computer, to look at, to record for a test, to replay with `scan --facts`."""

from __future__ import annotations

import socket
import sqlite3
from contextlib import ExitStack

import click

from agent import __version__
from agent.assembly import configure, open_sources
from agent.commands.common import WRITING, own_identity, told, usable_state
from agent.commands.output import emit
from agent.coverage import Coverage
from agent.facts import SUBJECTS, encode, record
from agent.registers import load_register
from agent.sources.base import utc_now
from policies.cli import BilingualCommand, option
from policies.folders import config_folder
from policies.vocabulary import Text

DOCUMENTS = "documents"


@click.command(
    "facts",
    cls=BilingualCommand,
    text=Text(
        "以 JSON 输出本机事实；不写名称时输出除 documents 以外的全部。",
        "Print the facts about this computer as JSON; without a name, all but documents.",
    ),
)
@click.argument("names", nargs=-1, type=click.Choice(list(SUBJECTS)))
@option("--policy", metavar="FILE|PACK", text=Text("策略文件或内置策略名", "a policy file, or a shipped pack"))
def command(names: tuple[str, ...], policy: str | None) -> None:
    """Read the sources once and print what they say."""
    wanted = names or tuple(name for name in SUBJECTS if name != DOCUMENTS)
    with told(), usable_state((sqlite3.Error,)), ExitStack() as stack:
        identity = own_identity()
        setup = configure(identity, config_folder(), load_register(identity), policy)
        with usable_state(WRITING):
            sources = stack.enter_context(open_sources(setup, Coverage(), each=True))
        chosen = {name: sources[name] for name in wanted}
        facts = record(chosen, now=utc_now(), hostname=socket.gethostname(), agent=__version__)
    emit(encode(facts))
