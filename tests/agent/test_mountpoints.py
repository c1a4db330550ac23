"""Mounts as the kernel lists them; and, in a mount namespace of its own, a file system whose server never answers (FUSE)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agent.mountpoints import PSEUDO_FOLDERS, closed_mounts, lies_in, mounts_below, pseudo_folders

ROOT = Path(__file__).parents[2]
SILENT = """
import ctypes, json, os, sys, threading
from pathlib import Path
from agent.index import Index
from agent.mountpoints import closed_mounts
from agent.sandbox import Sandbox
from agent.sources.documents import DocumentsSource

folder, state = map(Path, sys.argv[1:])
server = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)  # whose questions nobody reads
options = f"fd={server},rootmode=40000,user_id=0,group_id=0".encode()
assert ctypes.CDLL(None).mount(b"server", str(folder / "share").encode(), b"fuse", 0, options) == 0

def told(root):
    with Sandbox() as sandbox, Index(state / "index.db") as index:
        return [[d.path, d.reason and d.reason.value, d.many] for d in DocumentsSource([root], [root], sandbox, index).present()]

def heard():
    ready, came, paths = threading.Event(), threading.Event(), []
    def post(change):
        paths.append(change.key)
        came.set()
    with Sandbox() as sandbox, Index(state / "index.db") as index:
        source = DocumentsSource([folder], [], sandbox, index)
        watch = threading.Thread(target=source.watch, args=(post, ready))
        watch.start()
        assert ready.wait(30)
        (folder / "新.txt").write_text("x")
        assert came.wait(30)
        source.close()
        watch.join(30)
    return paths

closed = sorted(closed_mounts())
print(json.dumps({"closed": closed, "below": told(folder), "itself": told(folder / "share"), "heard": heard()}))
sys.stdout.flush()
os._exit(0)
"""


def listed(folder: Path, *lines: str) -> Path:
    mounts = folder / "mountinfo"
    mounts.write_text("".join(f"{line}\n" for line in lines))
    return mounts


def test_users_own_mounts_are_told_from_those_of_root(tmp_path: Path) -> None:
    mounts = listed(
        tmp_path,
        "30 28 0:50 / /home/e/mnt rw,nosuid - fuse.sshfs e@host: rw,user_id=1000,group_id=1000,allow_other",
        f"31 28 8:17 / {tmp_path}/stick rw - fuseblk /dev/sdb1 rw,user_id=0,group_id=0,allow_other,blksize=4096",
        "32 28 0:51 / /home/e/first rw - fuse x user_id=1000,rw",
        f"33 28 0:52 / {tmp_path} rw - nfs4 server:/home rw,vers=4.2,user_id=1",
    )
    assert closed_mounts(mounts) == {"/home/e/mnt", "/home/e/first"}


def test_root_s_and_other_computers_file_systems_are_open_as_long_as_they_answer(tmp_path: Path) -> None:
    mounts = listed(
        tmp_path,
        f"31 28 8:17 / {tmp_path} rw - fuseblk /dev/sdb1 rw,user_id=0,group_id=0,allow_other,blksize=4096",
        f"33 28 0:52 / {tmp_path}/gone rw - nfs4 server:/home rw,vers=4.2",
        "34 28 8:1 / /nowhere rw - ext4 /dev/sda1 rw",
    )
    assert closed_mounts(mounts) == frozenset()


@pytest.mark.needs_root
@pytest.mark.needs_tool("unshare")
def test_a_server_that_does_not_answer_holds_nothing_up(tmp_path: Path) -> None:
    folder, state = tmp_path / "documents", tmp_path / "state"
    (folder / "share").mkdir(parents=True)
    (folder / "通知.txt").write_text("关于报送材料的通知\n", encoding="utf-8")
    command = ["unshare", "--mount", "--propagation", "private", sys.executable, "-c", SILENT, str(folder), str(state)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    share = str(folder / "share")
    assert said["closed"] == [share]
    assert sorted(said["below"]) == [[share, "timeout", 1], [str(folder / "通知.txt"), None, 1]]
    assert said["itself"] == [[share, "timeout", 1]]
    assert str(folder / "新.txt") in said["heard"]


def test_the_kernels_own_folders_are_known_wherever_they_are_mounted(tmp_path: Path) -> None:
    mounts = listed(
        tmp_path,
        "22 28 0:21 / /jail/proc rw - proc proc rw",
        "23 28 0:22 / /a\\040b/sys rw shared:1 - sysfs sysfs rw",
        "24 28 8:1 / / rw - ext4 /dev/sda1 rw",
        "25 28 0:40 / /tmp rw - tmpfs tmpfs rw",
    )
    assert pseudo_folders(mounts) == PSEUDO_FOLDERS | {"/jail/proc", "/a b/sys"}
    assert pseudo_folders() >= PSEUDO_FOLDERS


def test_mounts_below_a_folder_are_those_that_are_not_skipped(tmp_path: Path) -> None:
    points = ("/", "/a", "/a/b", "/a/bc", "/a/b/c", "/ab")
    mounts = listed(tmp_path, *(f"3{n} 28 8:{n} / {point} rw - ext4 /dev/sda{n} rw" for n, point in enumerate(points)))
    assert mounts_below("/a", {"/a/b"}, mounts) == ["/a/bc"]
    assert mounts_below("/", {"/a"}, mounts) == ["/ab"]


@pytest.mark.parametrize(("path", "lies"), [("/a", True), ("/a/b", True), ("/ab", False), ("/", False)])
def test_what_lies_in_a_place(path: str, lies: bool) -> None:
    assert lies_in(path, {"/x", "/a"}) is lies
