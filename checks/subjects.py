"""Subjects: frozen facts about one thing at one moment, gathered by a source and judged by checks.

A subject says itself what could not be seen of it: `missing` maps the name of an aspect (a field) to the reason, and the
engine turns a check that needs a missing aspect into `not_assessed`.
"""

from __future__ import annotations

import ipaddress
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from policies.vocabulary import Level, MarkVerdict, Place, Read, Regime, Text, Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject(ABC):
    """Facts about one thing at one moment (UTC)."""

    observed_at: datetime
    missing: Mapping[str, Text] = field(default_factory=dict)

    @property
    @abstractmethod
    def key(self) -> str:
        """Names the thing among its kind, the same at every look."""

    @property
    def label(self) -> str:
        """What a reader calls the thing."""
        return self.key

    @property
    def hides_others(self) -> bool:
        """Whether things of its kind may lie behind it that nobody could see: what was known of them has not ended."""
        return False

    @property
    def alike(self) -> int:
        """How many things of its kind it stands for, all of which every check judges the same."""
        return 1


# --- network ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A network interface. `kind` is the kernel's link kind ("" for a physical device); `bus` its parent's ("pci", "usb", "")."""

    index: int
    name: str
    kind: str = ""
    mac: str = ""
    up: bool = False
    carrier: bool = False
    loopback: bool = False
    point_to_point: bool = False
    arp_type: int = 1
    master: int | None = None
    lower: int | None = None
    driver: str = ""
    bus: str = ""
    wireless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address of an interface."""

    link: int
    address: str
    prefix: int
    scope: str = "global"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A route of any table. A multipath route is given once for each next hop. `kind` is unicast, local, blackhole, ..."""

    destination: str
    table: int
    kind: str = "unicast"
    gateway: str | None = None
    link: int | None = None
    metric: int = 0
    protocol: str = ""

    @property
    def family(self) -> int:
        """4 or 6."""
        return ipaddress.ip_network(self.destination).version

    @property
    def is_default(self) -> bool:
        """Whether the route takes every address."""
        return self.destination in ("0.0.0.0/0", "::/0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An entry of the ARP or ND table; `state` in the kernel's words (reachable, stale, failed, ...)."""

    link: int
    address: str
    mac: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What the kernel answered when asked, without a packet, how it would reach a public address."""

    target: str
    carried: bool
    link: int | None = None
    gateway: str | None = None
    gateway_state: str = ""
    table: int | None = None
    selector: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A socket with a remote end."""

    protocol: str
    local: str
    remote: str
    port: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """The result of one active probe that the policy or the user asked for; not `sent` where the kernel would not carry it."""

    target: str
    protocol: str
    sent: bool
    answered: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network(Subject):
    """The computer's whole network state."""

    links: tuple[Link, ...] = ()
    addresses: tuple[Address, ...] = ()
    routes: tuple[Route, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    connections: tuple[Connection, ...] = ()
    probes: tuple[Probe, ...] = ()
    forwarding: Mapping[str, bool] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return "network"

    def link_name(self, index: int | None) -> str:
        """The name of an interface, or "" where there is none."""
        return next((link.name for link in self.links if link.index == index), "")


# --- hardware -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Radio(Subject):
    """A wireless device that is present. `kind`: wifi, bluetooth, wwan, nfc, infrared, other; `ids`: "vendor:product" in hex."""

    kind: str
    name: str
    path: str
    bus: str = ""
    ids: str = ""
    driver: str = ""
    blocked: bool | None = None
    active: bool = False

    @property
    def key(self) -> str:
        return self.path

    @property
    def label(self) -> str:
        return self.name


# --- media --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """One interface of a USB device: class, subclass and protocol codes as USB-IF assigns them. `name` is its own word for it."""

    number: int
    code: int
    subclass: int = 0
    protocol: int = 0
    driver: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A block device or partition of a medium; size in bytes, 0 in a drive without one. `fs_uuid` is also a LUKS header's UUID.

    `sequence` is the kernel's number of the medium in the drive, a new one for every card or disc; 0 where it gives none.
    """

    node: str
    size: int = 0
    sequence: int = 0
    fs_type: str = ""
    fs_uuid: str = ""
    fs_label: str = ""
    mounted_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Device(Subject):
    """Something plugged in. `path` is its sysfs path; `session` differs for every time it is plugged in; ids are hex digits.

    `built_in`: the firmware says that it cannot be unplugged.
    """

    path: str
    session: str
    bus: str
    vendor_id: str = ""
    product_id: str = ""
    vendor: str = ""
    product: str = ""
    serial: str = ""
    built_in: bool = False
    interfaces: tuple[Interface, ...] = ()
    volumes: tuple[Volume, ...] = ()

    @property
    def key(self) -> str:
        return self.session

    @property
    def label(self) -> str:
        name = " ".join(part for part in (self.vendor, self.product) if part) or f"{self.bus} {self.vendor_id}:{self.product_id}"
        return f"{name} [{self.serial}]" if self.serial else name

    @property
    def is_storage(self) -> bool:
        """Whether it can hold files: a block device, or a USB mass-storage or MTP/PTP interface."""
        return bool(self.volumes) or any(i.code in (0x06, 0x08) or i.name == "MTP" for i in self.interfaces)


# --- documents ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A classification mark as seen. `text` is the mark itself and never more of the document. `term` in canonical words.

    `until`: the last day of its term, where that can be told from the mark or from the document's own date (成文日期).
    """

    level: Level | None
    term: str | None
    verdict: MarkVerdict
    regime: Regime
    place: Place
    text: str
    member: str | None = None
    notes: tuple[str, ...] = ()
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """What a file lies on. `encrypted`: nothing of it can be read from the disk alone (LUKS, an encrypted folder); `removable`:
    it can be unplugged; both None where the system does not tell. `remote`: another computer's disk.
    """

    fs_type: str
    device: str = ""
    encrypted: bool | None = None
    removable: bool | None = None
    remote: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Subject):
    """What is known of a file's marks; never its text. `classified_folder`: the policy calls all in its folder classified.

    `raw`: the path's bytes in hex where they are no UTF-8. `path` only shows them then, and another file's may read the same.
    `modified`: when its content was last written. `laptop`: the computer is a portable one (None: it does not tell).
    `former`: the highest state-secret mark that an earlier scan saw in this file and that its reader sees no more.
    `many`: for so many files it stands, of which there is nothing to tell one by one; then it has no path.
    """

    path: str
    raw: str = ""
    format: str = ""
    size: int = 0
    modified: datetime | None = None
    read: Read = Read.NONE
    reason: Unread | None = None
    marks: tuple[Mark, ...] = ()
    former: Mark | None = None
    classified_folder: bool = False
    storage: Storage | None = None
    laptop: bool | None = None
    many: int = 1

    @property
    def key(self) -> str:
        return self.raw or self.path

    @property
    def alike(self) -> int:
        return self.many

    @property
    def label(self) -> str:
        return self.path

    @property
    def hides_others(self) -> bool:
        """A folder that may not be listed stands as one document without permission."""
        return self.reason is Unread.PERMISSION

    @property
    def declassified(self) -> frozenset[str | None]:
        """The parts (None: the document itself) that a reader sees to be declassified: none of their marks counts any more."""
        over = (m.member for m in self.marks if m.verdict is MarkVerdict.DECLASSIFIED and m.place.seen_by_a_reader)
        return frozenset(over)

    @property
    def level(self) -> Level | None:
        """The effective level: the highest that a reader sees in what is not declassified."""
        over = self.declassified
        seen = [m for m in self.marks if m.place.seen_by_a_reader and m.regime in (Regime.STATE, Regime.WORK)]
        return max((m.level for m in seen if m.level and m.member not in over), default=None)
