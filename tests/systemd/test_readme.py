"""The guide installs what lies beside it, and what it names exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "systemd" / "README.md"
COMMANDS = "\n".join(re.findall(r"```\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL))


def test_every_file_beside_it_is_installed() -> None:
    files = {path.name for path in GUIDE.parent.iterdir() if path != GUIDE}
    assert set(re.findall(r"systemd/(shoumi[\w.-]+)", COMMANDS)) == files


def test_every_file_of_the_checkout_that_it_names_exists() -> None:
    named = re.findall(r"(?:requirements|systemd)/[\w.-]+\.\w+", COMMANDS)
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_command_of_ours_is_the_one_that_the_units_run() -> None:
    units = "".join(path.read_text(encoding="utf-8") for path in GUIDE.parent.glob("*.service"))
    assert set(re.findall(r"/opt/shoumi/bin/(?:agent|collector)", COMMANDS)) == set(re.findall(r"(?<=ExecStart=)\S+", units))
