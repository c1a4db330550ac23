"""Table tests of network.proxy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.network.proxy import ProxyConfigured
from checks.subjects import Network, Proxy
from policies.vocabulary import Severity
from tests.checks.network.facts import CONNECTED, ISOLATED, found

SQUID = Proxy(host="10.1.2.9:3128", place="/etc/environment", name="http_proxy")


@pytest.mark.parametrize(("network", "severity"), [(CONNECTED, Severity.CRITICAL), (ISOLATED, Severity.MAJOR)])
def test_a_proxy_that_could_be_asked_is_worse(network: Network, severity: Severity) -> None:
    violations = found(ProxyConfigured(), replace(network, proxies=(SQUID,)))
    assert [(violation.about, violation.severity) for violation in violations] == [("10.1.2.9:3128", severity)]


def test_without_any_nothing_is_said() -> None:
    assert found(ProxyConfigured(), CONNECTED) == []


def test_one_proxy_in_several_files_is_told_once() -> None:
    network = replace(CONNECTED, proxies=(SQUID, replace(SQUID, name="https_proxy"), replace(SQUID, place="/etc/apt/apt.conf")))
    (violation,) = found(ProxyConfigured(), network)
    assert violation.evidence["places"] == ["/etc/apt/apt.conf", "/etc/environment"]


@pytest.mark.parametrize("allowed", ["10.1.2.9:3128", "10.1.2.9"])
def test_an_approved_proxy_is_excused(allowed: str) -> None:
    assert found(ProxyConfigured(allow=(allowed,)), replace(CONNECTED, proxies=(SQUID,))) == []


def test_another_port_of_the_same_host_is_another_proxy() -> None:
    assert len(found(ProxyConfigured(allow=("10.1.2.9:8080",)), replace(CONNECTED, proxies=(SQUID,)))) == 1
