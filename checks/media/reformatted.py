"""MED-03: a medium that was formatted keeps its level, and the office hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from checks.base import Violation
from checks.registered import RegisteredCheck, level_held
from checks.subjects import Device
from policies.computer import Computer
from policies.register import Medium
from policies.vocabulary import Severity, Text


@dataclass(frozen=True)
class Reformatted(RegisteredCheck):
    """A file system that was on the medium when this computer last saw it is gone, and there is one that was not there.

    The serial number tells that it is the same medium, so that it keeps its row and its level.
    """

    id = "media.reformatted"
    title = Text("未经批准不得格式化已登记的介质", "no registered medium is formatted without approval")
    clauses = ("MED-03",)
    severity = Severity.MAJOR
    needs = ("serial", "volumes")

    def unassessable(self, subject: Device, computer: Computer) -> Text | None:
        """Needs the file systems too."""
        return super().unassessable(subject, computer) or subject.missing.get("volumes.fs")

    def examine(self, subject: Device, computer: Computer) -> Iterator[Violation]:
        """Each formatting is an incident of its own, however often the medium is looked at."""
        before = subject.past.fs_uuids if subject.past else ()
        for violation in super().examine(subject, computer):
            found = {"fs_uuids": list(subject.fs_uuids), "fs_uuids_before": list(before)}
            identity = " ".join((subject.session, *subject.fs_uuids))
            yield replace(violation, identity=identity, evidence={**violation.evidence, **found})

    def objection(self, medium: Medium, device: Device, computer: Computer) -> Text | None:
        """Something is gone and something is new; a partition that merely has not appeared yet is neither."""
        before, now = set(device.past.fs_uuids if device.past else ()), set(device.fs_uuids)
        if "volumes.fs" in device.missing or not (before - now and now - before):
            return None
        level = level_held(medium, device)
        return Text(
            f"介质（编号 {medium.number}）自上次接入后已被格式化或重新分区。请停止使用并送保密办核查；"
            f"删除和格式化不改变密级，仍按{level.text.zh}介质保管。",
            f"The medium (number {medium.number}) was formatted or partitioned anew since it was last here. Stop using it and "
            f"take it to the secrecy office. Deleting and formatting change no level: it is kept as a {level.text.en} medium.",
        )
