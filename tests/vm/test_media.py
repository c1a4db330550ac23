"""Media and devices that somebody plugs in while the agent watches."""

from __future__ import annotations

import pytest

from tests.vm.computer import Computer, Span
from tests.vm.hardware import MAKER, disk_image

UNREGISTERED = "media.unregistered"
FORBIDDEN = "media.forbidden-device"


def plug_unknown(computer: Computer, name: str = "unknown") -> None:
    """A stick that is in no register. What came before it has been judged once it is found."""
    computer.sockets.stick(name, disk_image(computer.folder, name), f"SERIAL-{name}")


def test_a_registered_stick_is_seen_and_nothing_is_wrong(watching: Computer) -> None:
    watching.sockets.stick("known", disk_image(watching.folder, "known"), "4C530001")
    watching.seen("机-01")
    watching.has_disk("sda")
    plug_unknown(watching)
    [other] = watching.found(UNREGISTERED)
    assert watching.findings() == [other]


def test_an_unregistered_stick_is_told_with_what_names_it(watching: Computer) -> None:
    with watching.span() as span:
        plug_unknown(watching)
        [finding] = watching.found(UNREGISTERED)
    assert span.holds(finding)
    assert finding.evidence == {"bus": "usb", "vendor_id": MAKER, "product_id": "0001", "serial": "SERIAL-unknown"}
    assert finding.subject == "QEMU QEMU USB HARDDRIVE [SERIAL-unknown]"
    assert watching.checks() == {UNREGISTERED}


def test_a_stick_that_is_unplugged_remains_told_and_one_that_comes_again_is_told_again(watching: Computer) -> None:
    plug_unknown(watching)
    watching.found(UNREGISTERED)
    watching.sockets.unplug("unknown")
    watching.sockets.forget("unknown")
    plug_unknown(watching)
    first, second = watching.found(UNREGISTERED, 2)
    assert first.observed_at < second.observed_at
    assert first.evidence == second.evidence


@pytest.mark.parametrize(
    ("serial", "check", "number"),
    [
        ("4C530003", "media.level-above-computer", "绝-01"),
        ("4C530004", "media.withdrawn", "机-02"),
        ("4C530005", "media.not-assigned", "机-03"),
        ("4C530006", "media.expired", "机-04"),
    ],
)
def test_what_the_register_says_of_a_stick_is_held_against_this_computer(
    watching: Computer, serial: str, check: str, number: str
) -> None:
    with watching.span() as span:
        watching.sockets.stick("stick", disk_image(watching.folder, "stick"), serial)
        [finding] = watching.found(check)
    assert span.holds(finding)
    assert (finding.evidence["serial"], finding.evidence["number"]) == (serial, number)
    assert watching.checks() == {check}


def test_an_external_disk_is_a_medium_too(watching: Computer) -> None:
    with watching.span() as span:
        watching.sockets.uas_disk("disk", disk_image(watching.folder, "disk"), "UAS-0001")
        [finding] = watching.found(UNREGISTERED)
    assert span.holds(finding)
    assert finding.evidence["serial"] == "UAS-0001"


def test_every_card_that_is_put_into_a_reader_is_told(watching: Computer) -> None:
    watching.sockets.reader("reader", "READER-01")
    watching.has_disk("sda")
    watching.sockets.insert("reader", "first", disk_image(watching.folder, "first"))
    [first] = watching.found(UNREGISTERED)
    watching.sockets.remove("reader")
    with watching.span() as span:
        watching.sockets.insert("reader", "second", disk_image(watching.folder, "second"))
        [_, second] = watching.found(UNREGISTERED, 2)
    assert span.holds(second)
    assert first.evidence == second.evidence
    assert second.evidence["serial"] == "READER-01"


def test_a_phone_is_forbidden_and_unregistered(watching: Computer) -> None:
    offered = watching.folder / "phone"
    offered.mkdir()
    with watching.span() as span:
        watching.sockets.phone("phone", offered)
        [finding] = watching.found(FORBIDDEN)
        [medium] = watching.found(UNREGISTERED)
    assert span.holds(finding)
    assert span.holds(medium)
    assert finding.evidence["kinds"] == ["phone"]


def test_a_keyboard_and_a_mouse_are_no_media(watching: Computer) -> None:
    watching.sockets.usb("keyboard", "usb-kbd")
    watching.sockets.usb("mouse", "usb-mouse")
    plug_unknown(watching)
    watching.found(UNREGISTERED)
    assert "0627:0001" in watching.guest.run("lsusb")
    assert len(watching.findings()) == 1


def test_a_network_adapter_on_usb_is_a_critical_matter_as_soon_as_it_is_in(watching: Computer) -> None:
    with watching.span() as span:
        watching.sockets.usb_network("adapter")
        [finding] = watching.found(FORBIDDEN)
    assert span.holds(finding)
    assert finding.evidence["kinds"] == ["network"]
    assert finding.severity.value == "critical"


def test_a_stick_that_is_in_before_the_agent_starts_is_told(idle: Computer) -> None:
    plug_unknown(idle)
    idle.has_disk("sda")
    idle.configure()
    with idle.span() as span:
        idle.start()
        [finding] = idle.found(UNREGISTERED)
    assert span.holds(finding)


def plug_and_unplug(computer: Computer, times: int) -> Span:
    """As fast as the hardware goes: mostly faster than the kernel asks a device what it is."""
    with computer.span() as span:
        for number in range(times):
            name = f"burst-{number}"
            computer.sockets.usb(name, "usb-kbd")
            computer.sockets.unplug(name)
    return span


def test_a_burst_of_two_hundred_events_hides_nothing(watching: Computer) -> None:
    pid = watching.unit("MainPID")
    plug_and_unplug(watching, 50)
    plug_unknown(watching, "between")
    plug_and_unplug(watching, 50)
    plug_unknown(watching, "last")
    told = {finding.evidence["serial"] for finding in watching.found(UNREGISTERED, 2)}
    assert told == {"SERIAL-between", "SERIAL-last"}
    assert watching.unit("MainPID") == pid
    assert watching.gaps() == []
