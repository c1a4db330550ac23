"""Whose words root believes: whoever can write to its configuration or state decides what is checked."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from policies.vocabulary import Text

_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


class UntrustedError(PermissionError):
    """Another user may have written what root is about to believe. `text` says how to mend it."""

    def __init__(self, place: Path, text: Text) -> None:
        super().__init__(errno.EPERM, text.en, str(place))
        self.text = text


def refuse_others(path: Path, uid: int | None = None) -> None:
    """Raise UntrustedError where root (`uid` 0) runs the program and a file, or a folder on the way to it, is not root's alone.

    Other users may write to a folder with the sticky bit, such as /tmp: what is root's in there stays root's. A plain user's
    files are that user's affair. Raises OSError where it cannot be looked at.
    """
    if (os.geteuid() if uid is None else uid) != 0:
        return
    real = path.resolve(strict=True)
    for place in (real, *real.parents):
        status = place.stat()
        if status.st_uid != 0:
            raise UntrustedError(place, _foreign(place, status.st_uid))
        if status.st_mode & _OTHERS_MAY_WRITE and not (stat.S_ISDIR(status.st_mode) and status.st_mode & stat.S_ISVTX):
            raise UntrustedError(place, _open_to_others(place))


def _foreign(place: Path, owner: int) -> Text:
    return Text(
        f"{place} 属于用户 {owner}，root 不予采信：请核对内容后执行 chown root '{place}'",
        f"{place} belongs to user {owner}, so root does not believe it: check what is in it, then chown root '{place}'",
    )


def _open_to_others(place: Path) -> Text:
    return Text(
        f"其他用户可以写入 {place}，root 不予采信：请核对内容后执行 chmod go-w '{place}'",
        f"other users may write to {place}, so root does not believe it: check what is in it, then chmod go-w '{place}'",
    )
