"""`agent run`: watch this computer until told to stop. SIGHUP reads the configuration again."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import ExitStack

import click

from agent.assembly import Configuration, configure, open_sources, remember
from agent.commands.common import note, own_identity, told
from agent.coverage import Coverage
from agent.daemon import Daemon, read_clocks
from agent.identity import Identity
from agent.notify import Notifier
from agent.signals import run_with_signals
from agent.sources.base import utc_now
from agent.store import AlreadyRunningError, StateLock
from agent.uplink import Uplink
from agent.work import Setup
from policies.cli import BilingualCommand, Failure
from policies.folders import config_folder
from policies.vocabulary import Text

log = logging.getLogger(__name__)


@click.command(
    "run",
    cls=BilingualCommand,
    text=Text(
        "作为守护进程持续监测本机；SIGHUP 重新读取配置，SIGTERM 结束。",
        "Watch this computer, as a daemon; SIGHUP reads the configuration again, SIGTERM ends it.",
    ),
)
def command() -> None:
    """Run until a signal ends it."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    identity = own_identity()
    try:
        with told(), ExitStack() as stack:
            stack.enter_context(StateLock(identity.folder))
            daemon = _daemon(stack, identity)
            code = run_with_signals(daemon.run, stop=daemon.stop, reload=daemon.reload)
    except AlreadyRunningError as error:
        raise Failure(
            Text(f"监控程序已在运行（进程 {error.pid}）", f"the daemon is running already (process {error.pid})")
        ) from None
    if daemon.changed_sources:
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  this program again, nothing named by anyone
    raise SystemExit(code)


def _daemon(stack: ExitStack, identity: Identity) -> Daemon:
    first = configure(identity, config_folder())
    for text in first.notes:
        note(text)
    coverage = Coverage()
    sources = stack.enter_context(open_sources(first, coverage))
    memory = remember(first)
    daemon = Daemon(
        memory,
        sources,
        lambda: _setup(configure(own_identity(), config_folder()), coverage),
        lambda: read_clocks(utc_now),
        Notifier(os.environ),
    )
    if identity.enrolled:
        daemon.attach(
            Uplink(memory.store, memory.spool, identity, header=lambda: daemon.header, post=daemon.inbox.post, now=utc_now)
        )
    return daemon


def _setup(configuration: Configuration, coverage: Coverage) -> Setup:
    return Setup(
        engine=configuration.engine(), header=configuration.header, coverage=coverage, sources=configuration.source_settings
    )
