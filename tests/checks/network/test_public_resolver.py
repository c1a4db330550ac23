"""Table tests of network.public-resolver."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.network.public_resolver import PublicResolver
from checks.subjects import Lookup, Resolver
from policies.computer import AllowedNetwork
from policies.vocabulary import Severity
from tests.checks.network.facts import ISOLATED, NETWORKED, abouts, found


def resolver(address: str, place: str = "/etc/resolv.conf") -> Resolver:
    return Resolver(address=address, place=place)


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("114.114.114.114", True),
        ("2400:3200::1", True),
        ("203.0.113.53", True),
        ("127.0.0.53", False),
        ("::1", False),
        ("10.1.2.53", False),
        ("fd00::53", False),
        ("fe80::1", False),
        ("100.64.0.1", False),
    ],
)
def test_public_name_servers(address: str, is_one: bool) -> None:
    assert abouts(PublicResolver(), replace(ISOLATED, resolvers=(resolver(address),))) == ([address] if is_one else [])


@pytest.mark.parametrize(("carried", "severity"), [(True, Severity.CRITICAL), (False, Severity.MAJOR)])
def test_one_that_would_be_asked_is_worse_than_one_that_is_only_named(carried: bool, severity: Severity) -> None:
    lookup = Lookup(target="8.8.8.8", carried=carried, link=2)
    network = replace(ISOLATED, resolvers=(resolver("8.8.8.8"),), lookups=(lookup,))
    assert [violation.severity for violation in found(PublicResolver(), network)] == [severity]


def test_a_server_that_two_files_name_is_told_once_with_both() -> None:
    named = (resolver("8.8.8.8"), resolver("8.8.8.8", "/run/systemd/resolve/resolv.conf"))
    (violation,) = found(PublicResolver(), replace(ISOLATED, resolvers=named))
    assert violation.evidence["places"] == ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"]


def test_what_is_approved_is_excused() -> None:
    network = replace(ISOLATED, resolvers=(resolver("203.0.113.53"),))
    assert found(PublicResolver(allow=("203.0.113.53",)), network) == []
    assert found(PublicResolver(), network, replace(NETWORKED, networks=(AllowedNetwork(subnet="203.0.113.0/24"),))) == []
