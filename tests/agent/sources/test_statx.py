"""statx on real files; an encrypted folder where the kernel can make one."""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from agent.sources import mounts
from agent.sources.statx import look

ROOT = Path(__file__).parents[3]

# fscrypt, Documentation/filesystems/fscrypt.rst: add a key (v2 policy), then set the policy on an empty folder.
_ADD_KEY = 0xC0506617
_SET_POLICY = 0x800C6613
_AES_256_XTS, _AES_256_CTS, _PAD_32 = 1, 4, 3


def encrypt_folder(folder: Path) -> None:
    """Make an empty folder encrypted; what is made in it is."""
    key = bytes(range(64))
    request = bytearray(struct.pack("=II32sII8I", 2, 0, bytes(32), len(key), 0, *[0] * 8) + key)
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.ioctl(place, _ADD_KEY, request)
        identifier = bytes(request[8:24])
        policy = struct.pack("=BBBB4s16s", 2, _AES_256_XTS, _AES_256_CTS, _PAD_32, bytes(4), identifier)
        fcntl.ioctl(place, _SET_POLICY, policy)
    finally:
        os.close(place)


def test_a_file_s_mount_is_the_one_in_the_mount_table(tmp_path: Path) -> None:
    file = tmp_path / "文件.txt"
    file.touch()
    seen = look(str(file))
    assert seen is not None
    assert seen.mount in {mount.id for mount in mounts.entries(mounts.MOUNTINFO.read_text().splitlines())}
    assert not seen.encrypted


def test_an_open_file_is_told_like_its_path(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    with file.open("wb") as opened:
        assert look("/nowhere", opened.fileno()) == look(str(file))


def test_what_is_not_there_tells_nothing(tmp_path: Path) -> None:
    assert look(str(tmp_path / "none")) is None
    assert look("", 9999) is None


def test_a_path_of_any_bytes_is_taken(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe")
    Path(path).touch()
    assert look(path) is not None


@pytest.mark.needs_root
@pytest.mark.needs_tool("unshare", "mount", "mkfs.ext4")
@pytest.mark.needs_kernel("/sys/fs/ext4/features/encryption")
def test_a_really_encrypted_folder_is_encrypted(tmp_path: Path) -> None:
    program = """
import os, subprocess, sys
from pathlib import Path
from agent.sources.storage import StorageFacts
from tests.agent.sources.test_statx import encrypt_folder

root = Path(sys.argv[1])
(root / "disk.img").touch()
os.truncate(root / "disk.img", 8 << 20)
(root / "mnt").mkdir()
subprocess.run(["mkfs.ext4", "-q", "-F", "-O", "encrypt", root / "disk.img"], check=True)
subprocess.run(["mount", "-o", "loop", root / "disk.img", root / "mnt"], check=True)
try:
    (root / "mnt/secret").mkdir()
    encrypt_folder(root / "mnt/secret")
    for name, encrypted in (("secret/a.txt", True), ("a.txt", StorageFacts().of(str(root)).encrypted)):
        path = root / "mnt" / name
        with path.open("wb") as file:
            for seen in (StorageFacts().of(str(path), file.fileno()), StorageFacts().of(str(path))):
                assert seen.encrypted is encrypted, (name, seen)
finally:
    subprocess.run(["umount", root / "mnt"], check=True)
"""
    command = ["unshare", "--mount", "--propagation", "private", sys.executable, "-c", program, str(tmp_path)]
    subprocess.run(command, check=True, cwd=ROOT)
