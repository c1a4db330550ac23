"""MED-01, MED-08: a medium is used only within the time for which it is registered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Annotated

import msgspec

from checks.registered import RegisteredCheck
from checks.subjects import Device
from policies.computer import Computer
from policies.register import Medium
from policies.vocabulary import Severity, Text


@dataclass(frozen=True)
class Expired(RegisteredCheck):
    """The last good day of the registration has passed. Days begin at midnight at `utc_offset_hours` (China: 8)."""

    id = "media.expired"
    title = Text("介质登记须在有效期内", "a medium's registration is valid")
    clauses = ("MED-01", "MED-08")
    severity = Severity.MINOR

    utc_offset_hours: Annotated[int, msgspec.Meta(ge=-12, le=14)] = 8

    def objection(self, medium: Medium, device: Device, computer: Computer) -> Text | None:
        """The day of the look is after the last good day."""
        today = device.observed_at.astimezone(timezone(timedelta(hours=self.utc_offset_hours))).date()
        if medium.valid_until is None or today <= medium.valid_until:
            return None
        return Text(
            f"介质（编号 {medium.number}）的登记有效期已于 {medium.valid_until} 截止。请停止使用，送保密办核验并续期。",
            f"The registration of the medium (number {medium.number}) ended on {medium.valid_until}. Stop using it and take it "
            "to the secrecy office for renewal.",
        )
