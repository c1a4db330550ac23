"""Which IP addresses are public: those that a packet leaves the house for.

Not public are the private, shared, loopback, link-local, benchmark, multicast and reserved ranges of the IANA special-purpose
registries (RFC 6890, RFC 4193). The documentation ranges (RFC 5737, RFC 3849) count as public: no private network may
use them, and a route that takes them takes the internet.
"""

from __future__ import annotations

import ipaddress

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_NOT_PUBLIC = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "224.0.0.0/3",
        "::/3",
        "2001:2::/48",
        "4000::/2",
        "8000::/1",
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def parse(address: str) -> IPAddress:
    """An address without its zone (`fe80::1%eth0`); an IPv4 address inside IPv6 (mapped, RFC 4291) as IPv4. ValueError."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    return (ip.ipv4_mapped or ip) if isinstance(ip, ipaddress.IPv6Address) else ip


def is_public(address: str) -> bool:
    """Whether the address lies outside every private or reserved range. Raises ValueError for what is no address."""
    ip = parse(address)
    if isinstance(ip, ipaddress.IPv6Address) and ip in _NAT64:
        ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return _block_around(ip) is None


def public_address_in(destination: str) -> str | None:
    """The first public address that a route to this network (CIDR) would carry, or None where it holds none."""
    network = ipaddress.ip_network(destination, strict=False)
    last = int(network.broadcast_address)
    value = int(network.network_address) + (1 if network.num_addresses > 2 else 0)
    while value <= last:
        ip: IPAddress = type(network.network_address)(value)
        block = _block_around(ip)
        if block is None:
            return str(ip)
        value = int(block.broadcast_address) + 2
    return next((sample for sample in samples(network.version) if parse(sample) in network), None)


def samples(version: int) -> tuple[str, ...]:
    """Public addresses spread over the whole space of IPv4 or IPv6, documentation ranges among them."""
    return _SAMPLES_4 if version == 4 else _SAMPLES_6


def same(one: str | None, other: str | None) -> bool:
    """Whether two texts name the same address; None names none."""
    return one is not None and other is not None and parse(one) == parse(other)


def _block_around(ip: IPAddress) -> IPNetwork | None:
    return next((block for block in _NOT_PUBLIC if ip.version == block.version and ip in block), None)


_SAMPLES_4 = (
    "1.1.1.1",
    "8.8.8.8",
    "45.0.0.1",
    "77.0.0.1",
    "114.114.114.114",
    "151.0.0.1",
    "180.0.0.1",
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.10",
    "223.5.5.5",
)
_SAMPLES_6 = (
    "2001:db8::1",
    "2001:4860:4860::8888",
    "2400:3200::1",
    "2606:4700::1111",
    "2a00:1450::1",
    "2c0f::1",
    "64:ff9b::808:808",
)
