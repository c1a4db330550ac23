"""Makes the virtual computer's disk: Debian, and on it the product, installed as systemd/README.md tells a person to.

The product is put in anew whenever it has changed. The wheels come from where pip is set up to get them, by the hashed pins.
"""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.vm.debian import base, digest, inside, run

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "vm"
GUIDE = ROOT / "systemd" / "README.md"
PINS = ROOT / "requirements" / "agent.txt"
CHECKOUT = "usr/local/src/shoumi"
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
# Debian's Python, whatever Python runs this.
FOR_DEBIAN = ("--python-version", "3.11", "--platform", "manylinux_2_28_x86_64", "--platform", "manylinux2014_x86_64")
SIZE = 3 << 30
# The unit is the product's own; only its patience is that of a computer ten times slower than any real one.
PATIENT = "etc/systemd/system/shoumi-agent.service.d/emulated.conf", "[Service]\nTimeoutStartSec=20min\nWatchdogSec=50min\n"


@dataclass(frozen=True)
class Image:
    """What a computer boots from: a disk that nobody writes to, and Debian's kernel with a small initrd."""

    disk: Path
    kernel: Path
    initrd: Path


def build() -> Image:
    """The image for the working tree as it is, made as far as it is not there yet."""
    debian = base(BUILD)
    wheels = _wheels()
    disk = BUILD / f"disk-{digest(debian, Path(__file__), *sorted(wheels.iterdir()), *sorted(GUIDE.parent.iterdir()))}.ext4"
    if not disk.exists():
        for old in BUILD.glob("disk-*"):
            _delete(old)
        _make_disk(debian / "root", wheels, disk)
    return Image(disk, debian / "vmlinuz", debian / "initrd")


def installing_lines() -> str:
    """The guide's commands that install the agent: the first block under its heading."""
    found = re.search(r"^## On each computer.*?^```\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    if found is None:
        raise LookupError(f"{GUIDE} has no block of commands that install the agent")
    return found.group(1)


def _wheels() -> Path:
    """What the guide has one carry to a computer: the pinned wheels, and the product's own, made now."""
    wheels = BUILD / "wheels"
    stamp = wheels / f"{digest(PINS)}.pins"
    if not stamp.exists():
        _delete(wheels)
        run(*PIP, "download", "--require-hashes", "--only-binary", ":all:", *FOR_DEBIAN, "-d", wheels, "-r", PINS)
        stamp.touch()
    for old in wheels.glob("shoumi-*.whl"):
        old.unlink()
    run(*PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", wheels, ROOT)
    return wheels


def _make_disk(debian: Path, wheels: Path, disk: Path) -> None:
    """Install the product into a copy of Debian and make a file system of it, which needs no mount."""
    root, half = disk.with_suffix(".root"), disk.with_suffix(".half")
    try:
        run("cp", "--archive", "--reflink=auto", debian, root)
        checkout = root / CHECKOUT
        shutil.copytree(wheels, checkout / "wheels")
        for part in (GUIDE.parent, PINS.parent):
            shutil.copytree(part, checkout / part.name)
        (checkout / "install.sh").write_text(f"set -eu\ncd /{CHECKOUT}\n{installing_lines()}", encoding="utf-8")
        inside(root, "sh", f"/{CHECKOUT}/install.sh")
        shutil.rmtree(checkout)
        name, text = PATIENT
        (root / name).parent.mkdir()
        (root / name).write_text(text, encoding="utf-8")
        with half.open("wb") as file:
            file.truncate(SIZE)
        run("mkfs.ext4", "-q", "-F", "-d", root, half)
        half.rename(disk)
    finally:
        _delete(root)


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    build()
