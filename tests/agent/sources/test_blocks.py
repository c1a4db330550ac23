"""Tests of block devices on recordings: what is a medium, and what is on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.umock import Bed, recorded

pytestmark = pytest.mark.needs_tool("umockdev-wrapper")

DISC = "/sys/devices/pci0000:00/0000:00:17.0/ata3/host2/target2:0:0/2:0:0:0/block/sr1"
STICK = "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1"


@pytest.mark.parametrize(
    ("product", "bus"),
    [
        ("SU32G", "mmc"),
        ("MMC1G", "mmc"),
        ("DVDRAM_GUD1N", "optical"),
        ("WDC_WD10EZEX", "ata"),
        ("Samsung X5", "nvme"),
        ("My Passport", "usb"),
    ],
)
def test_a_disk_that_can_be_pulled_is_a_medium(product: str, bus: str) -> None:
    assert recorded()[product].bus == bus


def test_disks_inside_the_computer_are_no_media() -> None:
    with Bed("fixed-disks") as bed:
        assert bed.present() == []


def test_volumes_have_size_file_system_and_the_number_of_the_medium() -> None:
    disk, partition = recorded()["DataTraveler 3.0"].volumes
    assert (disk.node, disk.size, disk.fs_type, disk.sequence) == ("/dev/sdb", 60437492 * 512, "", 21)
    assert (partition.node, partition.size, partition.sequence) == ("/dev/sdb1", 60435444 * 512, 21)
    assert (partition.fs_type, partition.fs_uuid, partition.fs_label) == ("vfat", "4A5B-6C7D", "KINGSTON")


def test_empty_slots_of_a_reader_have_no_size() -> None:
    assert [volume.size for volume in recorded()["USB2.0-CRW"].volumes] == [0, 0]


def test_a_luks_header_is_the_disk_s_identity() -> None:
    (disk,) = recorded()["My Passport"].volumes
    assert (disk.fs_type, disk.fs_uuid) == ("crypto_LUKS", "0f3c1bb2-7c5d-4c3e-9a51-0e7d2b7f6a10")


def test_an_optical_drive_without_udev_tells_a_disc_by_its_size() -> None:
    with Bed() as bed:
        bed.add("optical-disc-unknown")
        (disc,) = bed.present()
        bed.set(DISC, "size", "2097151")  # what the kernel says of an empty drive
        assert (disc.path, bed.present()) == (DISC, [])


def test_mount_points_are_found_under_an_opened_luks_volume_too(tmp_path: Path) -> None:
    mountinfo = tmp_path / "mountinfo"
    mountinfo.write_text(
        "36 35 8:17 / /media/stick rw - vfat /dev/sdb1 rw\n37 35 253:7 / /media/vault rw - ext4 /dev/mapper/vault rw\n"
    )
    with Bed("stick", "usb-disk") as bed:
        found = {volume.node: volume.mounted_at for device in bed.present(mountinfo) for volume in device.volumes}
    assert found == {"/dev/sdb": (), "/dev/sdb1": ("/media/stick",), "/dev/sde": ("/media/vault",)}
