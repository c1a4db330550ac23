"""What the checks of media share: what names a device in evidence, and a check of a medium that the register knows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from checks.base import Check, Violation
from checks.subjects import Device
from policies.computer import Computer
from policies.register import Medium
from policies.vocabulary import Kind, Text

NO_REGISTER = Text("本机尚未收到存储介质台账", "no media register has arrived on this computer")


def row(device: Device, computer: Computer) -> Medium | None:
    """The register's row of a device, or None where it has none or there is no register."""
    register = computer.register
    return register.find(device.vendor_id, device.product_id, device.serial) if register else None


def identification(device: Device) -> dict[str, str]:
    """What tells the office which device it was."""
    return {"bus": device.bus, "vendor_id": device.vendor_id, "product_id": device.product_id, "serial": device.serial}


@dataclass(frozen=True)
class RegisteredCheck(Check[Device]):
    """A demand on a medium that the register knows; each time that it is plugged in is an incident of its own."""

    subject = Device
    kind = Kind.INCIDENT
    needs = ("serial",)

    def applies(self, subject: Device, computer: Computer) -> bool:
        """A registered medium, or one that may be."""
        unknown = computer.register is None or "serial" in subject.missing
        return subject.is_storage if unknown else row(subject, computer) is not None

    def unassessable(self, subject: Device, computer: Computer) -> Text | None:
        """Without a register nothing is known of any medium."""
        return NO_REGISTER if computer.register is None else None

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
