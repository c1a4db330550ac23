"""The unit: systemd takes it, and it is hardly exposed at all."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from collector.server import GRACE_SECONDS

SYSTEMD = Path(__file__).parents[2] / "systemd"
UNIT = SYSTEMD / "shoumi-collector.service"
EXPOSURE = 1.1
"""What a server needs costs: the network, and addresses that only the office knows."""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that is there: what is not installed cannot be verified."""
    copy = tmp_path / UNIT.name
    copy.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text(encoding="utf-8")), encoding="utf-8")
    return copy


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


def settings(name: str) -> list[str]:
    return re.findall(rf"(?m)^{name}=(.*)$", UNIT.read_text(encoding="utf-8"))


@pytest.mark.needs_tool("systemd-analyze")
def test_systemd_understands_every_line(unit: Path) -> None:
    run = analyze("verify", "--man=no", str(unit))
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.needs_tool("systemd-analyze")
def test_its_exposure_does_not_grow(unit: Path) -> None:
    run = analyze("security", "--offline=true", "--no-pager", f"--threshold={round(EXPOSURE * 10)}", str(unit))
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Type", "notify"),
        ("User", "shoumi-collector"),
        ("CapabilityBoundingSet", ""),
        ("LimitCORE", "0"),
        ("StateDirectory", "shoumi/collector"),
        ("BindPaths", "/var/lib/shoumi/collector"),
        ("Environment", "SHOUMI_STATE=/var/lib/shoumi SHOUMI_CONFIG=/etc/shoumi LANG=zh_CN.UTF-8"),
    ],
)
def test_what_the_server_relies_on_is_said(name: str, value: str) -> None:
    assert settings(name) == [value]


def test_it_runs_the_server() -> None:
    assert [Path(command.split()[0]).name + " " + command.split()[1] for command in settings("ExecStart")] == ["collector serve"]


def test_systemd_waits_longer_than_the_server_takes_to_stop() -> None:
    assert int(settings("TimeoutStopSec")[0].removesuffix("s")) > GRACE_SECONDS


@pytest.mark.needs_root
@pytest.mark.needs_tool("systemd-sysusers", "systemd-tmpfiles")
def test_the_folder_is_made_for_the_servers_user_alone(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    root = f"--root={tmp_path}"
    subprocess.run(["systemd-sysusers", root, str(SYSTEMD / "shoumi-collector.sysusers.conf")], check=True, capture_output=True)
    both = [str(SYSTEMD / name) for name in ("shoumi.tmpfiles.conf", "shoumi-collector.tmpfiles.conf")]
    subprocess.run(["systemd-tmpfiles", "--create", root, *both], check=True, capture_output=True)
    made = (tmp_path / "var/lib/shoumi/collector").stat()
    line = next(line for line in (tmp_path / "etc/passwd").read_text().splitlines() if line.startswith("shoumi-collector:"))
    assert (made.st_mode & 0o777, made.st_uid) == (0o700, int(line.split(":")[2]))
