"""`agent run`: watch this computer until told to stop. SIGHUP reads the configuration again."""

from __future__ import annotations

import os
import sys

import click

from agent.assembly import configure, open_sources, remember
from agent.commands.common import WRITING, note, own_identity, told, usable_state
from agent.coverage import Coverage
from agent.registers import load_register
from agent.store import lock_holder
from policies.cli import BilingualCommand, Failure
from policies.folders import config_folder
from policies.vocabulary import Text

RESIDENT = "agent.resident"


@click.command(
    "run",
    cls=BilingualCommand,
    text=Text(
        "作为守护进程持续监测本机；SIGHUP 重新读取配置，SIGTERM 结束。",
        "Watch this computer, as a daemon; SIGHUP reads the configuration again, SIGTERM ends it.",
    ),
)
def command() -> None:
    """See that all is in order, tell what is not, then become the daemon."""
    identity = own_identity()
    with usable_state():
        pid = lock_holder(identity.folder)
    if pid is not None:
        raise Failure(Text(f"监控程序已在运行（进程 {pid}）", f"the daemon is running already (process {pid})"))
    with told():
        setup = configure(identity, config_folder(), load_register(identity))
        for text in setup.notes:
            note(text)
        with usable_state(WRITING), open_sources(setup, Coverage()):
            pass  # a probe that the policy misnames is told here
        with usable_state():
            remember(setup).store.close()
    # This process with all that the command line needs gives way to one that holds only what the daemon needs.
    os.execv(sys.executable, [sys.executable, "-P", "-m", RESIDENT])  # noqa: S606  a program of ours
