"""A computer that sleeps, and an agent that is away for a while: what happened meanwhile is found, and the gap is told."""

from __future__ import annotations

from tests.vm.computer import UNIT, Computer
from tests.vm.hardware import disk_image

UNREGISTERED = "media.unregistered"
ASLEEP = 20
"""Seconds: time enough to plug something in, and more than what the agent takes for a mere delay."""


def test_a_stick_that_was_plugged_in_while_the_computer_slept_is_told_with_the_gap(watching: Computer) -> None:
    image = disk_image(watching.folder, "stick")
    watching.guest.run(f"systemd-run --no-block rtcwake --mode mem --seconds {ASLEEP}")
    watching.machine.qmp.wait_for("SUSPEND")
    watching.sockets.stick("stick", image, "SERIAL-asleep")
    watching.machine.qmp.wait_for("WAKEUP")
    with watching.span() as span:
        [finding] = watching.found(UNREGISTERED)
    assert finding.evidence["serial"] == "SERIAL-asleep"
    assert finding.observed_at <= span.ended
    watching.wait_until(lambda: len(watching.gaps()) >= 4, "the gap of every source is told")
    assert {gap.reason.en for gap in watching.gaps()} == {"the computer slept"}
    assert {gap.source for gap in watching.gaps()} == {"documents", "hardware", "media", "network"}


def test_what_was_plugged_in_while_the_agent_was_stopped_is_told_and_so_is_the_gap(watching: Computer) -> None:
    watching.guest.run(f"systemctl stop {UNIT}")
    watching.sockets.stick("stick", disk_image(watching.folder, "stick"), "SERIAL-away")
    watching.has_disk("sda")
    watching.guest.run(f"systemctl start {UNIT}")
    [finding] = watching.found(UNREGISTERED)
    [gap] = watching.gaps()
    assert gap.source == "agent"
    assert gap.began_at < gap.ended_at <= finding.observed_at


def test_a_stick_that_stays_in_over_a_restart_is_told_once(watching: Computer) -> None:
    watching.sockets.stick("stick", disk_image(watching.folder, "stick"), "SERIAL-stays")
    [before] = watching.found(UNREGISTERED)
    watching.guest.run(f"systemctl restart {UNIT}")
    watching.sockets.stick("other", disk_image(watching.folder, "other"), "SERIAL-other")
    [first, _] = watching.found(UNREGISTERED, 2)
    assert first == before
