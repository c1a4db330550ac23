"""Laptop or not, by what firmware, processor and batteries say."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.sources.chassis import laptop


def machine(root: Path, **files: str) -> Path:
    """A root folder with these files; two underscores stand for a slash."""
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    return root


def case(root: Path, kind: int) -> Path:
    return machine(root, sys__class__dmi__id__chassis_type=str(kind))


def supply(root: Path, name: str, **attributes: str) -> Path:
    return machine(root, **{f"sys__class__power_supply__{name}__{key}": value for key, value in attributes.items()})


@pytest.mark.parametrize("kind", [8, 9, 10, 11, 14, 30, 31, 32, 10 | 0x80])
def test_a_portable_case_is_a_laptop(tmp_path: Path, kind: int) -> None:
    assert laptop(case(tmp_path, kind)) is True


@pytest.mark.parametrize("kind", [3, 4, 5, 6, 7, 13, 15, 16, 17, 23, 24, 28, 35])
def test_a_case_that_stands_is_none(tmp_path: Path, kind: int) -> None:
    assert laptop(case(tmp_path, kind)) is False


@pytest.mark.parametrize("kind", [1, 2, 0, 99])
def test_a_case_that_tells_nothing_is_unknown(tmp_path: Path, kind: int) -> None:
    assert laptop(case(tmp_path, kind)) is None


def test_a_virtual_machine_is_no_laptop(tmp_path: Path) -> None:
    machine(tmp_path, proc__cpuinfo="processor\t: 0\nflags\t\t: fpu sse2 hypervisor lahf_lm")
    supply(tmp_path, "BAT0", type="Battery")
    assert laptop(case(tmp_path, 1)) is False


def test_a_processor_without_a_hypervisor_is_real(tmp_path: Path) -> None:
    machine(tmp_path, proc__cpuinfo="processor\t: 0\nflags\t\t: fpu sse2 lahf_lm")
    assert laptop(case(tmp_path, 1)) is None


@pytest.mark.parametrize("kind", [1, 3])
def test_a_battery_of_the_system_is_a_laptop_s_whatever_the_case_is_called(tmp_path: Path, kind: int) -> None:
    supply(tmp_path, "BAT0", type="Battery", present="1")
    assert laptop(case(tmp_path, kind)) is True


@pytest.mark.parametrize(
    "attributes",
    [
        {"type": "Battery", "scope": "Device"},
        {"type": "Mains"},
        {"type": "Battery", "present": "0"},
        {"type": "UPS"},
    ],
)
def test_a_mouse_s_battery_or_the_mains_are_no_evidence(tmp_path: Path, attributes: dict[str, str]) -> None:
    supply(tmp_path, "X", **attributes)
    assert laptop(case(tmp_path, 3)) is False
    assert laptop(case(tmp_path, 1)) is None


@pytest.mark.parametrize(("word", "expected"), [("laptop", True), ("convertible", True), ("tablet", True), ("desktop", False)])
@pytest.mark.parametrize("tree", ["sys/firmware/devicetree/base", "proc/device-tree"])
def test_a_device_tree_tells_where_there_is_no_smbios(tmp_path: Path, tree: str, word: str, expected: bool) -> None:
    machine(tmp_path, **{f"{tree}/chassis-type": f"{word}\0"})
    assert laptop(tmp_path) is expected


def test_without_anything_nothing_is_known(tmp_path: Path) -> None:
    assert laptop(tmp_path) is None
