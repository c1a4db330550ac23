"""Judging: what could not be seen is never compliant, a crash is a result, and an exemption excuses what it names."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import msgspec
import pytest

from agent.engine import Engine, Judgement, unavailable
from checks.base import Check, Violation
from checks.catalog import BoundRule
from checks.subjects import Device, Document, Network, Subject, Volume
from policies.computer import Computer
from policies.finding import Finding
from policies.vocabulary import Kind, Severity, Text, Unread, Verdict
from tests.agent.judging import COMPUTER, KEY, NOW, SECRET, Broken, Idle, Marked, Serial, device, document, exemption, rule

UNSEEN = Text("没有权限", "no permission")


def judge(subject: Subject, *rules: BoundRule, key: bytes = KEY, now: datetime = NOW) -> Judgement:
    return Engine(rules, COMPUTER, key).judge(subject, now)


def only(judgement: Judgement) -> Finding:
    (found,) = judgement.findings
    return found


# --- verdicts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "verdict", "findings", "scopes"),
    [
        (device(serial="7"), Verdict.COMPLIANT, 0, 1),
        (device(), Verdict.VIOLATION, 1, 1),
        (device(bus="pci"), Verdict.NOT_APPLICABLE, 0, 1),
        (device(serial="7", missing={"serial": UNSEEN}), Verdict.NOT_ASSESSED, 0, 0),
        (device(missing={"serial": UNSEEN}), Verdict.VIOLATION, 1, 0),
        (device(serial="7", missing={"volumes": UNSEEN}), Verdict.COMPLIANT, 0, 1),
        (device(bus="pci", missing={"serial": UNSEEN}), Verdict.NOT_APPLICABLE, 0, 1),
    ],
)
def test_what_a_check_says_of_a_subject(subject: Device, verdict: Verdict, findings: int, scopes: int) -> None:
    judgement = judge(subject, rule(Serial()))
    (outcome,) = judgement.outcomes
    assert (outcome.check, outcome.verdict, outcome.subjects) == ("test.serial", verdict, 1)
    assert (outcome.findings, len(judgement.findings), len(judgement.scopes)) == (findings, findings, scopes)


def test_what_was_missing_is_told_beside_a_violation() -> None:
    (outcome,) = judge(device(missing={"interfaces": UNSEEN}), rule(Serial())).outcomes
    assert (outcome.verdict, outcome.reason, outcome.not_assessed) == (Verdict.VIOLATION, UNSEEN, 1)


def test_a_check_can_say_itself_why_it_cannot_judge() -> None:
    judgement = judge(document(reason=Unread.ENCRYPTED, read="none"), rule(Marked()))
    (outcome,) = judgement.outcomes
    assert (outcome.verdict, outcome.reason) == (Verdict.NOT_ASSESSED, Unread.ENCRYPTED.text)
    assert judgement.scopes == frozenset()


def test_only_checks_of_the_subject_s_kind_speak() -> None:
    outcomes = judge(document(), rule(Serial()), rule(Marked()), rule(Idle())).outcomes
    assert [outcome.check for outcome in outcomes] == ["test.marked"]


def test_only_the_checks_that_are_named_speak() -> None:
    engine = Engine([rule(Serial()), rule(Marked())], COMPUTER, KEY)
    assert engine.judge(device(), NOW, checks=["test.marked"]).outcomes == ()
    assert engine.judge(device(), NOW, checks=[]).outcomes == ()
    assert len(engine.judge(device(), NOW, checks=["test.serial"]).outcomes) == 1


def test_a_finding_says_what_the_violation_and_the_check_say() -> None:
    found = only(judge(device(), rule(Serial())))
    assert (found.check, found.subject, found.clauses) == ("test.serial", "Disk", ("MED-01",))
    assert (found.severity, found.kind, found.observed_at) == (Severity.MINOR, Kind.STATE, NOW)
    assert found.message == Text("设备没有序列号", "no serial number")
    assert found.evidence == {"path": "/sys/1", "bus": "usb"}
    assert found.exemption is None


# --- severity and kind ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("storage", "of_rule", "severity", "kind"),
    [
        (False, None, Severity.MINOR, Kind.STATE),
        (True, None, Severity.CRITICAL, Kind.INCIDENT),
        (False, Severity.MAJOR, Severity.MAJOR, Kind.STATE),
        (True, Severity.NOTICE, Severity.NOTICE, Kind.INCIDENT),
    ],
)
def test_the_rule_settles_the_severity_then_the_violation_then_the_check(
    storage: bool, of_rule: Severity | None, severity: Severity, kind: Kind
) -> None:
    subject = device(volumes=(Volume(node="/dev/sdb"),) if storage else ())
    found = only(judge(subject, rule(Serial(), severity=of_rule)))
    assert (found.severity, found.kind) == (severity, kind)


# --- a check that crashes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["applies", "unassessable", "examine"])
def test_a_crash_is_told_by_its_type_and_never_by_its_message(at: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    judgement = judge(document(), rule(Broken(at)), rule(Marked()))
    broken, marked = judgement.outcomes
    assert (broken.verdict, broken.not_assessed, broken.findings) == (Verdict.ERROR, 1, 0)
    assert broken.reason == Text("检查程序出错（LookupError）", "the check failed (LookupError)")
    assert marked.verdict is Verdict.VIOLATION
    assert [record.getMessage() for record in caplog.records] == ["check test.broken failed: LookupError"]
    logged = caplog.text + repr([vars(record) for record in caplog.records])
    assert "hunter2" not in logged + repr(judgement)
    assert SECRET not in logged
    assert not any(record.exc_info for record in caplog.records)


def test_a_subject_that_crashed_a_check_is_not_judged_by_it() -> None:
    engine = Engine([rule(Broken()), rule(Marked())], COMPUTER, KEY)
    judgement = engine.judge(document(), NOW)
    assert judgement.scopes == {engine.scope("test.marked", "/srv/a.docx")}
    assert {found.check for found in judgement.findings} == {"test.marked"}


@dataclass(frozen=True)
class Endless(Idle):
    """Calls itself for ever."""

    id: ClassVar[str] = "test.endless"

    def examine(self, subject: Network, computer: Computer) -> Iterator[Violation]:
        yield from self.examine(subject, computer)


def test_an_endless_recursion_is_an_error_of_that_check() -> None:
    (outcome,) = judge(Network(observed_at=NOW), rule(Endless())).outcomes
    assert outcome.reason == Text("检查程序出错（RecursionError）", "the check failed (RecursionError)")


@dataclass(frozen=True)
class Interrupted(Idle):
    """A person presses Ctrl-C while it runs."""

    def examine(self, subject: Network, computer: Computer) -> Iterator[Violation]:
        raise KeyboardInterrupt


def test_an_interrupt_is_no_crash_of_a_check() -> None:
    with pytest.raises(KeyboardInterrupt):
        judge(Network(observed_at=NOW), rule(Interrupted()))


# --- fingerprints and scopes ------------------------------------------------------------------------------------------------


def test_a_finding_keeps_its_fingerprint_at_every_look() -> None:
    again = replace(device(), observed_at=NOW + timedelta(days=9), product="Renamed")
    first, second = only(judge(device(), rule(Serial()))), only(judge(again, rule(Serial(), severity=Severity.NOTICE)))
    assert (first.fingerprint, first.scope) == (second.fingerprint, second.scope)


@pytest.mark.parametrize(
    ("subject", "key"),
    [(device(session="s2"), KEY), (device(path="/sys/2"), KEY), (device(), b"j" * 32)],
    ids=["key", "identity", "secret"],
)
def test_another_thing_or_another_computer_has_another_fingerprint(subject: Device, key: bytes) -> None:
    first = only(judge(device(), rule(Serial())))
    assert only(judge(subject, rule(Serial()), key=key)).fingerprint != first.fingerprint


@dataclass(frozen=True)
class OtherSerial(Serial):
    """The same demand under another id."""

    id: ClassVar[str] = "test.other"


def test_two_checks_of_one_subject_have_fingerprints_and_scopes_of_their_own() -> None:
    judgement = judge(device(), rule(Serial()), rule(OtherSerial()))
    assert len({found.fingerprint for found in judgement.findings}) == 2
    assert len(judgement.scopes) == 2
    assert {found.scope for found in judgement.findings} == judgement.scopes


def test_a_fingerprint_gives_no_serial_number_or_path_away() -> None:
    found = only(judge(document("/srv/绝密/名单.docx"), rule(Marked())))
    assert len(found.fingerprint) == len(found.scope) == 32
    assert not set(found.fingerprint + found.scope) - set("0123456789abcdef")


# --- exemptions -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "holds"),
    [
        ("Disk [7F]", True),
        ("Disk*", True),
        ("Disk [7?]", True),
        ("*", True),
        ("*[7F]", True),
        ("Disk", False),
        ("disk [7f]", False),
        ("Disk [[]7F]", False),
        ("Disk [A-Z]", False),
        ("Disk 7", False),
        ("", False),
    ],
)
def test_an_exemption_names_its_subject_with_star_and_question_mark_alone(pattern: str, holds: bool) -> None:
    @dataclass(frozen=True)
    class Every(Serial):
        """Finds every device."""

        def examine(self, subject: Device, computer: Computer) -> Iterator[Violation]:
            yield Violation(about=subject.label, message=Text("甲", "a"))

    found = only(judge(device(serial="7F"), rule(Every(), exemptions=(exemption(pattern),))))
    assert found.subject == "Disk [7F]"
    assert (found.exemption is not None) is holds


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (1, True)])
def test_an_exemption_holds_through_its_last_day(days: int, holds: bool) -> None:
    exempt = exemption("Disk", until=NOW.date() + timedelta(days=days))
    judgement = judge(device(), rule(Serial(), exemptions=(exempt,)))
    (outcome,) = judgement.outcomes
    assert only(judgement).exemption == (exempt if holds else None)
    assert outcome.verdict is (Verdict.COMPLIANT if holds else Verdict.VIOLATION)
    assert (outcome.findings, outcome.exempted) == (1, int(holds))


@pytest.fixture
def shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This computer's clock is set to Chinese time."""
    monkeypatch.setenv("TZ", "CST-8")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("shanghai")
@pytest.mark.parametrize(("hour", "minute", "holds"), [(15, 59, True), (16, 0, False)])
def test_the_last_day_ends_at_midnight_of_this_computer_s_clock(hour: int, minute: int, holds: bool) -> None:
    now = datetime(2026, 6, 1, hour, minute, tzinfo=UTC)
    found = only(judge(device(), rule(Serial(), exemptions=(exemption("Disk", until=date(2026, 6, 1)),)), now=now))
    assert (found.exemption is not None) is holds


def test_an_expired_exemption_does_not_hide_a_later_one() -> None:
    old, new = exemption("*", until=date(2020, 1, 1)), exemption("Disk")
    assert only(judge(device(), rule(Serial(), exemptions=(old, new)))).exemption == new


def test_what_is_exempted_and_what_is_not_are_both_told() -> None:
    @dataclass(frozen=True)
    class Two(Serial):
        """Finds two."""

        def examine(self, subject: Device, computer: Computer) -> Iterator[Violation]:
            for about in ("one", "two"):
                yield Violation(about=about, message=Text("甲", "a"))

    judgement = judge(device(missing={"serial": UNSEEN}), rule(Two(), exemptions=(exemption("one"),)))
    (outcome,) = judgement.outcomes
    assert [found.exemption is not None for found in judgement.findings] == [True, False]
    assert (outcome.verdict, outcome.findings, outcome.exempted) == (Verdict.VIOLATION, 2, 1)


def test_an_exemption_does_not_make_the_unseen_compliant() -> None:
    judgement = judge(device(missing={"serial": UNSEEN}), rule(Serial(), exemptions=(exemption("*"),)))
    assert judgement.outcomes[0].verdict is Verdict.NOT_ASSESSED


# --- names that are no text -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Named(Marked):
    """Tells of each document by its name."""

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        path = subject.path
        yield Violation(about=path, message=Text(path, path), evidence={"path": path, "names": [path], "n": 1, "none": None})


def test_a_name_that_is_not_utf8_can_be_written_in_every_format() -> None:
    subject = document(b"/srv/\xbb\xfa.doc".decode("utf-8", "surrogateescape"))
    found = only(judge(subject, rule(Named())))
    assert found.subject == found.message.zh == found.evidence["path"] == "/srv/\\udcbb\\udcfa.doc"
    assert msgspec.json.decode(msgspec.json.encode(found), type=Finding) == found


# --- sources that cannot be read --------------------------------------------------------------------------------------------


def test_a_source_that_cannot_be_read_leaves_its_checks_not_assessed() -> None:
    rules: list[BoundRule] = [rule(Serial()), rule(Marked()), rule(Idle()), rule(Broken())]
    outcomes = unavailable(rules, Document, UNSEEN)
    assert [(o.check, o.verdict, o.reason, o.not_assessed, o.subjects) for o in outcomes] == [
        (check, Verdict.NOT_ASSESSED, UNSEEN, 1, 0) for check in ("test.marked", "test.broken")
    ]


def test_every_check_is_judged_by_the_computer_it_is_given() -> None:
    @dataclass(frozen=True)
    class Levelled(Check[Any]):
        """Tells the computer's level."""

        id: ClassVar[str] = "test.level"
        title: ClassVar[Text] = Text("级", "level")
        clauses: ClassVar[tuple[str, ...]] = ()
        severity: ClassVar[Severity] = Severity.NOTICE
        subject: ClassVar[type[Subject]] = Device

        def examine(self, subject: Device, computer: Computer) -> Iterator[Violation]:
            yield Violation(about=computer.level.value if computer.level else "", message=Text("甲", "a"))

    assert only(judge(device(), rule(Levelled()))).subject == "机密"
