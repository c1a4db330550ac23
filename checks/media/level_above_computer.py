"""MED-04: a medium is not attached to a computer whose level is below its own."""

from __future__ import annotations

from dataclasses import dataclass

from checks.registered import RegisteredCheck, level_held
from checks.subjects import Device
from policies.computer import Computer
from policies.register import Medium
from policies.vocabulary import Severity, Text

NO_LEVEL = Text("尚未填写本机密级", "nobody has said which level this computer has")


@dataclass(frozen=True)
class LevelAboveComputer(RegisteredCheck):
    """The medium is of a higher level than the computer, by the register or by what it once held: a level never sinks."""

    id = "media.level-above-computer"
    title = Text("介质密级不得高于计算机密级", "no medium of a level above the computer's")
    clauses = ("MED-04", "MED-03")
    severity = Severity.CRITICAL

    def unassessable(self, subject: Device, computer: Computer) -> Text | None:
        """Needs the register and the computer's level."""
        return super().unassessable(subject, computer) or (NO_LEVEL if computer.level is None else None)

    def objection(self, medium: Medium, device: Device, computer: Computer) -> Text | None:
        """The medium's level is higher."""
        level = level_held(medium, device)
        if computer.level is None or level <= computer.level:
            return None
        return Text(
            f"{level.text.zh}介质（编号 {medium.number}）接入了密级为{computer.level.text.zh}的计算机。"
            "请立即拔出，不要打开其中的文件，并报告保密办。",
            f"A {level.text.en} medium (number {medium.number}) is attached to a computer whose level is "
            f"{computer.level.text.en}. Unplug it now, open none of its files and tell the secrecy office.",
        )
