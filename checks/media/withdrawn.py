"""HW-07, LED-03: a medium that is lost, retired or destroyed turns up nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from checks.registered import RegisteredCheck
from checks.subjects import Device
from policies.computer import Computer
from policies.register import Medium
from policies.vocabulary import Severity, Text


@dataclass(frozen=True)
class Withdrawn(RegisteredCheck):
    """The register says that the medium is out of use, and here it is."""

    id = "media.withdrawn"
    title = Text("已停用、丢失或销毁的介质不得出现", "a lost, retired or destroyed medium turns up nowhere")
    clauses = ("HW-07", "LED-03")
    severity = Severity.CRITICAL

    def objection(self, medium: Medium, device: Device, computer: Computer) -> Text | None:
        """The state in the register forbids any use."""
        if not medium.state.withdrawn:
            return None
        state = medium.state.text
        return Text(
            f"台账中状态为“{state.zh}”的介质（编号 {medium.number}）接入了本机。请立即停止使用，保持原样交保密办。",
            f"A medium that the register calls {state.en} (number {medium.number}) is attached to this computer. Stop using it "
            "now and hand it over to the secrecy office as it is.",
        )
