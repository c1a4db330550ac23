"""One run over the damaged documents of a family: reads them, judges what came of them, keeps the files that show a fault."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from agent.sandbox import Sandbox
from tests.fuzz.cases import Cases, read_sound
from tests.fuzz.documents import SECRETS
from tests.fuzz.families import FAMILIES
from tests.fuzz.minimise import smaller
from tests.fuzz.oracle import MOST_MEMORY, Case, Finding, differ, judged
from tests.fuzz.reader import SECONDS, Answer, Reader

TWICE = 8
"""Every so manieth document is read twice."""
SANDBOXED = 61
"""Every so manieth is also read in the product's own sandbox."""

_KEPT = 3  # files of one fault
_SLOWEST = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a person may know of one reading, to count them."""

    format: str
    read: str
    reason: str

    @classmethod
    def of(cls, answer: Answer) -> Outcome:
        """The outcome of one file."""
        if answer.reading is None:
            return cls("-", "-", "died" if answer.status is not None else "escaped")
        reason = answer.reading.reason
        return cls(answer.reading.format or "-", answer.reading.read.value, reason.value if reason else "-")


class Campaign:
    """`findings`: how often each fault was seen."""

    def __init__(self, family: str, seed: int, out: Path) -> None:
        self.findings: Counter[Finding] = Counter()
        self.outcomes: Counter[Outcome] = Counter()
        self.caught: Counter[str] = Counter()
        self.slowest: list[tuple[float, int, str]] = []
        self.done = 0
        self._family = family
        self._seed = seed
        self._out = out
        self._stack = ExitStack()
        self._started = time.monotonic()

    def __enter__(self) -> Campaign:
        self._out.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            self._errors = stack.enter_context((self._out / "stderr").open("w+b"))
            self._reader = stack.enter_context(Reader(self._errors))
            self._sandbox = stack.enter_context(Sandbox(seconds=4 * SECONDS))
            seeds = FAMILIES[self._family]()
            self._cases = Cases(self._family, seeds, read_sound(self._reader, seeds), self._seed)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()

    def step(self, number: int) -> None:
        """Read one case and judge what came of it."""
        case = self._cases.case(number)
        answer = self._reader.read(case.data, twice=number % TWICE == 0)
        self.done += 1
        self.outcomes[Outcome.of(answer)] += 1
        self._remember(case, answer)
        for finding in judged(case, answer):
            self._take(finding, case)
        if number % SANDBOXED == 0:
            self._confined(case, answer)

    def summary(self) -> Iterator[str]:
        """What a person reads at the end."""
        seconds = time.monotonic() - self._started
        yield f"{self._family}: {self.done} executions, {self.done / seconds:.1f} a second, seed {self._seed}"
        yield f"{len(self.outcomes)} distinct outcomes"
        for outcome, times in self.outcomes.most_common():
            yield f"  {times:7d}  {outcome.format:8} {outcome.read:8} {outcome.reason}"
        yield f'{len(self.caught)} exceptions that became "corrupt"'
        yield from (f"  {times:7d}  {what}" for what, times in self.caught.most_common())
        yield "slowest: " + ", ".join(f"{cpu:.2f} s ({name}, {size >> 10} KB)" for cpu, size, name in self.slowest)
        if self._has_told():
            self.findings[Finding("leak", "standard error")] += 1
        yield f"{len(self.findings)} findings"
        yield from (f"  {times:7d}  {finding.kind}: {finding.where}" for finding, times in self.findings.most_common())

    def _take(self, finding: Finding, case: Case) -> None:
        """Keep the file of a fault. What a fork took over many files is another fault than what one file took."""
        if finding.kind == "memory" and finding.where == case.seed:
            alone = self._reader.read_alone(case.data)
            if alone.peak <= MOST_MEMORY + len(case.data):
                finding = Finding("memory over many files", "")
        self.findings[finding] += 1
        times = self.findings[finding]
        if times <= _KEPT:
            self._keep(f"{finding.kind}-{finding.where}-{times}", case, case.data)
            if times == 1 and finding.kind in ("death", "hang", "escape", "memory"):
                self._keep(f"{finding.kind}-{finding.where}-small", case, smaller(self._reader, case, finding))

    def _confined(self, case: Case, answer: Answer) -> None:
        """In the sandbox a file must be read as out of it."""
        path = self._out / "current"
        path.write_bytes(case.data)
        with path.open("rb") as file:
            reading = self._sandbox.read(file.fileno())
        path.unlink()
        if answer.reading is not None and differ(answer.reading, reading):
            self._take(Finding("another in the sandbox", case.seed), case)

    def _remember(self, case: Case, answer: Answer) -> None:
        for note in answer.caught:
            self.caught[note] += 1
            if self.caught[note] == 1:
                self._keep(f"caught-{note}", case, case.data)
        if answer.cpu > 0.5:
            self.slowest = sorted([*self.slowest, (answer.cpu, len(case.data), f"slow-{case.number}")], reverse=True)
            for _, _, name in self.slowest[_SLOWEST:]:
                (self._out / _file_name(name)).unlink(missing_ok=True)
            self.slowest = self.slowest[:_SLOWEST]
            if any(name == f"slow-{case.number}" for _, _, name in self.slowest):
                self._keep(f"slow-{case.number}", case, case.data)

    def _keep(self, name: str, case: Case, data: bytes) -> None:
        (self._out / _file_name(name)).write_bytes(data)
        about = {"number": case.number, "seed": self._seed, "made of": case.seed, "cut": case.cut, "missing": case.missing}
        with (self._out / "kept.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"file": _file_name(name), **about}) + "\n")

    def _has_told(self) -> bool:
        self._errors.flush()
        told = (self._out / "stderr").read_bytes().decode(errors="replace")
        return any(secret in told for secret in SECRETS)


def _file_name(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name)
