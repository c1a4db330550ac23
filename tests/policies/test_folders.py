"""Configuration and state: where the environment says, else the system's folders for root, else the user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from policies.folders import config_folder, state_folder

USER = {"HOME": "/home/wang"}
XDG = {**USER, "XDG_CONFIG_HOME": "/conf", "XDG_STATE_HOME": "/state"}
OWN = {**XDG, "SHOUMI_CONFIG": "/own/config", "SHOUMI_STATE": "/own/state"}


@pytest.mark.parametrize(
    ("environ", "uid", "config", "state"),
    [
        (USER, 0, "/etc/shoumi", "/var/lib/shoumi"),
        (XDG, 0, "/etc/shoumi", "/var/lib/shoumi"),
        (USER, 1000, "/home/wang/.config/shoumi", "/home/wang/.local/state/shoumi"),
        (XDG, 1000, "/conf/shoumi", "/state/shoumi"),
        (
            {**USER, "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": ""},
            1000,
            "/home/wang/.config/shoumi",
            "/home/wang/.local/state/shoumi",
        ),
        ({**XDG, "SHOUMI_CONFIG": "", "SHOUMI_STATE": ""}, 0, "/etc/shoumi", "/var/lib/shoumi"),
        ({}, 1000, "/.config/shoumi", "/.local/state/shoumi"),
        (OWN, 0, "/own/config", "/own/state"),
        (OWN, 1000, "/own/config", "/own/state"),
    ],
)
def test_where_the_folders_are(environ: dict[str, str], uid: int, config: str, state: str) -> None:
    assert config_folder(environ, uid) == Path(config)
    assert state_folder(environ, uid) == Path(state)


def test_without_arguments_the_environment_of_this_process_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHOUMI_CONFIG", str(tmp_path / "c"))
    monkeypatch.setenv("SHOUMI_STATE", str(tmp_path / "s"))
    assert (config_folder(), state_folder()) == (tmp_path / "c", tmp_path / "s")
