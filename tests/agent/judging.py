"""Subjects, checks and results for the tests of the engine, the scan and the outputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from agent.coverage import Coverage
from agent.scan import Result
from checks.base import Check, Violation
from checks.catalog import BoundRule
from checks.subjects import Device, Document, Network
from policies.computer import Computer
from policies.finding import Exemption, Finding
from policies.policy import Folders, Policy
from policies.report import CheckResult
from policies.strict_yaml import Loaded
from policies.vocabulary import Kind, Level, Paths, Read, Severity, Text, Verdict

NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
KEY = b"k" * 32
COMPUTER = Computer(id="c1", hostname="host", level=Level.JIMI)
SECRET = "关于某某工程的密码是 hunter2"


@dataclass(frozen=True)
class Serial(Check[Device]):
    """A device must have a serial number. Storage is graver and an incident."""

    id: ClassVar[str] = "test.serial"
    title: ClassVar[Text] = Text("没有序列号", "no serial number")
    clauses: ClassVar[tuple[str, ...]] = ("MED-01",)
    severity: ClassVar[Severity] = Severity.MINOR
    subject: ClassVar[type[Device]] = Device
    needs: ClassVar[tuple[str, ...]] = ("serial", "interfaces")

    def applies(self, subject: Device, computer: Computer) -> bool:
        return subject.bus == "usb"

    def examine(self, subject: Device, computer: Computer) -> Iterator[Violation]:
        storage = {"severity": Severity.CRITICAL, "kind": Kind.INCIDENT} if subject.is_storage else {}
        if not subject.serial:
            fields: dict[str, Any] = {"identity": subject.path, "evidence": {"path": subject.path, "bus": "usb"}, **storage}
            yield Violation(about=subject.label, message=Text("设备没有序列号", "no serial number"), **fields)


@dataclass(frozen=True)
class Marked(Check[Document]):
    """A document must bear a mark; what could not be read cannot be judged."""

    id: ClassVar[str] = "test.marked"
    title: ClassVar[Text] = Text("没有密级标志", "no mark")
    clauses: ClassVar[tuple[str, ...]] = ("MRK-01", "MRK-02")
    severity: ClassVar[Severity] = Severity.MAJOR
    subject: ClassVar[type[Document]] = Document

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        return subject.reason.text if subject.reason else None

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        if subject.read is Read.FULL and not subject.marks:
            yield Violation(about=subject.label, message=Text("文件没有密级标志", "the document bears no mark"))


@dataclass(frozen=True)
class Broken(Check[Document]):
    """Fails on every document, in the middle of its work, with a message that must not be told."""

    id: ClassVar[str] = "test.broken"
    title: ClassVar[Text] = Text("坏检查", "broken check")
    clauses: ClassVar[tuple[str, ...]] = ("MRK-01",)
    severity: ClassVar[Severity] = Severity.MAJOR
    subject: ClassVar[type[Document]] = Document

    at: str = "examine"

    def applies(self, subject: Document, computer: Computer) -> bool:
        return self._fail("applies")

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        self._fail("unassessable")
        return None

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        yield Violation(about=subject.label, message=Text("甲", "a"))
        self._fail("examine")

    def _fail(self, here: str) -> bool:
        if self.at == here:
            try:
                raise ValueError(SECRET)
            except ValueError as error:
                raise LookupError(f"{SECRET}!") from error
        return True


@dataclass(frozen=True)
class Idle(Check[Network]):
    """Finds nothing in a network."""

    id: ClassVar[str] = "test.idle"
    title: ClassVar[Text] = Text("网络", "network")
    clauses: ClassVar[tuple[str, ...]] = ("NET-01",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Network]] = Network

    def examine(self, subject: Network, computer: Computer) -> Iterator[Violation]:
        yield from ()


def rule(check: Check[Any], **values: Any) -> BoundRule:
    return BoundRule(check, timedelta(days=1), **values)


def exemption(subject: str, **values: Any) -> Exemption:
    fields = {"reason": "试点", "by": "王五", "until": NOW.date(), **values}
    return Exemption(subject=subject, **fields)


def device(**values: Any) -> Device:
    fields: dict[str, Any] = {"path": "/sys/1", "session": "s1", "bus": "usb", "product": "Disk", **values}
    return Device(observed_at=NOW, **fields)


def document(path: str = "/srv/a.docx", **values: Any) -> Document:
    return Document(observed_at=NOW, path=path, **{"read": Read.FULL, **values})


def policy(**values: Any) -> Policy:
    plain = Policy(
        id="office",
        version="2026.1",
        title=Text("办公室", "office"),
        folders=Folders(),
        rules=(),
        paths=Paths.MASKED,
        probes=(),
        sha256="ab" * 32,
        source=Loaded("policy.yaml", {}),
    )
    return replace(plain, **values)


def finding(subject: str = "eth0", **values: Any) -> Finding:
    plain = Finding(
        fingerprint="f" * 32,
        check="test.serial",
        kind=Kind.STATE,
        severity=Severity.MAJOR,
        subject=subject,
        message=Text("有问题", "something is wrong"),
        clauses=("MED-01", "MED-02"),
        observed_at=NOW,
        scope="s",
        evidence={"table": 254, "names": ["a"]},
    )
    return replace(plain, **values)


def checked(check: str = "test.serial", verdict: Verdict = Verdict.VIOLATION, **values: Any) -> CheckResult:
    return CheckResult(check=check, title=Text("没有序列号", "no serial number"), verdict=verdict, **{"subjects": 1, **values})


def result(*findings: Finding, checks: tuple[CheckResult, ...] | None = None, **values: Any) -> Result:
    plain = Result(
        started_at=NOW,
        finished_at=NOW + timedelta(seconds=2),
        computer=COMPUTER,
        policy=policy(),
        checks=(checked(findings=len(findings)),) if checks is None else checks,
        findings=findings,
        coverage=Coverage(),
    )
    return replace(plain, **values)
