"""MED-05: media of different levels are not in use at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checks.base import Violation
from checks.registered import RegisteredCheck, identification, level_held, row, row_of
from checks.subjects import Device, Other
from policies.computer import Computer
from policies.register import Medium
from policies.vocabulary import Severity, Text


@dataclass(frozen=True)
class MixedLevels(RegisteredCheck):
    """A mounted medium beside a mounted one of a lower level. It is told of the higher one alone: what is on it may get away."""

    id = "media.mixed-levels"
    title = Text("不同密级的介质不得同时使用", "media of different levels are not used at the same time")
    clauses = ("MED-05",)
    severity = Severity.MINOR

    def unassessable(self, subject: Device, computer: Computer) -> Text | None:
        """Needs to know what is mounted."""
        return super().unassessable(subject, computer) or subject.missing.get("volumes.mounted_at")

    def examine(self, subject: Device, computer: Computer) -> Iterator[Violation]:
        """One violation for each medium of a lower level."""
        medium = row(subject, computer)
        for other in subject.others if medium and subject.is_mounted else ():
            lower = _lower(other, computer, medium, subject) if medium else None
            if medium and lower:
                yield Violation(
                    about=subject.label,
                    identity=f"{subject.session} {lower.number}",
                    message=_message(medium, lower),
                    evidence=identification(subject)
                    | {"number": medium.number, "level": level_held(medium, subject).value}
                    | {"beside": lower.number, "beside_level": lower.level.value},
                )

    def objection(self, medium: Medium, device: Device, computer: Computer) -> Text | None:
        """What is wrong with the first of the others."""
        return next((violation.message for violation in self.examine(device, computer)), None)


def _lower(other: Other, computer: Computer, medium: Medium, device: Device) -> Medium | None:
    """The row of a mounted medium beside this one, where it is of a lower level."""
    found = row_of(other.ids, computer) if other.mounted else None
    return found if found and found.number != medium.number and found.level < level_held(medium, device) else None


def _message(medium: Medium, lower: Medium) -> Text:
    return Text(
        f"介质 {medium.number} 与密级较低的介质 {lower.number}（{lower.level.text.zh}）同时挂载。请先卸载并拔出其中一个，"
        "两者之间不要拷贝文件；已经拷贝的，报告保密办。",
        f"Medium {medium.number} and medium {lower.number} of a lower level ({lower.level.text.en}) are mounted at the same "
        "time. Unmount and unplug one of them, copy nothing between them, and tell the secrecy office if that was done.",
    )
