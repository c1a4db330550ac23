"""Table tests of network.wireless-hardware."""

from __future__ import annotations

import pytest

from checks.network.wireless_hardware import WirelessHardware
from checks.subjects import Radio
from policies.vocabulary import Severity
from tests.checks.network.facts import NOW, found

PATH = "/sys/devices/pci0000:00/0000:02:00.0"


def radio(kind: str = "wifi", *, blocked: bool | None = False, active: bool = False, driver: str = "iwlwifi") -> Radio:
    return Radio(
        observed_at=NOW, kind=kind, name="AX200", path=PATH, ids="8086:2723", driver=driver, blocked=blocked, active=active
    )


@pytest.mark.parametrize(
    ("subject", "severity"),
    [
        (radio(blocked=False), Severity.CRITICAL),
        (radio(blocked=None), Severity.CRITICAL),
        (radio(blocked=True), Severity.MAJOR),
        (radio(blocked=True, active=True), Severity.CRITICAL),
        (radio(blocked=None, driver=""), Severity.MAJOR),
        (radio("bluetooth"), Severity.CRITICAL),
        (radio("unheard-of"), Severity.CRITICAL),
    ],
)
def test_presence_alone_is_a_violation_and_use_a_graver_one(subject: Radio, severity: Severity) -> None:
    (violation,) = found(WirelessHardware(), subject)
    assert (violation.severity, violation.about, violation.identity) == (severity, "AX200", PATH)


def test_an_approved_device_is_in_order() -> None:
    assert found(WirelessHardware(allow_ids=("8086:2723",)), radio()) == []
    assert found(WirelessHardware(allow_ids=("8086:0000",)), radio()) != []
