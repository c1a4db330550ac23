"""No wireless hardware: not used, not switched off, but not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.subjects import Radio
from policies.computer import Computer
from policies.vocabulary import Severity, Text


@dataclass(frozen=True)
class WirelessHardware(Check[Radio]):
    """A radio is present. Critical where it is in use or could be at once; major where it is blocked or has no driver.

    `allow_ids`: devices ("vendor:product" in hex) that are approved.
    """

    id: ClassVar[str] = "network.wireless-hardware"
    title: ClassVar[Text] = Text("不得装有无线联网硬件", "there is no wireless hardware")
    clauses: ClassVar[tuple[str, ...]] = ("NET-04",)
    severity: ClassVar[Severity] = Severity.MAJOR
    subject: ClassVar[type[Radio]] = Radio

    allow_ids: tuple[str, ...] = ()

    def examine(self, subject: Radio, computer: Computer) -> Iterator[Violation]:
        """One violation for each radio."""
        if subject.ids and subject.ids.lower() in (allowed.lower() for allowed in self.allow_ids):
            return
        usable = subject.active or (subject.blocked is not True and bool(subject.driver))
        kind = _KINDS.get(subject.kind, _OTHER)
        yield Violation(
            about=subject.label,
            identity=subject.key,
            severity=Severity.CRITICAL if usable else Severity.MAJOR,
            message=Text(
                f"本机装有{kind.zh}（{_STATE[usable].zh}）。请拆除该硬件；拆除前不得处理涉密信息。",
                f"this computer has {kind.en} ({_STATE[usable].en}): remove it, and handle no secrets until then",
            ),
            evidence={
                "kind": subject.kind,
                "ids": subject.ids,
                "bus": subject.bus,
                "driver": subject.driver,
                "blocked": subject.blocked,
                "active": subject.active,
            },
        )


_STATE = {True: Text("可用", "usable"), False: Text("已禁用", "disabled")}
_OTHER = Text("无线设备", "a wireless device")
_KINDS = {
    "wifi": Text("无线网卡", "a Wi-Fi adapter"),
    "bluetooth": Text("蓝牙适配器", "a Bluetooth adapter"),
    "wwan": Text("移动通信模块", "a mobile broadband modem"),
    "nfc": Text("近场通信模块", "an NFC controller"),
    "infrared": Text("红外设备", "an infrared device"),
}
