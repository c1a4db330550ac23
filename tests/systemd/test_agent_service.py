"""The unit: systemd takes it, and it is no more exposed than it has to be."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

SYSTEMD = Path(__file__).parents[2] / "systemd"
UNIT = SYSTEMD / "shoumi-agent.service"
EXPOSURE = 3.8
"""What a root agent needs costs: SYS_ADMIN and SETUID for the sandbox, every file, every process and the network to look at."""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that is there: what is not installed cannot be verified."""
    copy = tmp_path / UNIT.name
    copy.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text(encoding="utf-8")), encoding="utf-8")
    return copy


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


@pytest.mark.needs_tool("systemd-analyze")
def test_systemd_understands_every_line(unit: Path) -> None:
    run = analyze("verify", "--man=no", str(unit))
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.needs_tool("systemd-analyze")
def test_a_line_that_systemd_does_not_know_is_found(unit: Path) -> None:
    unit.write_text(unit.read_text(encoding="utf-8").replace("Nice=10", "Nicer=10"), encoding="utf-8")
    assert "Nicer" in analyze("verify", "--man=no", str(unit)).stderr


@pytest.mark.needs_tool("systemd-analyze")
def test_its_exposure_does_not_grow(unit: Path) -> None:
    run = analyze("security", "--offline=true", "--no-pager", f"--threshold={round(EXPOSURE * 10)}", str(unit))
    assert run.returncode == 0, run.stdout


def settings(name: str) -> list[str]:
    return re.findall(rf"(?m)^{name}=(.*)$", UNIT.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Type", "notify"),
        ("Restart", "always"),
        ("NoNewPrivileges", "yes"),
        ("ProtectSystem", "strict"),
        ("StateDirectory", "shoumi"),
        ("MemoryMax", "768M"),
        ("OOMPolicy", "continue"),
        ("UMask", "0077"),
        ("LimitCORE", "0"),
        ("RestrictNamespaces", "net ipc"),
        ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6 AF_NETLINK"),
    ],
)
def test_what_the_daemon_relies_on_is_said(name: str, value: str) -> None:
    assert settings(name) == [value]


def test_what_sqlite_sorts_has_a_place_that_is_writable() -> None:
    assert settings("Environment") == [f"TMPDIR={folder}" for folder in settings("ReadWritePaths")]


def test_the_parser_may_confine_itself() -> None:
    allowed = {call for line in settings("SystemCallFilter") if not line.startswith("~") for call in line.split()}
    assert {"unshare", "seccomp", "landlock_create_ruleset", "landlock_restrict_self"} <= allowed


def test_it_runs_the_agent() -> None:
    assert [Path(command.split()[0]).name + " " + command.split()[1] for command in settings("ExecStart")] == ["agent run"]


@pytest.mark.needs_root
@pytest.mark.needs_tool("systemd-tmpfiles")
def test_the_folders_are_made_for_root_alone(tmp_path: Path) -> None:
    command = ["systemd-tmpfiles", "--create", f"--root={tmp_path}", str(SYSTEMD / "shoumi.tmpfiles.conf")]
    subprocess.run(command, check=True, capture_output=True)
    modes = {path: (tmp_path / path).stat().st_mode & 0o777 for path in ("etc/shoumi", "var/lib/shoumi")}
    assert modes == {"etc/shoumi": 0o750, "var/lib/shoumi": 0o700}
