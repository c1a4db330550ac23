"""What must never come of a file, however damaged: the judgement on one answer."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from agent.extract.reading import Reading
from policies.vocabulary import Read, Unread
from tests.fuzz.documents import SECRETS
from tests.fuzz.reader import MOST_CPU, Answer

MOST_MEMORY = 80 << 20
"""Bytes that a reader may have at most, with all that it is made of."""

_MUCH = 8  # where an eighth of a file is missing it is not whole, whatever its marks


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault. `kind` says which demand was broken; with `where` it tells one fault from another."""

    kind: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A damaged file. `sound`: the reading of what it was made of; `cut`: all that happened to it is that it was cut short, or a
    part of it whose end is seen; `missing`: bytes that were cut off the file itself.
    """

    number: int
    seed: str
    data: bytes
    sound: Reading
    cut: bool = False
    missing: int = 0


def judged(case: Case, answer: Answer) -> Iterator[Finding]:
    """Every fault that one answer shows."""
    if answer.status is not None:
        yield Finding("hang" if answer.status == -signal.SIGPROF else "death", _ended(answer))
    if answer.escaped:
        yield Finding("escape", answer.escaped)
    if answer.cpu > MOST_CPU:
        yield Finding("hang", case.seed)
    if answer.peak > MOST_MEMORY + len(case.data):
        yield Finding("memory", case.seed)
    yield from (Finding("memory", note) for note in answer.caught if note.startswith("MemoryError"))
    if answer.reading is not None:
        yield from _judged(case, answer.reading)
        if answer.again is not None and differ(answer.reading, answer.again):
            yield Finding("unsteady", case.seed)
        if answer.again is not None and tells(answer.again):
            yield Finding("leak", case.seed)


def _judged(case: Case, reading: Reading) -> Iterator[Finding]:
    if tells(reading):
        yield Finding("leak", case.seed)
    if case.cut and reading.read is Read.FULL and (lost(case.sound, reading) or case.missing * _MUCH > len(case.data)):
        yield Finding("cut", case.seed)


def lost(sound: Reading, reading: Reading) -> bool:
    """Whether a mark of the sound document is not there any more."""
    return bool(Counter(mark.text for mark in sound.marks) - Counter(mark.text for mark in reading.marks))


def tells(reading: Reading) -> bool:
    """Whether a reading holds a sentence of the document. A member's name may be one: damage made it so."""
    marks = tuple(replace(mark, member=None) for mark in reading.marks)
    explained = tuple(replace(one, member=None) for one in reading.explained)
    told = replace(reading, marks=marks, explained=explained).encode().decode()
    return any(secret in told for secret in SECRETS)


def differ(one: Reading, other: Reading) -> bool:
    """Whether a file has other marks where mentions are asked for too, unless the time ran out. The reading that asks for them
    looks at more of a damaged file, so what it says of the damage may differ.
    """
    return Unread.TIMEOUT not in (one.reason, other.reason) and one.marks != other.marks


def _ended(answer: Answer) -> str:
    status = answer.status or 0
    how = signal.Signals(-status).name if status < 0 else f"exit {status}"
    return f"{how} at {answer.where}"
