"""MED-01, MED-12, NET-02: a device that stores files is nothing else besides, and a keyboard is no network card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checks.base import Check, Violation
from checks.device_kinds import DeviceKind, kind_of
from checks.registered import identification
from checks.subjects import Device
from policies.computer import Computer
from policies.vocabulary import Kind, Severity, Text

_STORAGE, _INPUT = 0x08, 0x03
_STORAGE_NAME = Text("存储", "storage")
_INPUT_NAME = Text("键盘鼠标等输入", "keyboard, mouse or other input")
_WAYS_OUT = (DeviceKind.NETWORK, DeviceKind.MODEM, DeviceKind.WIRELESS)


@dataclass(frozen=True)
class CompositeDevice(Check[Device]):
    """A USB device judged as a whole: a disk that types (BadUSB), a disk or a keyboard that is also a way to a network.

    What phones and cameras are is forbidden-device's to say. The office's own security keys may be exempted by their subject.
    """

    id = "media.composite-device"
    title = Text("存储或输入设备不得兼有其他功能", "a disk or a keyboard is nothing else besides")
    clauses = ("MED-01", "MED-12", "NET-02")
    severity = Severity.CRITICAL
    subject = Device
    kind = Kind.INCIDENT
    needs = ("interfaces",)

    def applies(self, subject: Device, computer: Computer) -> bool:
        """Only USB devices are several things at once."""
        return subject.bus == "usb"

    def examine(self, subject: Device, computer: Computer) -> Iterator[Violation]:
        """One violation that names all its functions."""
        functions = _functions(subject)
        if subject.bus == "usb" and len(functions) > 1 and (_STORAGE_NAME in functions or _INPUT_NAME in functions):
            yield Violation(
                about=subject.label,
                identity=subject.session,
                message=_message(functions, subject.built_in),
                kind=Kind.STATE if subject.built_in else None,
                evidence=identification(subject) | {"functions": [function.en for function in functions]},
            )


def _functions(device: Device) -> list[Text]:
    """Those of its functions that do not go together."""
    codes = {interface.code for interface in device.interfaces}
    kinds = {kind_of(interface) for interface in device.interfaces}
    found = [name for code, name in ((_STORAGE, _STORAGE_NAME), (_INPUT, _INPUT_NAME)) if code in codes]
    return found + [kind.text for kind in _WAYS_OUT if kind in kinds]


def _message(functions: list[Text], built_in: bool) -> Text:
    zh, en = "、".join(function.zh for function in functions), "; ".join(function.en for function in functions)
    if built_in:
        return Text(
            f"本机内置的一个设备同时具有多种功能：{zh}。请报告保密办核查。",
            f"A device that is built into this computer is several things at once: {en}. Tell the secrecy office.",
        )
    return Text(
        f"接入的一个设备同时具有多种功能：{zh}，可能是伪装的攻击设备。请立即拔出，不要再次接入，并交保密办核查。",
        f"One device is several things at once: {en}. It may be an attack in disguise: unplug it now, do not plug it in again "
        "and take it to the secrecy office.",
    )
