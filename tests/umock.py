"""A make-believe sysfs with hot-plug events (umockdev), for a media source that runs in a process of its own.

umockdev works by a library that must be loaded before the program, so the bed and the source are processes of their own. The bed
obeys lines of JSON; the source says in lines of JSON what it sees. The recordings lie in tests/data/usb.
"""

from __future__ import annotations

import ctypes
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import TracebackType

import msgspec

from agent.sources.base import Blind, Change
from agent.sources.media import MediaSource
from agent.sources.mounts import MOUNTINFO
from agent.sources.udev import Node
from checks.subjects import Device

ROOT = Path(__file__).parent.parent
RECORDINGS = Path(__file__).parent / "data/usb"
WAIT_SECONDS = 60
"""How long an event may take on a busy machine before a test gives up."""


@dataclass(frozen=True)
class Seen:
    """What a source posted: a device under its key, or None where it is gone."""

    key: str
    device: Device | None
    source: str = "media"


@dataclass
class Event:
    """An event of a USB device whose folder is gone already: all that is left is what the event says."""

    properties: Mapping[str, str]
    sys_path: str = "/sys/devices/gone"
    sys_name: str = "gone"
    device_path: str = "/devices/gone"
    device_node: str | None = None
    subsystem: str | None = "usb"
    device_type: str | None = "usb_device"
    action: str | None = "add"
    ancestors: Iterable[Node] = ()

    def find_parent(self, subsystem: str, device_type: str | None = None) -> Node | None:
        """Nothing is above it any more."""
        return None


class Bed:
    """A make-believe sysfs with a USB controller in it. Paths are sysfs paths, recordings are named without their suffix."""

    def __init__(self, *recordings: str) -> None:
        self._process = _start("bed", env=dict(os.environ))
        self._root = json.loads(_line(self._process))
        self._env = os.environ | {"UMOCKDEV_DIR": self._root}
        self._nodes: list[str] = []
        self.add("controller", *recordings)

    def __enter__(self) -> Bed:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        _stop(self._process)

    @property
    def environ(self) -> dict[str, str]:
        """What a program that `umockdev-wrapper` starts needs in its environment to live in this bed."""
        return {"UMOCKDEV_DIR": self._root}

    def add(self, *recordings: str, **attributes: str) -> None:
        """Plug in what was recorded, with other values of some attributes; each node announces itself, in order."""
        for name in recordings:
            text = (RECORDINGS / f"{name}.umockdev").read_text(encoding="utf-8")
            for attribute, value in attributes.items():
                text = re.sub(rf"^A: {attribute}=.*$", rf"A: {attribute}={value}\\n", text, flags=re.MULTILINE)
            self._do("add", text)
            self._nodes += [line.replace("P: ", "/sys") for line in text.splitlines() if line.startswith("P: ")]

    def announce(self, path: str, action: str) -> None:
        """An event alone."""
        self._do("announce", path, action)

    def set(self, path: str, name: str, value: str) -> None:
        """Give an attribute of a node another value."""
        self._do("set", path, name, value)

    def drop(self, path: str) -> None:
        """Take a node and all below it away, without an event."""
        for node in [node for node in reversed(self._nodes) if f"{node}/".startswith(f"{path}/")]:
            self._nodes.remove(node)
            self._do("drop", node)
            Path(self._root, "sys/block", Path(node).name).unlink(missing_ok=True)  # umockdev forgets this link

    def unplug(self, *paths: str) -> None:
        """Announce the removal of each node and take it away."""
        for path in paths:
            self.announce(path, "remove")
            self.drop(path)

    def present(self, mountinfo: Path = MOUNTINFO) -> list[Device]:
        """What a source in this bed sees."""
        command = _command("present", str(mountinfo))
        run = subprocess.run(command, cwd=ROOT, env=self._env, capture_output=True, text=True, check=True)
        return msgspec.json.decode(run.stdout, type=list[Device])

    @contextmanager
    def watch(self, settle_seconds: float = 20.0, within: Sequence[str] = ()) -> Iterator[Watcher]:
        """A source that watches this bed. `within` is a program that starts it, such as `unshare`."""
        process = _start("watch", str(settle_seconds), env=self._env, within=within)
        try:
            yield Watcher(process)
        finally:
            _stop(process)

    def _do(self, *words: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        assert json.loads(_line(self._process)) is True, words


@cache
def recorded() -> Mapping[str, Device]:
    """Every device of the recordings, by its product's name; of `qemu-stick`, whose disk is sda too, a bed holds nothing else."""
    names = [path.stem for path in sorted(RECORDINGS.glob("*.umockdev"))]
    with Bed(
        *(
            name
            for name in names
            if name not in ("controller", "stick-device", "stick-disk", "optical-disc-unknown", "qemu-stick", "unconfigured")
        )
    ) as bed:
        return {device.product: device for device in bed.present()}


class Watcher:
    """What a watching source posts."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.pid = process.pid
        self._process = process
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        assert self._lines.get(timeout=WAIT_SECONDS) == '"ready"\n'

    def next(self) -> Seen:
        """The next change."""
        return msgspec.json.decode(self._lines.get(timeout=WAIT_SECONDS), type=Seen)

    def device(self) -> Device:
        """The device of the next change."""
        seen = self.next()
        assert seen.device is not None
        return seen.device

    def until_volume(self, node: str) -> Device:
        """The next device that has a volume of this node."""
        device = self.device()
        while node not in [volume.node for volume in device.volumes]:
            device = self.device()
        return device

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """The source stands still, as on a computer that is too busy, and finds what happened afterwards."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)


def _command(*words: str) -> list[str]:
    return ["umockdev-wrapper", sys.executable, "-m", "tests.umock", *words]


def _start(*words: str, env: dict[str, str], within: Sequence[str] = ()) -> subprocess.Popen[str]:
    command = [*within, *_command(*words)]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _stop(process: subprocess.Popen[str]) -> None:
    """The end of its input ends each of these processes."""
    process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode == 0


# --- inside the processes ---------------------------------------------------------------------------------------------------


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("libumockdev.so.0")
    bed, text = ctypes.c_void_p, ctypes.c_char_p
    library.umockdev_testbed_new.restype = bed
    library.umockdev_testbed_get_root_dir.argtypes, library.umockdev_testbed_get_root_dir.restype = [bed], text
    library.umockdev_testbed_add_from_string.argtypes = [bed, text, ctypes.c_void_p]
    library.umockdev_testbed_add_from_string.restype = ctypes.c_bool
    library.umockdev_testbed_uevent.argtypes = [bed, text, text]
    library.umockdev_testbed_set_attribute.argtypes = [bed, text, text, text]
    library.umockdev_testbed_remove_device.argtypes = [bed, text]
    return library


def _bed() -> None:
    library = _library()
    bed = library.umockdev_testbed_new()
    _say(library.umockdev_testbed_get_root_dir(bed).decode())
    for line in sys.stdin:
        word, *rest = (part.encode() for part in json.loads(line))
        done = True
        match word:
            case b"add":
                done = library.umockdev_testbed_add_from_string(bed, *rest, None)
            case b"announce":
                library.umockdev_testbed_uevent(bed, *rest)
            case b"set":
                library.umockdev_testbed_set_attribute(bed, *rest)
            case b"drop":
                library.umockdev_testbed_remove_device(bed, *rest)
        _say(done)
    library.g_object_unref.argtypes = [ctypes.c_void_p]
    library.g_object_unref(bed)  # takes the folder away


def _present(mountinfo: Path) -> None:
    _say(list(MediaSource(mountinfo=mountinfo).present()))


def _watch(settle_seconds: float) -> None:
    source, ready = MediaSource(settle=timedelta(seconds=settle_seconds)), threading.Event()
    thread = threading.Thread(target=source.watch, args=(_tell, ready))
    thread.start()
    ready.wait()
    _say("ready")
    sys.stdin.read()
    source.close()
    thread.join()


def _tell(event: Change | Blind) -> None:
    assert isinstance(event, Change)
    _say({"key": event.key, "device": event.subject, "source": event.source})


def _say(value: object) -> None:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["bed"]:
            _bed()
        case ["present", mountinfo]:
            _present(Path(mountinfo))
        case ["watch", settle_seconds]:
            _watch(float(settle_seconds))
