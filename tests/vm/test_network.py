"""Networks that somebody joins while the agent watches."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from policies.vocabulary import Profile
from tests.vm.computer import Computer
from tests.vm.machine import SLOTS
from tests.vm.outside import GATEWAY, SITE, Cable, internet

NOT_ALLOWED = "network.interface-not-allowed"
REACHABLE = "network.internet-reachable"


@pytest.fixture
def outside() -> Iterator[Cable]:
    with internet() as outside:
        yield outside


def join(computer: Computer, name: str, address: str = "203.0.113.50/24") -> None:
    """Bring a network card up and give it an address, as a person would."""
    computer.guest.run(f"ip link set {name} up && ip addr add {address} dev {name}")


def cards(computer: Computer) -> list[str]:
    """The network cards, by the names that udev gives them a moment after they came; one on USB may keep the kernel's."""
    computer.guest.run("udevadm settle")
    return [name for name in computer.guest.run("ls /sys/class/net").split() if name.startswith(("en", "usb"))]


def card(computer: Computer) -> str:
    """The name of the one network card: which of two drivers takes an adapter on USB, the kernel leaves to chance."""
    computer.wait_until(lambda: len(cards(computer)) == 1, "the card is there")
    return cards(computer)[0]


def test_a_second_way_out_is_told_while_it_lasts(watching: Computer, outside: Cable) -> None:
    with watching.span() as span:
        watching.sockets.network_card("way-out", SLOTS[0], outside.tap)
        outside.plug(f"{GATEWAY}/24")
        name = card(watching)
        join(watching, name)
        watching.guest.run(f"ip route add default via {GATEWAY}")
        [joined] = watching.found(NOT_ALLOWED)
        [reachable, *_] = watching.found(REACHABLE)
        [route] = watching.found("network.default-route")
    assert all(map(span.holds, (joined, reachable, route)))
    assert joined.subject == name
    # Of the interface itself its address may be missing: it was found a moment after it was up.
    [address] = watching.found("network.public-address")
    assert "203.0.113.50" in address.subject
    fetch = f"from urllib.request import urlopen; print(urlopen('http://{SITE}/', timeout=60).status)"
    with watching.span() as span:
        assert watching.guest.run(f'python3 -c "{fetch}"').strip() == "200"
        [contact] = watching.found("network.public-connection")
    assert span.holds(contact)
    assert (contact.evidence["remote"], contact.evidence["port"], contact.evidence["answered"]) == (SITE, 80, True)
    watching.sockets.unplug("way-out")
    watching.gone(NOT_ALLOWED)
    watching.gone(REACHABLE)
    watching.gone("network.default-route")


def test_a_cable_that_is_pulled_makes_the_matter_less_grave(watching: Computer, outside: Cable) -> None:
    watching.sockets.network_card("card", SLOTS[0], outside.tap)
    outside.plug(f"{GATEWAY}/24")
    join(watching, card(watching))
    watching.wait_until(lambda: severities(watching) == {"critical"}, "it is connected")
    watching.sockets.cable("card", plugged=False)
    watching.wait_until(lambda: severities(watching) == {"major"}, "it needs only a cable")


def severities(computer: Computer) -> set[str]:
    return {finding.severity.value for finding in computer.findings(NOT_ALLOWED)}


def test_a_network_that_is_allowed_is_no_matter_and_one_beside_it_is(idle: Computer) -> None:
    idle.sockets.network_card("office", SLOTS[0])
    name = card(idle)
    join(idle, name, "10.1.2.30/24")
    idle.configure(profile=Profile.NETWORKED, networks=[{"subnet": "10.1.2.0/24", "interface": name}])
    idle.start()
    assert idle.findings(NOT_ALLOWED) == []
    join(idle, name, "10.9.9.9/24")
    [finding] = idle.found(NOT_ALLOWED)
    [outside] = idle.found("network.outside-allowed-network")
    assert finding.subject == name
    assert outside.evidence == {"link": name, "address": "10.9.9.9"}


def test_two_networks_at_once_are_told(watching: Computer) -> None:
    for number, slot in enumerate(SLOTS):
        watching.sockets.network_card(f"card{number}", slot, mac=f"52:54:00:aa:00:1{number}")
    watching.wait_until(lambda: len(cards(watching)) == 2, "both cards are there")
    with watching.span() as span:
        for number, name in enumerate(cards(watching)):
            join(watching, name, f"10.1.{number}.30/24")
        [finding] = watching.found("network.multi-homed")
    assert span.holds(finding)
    assert finding.evidence["links"] == cards(watching)


def test_what_leads_out_by_way_of_others_is_told(watching: Computer) -> None:
    watching.guest.write("/etc/resolv.conf", "nameserver 198.51.100.53\n")
    watching.guest.write("/etc/environment", "https_proxy=http://proxy.example:3128\n")
    with watching.span() as span:
        watching.guest.run("ip link add bridge0 type bridge && ip link set bridge0 up")
        found = [watching.found(f"network.{name}")[0] for name in ("bridging", "public-resolver", "proxy")]
    assert all(map(span.holds, found))
    watching.guest.run("ip link del bridge0")
    watching.gone("network.bridging")


def test_a_network_adapter_on_usb_that_is_brought_up_is_a_connection(watching: Computer) -> None:
    watching.sockets.usb_network("adapter")
    name = card(watching)

    def told(severity: str) -> bool:
        """The device is told first, then the interface that came of it, then that it is connected."""
        found = watching.findings("network.usb-network")
        return [(each.evidence.get("link"), each.severity.value) for each in found] == [(name, severity)]

    watching.wait_until(lambda: told("major"), "the adapter is told")
    with watching.span() as span:
        join(watching, name)
        [finding] = watching.found(NOT_ALLOWED)
        watching.wait_until(lambda: told("critical"), "it is connected")
    assert span.holds(finding)
    assert finding.evidence["bus"] == "usb"


def test_a_computer_that_is_made_a_router_is_told(watching: Computer) -> None:
    with watching.span() as span:
        watching.guest.run("sysctl --write net.ipv4.ip_forward=1")
        [finding] = watching.found("network.forwarding")
    assert span.holds(finding)
    watching.guest.run("sysctl --write net.ipv4.ip_forward=0")
    watching.gone("network.forwarding")
