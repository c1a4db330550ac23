"""`agent scan`: judge this computer once, or the documents given, or facts recorded elsewhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

import click

from agent.assembly import Configuration, configure, open_sources, remember
from agent.commands.common import WRITING, existing, note, own_identity, own_register, told, usable_state
from agent.commands.output import refuse_early, write
from agent.commands.progress import Progress
from agent.coverage import Coverage
from agent.engine import Engine
from agent.facts import SUBJECTS, RecordedSource, load
from agent.output.registry import FORMATS, renderer
from agent.recording import Recorder
from agent.scan import run, select
from agent.sources.base import Source, utc_now
from agent.sources.documents import DocumentsSource
from policies.cli import BilingualCommand, Failure, FilePath, language, option
from policies.folders import config_folder
from policies.vocabulary import Severity, Text

NEVER = "never"


@click.command(
    "scan",
    cls=BilingualCommand,
    text=Text(
        "按策略检查本机一次；给出路径时，文件检查只读这些路径。\n\n"
        "退出码：0 符合；1 有达到 --fail-on 的违规；2 用法、策略或文件有误；3 无违规，但有检查未能完成。",
        "Judge this computer once by the policy; with paths, the document checks read those.\n\n"
        "Exit codes: 0 compliant; 1 a violation at or above --fail-on; 2 usage, policy or file error; "
        "3 no violation, but something could not be assessed.",
    ),
)
@click.argument("paths", nargs=-1, type=FilePath())
@option("--policy", metavar="FILE|PACK", text=Text("策略文件或内置策略名", "a policy file, or a shipped pack"))
@option("--computer", type=FilePath(), text=Text("计算机文件", "a computer file"))
@option("--only", multiple=True, metavar="GLOB", text=Text("只做匹配的检查，可重复", "only checks that match, repeatable"))
@option("--facts", type=FilePath(), text=Text("判断记录的事实，不读本机", "judge recorded facts, read nothing here"))
@option("--format", "style", type=click.Choice(FORMATS), default="table", text=Text("输出格式", "output format"))
@option("-o", "--output", type=FilePath(), text=Text("写入文件", "write to a file"))
@option(
    "--fail-on",
    type=click.Choice([*(s.value for s in Severity), NEVER]),
    default=Severity.NOTICE.value,
    show_default=True,
    text=Text("达到该严重程度时退出码为 1", "severity from which the exit code is 1"),
)
@option("--full", is_flag=True, text=Text("未变化的文件也重读", "read unchanged files again"))
@option(
    "--probe", "probes", multiple=True, metavar="HOST:PORT", text=Text("主动探测一个目标，可重复", "one active probe, repeatable")
)
@option("--report", is_flag=True, text=Text("结果同时放入待报队列", "also spool the result for the collector"))
def command(
    paths: tuple[Path, ...],
    policy: str | None,
    computer: Path | None,
    only: tuple[str, ...],
    facts: Path | None,
    style: str,
    output: Path | None,
    fail_on: str,
    full: bool,
    probes: tuple[str, ...],
    report: bool,
) -> None:
    """Scan, print, and exit with what the contract says."""
    places = existing(paths)
    refuse_early(output)
    _refuse_contradictions(facts, probes, report=report)
    with told(), usable_state((sqlite3.Error,)), ExitStack() as stack:
        identity = own_identity(signs=report)
        today = date.today()  # noqa: DTZ011  the office's own day
        setup = configure(identity, config_folder(), own_register(identity), policy, computer, today)
        for text in setup.notes:
            note(text)
        engine = _engine(setup, only)
        coverage = Coverage()
        whole = not (only or places)
        sources = _sources(stack, setup, coverage, places, facts, full=full, each=report and not whole, probes=probes)
        recorder = stack.enter_context(_recording(setup, engine, whole=whole)) if report else None
        result = run(engine, setup.policy, sources, coverage, utc_now, [recorder] if recorder else [])
        if recorder:
            recorder.finish(result)
    write(renderer(style)(result, language()), output)
    raise SystemExit(result.exit_code(None if fail_on == NEVER else Severity(fail_on)))


def _refuse_contradictions(facts: Path | None, probes: tuple[str, ...], *, report: bool) -> None:
    """With recorded facts there is nothing to send to, and nothing to report of this computer."""
    for name, given in (("--report", report), ("--probe", bool(probes))):
        if facts and given:
            raise Failure(
                Text(
                    f"{name} 不能与 --facts 同用：记录的事实不是本机的",
                    f"{name} does not go with --facts: they are not this computer's",
                )
            )


def _sources(
    stack: ExitStack,
    setup: Configuration,
    coverage: Coverage,
    places: tuple[Path, ...],
    facts: Path | None,
    *,
    full: bool,
    each: bool,
    probes: tuple[str, ...],
) -> Mapping[str, Source]:
    """This computer's sources, or recorded ones; with paths, the documents are read in either case."""
    recorded = load(facts) if facts else None
    if recorded and not places:
        return {name: RecordedSource(name, recorded) for name in SUBJECTS}
    progress = stack.enter_context(Progress(coverage))
    with usable_state(WRITING):
        live = stack.enter_context(
            open_sources(setup, coverage, paths=places or None, full=full, each=each, probes=probes, progress=progress.step)
        )
    documents = live["documents"]
    if isinstance(documents, DocumentsSource):
        progress.expect(documents.count)
    if recorded:
        return {**live, **{name: RecordedSource(name, recorded) for name in SUBJECTS if name != "documents"}}
    return live


def _engine(setup: Configuration, only: tuple[str, ...]) -> Engine:
    rules = select(setup.rules, only)
    if not rules:
        known = [rule.check.id for rule in setup.rules]
        raise Failure(
            Text(
                f"策略中没有与 --only 匹配的检查；策略含：{'、'.join(known)}",
                f"no check of the policy matches --only; it has: {', '.join(known)}",
            )
        )
    return setup.engine(rules)


@contextmanager
def _recording(setup: Configuration, engine: Engine, *, whole: bool) -> Iterator[Recorder]:
    with usable_state():
        memory = remember(setup)
    with memory.store:
        yield Recorder(memory, engine, utc_now, whole=whole)
