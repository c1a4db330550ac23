"""What a USB device is for, by the class codes of its interfaces and by the driver that the kernel gave it."""

from __future__ import annotations

import enum

from checks.subjects import Interface
from policies.vocabulary import Text


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


def kind_of(interface: Interface) -> DeviceKind | None:
    """What an interface is for, or None for what may be plugged in."""
    if interface.name == "MTP":
        return DeviceKind.PHONE
    codes = f"{interface.code:02x}/{interface.subclass:02x}/{interface.protocol:02x}"
    by_codes = (_CODES[codes[:length]] for length in (8, 5, 2) if codes[:length] in _CODES)
    return next(by_codes, None) or _DRIVERS.get(interface.driver)
