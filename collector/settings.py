"""The office's settings: collector.yaml, read strictly. Everything has a default, so the file may be missing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from policies.strict_yaml import ConfigError, is_there, load
from policies.vocabulary import Text

FILE = "collector.yaml"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`listen` and `port`: where to serve, port 0 takes a free one. `database`: a URL, "" for a file in the state folder.

    `mark` stands on every page and file that lists findings. Quarters are those of `timezone`. A computer is silent when nothing
    has come for `silent_after` days.
    """

    listen: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8443
    database: str = ""
    office: Text = Text("保密办公室", "Secrecy Office")
    mark: Annotated[str, msgspec.Meta(min_length=1, max_length=40)] = "内部"
    timezone: str = "Asia/Shanghai"
    silent_after: Annotated[int, msgspec.Meta(ge=1, le=3660)] = 30

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.timezone)


def read(folder: Path) -> Settings:
    """The settings in a configuration folder. Raises ConfigError with file, line and column."""
    path = folder / FILE
    if not is_there(path):
        return Settings()
    loaded = load(path)
    settings = loaded.structure(Settings)
    try:
        ZoneInfo(settings.timezone)
    except (OSError, ValueError, KeyError):
        name = settings.timezone
        text = Text(f"未知的时区 '{name}'（如 Asia/Shanghai）", f"unknown time zone '{name}' (such as Asia/Shanghai)")
        raise ConfigError(loaded.spot("timezone"), text) from None
    return settings
