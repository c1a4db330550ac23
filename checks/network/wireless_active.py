"""No wireless connection: not merely wireless hardware, but a radio that is switched on or joined to somebody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.subjects import Association, Radio
from policies.computer import Computer
from policies.vocabulary import Kind, Severity, Text

_OFFERS = frozenset({"ap", "p2p-go", "mesh", "ad-hoc"})
_KINDS = {
    "wifi": Text("无线网卡", "the Wi-Fi adapter"),
    "bluetooth": Text("蓝牙适配器", "the Bluetooth adapter"),
    "wwan": Text("移动通信模块", "the mobile broadband modem"),
}
_OTHER = Text("无线设备", "the wireless device")


@dataclass(frozen=True)
class WirelessActive(Check[Radio]):
    """A radio is joined to a network, offers one or has a connection (an incident), or its interface is enabled (a state)."""

    id: ClassVar[str] = "network.wireless-active"
    title: ClassVar[Text] = Text("不得启用或使用无线联网功能", "no wireless function is enabled or in use")
    clauses: ClassVar[tuple[str, ...]] = ("NET-04",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Radio]] = Radio
    needs: ClassVar[tuple[str, ...]] = ("associations",)

    def examine(self, subject: Radio, computer: Computer) -> Iterator[Violation]:
        """One violation for each network that it is joined to or offers; one for a radio merely in use or enabled."""
        kind = _KINDS.get(subject.kind, _OTHER)
        joined = [each for each in subject.associations if _is_joined(each)]
        yield from (_joined(subject, each, kind) for each in joined)
        if subject.active and not joined:
            yield _in_use(subject, kind)
        elif subject.up and not subject.active and not joined and subject.blocked is not True:
            yield _enabled(subject, kind)


def _is_joined(association: Association) -> bool:
    return bool(association.bssid and association.mode not in _OFFERS) or (
        association.mode in _OFFERS and bool(association.ssid or association.peers)
    )


def _joined(radio: Radio, association: Association, kind: Text) -> Violation:
    offers = association.mode in _OFFERS
    zh = f"{kind.zh}正在提供无线网络（热点）" if offers else f"{kind.zh}已连接无线网络"
    en = f"{kind.en} offers a wireless network (hotspot)" if offers else f"{kind.en} is joined to a wireless network"
    return Violation(
        about=radio.label,
        identity=f"{radio.key} {association.mode} {association.bssid} {association.ssid}",
        kind=Kind.INCIDENT,
        message=_what_to_do(zh, en),
        evidence={
            "kind": radio.kind,
            "link": association.interface,
            "mode": association.mode,
            "ssid": association.ssid,
            "bssid": association.bssid,
            "peers": association.peers,
        },
    )


def _in_use(radio: Radio, kind: Text) -> Violation:
    return Violation(
        about=radio.label,
        identity=f"{radio.key} active",
        kind=Kind.INCIDENT,
        message=_what_to_do(f"{kind.zh}正在通信", f"{kind.en} has a connection"),
        evidence={"kind": radio.kind, "ids": radio.ids, "driver": radio.driver},
    )


def _enabled(radio: Radio, kind: Text) -> Violation:
    return Violation(
        about=radio.label,
        identity=radio.key,
        message=Text(
            f"{kind.zh}已启用，随时可以联网。请立即停用并拆除该硬件。",
            f"{kind.en} is enabled and may connect at any time: disable it at once and remove the hardware",
        ),
        evidence={
            "kind": radio.kind,
            "ids": radio.ids,
            "driver": radio.driver,
            "links": [a.interface for a in radio.associations],
        },
    )


def _what_to_do(zh: str, en: str) -> Text:
    return Text(
        f"{zh}，属违规外联。请立即断开、保持现状，并报告保密管理员。",
        f"{en}: disconnect it at once, change nothing else and tell the secrecy officer",
    )
