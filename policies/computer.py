"""What this computer is: its level, profile, department, person and the networks it may be on (the `computer.yaml` file)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from policies.register import Medium, MediumState, Register
from policies.strict_yaml import ConfigError, Loaded, load
from policies.vocabulary import Level, Profile, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedNetwork:
    """A network that the computer may be on. An empty gateway, MAC or interface allows any; the subnet is CIDR."""

    subnet: str
    gateway: str = ""
    gateway_mac: str = ""
    interface: str = ""

    def holds(self, address: str) -> bool:
        """Whether an IP address lies in the subnet."""
        network = ipaddress.ip_network(self.subnet, strict=False)
        ip = ipaddress.ip_address(address)
        return ip.version == network.version and ip in network


@dataclass(frozen=True, slots=True, kw_only=True)
class Computer:
    """The computer that is judged. `level` None: nobody has said it yet. `register` None: no media register has arrived."""

    id: str
    hostname: str
    level: Level | None = None
    profile: Profile = Profile.STANDALONE
    department: str = ""
    person: str = ""
    networks: tuple[AllowedNetwork, ...] = ()
    register: Register | None = None


class _NetworkFile(msgspec.Struct, forbid_unknown_fields=True):
    subnet: str
    gateway: str = ""
    gateway_mac: str = ""
    interface: str = ""


class _MediumFile(msgspec.Struct, forbid_unknown_fields=True):
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


class _ComputerFile(msgspec.Struct, forbid_unknown_fields=True):
    level: Level
    profile: Profile = Profile.STANDALONE
    department: str = ""
    person: str = ""
    networks: tuple[_NetworkFile, ...] = ()
    media: tuple[_MediumFile, ...] | None = None


def load_computer(path: Path, *, id: str, hostname: str) -> Computer:
    """Read a computer file. `media:` in it is a register of its own, for a computer without a collector. Raises ConfigError."""
    loaded = load(path)
    file = loaded.structure(_ComputerFile)
    return Computer(
        id=id,
        hostname=hostname,
        level=file.level,
        profile=file.profile,
        department=file.department,
        person=file.person,
        networks=tuple(_network(loaded, i, network) for i, network in enumerate(file.networks)),
        register=_register(path, file.media),
    )


def _network(loaded: Loaded, position: int, file: _NetworkFile) -> AllowedNetwork:
    try:
        ipaddress.ip_network(file.subnet)
    except ValueError:
        text = Text(f"'{file.subnet}' 不是网段（应如 10.1.2.0/24）", f"'{file.subnet}' is no subnet (write 10.1.2.0/24)")
        raise ConfigError(loaded.spot("networks", position, "subnet"), text) from None
    try:
        _ = file.gateway and ipaddress.ip_address(file.gateway)
    except ValueError:
        text = Text(f"'{file.gateway}' 不是 IP 地址", f"'{file.gateway}' is no IP address")
        raise ConfigError(loaded.spot("networks", position, "gateway"), text) from None
    return AllowedNetwork(
        subnet=file.subnet, gateway=file.gateway, gateway_mac=file.gateway_mac.lower(), interface=file.interface
    )


def _register(path: Path, media: tuple[_MediumFile, ...] | None) -> Register | None:
    if media is None:
        return None
    issued = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Register(version=0, issued_at=issued, media=tuple(msgspec.convert(m, Medium, from_attributes=True) for m in media))
