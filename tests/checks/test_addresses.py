"""Which addresses are public."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.addresses import is_public, parse, public_address_in, same, samples


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("192.0.2.1", True),
        ("198.51.100.1", True),
        ("203.0.113.10", True),
        ("2001:db8::1", True),
        ("1.1.1.1", True),
        ("100.63.255.255", True),
        ("100.128.0.0", True),
        ("172.15.255.255", True),
        ("172.32.0.1", True),
        ("223.255.255.255", True),
        ("2400:3200::1", True),
        ("2002:c000:204::1", True),
        ("64:ff9b::8.8.8.8", True),
        ("::ffff:8.8.8.8", True),
        ("0.0.0.1", False),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.1.1", False),
        ("172.16.0.1", False),
        ("172.31.255.255", False),
        ("192.0.0.8", False),
        ("192.168.1.1", False),
        ("198.18.0.1", False),
        ("198.19.255.255", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fc00::1", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("ff02::1", False),
        ("4000::1", False),
        ("2001:2::1", False),
        ("64:ff9b::10.0.0.1", False),
        ("::ffff:10.0.0.1", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("destination", "address"),
    [
        ("0.0.0.0/0", "1.0.0.1"),
        ("::/0", "2000::1"),
        ("128.0.0.0/1", "128.0.0.1"),
        ("203.0.113.0/24", "203.0.113.1"),
        ("203.0.113.7/32", "203.0.113.7"),
        ("203.0.113.6/31", "203.0.113.6"),
        ("192.168.0.0/15", "192.169.0.1"),
        ("64:ff9b::/96", "64:ff9b::808:808"),
        ("10.0.0.0/8", None),
        ("192.168.1.0/24", None),
        ("224.0.0.0/4", None),
        ("fe80::/10", None),
        ("ff00::/8", None),
        ("::1/128", None),
    ],
)
def test_a_public_address_inside_a_route(destination: str, address: str | None) -> None:
    assert public_address_in(destination) == address


@given(st.integers(0, 2**32 - 1), st.integers(0, 32))
def test_an_address_found_is_public_and_inside(value: int, bits: int) -> None:
    network = ipaddress.ip_network((value, bits), strict=False)
    found = public_address_in(str(network))
    assert found is None or (is_public(found) and ipaddress.ip_address(found) in network)
    assert found is not None or not is_public(str(network[0])) or not is_public(str(network[-1]))


@pytest.mark.parametrize("version", [4, 6])
def test_samples_are_public_and_of_their_version(version: int) -> None:
    assert all(is_public(sample) and ipaddress.ip_address(sample).version == version for sample in samples(version))


def test_a_text_that_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="example"):
        parse("example.org")


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("2001:DB8::1", "2001:db8:0::1", True),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
        (None, "10.0.0.1", False),
        (None, None, False),
    ],
)
def test_two_spellings_of_one_address(one: str | None, other: str | None, equal: bool) -> None:
    assert same(one, other) is equal
