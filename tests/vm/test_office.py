"""A computer of an office: its register comes by the network, and what it finds goes there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from policies.vocabulary import Profile
from tests.e2e.world import Office, wait_until
from tests.vm.computer import Computer
from tests.vm.hardware import disk_image
from tests.vm.machine import SLOTS
from tests.vm.outside import Cable, cable
from tests.vm.test_network import card, join

ADDRESS = "10.1.2.1"


@pytest.fixture
def way() -> Iterator[Cable]:
    with cable() as way:
        yield way


@pytest.fixture
def office(way: Cable, idle: Computer, tmp_path: Path) -> Iterator[Office]:
    """A collector at the other end of the computer's cable, that knows one medium as lost."""
    idle.sockets.network_card("office", SLOTS[0], way.tap)
    way.plug(f"{ADDRESS}/24")
    with Office(tmp_path / "office", ("ip", "netns", "exec", way.inside.name), ADDRESS) as office:
        office.run(
            "media", "add", "机-09", "--level", "机密", "--serial", "4C530009", "--department", "办公室", "--state", "丢失"
        )
        office.serve()
        yield office


def enrol(computer: Computer, office: Office) -> None:
    name = card(computer)
    join(computer, name, "10.1.2.30/24")
    computer.configure(profile=Profile.NETWORKED, media=None, networks=[{"subnet": "10.1.2.0/24", "interface": name}])
    computer.guest.write("/root/ca.pem", office.ca.read_bytes())
    computer.guest.run(f"/opt/shoumi/bin/agent enrol {office.url} --token {office.token_for('pc-1')} --ca /root/ca.pem")


def known_there(office: Office, computer: Computer) -> None:
    """Until the office knows what the computer knows."""
    here = {finding.fingerprint for finding in computer.findings()}
    wait_until(lambda: office.open_findings() == here, "both know the same")


def test_the_offices_register_judges_a_stick_and_the_office_hears_of_it_also_after_a_cut(idle: Computer, office: Office) -> None:
    enrol(idle, office)
    idle.start()
    assert idle.findings() == []
    with idle.span() as span:
        idle.sockets.stick("lost", disk_image(idle.folder, "lost"), "4C530009")
        [finding] = idle.found("media.withdrawn")
    assert span.holds(finding)
    known_there(office, idle)
    idle.sockets.cable("office", plugged=False)
    idle.sockets.stick("unknown", disk_image(idle.folder, "unknown"), "SERIAL-unknown")
    idle.found("media.unregistered")
    assert len(office.open_findings()) == 1
    idle.sockets.cable("office", plugged=True)
    known_there(office, idle)
    assert idle.unit("NRestarts") == "0"
