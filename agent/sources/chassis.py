"""Whether this computer is a laptop: by what its firmware calls its case, and by a battery that keeps it running."""

from __future__ import annotations

from pathlib import Path

from agent.sources.udev import attribute, entries

# SMBIOS (DSP0134) 7.4.1: portable, laptop, notebook, hand held, sub notebook; tablet, convertible, detachable.
_PORTABLE = frozenset((8, 9, 10, 11, 14, 30, 31, 32))
_TELLS_NOTHING = frozenset((1, 2))  # other, unknown
_LARGEST = 0x24
_MOVABLE = frozenset(("laptop", "convertible", "tablet", "handset", "watch"))
_DEVICE_TREES = ("sys/firmware/devicetree/base", "proc/device-tree")


def laptop(root: Path = Path("/")) -> bool | None:
    """Whether it is a portable computer; None where nothing tells. A virtual machine is none, whatever lies below it.

    Makers of small series leave "desktop" in the firmware of a laptop, so a battery counts for more.
    """
    if _is_virtual(root):
        return False
    case = _by_smbios(root)
    if case is None:
        case = _by_device_tree(root)
    return True if _has_battery(root) else case


def _by_smbios(root: Path) -> bool | None:
    word = attribute(root / "sys/class/dmi/id", "chassis_type")
    kind = int(word) & 0x7F if word.isdecimal() else 0  # the highest bit only tells of a lock
    if kind in _TELLS_NOTHING or not 0 < kind <= _LARGEST:
        return None
    return kind in _PORTABLE


def _by_device_tree(root: Path) -> bool | None:
    words = (attribute(root / tree, "chassis-type").strip("\0") for tree in _DEVICE_TREES)
    word = next((word for word in words if word), "")
    return word in _MOVABLE if word else None


def _is_virtual(root: Path) -> bool:
    """A hypervisor shows itself in the processor's flags (x86), or as a node of the device tree or a folder of its own."""
    try:
        with (root / "proc/cpuinfo").open(encoding="utf-8", errors="replace") as lines:
            flags = next((line for line in lines if line.startswith("flags")), "")
    except OSError:
        flags = ""
    return "hypervisor" in flags.split() or any((root / tree / "hypervisor").is_dir() for tree in _DEVICE_TREES)


def _has_battery(root: Path) -> bool:
    """A battery of the system itself; a mouse or headset has one of its own, which says so."""
    return any(_is_the_systems(supply) for supply in entries(root / "sys/class/power_supply"))


def _is_the_systems(supply: Path) -> bool:
    if attribute(supply, "type") != "Battery" or attribute(supply, "scope") == "Device":
        return False
    return attribute(supply, "present") != "0"
