"""`agent marks`: what classification marks the tool sees in files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
import msgspec

from agent.assembly import open_documents
from agent.commands.common import existing
from agent.commands.output import emit
from agent.coverage import Coverage
from agent.explaining import explained
from agent.extract.reading import Explained
from agent.sandbox import Sandbox, SandboxUnavailable
from agent.sources.base import SourceUnavailable
from agent.sources.documents import DocumentsSource
from checks.marking.features import FEATURES, THRESHOLD
from checks.marking.notes import NOTES
from checks.subjects import Document, Mark
from policies.cli import BilingualCommand, Failure, FilePath, option, say
from policies.mistakes import system_reason
from policies.table import printable
from policies.vocabulary import Read, Text


@click.command("marks", cls=BilingualCommand, text=Text("列出文件中的密级标志。", "Show the classification marks in files."))
@click.argument("paths", nargs=-1, required=True, type=FilePath())
@option("--format", "style", type=click.Choice(["table", "jsonl"]), default="table", text=Text("输出格式", "output format"))
@option(
    "--explain",
    is_flag=True,
    text=Text("逐一说明为何判定为标志或者只是提及", "tell of each candidate why it is a mark or only a mention"),
)
def command(paths: tuple[Path, ...], style: str, explain: bool) -> None:
    """Read the files, each one anew, and print a line or a block for each."""
    places = existing(paths)
    with ExitStack() as stack:
        source = _opened(stack, places)
        sandbox = stack.enter_context(Sandbox()) if explain else None
        try:
            for document in source.present():
                why = explained(document, sandbox) if sandbox else None
                if not emit((_line(document, why) if style == "jsonl" else "\n".join(_block(document, why or ()))) + "\n"):
                    break
        except SourceUnavailable as error:
            raise Failure(error.reason) from None
        except SandboxUnavailable:
            raise Failure(Text("解析文件的沙箱无法启动", "the sandbox that parses documents cannot be started")) from None


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


def _line(document: Document, why: Sequence[Explained] | None) -> str:
    fields: dict[str, Any] = {
        "path": document.path,
        "format": document.format,
        "read": document.read,
        "reason": document.reason,
        "level": document.level,
        "marks": document.marks,
    }
    if why is not None:
        fields["readings"] = [_fields(one) for one in why]
    return msgspec.json.encode(fields).decode()


def _fields(one: Explained) -> dict[str, Any]:
    return {
        "text": one.text,
        "outcome": one.outcome,
        "score": one.score,
        "threshold": THRESHOLD,
        "place": one.place,
        "page": one.page,
        "line": one.line,
        "member": one.member,
        "features": [{"name": name, "weight": FEATURES[name].weight, "text": FEATURES[name].text} for name in one.features],
    }


def _block(document: Document, why: Sequence[Explained]) -> Iterator[str]:
    level = say(document.level.text) if document.level else "-"
    unread = ""
    if document.read is not Read.FULL and document.reason:
        unread = say(Text("  未完整读取：", "  not read in full: ")) + say(document.reason.text)
    yield f"{printable(document.path)}  [{document.format or '?'}]  {level}{unread}"
    for mark in document.marks:
        yield f"    {_mark(mark)}"
    for one in why:
        yield from _reasons(one)


def _reasons(one: Explained) -> Iterator[str]:
    """A candidate, where it stands, what it is taken for, and each feature with its weight."""
    score = Text(f"得分 {one.score}，满 {THRESHOLD} 为标志", f"score {one.score}, a mark from {THRESHOLD} on")
    parts = [printable(one.text), say(one.outcome.text), _where(one), say(score)]
    yield f"    {'  '.join(parts)}"
    for name in one.features:
        yield f"        {FEATURES[name].weight:+d}  {say(FEATURES[name].text)}"


def _where(one: Explained) -> str:
    page = Text(f"第{one.page}页", f"page {one.page}, ") if one.page else Text("", "")
    line = Text(f"第{one.line}行", f"line {one.line}")
    member = f"{printable(one.member)} " if one.member else ""
    return f"{member}{say(one.place.text)} {say(page)}{say(line)}"


def _mark(mark: Mark) -> str:
    notes = say(Text("；", "; ")).join(say(NOTES[note].text) for note in mark.notes)
    parts = [printable(mark.text), say(mark.verdict.text), say(mark.place.text), mark.term or "-", notes]
    return "  ".join(part for part in parts if part)
