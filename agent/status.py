"""How the daemon fares, read from its state folder without disturbing it: what `agent status` prints."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from agent import identity
from agent.inbox import SourceState
from agent.notes import WHOLE_SCAN
from agent.pending import FULL
from agent.spool import SEQUENCE
from agent.store import DATABASE, HEARTBEAT, Store, lock_holder
from agent.uplink import HEALTH, Health
from policies.register import Issue
from policies.vocabulary import Language, Severity, Text

SCHEMA = "shoumi.status/1"
PARSER = "parser"
"""Where the daemon notes which protections of the parser are in force."""

STALE = timedelta(minutes=3)
"""A daemon that has not said for so long that it lives hangs, or cannot write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """What the collector has not got yet. `unacknowledged` are sealed reports."""

    changes: int = 0
    bytes: int = 0
    notes: int = 0
    gaps: int = 0
    merged: int = 0
    unacknowledged: int = 0
    last_sequence: int = 0
    whole_state_due: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """All that is known about the daemon. `problems` empty: it is healthy."""

    pid: int | None
    heartbeat: datetime | None = None
    started: datetime | None = None
    whole_scan: datetime | None = None
    computer: str = ""
    collector: str = ""
    policy: Mapping[str, str] = field(default_factory=dict)
    register: Issue | None = None
    sources: Mapping[str, SourceState] = field(default_factory=dict)
    open: Mapping[str, int] = field(default_factory=dict)
    exempted: int = 0
    outbox: Outbox = field(default_factory=Outbox)
    uplink: Health = field(default_factory=Health)
    parser: Mapping[str, bool] = field(default_factory=dict)
    problems: tuple[Text, ...] = ()
    schema: str = SCHEMA

    @property
    def exit_code(self) -> int:
        """0 healthy, 1 not."""
        return 1 if self.problems else 0

    def as_json(self) -> dict[str, object]:
        """The same as plain values for JSON."""
        plain: dict[str, object] = msgspec.to_builtins(self)
        return {"schema": plain.pop("schema"), "healthy": not self.problems, "running": self.pid is not None, **plain}

    def as_text(self, language: Language) -> str:
        """The same for a reader."""
        lines = [f"{label.say(language)}: {value}" for label, value in self._lines(language)]
        problems = [f"  - {problem.say(language)}" for problem in self.problems]
        verdict = Text("存在问题：", "problems:") if problems else Text("运行正常", "healthy")
        return "\n".join([*lines, verdict.say(language), *problems])

    def _lines(self, language: Language) -> Iterator[tuple[Text, object]]:
        yield Text("进程", "process"), self.pid or "-"
        yield Text("最近心跳", "last heartbeat"), _local(self.heartbeat)
        yield Text("最近全面检查", "last whole scan"), _local(self.whole_scan)
        yield Text("计算机编号", "computer"), self.computer or "-"
        yield Text("服务器", "collector"), self.collector or Text("未登记", "not enrolled").say(language)
        yield Text("策略", "policy"), " ".join(filter(None, (self.policy.get("id"), self.policy.get("version")))) or "-"
        yield Text("使用中的介质台账", "media register in use"), self.register.text.say(language) if self.register else "-"
        for name, state in sorted(self.sources.items()):
            watching = Text("监视中", "watching") if state.watching else state.reason or Text("未监视", "not watching")
            yield Text(f"来源 {name}", f"source {name}"), watching.say(language)
        yield Text("文档解析沙箱", "document parser"), self._protection.say(language)
        for severity in Severity:
            yield Text(f"{severity.text.zh}问题", f"open, {severity.text.en}"), self.open.get(severity.value, 0)
        yield Text("已豁免", "exempted"), self.exempted
        yield Text("待上报变化", "changes to report"), f"{self.outbox.changes} ({self.outbox.bytes} B)"
        yield Text("待上报中断", "gaps to report"), self.outbox.gaps
        yield Text("已合并变化", "merged changes"), self.outbox.merged
        yield Text("未确认报告", "reports not acknowledged"), f"{self.outbox.unacknowledged} / {self.outbox.last_sequence}"
        yield Text("最近上报成功", "last report taken"), _local(self.uplink.last_ok)

    @property
    def _protection(self) -> Text:
        """What keeps the parser of untrusted files from the rest of the computer."""
        if not self.parser:
            return Text("-", "-")
        missing = sorted(name for name, on in self.parser.items() if not on)
        if missing:
            return Text(f"缺少保护：{'、'.join(missing)}", f"without these protections: {', '.join(missing)}")
        return Text(f"{len(self.parser)} 项保护均已生效", f"all {len(self.parser)} protections in force")


def read(folder: Path, now: datetime) -> Status:
    """The status of the daemon that works in a state folder. Raises PermissionError where it may not be read."""
    pid = lock_holder(folder)
    if not (folder / DATABASE).exists():
        return Status(pid=pid, problems=(Text("监控程序从未运行", "the agent has never run"),))
    try:
        with Store.look(folder / DATABASE) as store:
            known = _read(folder, store, pid)
            return replace(known, problems=tuple(_problems(known, store, now)))
    except sqlite3.DatabaseError as error:
        return Status(pid=pid, problems=(Text(f"状态文件无法读取：{error}", f"the state file cannot be read: {error}"),))


def _read(folder: Path, store: Store, pid: int | None) -> Status:
    known = identity.load(folder)
    record = identity.Record(computer="") if known is None else known.record
    open_by_severity = store.rows("SELECT severity, COUNT(*) FROM open_findings WHERE exempt = 0 GROUP BY severity")
    return Status(
        pid=pid,
        heartbeat=msgspec.convert(store.recall(HEARTBEAT), datetime | None),
        started=msgspec.convert(store.recall("started"), datetime | None),
        whole_scan=msgspec.convert(store.recall(WHOLE_SCAN), datetime | None),
        computer=record.computer,
        collector=record.url,
        policy=store.recall("policy") or {},
        register=msgspec.convert(store.recall("register"), Issue | None),
        sources=msgspec.convert(store.recall("sources") or {}, dict[str, SourceState]),
        open={severity.value: dict(open_by_severity).get(severity.value, 0) for severity in Severity},
        exempted=store.value("SELECT COUNT(*) FROM open_findings WHERE exempt = 1"),
        outbox=_outbox(store),
        uplink=msgspec.convert(store.recall(HEALTH) or {}, Health),
        parser=store.recall(PARSER) or {},
    )


def _outbox(store: Store) -> Outbox:
    changes, size = store.rows("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM pending_findings")[0]
    return Outbox(
        changes=changes,
        bytes=size,
        notes=store.value("SELECT COUNT(*) FROM pending_notes"),
        gaps=store.value("SELECT COUNT(*) FROM pending_notes WHERE kind = 'gap'"),
        merged=store.value("SELECT COALESCE(SUM(count), 0) FROM merged"),
        unacknowledged=store.value("SELECT COUNT(*) FROM sealed WHERE acked = 0 AND refused IS NULL"),
        last_sequence=store.recall(SEQUENCE) or 0,
        whole_state_due=bool(store.recall(FULL)),
    )


def _problems(status: Status, store: Store, now: datetime) -> Iterator[Text]:
    if status.pid is None:
        yield Text("监控程序未运行", "the agent is not running")
    elif status.heartbeat is None or abs(now - status.heartbeat) > STALE:
        last = _local(status.heartbeat)
        yield Text(
            f"自 {last} 起无心跳：程序停滞或无法写入磁盘", f"no heartbeat since {last}: it hangs, or cannot write to the disk"
        )
    if store.recall("damaged"):
        yield Text("状态文件曾损坏，尚未上报", "the state file was damaged, which has not been reported yet")
    if (refused := store.recall("configuration_error")) is not None:
        yield Text(refused["zh"], refused["en"])
    for name, state in sorted(status.sources.items()):
        if not state.watching:
            why = state.reason or Text("原因不明", "reason unknown")
            yield Text(f"来源 {name} 未监视：{why.zh}", f"source {name} is not watched: {why.en}")
    yield from _uplink_problems(status.uplink)


def _uplink_problems(uplink: Health) -> Iterator[Text]:
    if uplink.failures:
        yield Text(
            f"连续 {uplink.failures} 次上报失败：{uplink.error}",
            f"reporting failed {uplink.failures} times in a row: {uplink.error}",
        )
    if uplink.refused:
        yield Text(f"{uplink.refused} 份报告被拒收：{uplink.refusal}", f"{uplink.refused} reports were refused: {uplink.refusal}")


def _local(time: datetime | None) -> str:
    """A time as a reader's clock shows it."""
    return "-" if time is None else time.astimezone().isoformat(sep=" ", timespec="seconds")
