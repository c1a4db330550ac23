"""What block devices stand on, in trees that are laid out like the sysfs of real machines."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.sources.disks import DEEPEST, Disk, Disks, across
from checks.subjects import MediumIds
from tests.agent.sources.sysfs import PCI, USB, Machine

CLEAR, LUKS, UNKNOWN = Disk(False, False), Disk(True, False), Disk()
LUKS2 = "CRYPT-LUKS2-2d0b9a0c4f7e4c0c8a0f2f7b3d1e6a55-cryptdisk"
LVM = "LVM-0YzqYI3xGVeO2nPlh1FSBYoVRcZqO3Vx"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def disks(machine: Machine) -> Disks:
    """Files as disks lie on what their name says."""
    files = {"/clear/a.img": CLEAR, "/luks/a.img": LUKS}
    return Disks(machine.root / "sys", lambda path, _depth: files.get(path, UNKNOWN))


def test_a_plain_disk_and_its_partitions_are_in_clear_and_stay(machine: Machine, disks: Disks) -> None:
    machine.sata()
    assert disks.at("8:0") == disks.at("8:1") == disks.at("8:2") == CLEAR


def test_a_plain_nvme_disk_is_in_clear_and_stays(machine: Machine, disks: Disks) -> None:
    machine.bus("pci0000:00/0000:01:00.0", "pci", removable="fixed")
    place = "pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1"
    machine.disk(place, "259:0", removable="0")
    machine.disk(f"{place}/nvme0n1p1", "259:1", partition="1")
    assert disks.at("259:1") == CLEAR


@pytest.mark.parametrize(("transport", "expected"), [("pcie", CLEAR), ("tcp", UNKNOWN)])
def test_a_disk_of_the_nvme_subsystem_is_as_its_controllers_are(
    machine: Machine, disks: Disks, transport: str, expected: Disk
) -> None:
    controller = "pci0000:00/0000:01:00.0/nvme/nvme0"
    machine.bus(controller, "nvme", transport=transport)
    machine.disk("virtual/nvme-subsystem/nvme-subsys0/nvme0n1", "259:0", removable="0")
    machine.link("devices/virtual/nvme-subsystem/nvme-subsys0/nvme0", f"devices/{controller}")
    assert disks.at("259:0") == expected


def test_luks_on_a_partition_is_encrypted(machine: Machine, disks: Disks) -> None:
    machine.sata()
    assert disks.at(machine.mapper(0, LUKS2, ("sda2",))) == LUKS


def test_a_logical_volume_on_luks_is_encrypted(machine: Machine, disks: Disks) -> None:
    machine.sata()
    machine.mapper(0, LUKS2, ("sda2",))
    assert disks.at(machine.mapper(1, LVM, ("dm-0",))) == LUKS


def test_luks_on_a_logical_volume_is_encrypted_and_the_volume_itself_is_not(machine: Machine, disks: Disks) -> None:
    machine.sata()
    plain = machine.mapper(0, LVM, ("sda2",))
    assert disks.at(machine.mapper(1, LUKS2, ("dm-0",))) == LUKS
    assert disks.at(plain) == CLEAR


def test_a_volume_that_is_partly_in_clear_is_in_clear(machine: Machine, disks: Disks) -> None:
    machine.sata()
    machine.mapper(0, LUKS2, ("sda1",))
    assert disks.at(machine.mapper(1, LVM, ("dm-0", "sda2"))) == CLEAR


def test_a_raid_is_what_its_disks_are(machine: Machine, disks: Disks) -> None:
    machine.sata()
    machine.sata("sdb", "8:16")
    machine.disk("virtual/block/md0", "9:0", ("sda1", "sdb1"))
    machine.mapper(0, LUKS2, ("md0",))
    assert disks.at("9:0") == CLEAR
    assert disks.at("253:0") == LUKS


@pytest.mark.parametrize(
    ("uuid", "encrypted"),
    [
        ("CRYPT-LUKS1-00112233-home", True),
        ("CRYPT-PLAIN-swap", True),
        ("CRYPT-BITLK-00112233-c", True),
        ("CRYPT-TCRYPT-00112233-vault", True),
        ("CRYPT-VERITY-00112233-usr", False),
        ("CRYPT-INTEGRITY-00112233-x", False),
        ("part1-mpath-3600508b4", False),
        ("mpath-3600508b4", False),
        ("", None),
        ("VENDOR-something", None),
        ("CRYPT-NEW9-00112233-x", None),
    ],
)
def test_only_a_layer_that_says_so_is_encryption(machine: Machine, disks: Disks, uuid: str, encrypted: bool | None) -> None:
    machine.sata()
    assert disks.at(machine.mapper(0, uuid, ("sda2",))).encrypted is encrypted


def test_an_unknown_layer_on_luks_is_encrypted_all_the_same(machine: Machine, disks: Disks) -> None:
    machine.sata()
    machine.mapper(0, LUKS2, ("sda2",))
    assert disks.at(machine.mapper(1, "", ("dm-0",))) == LUKS


def test_a_usb_stick_is_removable_though_its_flag_says_no(machine: Machine, disks: Disks) -> None:
    machine.bus(USB, "usb")
    place = f"{USB}/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sdb"
    machine.disk(place, "8:16", removable="0")
    machine.disk(f"{place}/sdb1", "8:17", partition="1")
    assert (disks.at("8:17").encrypted, disks.at("8:17").removable) == (False, True)
    assert disks.at(machine.mapper(0, LUKS2, ("sdb1",))).encrypted is True


STICK_IDS = MediumIds(vendor_id="0951", product_id="1666", serial="60A44C413FDE")


def stick(machine: Machine) -> None:
    machine.bus(USB, "usb", idVendor="0951", idProduct="1666", serial="60A44C413FDE")
    place = f"{USB}/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sdb"
    machine.disk(place, "8:16", removable="0")
    machine.disk(f"{place}/sdb1", "8:17", partition="1")


def test_a_stick_is_named_as_the_device_is_however_many_layers_lie_above_it(machine: Machine, disks: Disks) -> None:
    stick(machine)
    luks = machine.mapper(0, LUKS2, ("sdb1",), name="cryptdisk")
    for device in ("8:16", "8:17", luks, machine.mapper(1, LVM, ("dm-0",))):
        assert disks.at(device).medium == STICK_IDS


def test_a_volume_over_a_stick_and_a_fixed_disk_has_no_name(machine: Machine, disks: Disks) -> None:
    stick(machine)
    machine.sata()
    assert disks.at(machine.mapper(0, LVM, ("sdb1", "sda1"))) == Disk(False, True)


def test_a_card_is_named_by_its_register(machine: Machine, disks: Disks) -> None:
    card = "platform/soc/mmc_host/mmc0/mmc0:0001"
    machine.bus(card, "mmc", type="SD", manfid="0x000003", oemid="0x5344", serial="0x1234abcd")
    machine.disk(f"{card}/block/mmcblk0", "179:0", removable="0")
    assert disks.at("179:0").medium == MediumIds(vendor_id="000003", product_id="5344", serial="0x1234abcd")


@pytest.mark.parametrize(
    ("database", "sysfs", "serial"),
    [("E:ID_SERIAL=X_1\nE:ID_SERIAL_SHORT=WD-1234\n", "old", "WD-1234"), ("", "S4EWNX0R", "S4EWNX0R"), ("", "", None)],
)
def test_another_disk_is_named_by_udev_or_its_bus(
    machine: Machine, disks: Disks, database: str, sysfs: str, serial: str | None
) -> None:
    machine.sata(removable="1", device__serial=sysfs)
    if database:
        (machine.root / "run/udev/data").mkdir(parents=True)
        (machine.root / "run/udev/data/b8:0").write_text(database)
    assert disks.at("8:1").medium == (MediumIds(serial=serial) if serial else None)


def test_a_disc_is_not_named_by_its_drive(machine: Machine, disks: Disks) -> None:
    machine.disk(f"{PCI}/ata3/host2/target2:0:0/2:0:0:0/block/sr0", "11:0", removable="1", device__serial="DRIVE1")
    assert disks.at("11:0") == Disk(False, True)


def test_what_says_that_it_is_removable_is(machine: Machine, disks: Disks) -> None:
    machine.sata(removable="1")
    assert disks.at("8:2") == Disk(False, True)


@pytest.mark.parametrize(
    ("attributes", "removable"),
    [
        ({"type": "SD"}, True),
        ({"type": "SD", "raw_rpmb_size_mult": "0x0"}, True),
        ({"type": "MMC", "raw_rpmb_size_mult": "0x20"}, False),
        ({"type": "MMC", "raw_rpmb_size_mult": "0x0"}, True),
    ],
)
def test_an_sd_card_is_removable_and_a_soldered_one_is_not(
    machine: Machine, disks: Disks, attributes: dict[str, str], removable: bool
) -> None:
    machine.bus("platform/soc/mmc_host/mmc0/mmc0:0001", "mmc", **attributes)
    machine.disk("platform/soc/mmc_host/mmc0/mmc0:0001/block/mmcblk0", "179:0", removable="0")
    assert disks.at("179:0").removable is removable


@pytest.mark.parametrize(("port", "removable"), [("removable", True), ("fixed", False)])
def test_a_thunderbolt_disk_is_removable(machine: Machine, disks: Disks, port: str, removable: bool) -> None:
    machine.bus("pci0000:00/0000:05:00.0", "pci", removable=port)
    machine.disk("pci0000:00/0000:05:00.0/nvme/nvme1/nvme1n1", "259:0", removable="0")
    assert disks.at("259:0") == Disk(False, removable)


def test_a_firewire_disk_is_removable(machine: Machine, disks: Disks) -> None:
    machine.bus(f"{PCI}/fw1", "firewire")
    machine.disk(f"{PCI}/fw1/fw1.0/host7/block/sdc", "8:32", removable="0")
    assert disks.at("8:32").removable is True


@pytest.mark.parametrize(
    "place",
    ["platform/host9/session1/target9:0:0/9:0:0:0/block/sdd", "virtual/block/nbd0", "virtual/block/ram0", "virtual/block/zd0"],
)
def test_a_disk_on_a_network_or_of_an_unknown_kind_is_unknown(machine: Machine, disks: Disks, place: str) -> None:
    machine.disk(place, "8:48", removable="0")
    assert disks.at("8:48") == UNKNOWN


@pytest.mark.parametrize(
    ("backing", "expected"),
    [("/clear/a.img", CLEAR), ("/luks/a.img", LUKS), ("/luks/a.img (deleted)", LUKS), ("/else/a.img", UNKNOWN), ("", UNKNOWN)],
)
def test_a_file_as_a_disk_is_as_what_it_lies_on(machine: Machine, disks: Disks, backing: str, expected: Disk) -> None:
    machine.disk("virtual/block/loop0", "7:0", loop__backing_file=backing)
    assert disks.at("7:0") == expected


def test_compressed_memory_is_on_no_disk_unless_it_writes_to_one(machine: Machine, disks: Disks) -> None:
    machine.sata()
    machine.disk("virtual/block/zram0", "254:0", backing_dev="none")
    machine.disk("virtual/block/zram1", "254:1", backing_dev="/dev/sda1")
    assert disks.at("254:0") == LUKS
    assert disks.at("254:1") == CLEAR


def test_a_disk_that_is_not_there_is_unknown(disks: Disks) -> None:
    assert disks.at("8:99") == disks.named("/dev/sdz") == disks.btrfs("/dev/sdz") == UNKNOWN


def test_a_stack_without_end_is_unknown(machine: Machine, disks: Disks) -> None:
    machine.sata()
    machine.mapper(0, LVM, ("sda1",))
    for number in range(1, DEEPEST + 2):
        machine.mapper(number, LVM, (f"dm-{number - 1}",))
    assert disks.at(f"253:{DEEPEST + 1}") == UNKNOWN
    assert disks.at("253:3") == CLEAR


@pytest.mark.parametrize("name", ["/dev/dm-0", "/dev/mapper/vg-home", "vg-home"])
def test_a_volume_is_found_by_each_of_its_names(machine: Machine, disks: Disks, name: str) -> None:
    machine.sata()
    machine.mapper(0, LUKS2, ("sda2",), name="vg-home")
    assert disks.named(name) == LUKS


def test_a_btrfs_on_several_disks_is_in_clear_where_one_is(machine: Machine, disks: Disks) -> None:
    machine.sata()
    machine.mapper(0, LUKS2, ("sda2",), name="data")
    for device in ("dm-0", "sda1"):
        machine.link(f"fs/btrfs/0a1b/devices/{device}", f"class/block/{device}")
    assert disks.btrfs("/dev/mapper/data") == disks.btrfs("/dev/sda1") == CLEAR


def test_a_btrfs_on_luks_is_encrypted(machine: Machine, disks: Disks) -> None:
    machine.sata()
    machine.mapper(0, LUKS2, ("sda2",), name="data")
    machine.link("fs/btrfs/0a1b/devices/dm-0", "class/block/dm-0")
    assert disks.btrfs("/dev/mapper/data") == LUKS


def test_a_btrfs_whose_other_disks_are_not_told_is_known_only_to_be_in_clear(machine: Machine, disks: Disks) -> None:
    machine.sata()
    machine.mapper(0, LUKS2, ("sda2",), name="data")
    assert disks.btrfs("/dev/mapper/data") == UNKNOWN
    assert disks.btrfs("/dev/sda1") == Disk(False, None)


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ([], UNKNOWN),
        ([LUKS, LUKS], LUKS),
        ([LUKS, CLEAR], CLEAR),
        ([LUKS, UNKNOWN], UNKNOWN),
        ([CLEAR, UNKNOWN], Disk(False, None)),
        ([LUKS, Disk(True, True)], Disk(True, True)),
        ([UNKNOWN, Disk(False, True)], Disk(False, True)),
    ],
)
def test_a_whole_is_as_weak_as_its_weakest_part(parts: list[Disk], whole: Disk) -> None:
    if not parts:
        assert across(parts).encrypted is None
        return
    assert across(parts) == whole
