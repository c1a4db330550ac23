"""Small sources, checks and configurations for the tests of the daemon: real threads and the real engine, a made-up world."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar

from agent.engine import Engine
from agent.sources.base import Blind, Change, Post, SourceUnavailable
from agent.work import Setup
from checks.base import Check, Violation
from checks.catalog import BoundRule
from checks.subjects import Device, Radio, Subject
from policies.computer import Computer
from policies.register import Medium, Register
from policies.vocabulary import Kind, Level, Severity, Text
from tests.agent.making import HEADER, NOW


@dataclass(frozen=True)
class NoRadio(Check[Radio]):
    """A state: every radio breaks it, unless it is called "ok"."""

    id = "test.no-radio"
    title = Text("无线", "radio")
    clauses: ClassVar[tuple[str, ...]] = ("NET-01",)
    severity = Severity.CRITICAL
    subject = Radio

    def unassessable(self, subject: Radio, computer: Computer) -> Text | None:
        return Text("看不见", "unseen") if subject.kind == "unseen" else None

    def examine(self, subject: Radio, computer: Computer) -> Iterator[Violation]:
        if subject.kind not in ("ok", "unseen"):
            yield Violation(about=subject.name, message=Text("有无线", "a radio"))


@dataclass(frozen=True)
class NoDevice(Check[Device]):
    """An incident: every device breaks it."""

    id = "test.no-device"
    title = Text("设备", "device")
    clauses: ClassVar[tuple[str, ...]] = ("MED-01",)
    severity = Severity.MAJOR
    subject = Device
    kind = Kind.INCIDENT

    def examine(self, subject: Device, computer: Computer) -> Iterator[Violation]:
        yield Violation(about=subject.label, message=Text("有设备", "a device"))


def radio(name: str, kind: str = "wifi") -> Radio:
    """A radio whose key is its name."""
    return Radio(observed_at=NOW, kind=kind, name=name, path=name)


def device(session: str, serial: str = "S1") -> Device:
    """A device whose key is its session."""
    return Device(observed_at=NOW, path="/sys/x", session=session, bus="usb", vendor_id="0951", product_id="1666", serial=serial)


class World:
    """A source over a dictionary: what is in it is present. `tell` posts a change through the watch."""

    def __init__(self, name: str, *subjects: Subject) -> None:
        self.name = name
        self.things = {subject.key: subject for subject in subjects}
        self.unavailable: Text | None = None
        self.between: Callable[[], None] = lambda: None
        self.enumerated = threading.Semaphore(0)
        self._post: Post | None = None
        self._closed = threading.Event()

    def present(self) -> Iterable[Subject]:
        if self.unavailable is not None:
            raise SourceUnavailable(self.unavailable)
        for subject in list(self.things.values()):
            yield subject
            self.between()
        self.enumerated.release()

    def read(self, key: str) -> Subject | None:
        if self.unavailable is not None:
            raise SourceUnavailable(self.unavailable)
        return self.things.get(key)

    def watch(self, post: Post, ready: threading.Event) -> None:
        self._post = post
        ready.set()
        self._closed.wait()

    def close(self) -> None:
        self._closed.set()

    def tell(self, item: Change | Blind) -> None:
        """Something happened."""
        assert self._post is not None
        self._post(item)

    def add(self, subject: Subject) -> None:
        """A thing is there from now on."""
        self.things[subject.key] = subject
        self.tell(Change(source=self.name, key=subject.key, at=NOW))

    def remove(self, key: str) -> None:
        """A thing is gone."""
        del self.things[key]
        self.tell(Change(source=self.name, key=key, at=NOW))


REGISTER = Register(version=1, issued_at=NOW, media=(Medium(number="U-1", level=Level.JIMI, serial="S1"),))
COMPUTER = Computer(id="c1", hostname="host", level=Level.JIMI, register=REGISTER)


def setup(every: timedelta = timedelta(hours=1), **computer: Any) -> Setup:
    """Both checks, over the computer, with some of its facts changed."""
    rules = (BoundRule(NoRadio(), every), BoundRule(NoDevice(), every))
    return Setup(engine=Engine(rules, replace(COMPUTER, **computer), b"k" * 32), header=HEADER)
