"""MED-12, NET-02, NET-04, HW-04: nothing that records, radios or opens a way to another network is plugged in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checks.base import Check, Violation
from checks.device_kinds import DeviceKind, kind_of
from checks.registered import identification
from checks.subjects import Device
from policies.computer import Computer
from policies.vocabulary import Kind, Severity, Text


@dataclass(frozen=True)
class ForbiddenDevice(Check[Device]):
    """A device of a forbidden kind, whatever else it is: a disk that is also a modem is one.

    `forbidden`: the kinds. `critical`: those that are critical, as they lead out of the computer. Plugging one in is an incident;
    one that is built in is a state. USB tells no microphone from a loudspeaker: both are `audio`.
    """

    id = "media.forbidden-device"
    title = Text("不得接入手机、摄录、无线和联网设备", "no phone, recording, wireless or network device is plugged in")
    clauses = ("MED-12", "NET-02", "NET-04", "HW-04")
    severity = Severity.MAJOR
    subject = Device
    kind = Kind.INCIDENT
    needs = ("interfaces",)

    forbidden: tuple[DeviceKind, ...] = tuple(DeviceKind)
    critical: tuple[DeviceKind, ...] = (DeviceKind.NETWORK, DeviceKind.MODEM)

    def applies(self, subject: Device, computer: Computer) -> bool:
        """USB devices say what they are; disks in slots are disks."""
        return subject.bus == "usb"

    def examine(self, subject: Device, computer: Computer) -> Iterator[Violation]:
        """One violation for a device, however many of its interfaces are forbidden."""
        kinds = [kind for kind in self.forbidden if kind in {kind_of(interface) for interface in subject.interfaces}]
        if kinds:
            yield Violation(
                about=subject.label,
                identity=subject.session,
                message=_message(kinds, subject.built_in),
                severity=Severity.CRITICAL if set(kinds) & set(self.critical) else None,
                kind=Kind.STATE if subject.built_in else None,
                evidence=identification(subject) | {"kinds": [kind.value for kind in kinds]},
            )


def _message(kinds: list[DeviceKind], built_in: bool) -> Text:
    names = Text("、".join(kind.text.zh for kind in kinds), ", ".join(kind.text.en for kind in kinds))
    if built_in:
        return Text(
            f"本机内置了禁止使用的设备：{names.zh}。请报告保密办，由其安排拆除。",
            f"A forbidden device is built into this computer: {names.en}. Tell the secrecy office, which has it removed.",
        )
    return Text(
        f"本机接入了禁止使用的设备：{names.zh}。请立即拔出（充电也不允许）并报告保密办。",
        f"A forbidden device is plugged in: {names.en}. Unplug it now, even if it only charges, and tell the secrecy office.",
    )
