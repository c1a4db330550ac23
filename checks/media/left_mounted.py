"""MED-09: after work a medium is unplugged and put back in its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Annotated

import msgspec

from checks.base import Check, Violation
from checks.registered import identification, row
from checks.subjects import Device
from policies.computer import Computer
from policies.vocabulary import Level, Severity, Text

Hour = Annotated[int, msgspec.Meta(ge=0, le=24)]


@dataclass(frozen=True)
class LeftMounted(Check[Device]):
    """A medium that is mounted outside of the office hours, or for longer than `max_hours` (0: however long).

    The office is open from `opens` to `closes` o'clock, at `utc_offset_hours` (China: 8); 0 and 24: always. A registered medium
    below `from_level` may stay.
    """

    id = "media.left-mounted"
    title = Text("下班后须取下介质", "a medium is unplugged after work")
    clauses = ("MED-09",)
    severity = Severity.NOTICE
    subject = Device

    max_hours: Annotated[int, msgspec.Meta(ge=0)] = 12
    opens: Hour = 7
    closes: Hour = 20
    utc_offset_hours: Annotated[int, msgspec.Meta(ge=-12, le=14)] = 8
    from_level: Level = Level.MIMI

    def applies(self, subject: Device, computer: Computer) -> bool:
        """What is mounted, or may be, and is not known to be of a low level."""
        medium = row(subject, computer)
        unknown = subject.is_storage and "volumes.mounted_at" in subject.missing
        return (subject.is_mounted or unknown) and (medium is None or medium.level >= self.from_level)

    def unassessable(self, subject: Device, computer: Computer) -> Text | None:
        """Needs to know what is mounted."""
        return subject.missing.get("volumes.mounted_at")

    def examine(self, subject: Device, computer: Computer) -> Iterator[Violation]:
        """One violation, which lasts until the medium is taken out."""
        reason = self._reason(subject) if subject.is_mounted else None
        if reason:
            yield Violation(
                about=subject.label,
                identity=subject.session,
                message=Text(
                    f"{reason.zh}。请卸载并拔出，放回规定的存放处。",
                    f"{reason.en}. Unmount it, unplug it and put it back in its place.",
                ),
                evidence=identification(subject),
            )

    def _reason(self, device: Device) -> Text | None:
        local = device.observed_at.astimezone(timezone(timedelta(hours=self.utc_offset_hours)))
        if not self.opens <= local.hour < self.closes:
            return Text("介质在非工作时间仍挂载在本机", "A medium is still mounted outside of the office hours")
        mounted = device.observed_at - (device.mounted_since or device.observed_at)
        if self.max_hours and mounted > timedelta(hours=self.max_hours):
            return Text(
                f"介质已连续挂载超过 {self.max_hours} 小时", f"A medium has been mounted for more than {self.max_hours} hours"
            )
        return None
