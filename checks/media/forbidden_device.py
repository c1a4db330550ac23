"""MED-12, NET-02, NET-04, HW-04: nothing that records, radios or opens a way to another network is plugged in."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from checks.base import Check, Violation
from checks.registered import identification
from checks.subjects import Device, Interface
from policies.computer import Computer
from policies.vocabulary import Kind, Severity, Text


class DeviceKind(enum.Enum):
    """What a device can do that a confidential computer must not be near."""

    PHONE = "phone"
    CAMERA = "camera"
    AUDIO = "audio"
    WIRELESS = "wireless"
    NETWORK = "network"
    MODEM = "modem"

    @property
    def text(self) -> Text:
        """The kind's name for a reader."""
        return _KIND_TEXT[self]


_KIND_TEXT = {
    DeviceKind.PHONE: Text("手机或数码相机", "phone or still camera"),
    DeviceKind.CAMERA: Text("摄像头", "video camera"),
    DeviceKind.AUDIO: Text("音频（录音）设备", "audio device that may record"),
    DeviceKind.WIRELESS: Text("无线设备", "wireless device"),
    DeviceKind.NETWORK: Text("网络设备", "network device"),
    DeviceKind.MODEM: Text("调制解调器", "modem"),
}

# Class, subclass and protocol as USB-IF assigns them, a shorter prefix stands for all below it; the longest that fits counts.
_CODES = {
    "01/01": DeviceKind.AUDIO,
    "01/02": DeviceKind.AUDIO,
    "02/02/01": DeviceKind.MODEM,  # AT commands: V.250, PCCA-101, ...
    "02/02/02": DeviceKind.MODEM,
    "02/02/03": DeviceKind.MODEM,
    "02/02/04": DeviceKind.MODEM,
    "02/02/05": DeviceKind.MODEM,
    "02/02/06": DeviceKind.MODEM,
    "02/02/ff": DeviceKind.NETWORK,  # RNDIS as Microsoft first numbered it
    "02/06": DeviceKind.NETWORK,  # Ethernet (ECM)
    "02/0c": DeviceKind.NETWORK,  # EEM
    "02/0d": DeviceKind.NETWORK,  # NCM
    "02/0e": DeviceKind.MODEM,  # MBIM
    "06": DeviceKind.PHONE,  # still image: PTP, and MTP behind the same codes
    "0e": DeviceKind.CAMERA,
    "e0": DeviceKind.WIRELESS,
    "e0/01/03": DeviceKind.NETWORK,  # RNDIS
    "ef/04": DeviceKind.NETWORK,  # RNDIS
    "ff/42/01": DeviceKind.PHONE,  # Android debug bridge
    "ff/42/03": DeviceKind.PHONE,  # Android fastboot
    "ff/fd/01": DeviceKind.NETWORK,  # Apple's tethering
    "ff/fe/02": DeviceKind.PHONE,  # Apple's multiplexer
}

# Most USB network adapters have a class of their maker's own; the kernel's driver tells.
_DRIVERS = {
    **dict.fromkeys(("aqc111", "asix", "ax88179_178a", "ch9200", "dm9601", "lan78xx", "mcs7830"), DeviceKind.NETWORK),
    **dict.fromkeys(("pegasus", "r8152", "rtl8150", "smsc75xx", "smsc95xx", "sr9700", "sr9800"), DeviceKind.NETWORK),
    **dict.fromkeys(("cdc_ether", "cdc_ncm", "ipheth", "rndis_host"), DeviceKind.NETWORK),
    **dict.fromkeys(("cdc_mbim", "hso", "huawei_cdc_ncm", "option", "qcserial", "qmi_wwan", "sierra"), DeviceKind.MODEM),
}


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


def kind_of(interface: Interface) -> DeviceKind | None:
    """What an interface is for, or None for what may be plugged in."""
    if interface.name == "MTP":
        return DeviceKind.PHONE
    codes = f"{interface.code:02x}/{interface.subclass:02x}/{interface.protocol:02x}"
    by_codes = (_CODES[codes[:length]] for length in (8, 5, 2) if codes[:length] in _CODES)
    return next(by_codes, None) or _DRIVERS.get(interface.driver)


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
