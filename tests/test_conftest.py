"""Tests of the markers: what a machine lacks is a skipped test with its reason, and a failure in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import lacking

ROOT = Path(__file__).parent.parent
NEEDY = """\
import pytest

@pytest.mark.needs_tool("no-such-program")
def test_needy() -> None:
    assert True
"""


def run_needy(folder: Path, **environment: str) -> str:
    """What pytest prints at the end of a test that needs a program nobody has."""
    (folder / "test_needy.py").write_text(NEEDY, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
        f"--config-file={ROOT / 'pyproject.toml'}",
    ]
    env = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("PYTEST_")} | environment
    run = subprocess.run([*command, str(folder)], cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # may fail
    return run.stdout


def test_a_missing_tool_skips_with_the_reason(tmp_path: Path) -> None:
    output = run_needy(tmp_path)
    assert "1 skipped" in output
    assert "needs no-such-program" in output


def test_a_missing_tool_fails_in_ci(tmp_path: Path) -> None:
    output = run_needy(tmp_path, CI="true")
    assert "1 error" in output
    assert "needs no-such-program" in output


def test_the_markers_say_what_is_missing(request: pytest.FixtureRequest) -> None:
    request.node.add_marker(pytest.mark.needs_root)
    request.node.add_marker(pytest.mark.needs_tool("sh", "no-such-program"))
    request.node.add_marker(pytest.mark.needs_kernel("/proc/self", "/sys/no-such-feature"))
    assert lacking(request.node, root=False, path=os.defpath) == ["root", "no-such-program", "/sys/no-such-feature"]
    assert lacking(request.node, root=True, path=os.defpath) == ["no-such-program", "/sys/no-such-feature"]


def test_every_test_has_an_environment_of_its_own(tmp_path: Path) -> None:
    assert os.environ["LANG"] == "C.UTF-8"
    for name in ("SHOUMI_CONFIG", "SHOUMI_STATE"):
        assert not Path(os.environ[name]).exists()
        assert not Path(os.environ[name]).is_relative_to(tmp_path)
