"""What several commands share: the office that they work on, files in and out, and how errors are told."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from sqlalchemy.exc import SQLAlchemyError

from collector.ledgers import csvfile
from collector.ledgers.cells import shown
from collector.ledgers.csvfile import Field, LedgerError
from collector.office import Office, OfficeError, open_office
from collector.settings import Settings, read
from policies.cli import Failure, language, say
from policies.folders import config_folder, state_folder
from policies.mistakes import system_reason
from policies.strict_yaml import ConfigError
from policies.table import table
from policies.vocabulary import Text

FORMATS = click.Choice(["table", "json", "csv"])
STANDARD_OUTPUT = Path("-")
_MAX_TOLD = 50


def folder() -> Path:
    """Where the collector keeps its state."""
    return state_folder() / "collector"


def settings() -> Settings:
    """The office's settings, or one clear error."""
    try:
        return read(config_folder())
    except ConfigError as error:
        raise Failure(error.text) from None


@contextmanager
def opened_office() -> Iterator[Office]:
    """The office, closed afterwards; the errors that a user can mend become clear messages."""
    try:
        office = open_office(folder(), settings())
    except OfficeError as error:
        raise Failure(error.text) from None
    except SQLAlchemyError as error:
        raise _unusable(error) from None
    try:
        yield office
    except LedgerError as error:
        raise _told(error.texts) from None
    except SQLAlchemyError as error:
        raise _unusable(error) from None
    finally:
        office.store.close()


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def ledger(fields: Sequence[Field], rows: Sequence[Mapping[str, Any]], style: str) -> bytes:
    """A ledger in one of FORMATS."""
    if style == "json":
        return msgspec.json.format(msgspec.json.encode(rows)) + b"\n"
    if style == "csv":
        return csvfile.write(fields, rows, language())
    cells = [[shown(row[field.name]) for field in fields] for row in rows]
    return (table([say(field.header) for field in fields], cells) + "\n").encode()


def read_file(path: Path) -> bytes:
    """A file's bytes, or one clear error."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = system_reason(error)
        raise Failure(Text(f"无法读取 {path}：{reason.zh}", f"cannot read {path}: {reason.en}")) from None


def write_out(data: bytes, output: Path | None) -> None:
    """To the file, or to standard output (None and `-`)."""
    if output is None or output == STANDARD_OUTPUT:
        click.echo(data, nl=False)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        reason = system_reason(error)
        raise Failure(Text(f"无法写入 {output}：{reason.zh}", f"cannot write {output}: {reason.en}")) from None
    click.echo(say(Text(f"已写入 {output}", f"written to {output}")), file=sys.stderr)


def _told(texts: Sequence[Text]) -> Failure:
    """Every reason on a line, up to a number that a person reads."""
    more = len(texts) - _MAX_TOLD
    rest = [Text(f"……另有 {more} 处", f"... and {more} more")] if more > 0 else []
    shown = [*texts[:_MAX_TOLD], *rest]
    return Failure(Text("\n".join(text.zh for text in shown), "\n".join(text.en for text in shown)))


def _unusable(error: SQLAlchemyError) -> Failure:
    reason = str(getattr(error, "orig", None) or error).splitlines()[0]
    return Failure(Text(f"数据库无法使用：{reason}", f"the database cannot be used: {reason}"))
