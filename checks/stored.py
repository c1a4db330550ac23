"""What the checks on where a document lies share: how secret its reader sees it to be, and what it lies on."""

from __future__ import annotations

from checks.marks import highest, shown, state_marks
from checks.subjects import Document, Mark
from policies.vocabulary import Level, Text

UNKNOWN_STORAGE = Text(
    "无法确定文件所在的磁盘及其加密状态", "what disk the file lies on, and whether it is encrypted, cannot be told"
)
_IN_MEMORY = ("tmpfs", "ramfs", "rootfs")


def secrets(document: Document) -> list[Mark]:
    """The state secrets' marks that make the document one to its reader."""
    return shown(state_marks(document))


def secret_level(document: Document) -> Level | None:
    """The highest level of a state secret that a reader of the document sees."""
    return highest(secrets(document))


def is_encrypted(document: Document) -> bool | None:
    """Whether the disk alone does not give the file away; None where that cannot be told."""
    return document.storage.encrypted if document.storage else None


def on_own_disk(document: Document) -> bool | None:
    """Whether the file lies on a disk inside this computer; None where that cannot be told. Memory that is never swapped out in
    clear is no disk.
    """
    storage = document.storage
    if storage is None:
        return None
    if storage.remote or (storage.fs_type in _IN_MEMORY and storage.encrypted):
        return False
    return None if storage.removable is None else not storage.removable


def on_disk(document: Document) -> dict[str, str]:
    """What tells a person which disk it was."""
    storage = document.storage
    return {"fs_type": storage.fs_type, "device": storage.device.removeprefix("/dev/")} if storage else {}
