"""Table tests of network.wireless-active."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.network.wireless_active import WirelessActive
from checks.subjects import Association, Radio
from policies.vocabulary import Kind, Severity
from tests.checks.network.facts import NOW, found

WIFI = Radio(observed_at=NOW, kind="wifi", name="AX200", path="/sys/1", driver="iwlwifi", blocked=False)
JOINED = Association(interface="wlan0", mode="managed", ssid="guest", bssid="02:00:00:00:aa:01", peers=1)


@pytest.mark.parametrize(
    ("radio", "kind"),
    [
        (WIFI, None),
        (replace(WIFI, blocked=None, driver=""), None),
        (replace(WIFI, up=True), Kind.STATE),
        (replace(WIFI, up=True, blocked=None), Kind.STATE),
        (replace(WIFI, up=True, blocked=True), None),
        (replace(WIFI, active=True), Kind.INCIDENT),
        (replace(WIFI, up=True, active=True), Kind.INCIDENT),
        (replace(WIFI, kind="bluetooth", active=True), Kind.INCIDENT),
        (replace(WIFI, kind="nfc", active=True), Kind.INCIDENT),
        (replace(WIFI, up=True, associations=(JOINED,)), Kind.INCIDENT),
        (replace(WIFI, associations=(Association(interface="wlan0", mode="managed"),)), None),
        (replace(WIFI, associations=(Association(interface="wlan0", mode="monitor"),)), None),
        (replace(WIFI, associations=(Association(interface="wlan0", mode="ap", ssid="mine", bssid="02::"),)), Kind.INCIDENT),
        (replace(WIFI, associations=(Association(interface="wlan0", mode="ap", bssid="02::"),)), None),
        (replace(WIFI, associations=(Association(interface="wlan0", mode="p2p-go", peers=1),)), Kind.INCIDENT),
    ],
)
def test_hardware_alone_is_another_checks_matter(radio: Radio, kind: Kind | None) -> None:
    violations = found(WirelessActive(), radio)
    assert [violation.kind or WirelessActive.kind for violation in violations] == ([kind] if kind else [])
    assert all(violation.severity in (None, Severity.CRITICAL) for violation in violations)


def test_what_it_is_joined_to_stands_in_the_evidence_and_in_no_message() -> None:
    (violation,) = found(WirelessActive(), replace(WIFI, active=True, associations=(JOINED,)))
    assert violation.evidence == {
        "kind": "wifi",
        "link": "wlan0",
        "mode": "managed",
        "ssid": "guest",
        "bssid": "02:00:00:00:aa:01",
        "peers": 1,
    }
    assert "guest" not in violation.message.zh + violation.message.en + violation.about


def test_two_networks_are_two_incidents() -> None:
    other = replace(JOINED, interface="wlan1", bssid="02:00:00:00:aa:02")
    assert len(found(WirelessActive(), replace(WIFI, associations=(JOINED, other)))) == 2


def test_a_hotspot_is_called_one() -> None:
    (violation,) = found(WirelessActive(), replace(WIFI, associations=(replace(JOINED, mode="ap"),)))
    assert "热点" in violation.message.zh
    assert "hotspot" in violation.message.en
