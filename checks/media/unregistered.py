"""MED-01: only registered media are attached to a confidential computer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checks.base import Check, Violation
from checks.registered import REGISTER_DAYS, Days, identification, may_store, row, unusable_register
from checks.subjects import Device
from policies.computer import Computer
from policies.vocabulary import Kind, Severity, Text

_UNKNOWN = Text(
    "未登记的存储介质接入了本机。请立即拔出，不要打开或拷贝其中的文件，交保密办核查；确需使用的，登记后再用。",
    "An unregistered storage medium is attached to this computer. Unplug it now, open and copy none of its files and take it to "
    "the secrecy office; it may be used once it is registered.",
)
_NAMELESS = Text(
    "接入本机的存储介质没有序列号，无法登记，不得使用。请立即拔出并交保密办。",
    "The storage medium attached to this computer has no serial number: it can never be registered and must not be used. Unplug "
    "it now and take it to the secrecy office.",
)


@dataclass(frozen=True)
class Unregistered(Check[Device]):
    """A storage device that the register does not know. A drive or card reader without a medium in it stores nothing."""

    id = "media.unregistered"
    title = Text("只使用已登记的存储介质", "only registered media are attached")
    clauses = ("MED-01",)
    severity = Severity.CRITICAL
    subject = Device
    kind = Kind.INCIDENT
    needs = ("interfaces", "serial", "volumes")

    register_days: Days = REGISTER_DAYS

    def applies(self, subject: Device, computer: Computer) -> bool:
        """What stores files, or may."""
        return may_store(subject)

    def unassessable(self, subject: Device, computer: Computer) -> Text | None:
        """Without a register of today nothing is known of any medium."""
        return unusable_register(computer, subject.observed_at, self.register_days)

    def examine(self, subject: Device, computer: Computer) -> Iterator[Violation]:
        """One violation for each medium: a card reader may take several, and one after another."""
        unseen = any(aspect in subject.missing for aspect in self.needs)
        if unseen or computer.register is None or row(subject, computer):
            return
        media = sorted({volume.sequence for volume in subject.volumes if volume.size}) or [0]
        for sequence in media:
            yield Violation(
                about=subject.label,
                identity=f"{subject.session} {sequence}",
                message=_UNKNOWN if subject.serial else _NAMELESS,
                evidence=identification(subject),
            )
