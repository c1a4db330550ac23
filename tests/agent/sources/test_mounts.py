"""Tests of the mount table."""

from __future__ import annotations

from agent.sources import mounts

LINES = [
    "36 35 8:17 / /media/zhang\\040san/KINGSTON rw,nosuid shared:1 - vfat /dev/sdb1 rw",
    "40 35 0:52 /@data /mnt/data rw,relatime - btrfs /dev/sdc1 rw,subvol=/@data",
    "41 35 8:17 /photos /srv/photos rw - vfat /dev/sdb1 rw",
    "22 28 0:20 / /sys rw,nosuid shared:7 master:1 - sysfs sysfs rw",
]


def test_a_mount_is_found_by_its_device_number() -> None:
    assert mounts.parse(LINES)["8:17"] == ("/media/zhang san/KINGSTON", "/srv/photos")


def test_a_mount_without_a_disk_s_number_is_found_by_its_source() -> None:
    assert mounts.parse(LINES)["/dev/sdc1"] == ("/mnt/data",)


def test_a_mount_is_told_with_all_that_the_kernel_tells() -> None:
    first, second, *_ = mounts.entries(LINES)
    assert (first.id, first.parent, first.device, first.point) == (36, 35, "8:17", "/media/zhang san/KINGSTON")
    assert (second.fs_type, second.source, second.options) == ("btrfs", "/dev/sdc1", "rw,subvol=/@data")


def test_this_computer_has_something_mounted_at_its_root() -> None:
    assert any("/" in points for points in mounts.read().values())
