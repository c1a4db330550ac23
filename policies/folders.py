"""Where configuration and state live: system folders for root, XDG folders for a plain user, or where the environment says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def config_folder(environ: Mapping[str, str] = os.environ, uid: int | None = None) -> Path:
    """`$SHOUMI_CONFIG`, else /etc/shoumi for root, else the user's configuration folder."""
    return _folder(environ, uid, "SHOUMI_CONFIG", Path("/etc/shoumi"), "XDG_CONFIG_HOME", ".config")


def state_folder(environ: Mapping[str, str] = os.environ, uid: int | None = None) -> Path:
    """`$SHOUMI_STATE`, else /var/lib/shoumi for root, else the user's state folder."""
    return _folder(environ, uid, "SHOUMI_STATE", Path("/var/lib/shoumi"), "XDG_STATE_HOME", ".local/state")


def _folder(environ: Mapping[str, str], uid: int | None, own: str, system: Path, xdg: str, home: str) -> Path:
    if environ.get(own):
        return Path(environ[own])
    if (os.geteuid() if uid is None else uid) == 0:
        return system
    base = environ.get(xdg)
    return (Path(base) if base else Path(environ.get("HOME", "/")) / home) / "shoumi"
