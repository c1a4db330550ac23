"""Table tests of network.modem."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.network.modem import Modem
from checks.subjects import Adapter
from policies.vocabulary import Severity
from tests.checks.network.facts import ISOLATED, found

USB = Adapter(kind="modem", name="USRobotics 5637", path="/sys/usb1/1-3", bus="usb", ids="0baf:0303", driver="cdc_acm")


@pytest.mark.parametrize(("driver", "severity"), [("cdc_acm", Severity.CRITICAL), ("", Severity.MAJOR)])
def test_a_modem_without_a_driver_cannot_dial_yet(driver: str, severity: Severity) -> None:
    violations = found(Modem(), replace(ISOLATED, adapters=(replace(USB, driver=driver),)))
    assert [(violation.about, violation.severity) for violation in violations] == [("USRobotics 5637", severity)]


def test_two_of_a_kind_are_two() -> None:
    assert len(found(Modem(), replace(ISOLATED, adapters=(USB, replace(USB, path="/sys/usb1/1-4"))))) == 2


def test_a_network_adapter_is_another_checks_matter() -> None:
    assert found(Modem(), replace(ISOLATED, adapters=(replace(USB, kind="usb-network"),))) == []


def test_an_approved_modem_is_excused() -> None:
    assert found(Modem(allow_ids=("0BAF:0303",)), replace(ISOLATED, adapters=(USB,))) == []
