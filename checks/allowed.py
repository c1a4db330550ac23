"""What the networks that a computer may be on (`networks` in its file) excuse. Without any, nothing is excused."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from checks.addresses import same
from checks.subjects import Address, Link, Network
from policies.computer import AllowedNetwork, Computer


def addresses_of(network: Network, link: Link) -> tuple[Address, ...]:
    """The addresses of an interface that reach further than its own segment."""
    return tuple(a for a in network.addresses if a.link == link.index and a.scope in ("global", "site"))


def is_allowed_address(computer: Computer, link: str, address: str) -> bool:
    """Whether an interface may have this address."""
    return any(allowed.holds(address) for allowed in _of_link(computer, link))


def is_allowed_destination(computer: Computer, address: str) -> bool:
    """Whether the address lies in a network that the computer may be on."""
    return any(allowed.holds(address) for allowed in computer.networks)


def is_allowed_way(computer: Computer, network: Network, family: int, gateway: str | None, link: int | None) -> bool:
    """Whether packets may go to this gateway by this interface: both are an allowed network's, and the MAC where it names one."""
    here = [a.address for a in network.addresses if a.link == link]
    return any(
        ipaddress.ip_network(allowed.subnet, strict=False).version == family
        and any(allowed.holds(address) for address in here)
        and (not allowed.gateway or same(allowed.gateway, gateway))
        and _has_mac(network, gateway, link, allowed.gateway_mac)
        for allowed in _of_link(computer, network.link_name(link))
    )


def gateways_of(network: Network, link: Link) -> tuple[str, ...]:
    """The gateways of all routes by an interface, each once."""
    return tuple(dict.fromkeys(route.gateway for route in network.routes if route.link == link.index and route.gateway))


def macs_of(network: Network, link: Link, address: str) -> tuple[str, ...]:
    """The hardware addresses by which a neighbour of an interface is known, in lower case; none where nobody has talked to it."""
    known = (n for n in network.neighbours if n.link == link.index and n.mac and same(n.address, address))
    return tuple(dict.fromkeys(neighbour.mac.lower() for neighbour in known))


def _of_link(computer: Computer, link: str) -> Iterator[AllowedNetwork]:
    return (allowed for allowed in computer.networks if allowed.interface in ("", link))


def _has_mac(network: Network, gateway: str | None, link: int | None, wanted: str) -> bool:
    """A gateway that nobody has talked to yet has no known MAC: nothing speaks against it."""
    known = [n.mac for n in network.neighbours if n.link == link and n.mac and same(n.address, gateway)]
    return not wanted or not known or wanted.lower() in (mac.lower() for mac in known)
