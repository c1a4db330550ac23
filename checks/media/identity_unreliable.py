"""MED-01: a medium is told from every other by its serial number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import msgspec

from checks.base import Check, Violation
from checks.registered import identification, may_store
from checks.subjects import Device
from policies.computer import Computer
from policies.vocabulary import Kind, Severity, Text

_COUNTING = "0123456789abcdef0123456789abcdef 01234567890123456789"
_ADVICE = Text(
    "请停止使用，送保密办更换为有唯一序列号的介质。",
    "Stop using it and have the secrecy office replace it by a medium with a serial number of its own.",
)


@dataclass(frozen=True)
class IdentityUnreliable(Check[Device]):
    """A storage device without a serial number, with one that says nothing (shorter than `min_length` characters, one character
    repeated, digits in a row), or with one that another device bears too: one that is plugged in beside it, or one of another
    size that was seen before. A card reader gives its own serial number for every card.
    """

    id = "media.identity-unreliable"
    title = Text("存储介质须有唯一可靠的序列号", "every medium has a serial number of its own")
    clauses = ("MED-01",)
    severity = Severity.MINOR
    subject = Device
    kind = Kind.INCIDENT
    needs = ("interfaces", "serial")

    min_length: Annotated[int, msgspec.Meta(ge=1, le=64)] = 6

    def applies(self, subject: Device, computer: Computer) -> bool:
        """What stores files, or may."""
        return may_store(subject)

    def examine(self, subject: Device, computer: Computer) -> Iterator[Violation]:
        """One violation; that two devices bear one number is graver, since one may pass for the other."""
        shared = _shared(subject)
        reason = shared or self._meaningless(subject.serial)
        if reason and may_store(subject) and not any(aspect in subject.missing for aspect in self.needs):
            yield Violation(
                about=subject.label,
                identity=subject.session,
                message=Text(f"{reason.zh}。{_ADVICE.zh}", f"{reason.en}. {_ADVICE.en}"),
                severity=Severity.MAJOR if shared else None,
                evidence=identification(subject) | {"size": subject.size},
            )

    def _meaningless(self, serial: str) -> Text | None:
        bare = serial.casefold().removeprefix("0x")
        if not bare:
            return Text("该存储介质没有序列号", "The storage medium has no serial number")
        if len(bare) < self.min_length:
            return Text("该存储介质的序列号过短", "The serial number of the storage medium is too short")
        if len(set(bare)) == 1 or bare in _COUNTING:
            return Text("该存储介质的序列号是厂商的占位值", "The serial number of the storage medium is its maker's place-holder")
        return None


def _shared(device: Device) -> Text | None:
    """That the number names two devices; None where it is not known to."""
    if device.serial and any(other.ids == device.ids for other in device.others):
        return Text("同时接入的两个存储设备序列号相同", "Two storage devices that are plugged in bear the same serial number")
    before = device.past.size if device.past else 0
    if before and device.size and device.size != before:
        return Text(
            "该序列号以前属于另一容量的介质，不能据此认定是同一介质",
            "The serial number was that of a medium of another size before, so that it does not tell which medium this is",
        )
    return None
