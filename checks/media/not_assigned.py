"""MED-07: a medium is used where the register says, and not lent on privately."""

from __future__ import annotations

from dataclasses import dataclass

from checks.registered import RegisteredCheck, row
from checks.subjects import Device
from policies.computer import Computer
from policies.register import Medium, MediumState
from policies.vocabulary import Severity, Text

NO_DEPARTMENT = Text("尚未填写本机所属部门", "nobody has said which department this computer belongs to")


@dataclass(frozen=True)
class NotAssigned(RegisteredCheck):
    """The register gives the medium to other computers or to another department. A recorded loan excuses the department."""

    id = "media.not-assigned"
    title = Text("介质只在登记的计算机上使用", "a medium is used only where it is registered for")
    clauses = ("MED-07",)
    severity = Severity.MINOR

    def unassessable(self, subject: Device, computer: Computer) -> Text | None:
        """A medium of a department needs the computer's department."""
        medium = row(subject, computer)
        unknown = medium is not None and _goes_by_department(medium) and not computer.department
        return super().unassessable(subject, computer) or (NO_DEPARTMENT if unknown else None)

    def objection(self, medium: Medium, device: Device, computer: Computer) -> Text | None:
        """It belongs elsewhere."""
        if not _belongs_elsewhere(medium, computer):
            return None
        return Text(
            f"介质（编号 {medium.number}）未登记在本机使用。请拔出并交还{medium.department or '保管人'}；"
            "确需在本机使用的，先到保密办办理借用登记。",
            f"The medium (number {medium.number}) is not registered for this computer. Unplug it and give it back to "
            f"{medium.department or 'its keeper'}; if it is needed here, have the secrecy office record the loan first.",
        )


def _goes_by_department(medium: Medium) -> bool:
    return not medium.computers and bool(medium.department) and medium.state is not MediumState.LENT


def _belongs_elsewhere(medium: Medium, computer: Computer) -> bool:
    if medium.computers:
        return computer.id not in medium.computers
    return _goes_by_department(medium) and bool(computer.department) and computer.department != medium.department
