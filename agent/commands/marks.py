"""`agent marks`: what classification marks the tool sees in files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
import msgspec

from agent.assembly import open_documents
from agent.commands.common import existing
from agent.commands.output import emit
from agent.coverage import Coverage
from agent.sources.base import SourceUnavailable
from agent.sources.documents import DocumentsSource
from checks.marking.notes import NOTES
from checks.subjects import Document, Mark
from policies.cli import BilingualCommand, Failure, FilePath, option, say
from policies.mistakes import system_reason
from policies.table import printable
from policies.vocabulary import Read, Text


@click.command("marks", cls=BilingualCommand, text=Text("列出文件中的密级标志。", "Show the classification marks in files."))
@click.argument("paths", nargs=-1, required=True, type=FilePath())
@option("--format", "style", type=click.Choice(["table", "jsonl"]), default="table", text=Text("输出格式", "output format"))
def command(paths: tuple[Path, ...], style: str) -> None:
    """Read the files, each one anew, and print a line or a block for each."""
    places = existing(paths)
    with ExitStack() as stack:
        source = _opened(stack, places)
        try:
            for document in source.present():
                if not emit((_line(document) if style == "jsonl" else "\n".join(_block(document))) + "\n"):
                    break
        except SourceUnavailable as error:
            raise Failure(error.reason) from None


def _opened(stack: ExitStack, places: tuple[Path, ...]) -> DocumentsSource:
    try:
        return stack.enter_context(open_documents(places, Coverage()))
    except OSError as error:
        reason = system_reason(error)
        text = Text(
            f"无法建立临时目录（{reason.zh}）；可用环境变量 TMPDIR 指定位置",
            f"no temporary folder can be made ({reason.en}); TMPDIR names the place for it",
        )
        raise Failure(text) from None


def _line(document: Document) -> str:
    fields: dict[str, Any] = {
        "path": document.path,
        "format": document.format,
        "read": document.read,
        "reason": document.reason,
        "level": document.level,
        "marks": document.marks,
    }
    return msgspec.json.encode(fields).decode()


def _block(document: Document) -> Iterator[str]:
    level = say(document.level.text) if document.level else "-"
    unread = ""
    if document.read is not Read.FULL and document.reason:
        unread = say(Text("  未完整读取：", "  not read in full: ")) + say(document.reason.text)
    yield f"{printable(document.path)}  [{document.format or '?'}]  {level}{unread}"
    for mark in document.marks:
        yield f"    {_mark(mark)}"


def _mark(mark: Mark) -> str:
    notes = say(Text("；", "; ")).join(say(NOTES[note].text) for note in mark.notes)
    parts = [printable(mark.text), say(mark.verdict.text), say(mark.place.text), mark.term or "-", notes]
    return "  ".join(part for part in parts if part)
