"""Table tests of network.usb-network."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.network.usb_network import UsbNetwork
from checks.subjects import Adapter
from policies.vocabulary import Severity
from tests.checks.network.facts import ETH0, ETH1, ISOLATED, abouts, found

PHONE = Adapter(kind="usb-network", name="Apple iPhone", path="/sys/usb1/1-2", bus="usb", ids="05ac:12a8", driver="ipheth")


@pytest.mark.parametrize(
    ("up", "carrier", "severity"),
    [(True, True, Severity.CRITICAL), (True, False, Severity.MAJOR), (False, False, Severity.MAJOR)],
)
def test_present_is_not_up_and_up_is_not_connected(up: bool, carrier: bool, severity: Severity) -> None:
    network = replace(ISOLATED, links=(replace(ETH1, up=up, carrier=carrier),))
    assert [violation.severity for violation in found(UsbNetwork(), network)] == [severity]


def test_a_card_on_another_bus_is_none() -> None:
    assert found(UsbNetwork(), replace(ISOLATED, links=(ETH0, replace(ETH1, bus="")))) == []


def test_a_device_without_its_interface_is_told_by_its_name() -> None:
    (violation,) = found(UsbNetwork(), replace(ISOLATED, adapters=(PHONE,)))
    assert (violation.about, violation.severity) == ("Apple iPhone", Severity.MAJOR)
    assert violation.evidence["ids"] == "05ac:12a8"


def test_a_device_and_its_interface_are_one() -> None:
    network = replace(ISOLATED, links=(ETH1,), adapters=(replace(PHONE, interfaces=("eth1",)),))
    assert abouts(UsbNetwork(), network) == ["eth1 [Apple iPhone]"]


def test_a_modem_is_another_checks_matter() -> None:
    assert found(UsbNetwork(), replace(ISOLATED, adapters=(replace(PHONE, kind="modem"),))) == []


def test_an_approved_device_is_excused_with_its_interface() -> None:
    check = UsbNetwork(allow_ids=("05AC:12A8", "0bda:8153"))
    adapter = replace(PHONE, interfaces=("eth1",))
    assert found(check, replace(ISOLATED, adapters=(PHONE,))) == []
    assert found(check, replace(ISOLATED, links=(ETH1,), adapters=(adapter,))) == []
    assert found(check, replace(ISOLATED, links=(replace(ETH1, ids="0BDA:8153"),))) == []
    assert len(found(check, replace(ISOLATED, links=(ETH1,)))) == 1
