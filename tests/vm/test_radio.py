"""Radios: simulated by the kernel's own drivers, as no emulator has any."""

from __future__ import annotations

from policies.finding import Finding
from tests.vm import gadget
from tests.vm.computer import Computer

HARDWARE = "network.wireless-hardware"
ACCESS_POINT = """\
interface=wlan0
ssid=Hotspot
hw_mode=g
channel=1
wpa=2
wpa_key_mgmt=WPA-PSK
wpa_passphrase=12345678
rsn_pairwise=CCMP
"""
STATION = """\
network={
ssid="Hotspot"
psk="12345678"
}
"""


def test_a_wireless_card_is_told_once_it_is_there_and_once_it_is_in_a_network(watching: Computer) -> None:
    with watching.span() as span:
        watching.guest.run("modprobe mac80211_hwsim radios=2")
        found = watching.found(HARDWARE, 2)
    assert all(map(span.holds, found))
    assert {finding.evidence["kind"] for finding in found} == {"wifi"}
    watching.guest.write("/run/hostapd.conf", ACCESS_POINT)
    watching.guest.write("/run/station.conf", STATION)
    watching.guest.run("hostapd -B /run/hostapd.conf && wpa_supplicant -B -i wlan1 -c /run/station.conf")
    watching.wait_until(lambda: "Connected" in watching.guest.run("iw dev wlan1 link"), "it is in the network")
    watching.wait_until(lambda: any(finding.evidence.get("ssid") for finding in station(watching)), "the connection is told")
    assert {finding.evidence["ssid"] for finding in station(watching)} == {"Hotspot"}
    watching.guest.run("pkill hostapd; pkill wpa_supplicant; rmmod mac80211_hwsim")
    watching.gone(HARDWARE)


def station(computer: Computer) -> list[Finding]:
    """What is told of the card that joined a network, not of the one that offers it."""
    return [finding for finding in computer.findings("network.wireless-active") if finding.evidence.get("link") == "wlan1"]


def test_a_bluetooth_adapter_is_told_while_it_is_there(watching: Computer) -> None:
    hold = r"exec 3<>/dev/vhci; printf '\377\000' >&3; exec sleep infinity"
    with watching.span() as span:
        watching.guest.run(f'modprobe hci_vhci && systemd-run --unit=adapter bash -c "{hold}"')
        [finding] = watching.found(HARDWARE)
    assert span.holds(finding)
    assert finding.evidence["kind"] == "bluetooth"
    watching.guest.run("systemctl stop adapter")
    watching.gone(HARDWARE)


def test_an_nfc_reader_is_told(watching: Computer) -> None:
    with watching.span() as span:
        watching.guest.run("modprobe nfcsim")
        found = watching.found(HARDWARE)
    assert all(map(span.holds, found))
    assert {finding.evidence["kind"] for finding in found} == {"nfc"}


def test_a_modem_is_forbidden(watching: Computer) -> None:
    with watching.span() as span:
        gadget.plug_in(watching.guest, "MODEM-0001", ["acm.0"])
        [finding] = watching.found("media.forbidden-device")
    assert span.holds(finding)
    assert finding.evidence["kinds"] == ["modem"]
    assert finding.evidence["serial"] == "MODEM-0001"
    [modem] = watching.found("network.modem")
    assert modem.evidence["ids"] == "0951:1666"
