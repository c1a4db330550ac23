"""The collector's state folder: made once by `init`, opened by everything else."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic.util import CommandError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from collector import keys
from collector.auth import digest, new_secret
from collector.settings import Settings
from collector.store.store import Store
from policies.vocabulary import Text

_ACCESS = "access.sha256"
_DATABASE = "collector.db"
_LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


class OfficeError(Exception):
    """The state folder is not as it must be; `text` says what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True)
class Office:
    """An opened state folder. `access` is the digest of the page's access code."""

    folder: Path
    settings: Settings
    store: Store
    key: Ed25519PrivateKey
    access: str


def create(folder: Path, settings: Settings, names: Sequence[str], now: datetime) -> str:
    """Make the folder, keys and database, and return the page's access code, which is kept nowhere.

    Raises OfficeError; OSError; ValueError for a name that no certificate can hold.
    """
    if folder.exists() and any(folder.iterdir()):
        raise OfficeError(
            Text(
                f"{folder} 不是空文件夹，不予覆盖；若要重新开始，请先将其移走",
                f"{folder} is not empty and is not overwritten; move it away to begin anew",
            )
        )
    code = new_secret()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    before = os.umask(0o077)
    try:
        keys.create(folder, list(dict.fromkeys([*_LOCAL_NAMES, *(names or [socket.gethostname()])])), now)
        store = Store(_url(folder, settings))
        store.migrate()
        store.close()
        (folder / _ACCESS).write_text(digest(code) + "\n")
    finally:
        os.umask(before)
    _hand_over(folder)
    return code


def open_office(folder: Path, settings: Settings) -> Office:
    """Open what `create` made, its tables brought to this program's version. Raises OfficeError where there is none."""
    try:
        access = (folder / _ACCESS).read_text().strip()
        key = keys.signing_key(folder)
    except FileNotFoundError:
        raise OfficeError(
            Text(f"{folder} 尚未初始化：请先运行 collector init", f"{folder} is not set up: run `collector init` first")
        ) from None
    except PermissionError:
        raise OfficeError(Text(f"无权读取 {folder}", f"no permission to read {folder}")) from None
    store = Store(_url(folder, settings))
    try:
        store.migrate()
    except CommandError as error:
        text = Text(f"数据库属于其他版本的程序：{error}", f"the database is of another version of this program: {error}")
        raise OfficeError(text) from None
    return Office(folder, settings, store, key, access)


def _url(folder: Path, settings: Settings) -> str:
    return settings.database or f"sqlite:///{folder.resolve() / _DATABASE}"


def _hand_over(folder: Path) -> None:
    """Where root prepares the folder of the service's user, that user owns what is in it."""
    owner = folder.stat()
    for path in folder.iterdir():
        if os.geteuid() == 0:
            os.chown(path, owner.st_uid, owner.st_gid)
