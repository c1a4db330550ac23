"""What is done with registered media: what lies on them, what becomes of them, what they are used beside."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from policies.finding import Finding
from tests.vm import gadget
from tests.vm.computer import CLASSIFIED, MORNING, Computer
from tests.vm.hardware import disk_image

UNREGISTERED = "media.unregistered"
ABOVE_LABEL = "media.content-above-label"
UNRELIABLE = "media.identity-unreliable"
SECRET, HIGHLY_SECRET = "4C530002", "4C530001"


def documents(folder: Path, number: int, mark: str) -> Path:
    """A folder of documents that bear a mark."""
    made = folder / "documents"
    made.mkdir()
    for i in range(number):
        (made / f"文件{i}.txt").write_text(f"{mark}\n\n关于第{i}号事项的通知\n", encoding="utf-8")
    return made


def mount(computer: Computer, disk: str) -> None:
    """Mount the medium that a disk holds where media are looked for."""
    computer.has_disk(disk)
    computer.guest.run(f"mkdir -p /mnt/{disk} && mount /dev/{disk} /mnt/{disk}")


def test_a_document_above_the_mediums_level_is_told_when_the_medium_is_mounted(watching: Computer) -> None:
    image = disk_image(watching.folder, "stick", files=documents(watching.folder, 1, "机密★5年"))
    with watching.span() as span:
        watching.sockets.stick("stick", image, SECRET)
        mount(watching, "sda")
        [finding] = watching.found(ABOVE_LABEL)
    assert span.holds(finding)
    assert finding.subject == "/mnt/sda/文件0.txt"
    assert (finding.evidence["number"], finding.evidence["medium_level"]) == ("秘-01", "秘密")


def test_a_stick_that_is_pulled_out_while_its_files_are_read_does_no_harm(watching: Computer) -> None:
    pid = watching.unit("MainPID")
    image = disk_image(watching.folder, "stick", files=documents(watching.folder, 400, "机密★5年"), megabytes=32)
    watching.sockets.stick("stick", image, SECRET)
    mount(watching, "sda")
    watching.found(ABOVE_LABEL)
    watching.sockets.unplug("stick")
    assert len(watching.findings(ABOVE_LABEL)) < 400
    watching.guest.write(f"{CLASSIFIED}/计划.txt", "绝密★30年\n\n关于某事的计划\n")
    watching.found("document.level-above-computer")
    status = watching.agent("status")
    assert (status["healthy"], str(status["pid"])) == (True, pid)


def test_a_registered_stick_that_was_formatted_is_told_when_it_comes_again(watching: Computer) -> None:
    image = disk_image(watching.folder, "stick")
    watching.sockets.stick("before", image, HIGHLY_SECRET)
    remembered = "SELECT 1 FROM meta WHERE key LIKE 'medium %' AND CAST(value AS TEXT) NOT LIKE '%\"fs_uuids\":[]%'"
    watching.wait_until(lambda: bool(watching.rows(remembered)), "its file system is remembered")
    watching.sockets.unplug("before")
    watching.sockets.forget("before")
    with watching.span() as span:
        watching.sockets.stick("after", disk_image(watching.folder, "stick"), HIGHLY_SECRET)
        [finding] = watching.found("media.reformatted")
    assert span.holds(finding)
    assert finding.evidence["number"] == "机-01"
    assert finding.evidence["fs_uuids_before"] != finding.evidence["fs_uuids"]


def test_two_sticks_with_one_serial_number_are_told_from_each_other(watching: Computer) -> None:
    watching.sockets.stick("one", disk_image(watching.folder, "one"), HIGHLY_SECRET)
    watching.seen("机-01")
    with watching.span() as span:
        watching.sockets.stick("other", disk_image(watching.folder, "other"), HIGHLY_SECRET)
        found = watching.found(UNRELIABLE)
    assert all(map(span.holds, found))
    assert {finding.evidence["serial"] for finding in found} == {HIGHLY_SECRET}
    assert {finding.severity.value for finding in found} == {"major"}


def test_a_stick_without_a_serial_number_cannot_be_known_again(watching: Computer) -> None:
    gadget.plug_in(watching.guest, "", ["mass_storage.0"])
    [finding] = watching.found(UNRELIABLE)
    [unknown] = watching.found(UNREGISTERED)
    assert finding.severity.value == "minor"
    assert "no serial number" in unknown.message.en


def test_media_of_two_levels_that_are_mounted_at_once_are_told(watching: Computer) -> None:
    watching.sockets.stick("secret", disk_image(watching.folder, "secret"), SECRET)
    mount(watching, "sda")
    watching.sockets.stick("highly", disk_image(watching.folder, "highly"), HIGHLY_SECRET)
    with watching.span() as span:
        mount(watching, "sdb")
        [finding] = watching.found("media.mixed-levels")
    assert span.holds(finding)
    assert (finding.evidence["number"], finding.evidence["beside"]) == ("机-01", "秘-01")


def test_a_stick_that_stays_mounted_after_work_is_told(watching: Computer) -> None:
    watching.sockets.stick("stick", disk_image(watching.folder, "stick"), HIGHLY_SECRET)
    mount(watching, "sda")
    watching.seen("机-01")
    assert watching.findings() == []
    watching.guest.set_clock(MORNING + timedelta(hours=11))
    [finding] = watching.found("media.left-mounted")
    assert finding.evidence["serial"] == HIGHLY_SECRET
    watching.guest.run("umount --lazy /mnt/sda")
    watching.gone("media.left-mounted")


def test_a_stick_that_is_watched_can_be_unmounted(watching: Computer) -> None:
    watching.sockets.stick("stick", disk_image(watching.folder, "stick"), HIGHLY_SECRET)
    mount(watching, "sda")
    watching.guest.write("/mnt/sda/通知.txt", "绝密★5年\n\n通知\n")
    watching.found(ABOVE_LABEL)
    watching.guest.run("umount /mnt/sda")


def test_a_stick_that_is_a_keyboard_too_is_told_as_a_whole(watching: Computer) -> None:
    with watching.span() as span:
        gadget.plug_in(watching.guest, "BADUSB-0001", ["mass_storage.0", "hid.0"])
        [finding] = watching.found("media.composite-device")
        [unknown] = watching.found(UNREGISTERED)
    assert span.holds(finding)
    assert finding.evidence["functions"] == ["storage", "keyboard, mouse or other input"]
    assert identified(finding) == identified(unknown) == ("0951", "1666", "BADUSB-0001")


def identified(finding: Finding) -> tuple[object, ...]:
    return tuple(finding.evidence[name] for name in ("vendor_id", "product_id", "serial"))
