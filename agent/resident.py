"""The daemon's own process, which `agent run` becomes once all is in order: `python -m agent.resident`.

It lives for months, so it holds no more than it needs: not the command line's library, and not cryptography, TLS and HTTP, which
do their work in processes that end (`agent.courier`, `agent.registers`), as the parsers do (`agent.sandbox`).
"""

from __future__ import annotations

import ctypes
import logging
import os
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

import msgspec

from agent import lean  # noqa: F401  before whatever hashes
from agent.apart import Apart
from agent.assembly import Configuration, configure, open_sources, remember
from agent.courier import Courier
from agent.coverage import Coverage
from agent.daemon import Daemon, read_clocks
from agent.identity import Identity, load
from agent.memory import Books
from agent.notify import Notifier
from agent.signals import hold_reload, run_with_signals
from agent.sources.base import utc_now
from agent.status import PARSER
from agent.store import AlreadyRunningError, StateLock
from agent.uplink import Uplink
from agent.work import Setup
from policies.folders import config_folder, state_folder
from policies.register import Register

REGISTERS = "agent.registers"
_LIBC = ctypes.CDLL(None)
_M_ARENA_MAX = -8  # mallopt(3)


def main() -> None:
    """Run until a signal ends it; where the configuration needs other sources, begin anew."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    with suppress(AttributeError):  # another C library than glibc
        _LIBC.mallopt(_M_ARENA_MAX, 1)  # threads that take turns need no heap for each
    folder = state_folder()
    hold_reload()  # whoever reads in the lock who holds it may say that there is something new
    try:
        with StateLock(folder), ExitStack() as stack:
            daemon = _daemon(stack, folder)
            code = run_with_signals(daemon.run, stop=daemon.stop, reload=daemon.reload)
    except AlreadyRunningError as error:
        raise SystemExit(str(error)) from None
    if daemon.changed_sources:
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  this program again, nothing named by anyone
    raise SystemExit(code)


def _daemon(stack: ExitStack, folder: Path) -> Daemon:
    first = _configured(folder)
    coverage = Coverage()
    books = remember(first)
    sources = stack.enter_context(
        open_sources(
            first,
            coverage,
            progress=lambda: daemon.glance(),
            meanwhile=lambda: daemon.glance(aside=True),
            told=lambda force: _note_parser(books, force),
            books=books,
        )
    )
    daemon = Daemon(
        books,
        sources,
        lambda: _setup(_configured(folder), coverage),
        lambda: read_clocks(utc_now),
        Notifier(os.environ),
        tidy=_give_back,
    )
    if first.identity.enrolled:
        post, paths = daemon.inbox.post, first.policy.paths
        daemon.attach(Uplink(Courier(folder, header=lambda: daemon.header, paths=paths, post=post, now=utc_now)))
    return daemon


def _give_back() -> None:
    """What a scan took and does not need any more; the C library would keep it."""
    with suppress(AttributeError):
        _LIBC.malloc_trim(0)


def _note_parser(books: Books, force: Mapping[str, bool]) -> None:
    """For `agent status`; a full disk must not keep a file from being read."""
    with suppress(sqlite3.OperationalError):
        books.store.remember(PARSER, force)


def _configured(folder: Path) -> Configuration:
    identity = load(folder)
    if identity is None:
        raise FileNotFoundError(f"{folder} holds no identity: `agent run` makes it")
    return configure(identity, config_folder(), _register(identity))


def _register(identity: Identity) -> Register | None:
    if not identity.knows_key:
        return None
    return msgspec.json.decode(Apart(REGISTERS, identity.folder).ask(), type=Register | None)


def _setup(configuration: Configuration, coverage: Coverage) -> Setup:
    return Setup(
        engine=configuration.engine(), header=configuration.header, coverage=coverage, sources=configuration.source_settings
    )


if __name__ == "__main__":
    main()
