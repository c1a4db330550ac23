"""No indirect connection over USB: a telephone that lends its connection, an adapter that is plugged in for a minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.subjects import Adapter, Link, Network
from policies.computer import Computer
from policies.vocabulary import Severity, Text

_KIND = "usb-network"


@dataclass(frozen=True)
class UsbNetwork(Check[Network]):
    """A network interface on USB: critical where it is up and connected, otherwise major. A device that could be one: major.

    `allow_ids`: devices ("vendor:product" in hex) that are approved.
    """

    id: ClassVar[str] = "network.usb-network"
    title: ClassVar[Text] = Text("不得使用 USB 网络设备", "there is no network device on USB")
    clauses: ClassVar[tuple[str, ...]] = ("NET-02",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Network]] = Network
    needs: ClassVar[tuple[str, ...]] = ("links",)

    allow_ids: tuple[str, ...] = ()

    def examine(self, subject: Network, computer: Computer) -> Iterator[Violation]:
        """One violation for each interface, and for each device whose interface is not there."""
        devices = [adapter for adapter in subject.adapters if adapter.kind == _KIND]
        shown: set[str] = set()
        for link in subject.links:
            if link.bus == "usb":
                device = next((each for each in devices if link.name in each.interfaces), None)
                shown.add(link.name)
                if not self._is_allowed(link.ids) and not (device and self._is_allowed(device.ids)):
                    yield _of_link(link, device)
        for device in devices:
            if shown.isdisjoint(device.interfaces) and not self._is_allowed(device.ids):
                yield _of_device(device)

    def _is_allowed(self, ids: str) -> bool:
        return bool(ids) and ids.lower() in (allowed.lower() for allowed in self.allow_ids)


def _of_link(link: Link, device: Adapter | None) -> Violation:
    connected = link.up and link.carrier
    return Violation(
        about=f"{link.name} [{device.name}]" if device else link.name,
        identity=f"{link.name} {link.mac}",
        severity=Severity.CRITICAL if connected else Severity.MAJOR,
        message=_CONNECTED if connected else _PRESENT,
        evidence={
            "link": link.name,
            "driver": link.driver,
            "ids": link.ids or (device.ids if device else ""),
            "mac": link.mac,
            "up": link.up,
            "carrier": link.carrier,
        },
    )


def _of_device(device: Adapter) -> Violation:
    return Violation(
        about=device.name,
        identity=device.path,
        severity=Severity.MAJOR,
        message=_PRESENT,
        evidence={"ids": device.ids, "driver": device.driver, "path": device.path},
    )


_CONNECTED = Text(
    "USB 网络设备已连通（手机共享网络或 USB 网卡）。请立即拔出、保持现状，并报告保密管理员。",
    "a network device on USB (a telephone's tether or an adapter) is connected: unplug it at once, change nothing else "
    "and tell the secrecy officer",
)
_PRESENT = Text(
    "接有 USB 网络设备（手机共享网络或 USB 网卡）。请拔出，并查明来历。",
    "a network device on USB (a telephone's tether or an adapter) is plugged in: unplug it and find out where it came from",
)
