"""What every test stands on: an environment of its own, and the markers for what a machine may lack."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import settings

from policies.cli import speak
from policies.vocabulary import Language

IN_CI = os.environ.get("CI") == "true"

# A plain user's PATH has no sbin folders on Debian, and some of the tools lie there.
PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])

# The same examples at every run in CI; never a limit on wall time, since other programs share the machine.
settings.register_profile("shoumi", deadline=None, derandomize=IN_CI)
settings.load_profile("shoumi")


def lacking(item: pytest.Item, *, root: bool, path: str) -> list[str]:
    """What the test's markers ask for and this machine does not have."""
    wanted_root = ["root"] if item.get_closest_marker("needs_root") and not root else []
    tools = [tool for marker in item.iter_markers("needs_tool") for tool in marker.args]
    features = [file for marker in item.iter_markers("needs_kernel") for file in marker.args]
    missing = [tool for tool in tools if shutil.which(tool, path=path) is None]
    return wanted_root + missing + [file for file in features if not os.path.exists(file)]  # noqa: PTH110  plain text is enough here


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that cannot run here and say why; in CI that is a failure."""
    missing = lacking(item, root=os.geteuid() == 0, path=PATH)
    if missing and IN_CI:
        pytest.fail(f"needs {', '.join(missing)}", pytrace=False)
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test sees this computer's configuration, state or language."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("SHOUMI_CONFIG", str(home / "config"))
    monkeypatch.setenv("SHOUMI_STATE", str(home / "state"))
    monkeypatch.setenv("PATH", PATH)
    monkeypatch.setenv("LANG", "C.UTF-8")
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    speak(Language.EN)  # the language of a run goes with its process: the test before may have spoken Chinese
