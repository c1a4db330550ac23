"""What several commands share: where configuration and state are, and how their errors are told."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path

import click

from agent.identity import Identity, load
from agent.sources.probe import ProbeError
from policies.cli import Failure, say
from policies.folders import state_folder
from policies.mistakes import system_reason
from policies.register import Register
from policies.strict_yaml import ConfigError
from policies.table import printable
from policies.trusted import refuse_others
from policies.vocabulary import Text


@contextmanager
def told() -> Iterator[None]:
    """Turns the errors that a user can mend into one clear message."""
    try:
        yield
    except (ConfigError, ProbeError) as error:
        raise Failure(error.text) from None


WRITING = (OSError, sqlite3.Error)
"""What opening and filling a database of the state folder raises; beyond that its keys and records may be wrong (ValueError)."""


@contextmanager
def usable_state(errors: tuple[type[Exception], ...] = (*WRITING, ValueError)) -> Iterator[Path]:
    """The state folder; these errors inside are told as what is wrong with it."""
    folder = state_folder()
    try:
        yield folder
    except errors as error:
        reason = _reason(folder, error)
        text = Text(
            f"状态目录 {folder} 无法使用：{reason.zh}；可用环境变量 SHOUMI_STATE 指定其他目录",
            f"the state folder {folder} cannot be used: {reason.en}; SHOUMI_STATE names another one",
        )
        raise Failure(text) from None


def own_identity(*, signs: bool = True) -> Identity:
    """This computer's identity, made at the first use.

    A command that signs nothing does without its key, and so without cryptography, which would take a quarter of its memory.
    """
    with usable_state() as folder:
        known = None if signs or not folder.is_dir() else _known(folder)
        return known or _create(folder)


def _known(folder: Path) -> Identity | None:
    refuse_others(folder)
    return load(folder)


def _create(folder: Path) -> Identity:
    create: Callable[[Path], Identity] = import_module("agent.enrolment").create
    return create(folder)


def own_register(identity: Identity) -> Register | None:
    """The collector's media register, None where there is none that can be believed. Only to one who knows a collector's key is
    there something to verify, so that only then cryptography is imported.
    """
    if not identity.knows_key:
        return None
    load_register: Callable[[Identity], Register | None] = import_module("agent.registers").load_register
    return load_register(identity)


def existing(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The paths, absolute. Each must be a file or a folder: nothing else is read, and a wrong name must not look compliant."""
    for path in paths:
        _refuse_other(path)
    return tuple(path.absolute() for path in paths)


def note(text: Text) -> None:
    """A remark, to standard error; nobody need hear it."""
    with suppress(OSError):
        click.echo(say(text), err=True)


def _refuse_other(path: Path) -> None:
    name = printable(str(path))
    try:
        mode = path.stat().st_mode
    except OSError as error:
        reason = system_reason(error)
        raise Failure(Text(f"{name}：{reason.zh}", f"{name}: {reason.en}")) from None
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise Failure(Text(f"{name} 既不是文件也不是目录", f"{name} is neither a file nor a folder"))


def _reason(folder: Path, error: Exception) -> Text:
    """What is wrong in the state folder, and with which file of it."""
    database = error if isinstance(error, sqlite3.Error) else error.__cause__
    if isinstance(database, sqlite3.Error):
        return Text(_SQLITE.get(getattr(database, "sqlite_errorcode", 0) & 0xFF, "数据库出错"), str(database))
    if not isinstance(error, OSError):
        return Text(f"其中的文件已损坏或不属于本版本（{error}）", f"a file in it is damaged or of another version ({error})")
    if isinstance(error, FileExistsError):
        return Text("不是目录", "it is not a folder")
    reason = system_reason(error)
    name = f"{os.fsdecode(error.filename)} " if error.filename and Path(error.filename) != folder else ""
    return Text(f"{name}{reason.zh}", f"{name}{reason.en}")


_SQLITE = {
    sqlite3.SQLITE_BUSY: "另一程序正在使用数据库",
    sqlite3.SQLITE_READONLY: "数据库只读",
    sqlite3.SQLITE_IOERR: "数据库读写出错，磁盘可能已满",
    sqlite3.SQLITE_CORRUPT: "数据库已损坏",
    sqlite3.SQLITE_FULL: "磁盘已满",
    sqlite3.SQLITE_CANTOPEN: "数据库无法打开",
}
