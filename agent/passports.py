"""What this computer remembers of media between two looks: file systems, size, highest level, since when each is mounted.

It is written together with the judgement that follows from it, so that no change is forgotten before it was judged.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime

import msgspec

from agent.store import Store
from checks.subjects import Device, Document, MediumIds, Past, Subject
from policies.register import Register
from policies.vocabulary import Level

MOUNTED = "media_mounted"
_MOST_MOUNTED = 64
"""Plug-ins of which the time of mounting is kept; those that ended while nobody looked fall off."""


class Passports:
    """The memory in a state file. Media are known by their ids, so that one survives its formatting."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def complete(self, device: Device) -> Device:
        """A device with what is remembered of it; as it is where nothing can be read."""
        if not device.is_storage:
            return device
        try:
            since = self._mounted().get(device.session) if device.is_mounted else None
            return replace(device, past=self.past(device.ids), mounted_since=since)
        except sqlite3.DatabaseError:
            return device

    def past(self, ids: MediumIds) -> Past | None:
        """What is remembered of a medium."""
        return msgspec.convert(self._store.recall(_key(ids)), Past | None) if ids.serial else None

    def note(self, subject: Subject, register: Register | None) -> None:
        """Take in what was just judged; call it in that transaction. Raises sqlite3.OperationalError."""
        if isinstance(subject, Device) and subject.is_storage:
            self._note_mounted(subject)
            self._remember(subject.ids, _seen(subject, self.past(subject.ids) or Past()), register)
        elif isinstance(subject, Document) and subject.storage and subject.storage.medium and subject.level:
            ids = subject.storage.medium
            self._remember(ids, _raised(self.past(ids) or Past(), subject.level), register)

    def _remember(self, ids: MediumIds, past: Past, register: Register | None) -> None:
        medium = register.find(ids.vendor_id, ids.product_id, ids.serial) if register else None
        new = _raised(past, medium.level) if medium else past
        if ids.serial and new != (self.past(ids) or Past()):
            self._store.remember(_key(ids), new)

    def _mounted(self) -> dict[str, datetime]:
        return msgspec.convert(self._store.recall(MOUNTED) or {}, dict[str, datetime])

    def _note_mounted(self, device: Device) -> None:
        known = self._mounted()
        if "volumes.mounted_at" in device.missing or (device.session in known) is device.is_mounted:
            return
        if device.is_mounted:
            known = dict(list(known.items())[-_MOST_MOUNTED + 1 :]) | {device.session: device.observed_at}
        else:
            del known[device.session]
        self._store.remember(MOUNTED, known)


def is_kept(subject: Subject) -> bool:
    """Whether a subject tells something that is to be remembered: most documents do not."""
    if isinstance(subject, Device):
        return subject.is_storage
    return isinstance(subject, Document) and bool(subject.storage and subject.storage.medium and subject.level)


def _key(ids: MediumIds) -> str:
    return f"medium {ids.vendor_id} {ids.product_id} {ids.serial}".casefold()


def _seen(device: Device, past: Past) -> Past:
    """File systems that udev has not looked at, or that were there and whose partitions have not appeared, are not forgotten."""
    now = device.fs_uuids
    partial = not now or "volumes.fs" in device.missing or set(now) < set(past.fs_uuids)
    return replace(past, fs_uuids=past.fs_uuids if partial else now, size=past.size or device.size)


def _raised(past: Past, level: Level) -> Past:
    return replace(past, level=max(level, past.level or level))
