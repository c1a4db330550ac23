"""What files lie on: in recorded trees, and on real file systems where the machine lets us mount them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agent.sources.statx import Look
from agent.sources.storage import StorageFacts
from checks.subjects import MediumIds, Storage
from tests.agent.sources.sysfs import USB, Machine

LUKS2 = "CRYPT-LUKS2-2d0b9a0c4f7e4c0c8a0f2f7b3d1e6a55-home"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A computer with a plain root and an encrypted /home."""
    machine = Machine(tmp_path)
    machine.sata()
    machine.mount("/home", machine.mapper(0, LUKS2, ("sda1",), name="home"), "ext4", "/dev/mapper/home")
    return machine


def blind(path: str, fd: int | None) -> Look | None:
    """The kernel of the test's own machine knows nothing of a recorded one."""
    return None


def of(machine: Machine, path: str) -> Storage:
    return StorageFacts(machine.root, blind).of(path)


def told(machine: Machine, path: str) -> tuple[bool | None, bool | None, bool]:
    storage = of(machine, path)
    return storage.encrypted, storage.removable, storage.remote


def test_a_file_lies_on_its_mount_s_disk(machine: Machine) -> None:
    assert of(machine, "/srv/a.docx") == Storage(fs_type="ext4", device="/dev/sda2", encrypted=False, removable=False)
    assert of(machine, "/home/a.docx") == Storage(fs_type="ext4", device="/dev/mapper/home", encrypted=True, removable=False)
    assert of(machine, "/home") == of(machine, "/home/a/b/c")


def test_a_name_that_only_begins_like_a_mount_point_is_not_in_it(machine: Machine) -> None:
    assert told(machine, "/homes/a.docx") == (False, False, False)


def test_a_mount_hides_what_was_mounted_below_its_point(machine: Machine) -> None:
    machine.mount("/srv/data", "8:1", "xfs", "/dev/sda1")
    machine.mount("/srv", "253:0", "ext4", "/dev/mapper/home")
    assert of(machine, "/srv/data/a.docx").device == "/dev/mapper/home"


def test_of_two_mounts_at_one_point_the_upper_counts(machine: Machine) -> None:
    lower = machine.mount("/mnt", "8:1", "xfs", "/dev/sda1")
    machine.mount("/mnt", "253:0", "ext4", "/dev/mapper/home", parent=lower)
    assert of(machine, "/mnt/a.docx").device == "/dev/mapper/home"


def test_a_bind_mount_is_the_same_disk_at_another_place(machine: Machine) -> None:
    machine.mount("/srv/share", "253:0", "ext4", "/dev/mapper/home")
    assert told(machine, "/srv/share/a.docx") == (True, False, False)


def test_the_kernel_s_own_word_for_the_mount_goes_before_the_path(machine: Machine) -> None:
    number = machine.mount("/mnt", "253:0", "ext4", "/dev/mapper/home")
    facts = StorageFacts(machine.root, lambda path, fd: Look(number if fd == 7 else None, None))
    assert facts.of("/srv/moved.docx", 7).encrypted is True
    assert facts.of("/srv/moved.docx").encrypted is False


@pytest.mark.parametrize(("flag", "encrypted"), [(True, True), (False, False), (None, False)])
def test_an_encrypted_folder_on_a_plain_disk_is_encrypted(machine: Machine, flag: bool | None, encrypted: bool) -> None:
    facts = StorageFacts(machine.root, lambda path, fd: Look(None, flag))
    assert facts.of("/srv/a.docx", 3) == Storage(fs_type="ext4", device="/dev/sda2", encrypted=encrypted, removable=False)


def test_a_stick_that_was_mounted_since_is_known_by_its_name(machine: Machine) -> None:
    seen = [Look(mount=100, encrypted=False)]
    facts = StorageFacts(machine.root, lambda path, fd: seen[0])
    assert facts.of("/media/a.docx").removable is False
    machine.bus(USB, "usb", idVendor="0951", idProduct="1666", serial="60A44C413FDE")
    machine.disk(f"{USB}/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sdb", "8:16", removable="1")
    seen[0] = Look(mount=machine.mount("/media", "8:16", "vfat", "/dev/sdb"), encrypted=False)
    assert facts.of("/media/a.docx").medium == MediumIds(vendor_id="0951", product_id="1666", serial="60A44C413FDE")


def test_a_mount_that_the_table_does_not_list_is_looked_for_once(machine: Machine) -> None:
    facts = StorageFacts(machine.root, lambda path, fd: Look(mount=999, encrypted=False))
    assert facts.of("/srv/a.docx").device == "/dev/sda2"
    (machine.root / "proc/self/mountinfo").unlink()
    assert facts.of("/srv/b.docx").device == "/dev/sda2"


def test_a_stick_is_removable(machine: Machine) -> None:
    machine.bus(USB, "usb")
    machine.disk(f"{USB}/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sdb", "8:16", removable="1")
    machine.mount("/media/zhang san/盘", "8:16", "fuseblk", "/dev/sdb")
    assert told(machine, "/media/zhang san/盘/a.docx") == (False, True, False)


@pytest.mark.parametrize(
    "fs_type",
    ["nfs", "nfs4", "cifs", "smb3", "9p", "virtiofs", "ceph", "fuse.sshfs", "fuse.glusterfs", "glusterfs", "fuse.rclone"],
)
def test_another_computer_s_disk_is_remote_and_no_more_is_known(machine: Machine, fs_type: str) -> None:
    machine.mount("/net", "0:60", fs_type, "server:/export")
    assert told(machine, "/net/a.docx") == (None, None, True)


@pytest.mark.parametrize(
    ("fs_type", "source"),
    [
        ("ecryptfs", "/srv/.Private"),
        ("fuse.gocryptfs", "/srv/cipher"),
        ("fuse.cryfs", "cryfs@/srv/cipher"),
        ("fuse.encfs", "encfs"),
        ("fuse.vault", "vault"),
    ],
)
def test_a_file_system_that_encrypts_is_encrypted(machine: Machine, fs_type: str, source: str) -> None:
    machine.mount("/home/zhang/vault", "0:61", fs_type, source, parent=101)
    expected = False if "/" in source else None
    assert told(machine, "/home/zhang/vault/a.docx") == (True, expected, False)


def test_an_encrypted_folder_on_a_server_is_remote(machine: Machine) -> None:
    machine.mount("/net", "0:60", "nfs4", "server:/export")
    machine.mount("/home/zhang/vault", "0:61", "fuse.gocryptfs", "/net/cipher", parent=101)
    assert told(machine, "/home/zhang/vault/a.docx") == (True, None, True)


@pytest.mark.parametrize("fs_type", ["zfs", "fuse.unionfs", "proc", "bcachefs", "aufs"])
def test_what_has_no_disk_that_can_be_told_is_unknown(machine: Machine, fs_type: str) -> None:
    machine.mount("/pool", "0:62", fs_type, "tank/data")
    assert told(machine, "/pool/a.docx") == (None, None, False)


@pytest.mark.parametrize(
    ("swaps", "encrypted"),
    [
        ([], True),
        (["/dev/sda1 partition"], False),
        (["/dev/dm-0 partition"], True),
        (["/dev/zram0 partition"], True),
        (["/dev/zram0 partition", "/dev/sda1 partition"], False),
        (["/swap\\040file file"], False),
        (["/home/swapfile file"], True),
        (["/dev/gone partition"], None),
    ],
)
def test_memory_is_as_safe_as_what_it_is_swapped_to(machine: Machine, swaps: list[str], encrypted: bool | None) -> None:
    machine.disk("virtual/block/zram0", "252:0", backing_dev="none")
    machine.swaps(*swaps)
    machine.mount("/tmp", "0:40", "tmpfs", "tmpfs")
    assert told(machine, "/tmp/a.docx") == (encrypted, False, False)


def test_without_a_word_on_swap_memory_is_unknown(machine: Machine) -> None:
    (machine.root / "proc/swaps").unlink()
    machine.mount("/tmp", "0:40", "tmpfs", "tmpfs")
    assert told(machine, "/tmp/a.docx") == (None, False, False)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("rw,lowerdir=/home/l1:/home/l2,upperdir=/home/u,workdir=/home/w", (True, False, False)),
        ("rw,lowerdir=/usr,upperdir=/srv/u,workdir=/srv/w", (False, False, False)),
        ("rw,lowerdir=/usr,upperdir=/home/u,workdir=/home/w", (None, False, False)),
        ("rw,lowerdir=lower,upperdir=upper", (None, None, False)),
        ("rw", (None, None, False)),
    ],
)
def test_an_overlay_is_known_as_far_as_its_layers_agree(
    machine: Machine, options: str, expected: tuple[bool | None, bool | None, bool]
) -> None:
    machine.mount("/merged", "0:63", "overlay", "overlay", options)
    assert told(machine, "/merged/a.docx") == expected


def test_an_overlay_on_itself_ends(machine: Machine) -> None:
    machine.mount("/merged", "0:63", "overlay", "overlay", "rw,lowerdir=/merged/a,upperdir=/merged/b")
    assert told(machine, "/merged/a.docx") == (None, None, False)


def test_a_file_as_a_disk_on_an_encrypted_disk_is_encrypted(machine: Machine) -> None:
    machine.disk("virtual/block/loop0", "7:0", loop__backing_file="/home/zhang/disk.img")
    machine.mount("/mnt", "7:0", "ext4", "/dev/loop0")
    assert told(machine, "/mnt/a.docx") == (True, False, False)


def test_a_disk_in_a_file_on_itself_ends(machine: Machine) -> None:
    machine.disk("virtual/block/loop0", "7:0", loop__backing_file="/mnt/disk.img")
    machine.mount("/mnt", "7:0", "ext4", "/dev/loop0")
    assert told(machine, "/mnt/a.docx") == (None, None, False)


def test_a_btrfs_mount_is_found_by_its_source(machine: Machine) -> None:
    machine.link("fs/btrfs/0a1b/devices/dm-0", "class/block/dm-0")
    machine.mount("/data", "0:52", "btrfs", "/dev/mapper/home", "rw,subvol=/@data")
    assert told(machine, "/data/a.docx") == (True, False, False)


def test_without_a_mount_table_nothing_is_known(tmp_path: Path) -> None:
    assert StorageFacts(tmp_path, blind).of("/a.docx") == Storage(fs_type="")


def test_a_mount_is_looked_at_once(machine: Machine) -> None:
    facts = StorageFacts(machine.root, blind)
    before = facts.of("/home/a.docx")
    (machine.root / "sys/devices/virtual/block/dm-0/dm/uuid").write_text("LVM-x\n")
    assert facts.of("/home/b.docx") is before
    assert StorageFacts(machine.root, blind).of("/home/b.docx").encrypted is False


# --- this machine ----------------------------------------------------------------------------------------------------------

SEES = """
import os, subprocess, sys
from pathlib import Path
from agent.sources.storage import StorageFacts

def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

def storage(path):
    with open(path, "wb") as file:
        facts = StorageFacts()
        opened, named = facts.of(str(path), file.fileno()), facts.of(str(path))
    assert opened == named, (opened, named)
    return opened

root = Path(sys.argv[1])
"""


def apart(tmp_path: Path, program: str) -> None:
    """Run a program in a mount namespace of its own."""
    command = ["unshare", "--mount", "--propagation", "private", sys.executable, "-c", SEES + program, str(tmp_path)]
    subprocess.run(command, check=True, cwd=ROOT)


def test_this_test_s_own_folder_lies_on_something(tmp_path: Path) -> None:
    assert StorageFacts().of(str(tmp_path)).fs_type


@pytest.mark.needs_root
@pytest.mark.needs_tool("unshare", "mount")
def test_a_real_memory_file_system_and_a_real_bind_mount(tmp_path: Path) -> None:
    apart(
        tmp_path,
        """
plain = storage(root / "plain")
for name in ("memory", "bind", "over"):
    (root / name).mkdir()
run("mount", "-t", "tmpfs", "tmpfs", root / "memory")
assert storage(root / "memory/a").fs_type == "tmpfs"
assert storage(root / "memory/a").removable is False
run("mount", "--bind", root, root / "bind")
assert storage(root / "bind/plain") == plain
assert storage(root / "bind/memory/a") == plain
(root / "over/memory").mkdir()
run("mount", "-t", "tmpfs", "tmpfs", root / "over/memory")
run("mount", "--bind", root, root / "over")
(root / "over/plain").touch()
assert storage(root / "over/plain") == plain
""",
    )


@pytest.mark.needs_root
@pytest.mark.needs_tool("unshare", "mount", "mkfs.ext4")
def test_a_real_file_as_a_disk_lies_on_what_the_file_lies_on(tmp_path: Path) -> None:
    apart(
        tmp_path,
        """
below = storage(root / "disk.img")
os.truncate(root / "disk.img", 8 << 20)
run("mkfs.ext4", "-q", "-F", root / "disk.img")
(root / "mnt").mkdir()
run("mount", "-o", "loop", root / "disk.img", root / "mnt")
seen = storage(root / "mnt/a")
assert (seen.fs_type, seen.encrypted, seen.removable) == ("ext4", below.encrypted, below.removable), seen
assert seen.device.startswith("/dev/loop"), seen
run("umount", root / "mnt")
""",
    )
