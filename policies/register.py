"""The register of removable media (存储介质台账): level, holder, validity, where each may be used (MED-01, LED-01)."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime

from policies.vocabulary import Level, Text


class MediumState(enum.Enum):
    """Where a registered medium is in its life."""

    IN_USE = "in_use"
    LENT = "lent"
    LOST = "lost"
    RETIRED = "retired"
    DESTROYED = "destroyed"

    @property
    def text(self) -> Text:
        """The state's name for a reader."""
        return _STATE_TEXT[self]

    @property
    def withdrawn(self) -> bool:
        """Whether a medium in this state must not turn up on any computer."""
        return self in (MediumState.LOST, MediumState.RETIRED, MediumState.DESTROYED)


_STATE_TEXT = {
    MediumState.IN_USE: Text("在用", "in use"),
    MediumState.LENT: Text("借出", "lent"),
    MediumState.LOST: Text("丢失", "lost"),
    MediumState.RETIRED: Text("停用", "retired"),
    MediumState.DESTROYED: Text("已销毁", "destroyed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """One row of the register. `serial` with vendor and product id (hex) is its identity; empty ids match any.

    `computers`: ids of the computers it may be used on, empty for all of its department. `valid_until` is its last good day.
    """

    number: str
    level: Level
    serial: str
    vendor_id: str = ""
    product_id: str = ""
    holder: str = ""
    department: str = ""
    computers: tuple[str, ...] = ()
    valid_until: date | None = None
    state: MediumState = MediumState.IN_USE

    def is_device(self, vendor_id: str, product_id: str, serial: str) -> bool:
        """Whether this row speaks of the device with these ids."""
        return (
            bool(serial)
            and self.serial.casefold() == serial.casefold()
            and _fits(self.vendor_id, vendor_id)
            and _fits(self.product_id, product_id)
        )


def _fits(wanted: str, found: str) -> bool:
    """Hex digits by their value: a card says "000003" where a ledger has "0003"."""
    return not wanted or wanted.casefold().lstrip("0") == found.casefold().lstrip("0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Which register it is, and how many `media` it holds. `as_of`: see `Register`."""

    version: int
    issued_at: datetime
    as_of: datetime
    media: int

    @property
    def text(self) -> Text:
        """The same for a reader, by his own clock."""
        issued, as_of = (time.astimezone().isoformat(" ", "minutes") for time in (self.issued_at, self.as_of))
        if not self.version:
            return Text(f"computer.yaml，{issued}，介质 {self.media} 个", f"computer.yaml of {issued}, media: {self.media}")
        newest = Text(f"，{as_of} 确认为最新", f", known to be the newest on {as_of}") if as_of != issued else Text("", "")
        return Text(
            f"版本 {self.version}，{issued}{newest.zh}，介质 {self.media} 个",
            f"version {self.version} of {issued}{newest.en}, media: {self.media}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The media register as issued by the collector; `version` only grows. One that stands in computer.yaml has none (0).

    `confirmed_at`: when the collector last said that it has no newer one. No part of what it signs.
    """

    version: int
    issued_at: datetime
    media: tuple[Medium, ...] = ()
    confirmed_at: datetime | None = None

    @property
    def as_of(self) -> datetime:
        """Until when it is known to be the newest."""
        return max(self.issued_at, self.confirmed_at or self.issued_at)

    @property
    def issue(self) -> Issue:
        """What a reader is told of it."""
        return Issue(version=self.version, issued_at=self.issued_at, as_of=self.as_of, media=len(self.media))

    def find(self, vendor_id: str, product_id: str, serial: str) -> Medium | None:
        """The row of a device, or None where it is not registered."""
        return next((m for m in self.media if m.is_device(vendor_id, product_id, serial)), None)
