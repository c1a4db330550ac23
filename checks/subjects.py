"""Subjects: frozen facts about one thing at one moment, gathered by a source and judged by checks.

A subject says itself what could not be seen of it: `missing` maps the name of an aspect (a field) to the reason, and the
engine turns a check that needs a missing aspect into `not_assessed`.
"""

from __future__ import annotations

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
    """A network interface. `kind` is the kernel's link kind ("" for a physical device); `bus` its parent's ("pci", "usb", "").

    `ids` ("vendor:product") and `code` (PCI class, or the class codes of a USB interface) are hex digits, "" where not told.
    """

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
    ids: str = ""
    code: str = ""


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
        return 6 if ":" in self.destination else 4

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
    """A socket with a remote end. `program`: the name of the program that holds it, "" where that is not known."""

    protocol: str
    local: str
    remote: str
    port: int
    state: str
    program: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """The result of one active probe that the policy or the user asked for; not `sent` where the kernel would not carry it.

    `link`: the interface that it was bound to, "" where the kernel chose. `portal`: somebody else answered in the target's place.
    """

    target: str
    protocol: str
    sent: bool
    answered: bool
    detail: str = ""
    link: str = ""
    portal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An exchange with one remote end, from its first packet that was noticed to its last (UTC).

    `began_at` None: it was there at the first look; `ended_at` None: it goes on. `answered`: something came back. `program`: the
    name of the program that was seen at it, "" where none was.
    """

    remote: str
    protocol: str
    port: int
    answered: bool
    began_at: datetime | None = None
    ended_at: datetime | None = None
    link: str = ""
    gateway: str = ""
    program: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolver:
    """A name server that this computer is told to ask; `place`: the file that says so."""

    address: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy that programs are told to use: `host` is host:port without any user or password; `place`: the file that says so."""

    host: str
    place: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A rule that translates addresses (NAT). `action`: masquerade, snat, dnat, redirect."""

    family: str
    table: str
    chain: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """Hardware, used or not, that joins networks by other ways than a card's cable. `kind`: usb-network or modem.

    `interfaces`: the network interfaces that its driver has made.
    """

    kind: str
    name: str
    path: str
    bus: str = ""
    ids: str = ""
    driver: str = ""
    interfaces: tuple[str, ...] = ()


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
    rules: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    resolvers: tuple[Resolver, ...] = ()
    proxies: tuple[Proxy, ...] = ()
    nat: tuple[Translation, ...] = ()
    adapters: tuple[Adapter, ...] = ()

    @property
    def key(self) -> str:
        return "network"

    def link_name(self, index: int | None) -> str:
        """The name of an interface, or "" where there is none."""
        return next((link.name for link in self.links if link.index == index), "")


# --- hardware -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """A Wi-Fi interface, as its driver describes it. `mode`: managed, ap, ad-hoc, ...; `ssid` and `bssid`: what it is joined to
    (as an access point: what it offers), "" where nothing; `peers`: how many stations it exchanges frames with."""

    interface: str
    mode: str
    ssid: str = ""
    bssid: str = ""
    peers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Radio(Subject):
    """A wireless device that is present. `kind`: wifi, bluetooth, wwan, nfc, infrared, other; `ids`: "vendor:product" in hex.

    `up`: one of its network interfaces is enabled; `active`: it is connected.
    """

    kind: str
    name: str
    path: str
    bus: str = ""
    ids: str = ""
    driver: str = ""
    blocked: bool | None = None
    active: bool = False
    up: bool = False
    associations: tuple[Association, ...] = ()

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
class MediumIds:
    """What names a medium: vendor and product id (hex digits) and serial number, each "" where it has none."""

    vendor_id: str = ""
    product_id: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another storage device that is plugged in at the same time."""

    ids: MediumIds
    mounted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What this computer remembers of a medium, by its ids. `fs_uuids`: those of its file systems when it was last seen; `size`:
    bytes of its disk, 0 unknown; `level`: the highest that the register gave it or a document on it bore (MED-03).
    """

    fs_uuids: tuple[str, ...] = ()
    size: int = 0
    level: Level | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Device(Subject):
    """Something plugged in. `path` is its sysfs path; `session` differs for every time it is plugged in; ids are hex digits.

    `built_in`: the firmware says that it cannot be unplugged. `others`: of a storage device, the further ones. `past`: None where
    it was never seen before, or has no serial number to know it by. `mounted_since`: None also where nobody has noted it yet.
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
    others: tuple[Other, ...] = ()
    past: Past | None = None
    mounted_since: datetime | None = None

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

    @property
    def ids(self) -> MediumIds:
        """What names it as a medium."""
        return MediumIds(vendor_id=self.vendor_id, product_id=self.product_id, serial=self.serial)

    @property
    def is_mounted(self) -> bool:
        """Whether a file system on it can be used now."""
        return any(volume.mounted_at for volume in self.volumes)

    @property
    def size(self) -> int:
        """Bytes of its largest disk; a partition is never larger than the disk that it is on."""
        return max((volume.size for volume in self.volumes), default=0)

    @property
    def fs_uuids(self) -> tuple[str, ...]:
        """The UUIDs of the file systems and LUKS headers on it."""
        return tuple(sorted({volume.fs_uuid for volume in self.volumes if volume.fs_uuid}))


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
    it can be unplugged; both None where the system does not tell. `remote`: another computer's disk. `medium`: what names the
    disk that can be unplugged, None where there is none or it has no name.
    """

    fs_type: str
    device: str = ""
    encrypted: bool | None = None
    removable: bool | None = None
    remote: bool = False
    medium: MediumIds | None = None


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
        """A folder that may not be listed stands as one document without permission; where a server does not answer, as one that
        took too long and was never looked at."""
        return self.reason is Unread.PERMISSION or (self.reason is Unread.TIMEOUT and self.modified is None)

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
