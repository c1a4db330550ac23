"""What the checks of media share: what names a device in evidence, and a check of a medium that the register knows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar

import msgspec

from checks.base import Check, Violation
from checks.subjects import Device, MediumIds
from policies.computer import Computer
from policies.register import Medium
from policies.vocabulary import Kind, Level, Text

NO_REGISTER = Text("本机尚未收到存储介质台账", "no media register has arrived on this computer")
REGISTER_DAYS = 92
"""A quarter: every medium is counted once in it (MED-10), so a register of before says little of today."""

Days = Annotated[int, msgspec.Meta(ge=0, le=3650)]
"""How old a register may be; 0: of any age."""


def row(device: Device, computer: Computer) -> Medium | None:
    """The register's row of a device, or None where it has none or there is no register."""
    return row_of(device.ids, computer)


def row_of(ids: MediumIds, computer: Computer) -> Medium | None:
    """The same by what names a medium."""
    register = computer.register
    return register.find(ids.vendor_id, ids.product_id, ids.serial) if register else None


def unusable_register(computer: Computer, at: datetime, days: int) -> Text | None:
    """Why nobody can say by the register that all is well: there is none, or it is older than so many days (0: of any age).

    What breaks the rules by an old register still breaks them.
    """
    if computer.register is None:
        return NO_REGISTER
    age = at - computer.register.as_of
    if not days or age <= timedelta(days=days):
        return None
    return Text(
        f"存储介质台账已 {age.days} 天未更新（上限 {days} 天），请从保密办取得新台账",
        f"the media register is {age.days} days old (at most {days}): get a new one from the secrecy office",
    )


def level_held(medium: Medium, device: Device) -> Level:
    """A medium's level: the highest that it ever had, whatever was deleted since (MED-03)."""
    return max(medium.level, device.past.level if device.past and device.past.level else medium.level)


def may_store(device: Device) -> bool:
    """Whether a device stores files, or may. A drive or card reader without a medium in it stores nothing."""
    empty = bool(device.volumes) and not any(volume.size for volume in device.volumes)
    return not empty and (device.is_storage or "interfaces" in device.missing)


def identification(device: Device) -> dict[str, str]:
    """What tells the office which device it was."""
    return {"bus": device.bus, "vendor_id": device.vendor_id, "product_id": device.product_id, "serial": device.serial}


@dataclass(frozen=True)
class RegisteredCheck(Check[Device]):
    """A demand on a medium that the register knows; each time that it is plugged in is an incident of its own."""

    subject = Device
    kind = Kind.INCIDENT
    needs: ClassVar[tuple[str, ...]] = ("serial",)

    register_days: Days = REGISTER_DAYS

    def applies(self, subject: Device, computer: Computer) -> bool:
        """A registered medium, or one that may be."""
        unknown = computer.register is None or "serial" in subject.missing
        return subject.is_storage if unknown else row(subject, computer) is not None

    def unassessable(self, subject: Device, computer: Computer) -> Text | None:
        """Without a register of today nothing is known of any medium."""
        return unusable_register(computer, subject.observed_at, self.register_days)

    def examine(self, subject: Device, computer: Computer) -> Iterator[Violation]:
        """The one violation that the row shows, if any."""
        medium = row(subject, computer)
        message = self.objection(medium, subject, computer) if medium else None
        if medium and message:
            yield Violation(
                about=subject.label,
                identity=subject.session,
                message=message,
                evidence=identification(subject)
                | {"number": medium.number, "level": medium.level.value, "department": medium.department},
            )

    @abstractmethod
    def objection(self, medium: Medium, device: Device, computer: Computer) -> Text | None:
        """What is wrong with this medium on this computer, and what to do; None where nothing is."""
