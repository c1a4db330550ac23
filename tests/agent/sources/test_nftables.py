"""Address translation in the firewall of real namespaces."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from agent.sources.nftables import translations
from checks.subjects import Translation
from tests.netns import Namespace, namespace

RULES = """
table ip office {
  chain out { type nat hook postrouting priority 100; oifname "eth1" masquerade; oifname "eth2" snat to 10.9.9.9; }
  chain in { type nat hook prerouting priority -100; tcp dport 80 redirect to :8080; tcp dport 81 dnat to 10.1.2.3; }
  chain filter { type filter hook input priority 0; tcp dport 22 accept; counter drop; }
}
table inet both { chain out { type nat hook postrouting priority 100; counter masquerade; }; }
table ip6 six { chain out { type nat hook postrouting priority 100; masquerade; }; }
"""

needs_nft = [pytest.mark.needs_root, pytest.mark.needs_tool("ip"), pytest.mark.needs_tool("nft")]


def load(inside: Namespace, rules: str) -> None:
    subprocess.run(["ip", "netns", "exec", inside.name, "nft", "-f", "-"], input=rules, text=True, check=True)


def found(inside: Namespace) -> set[tuple[str, str, str, str]]:
    rules = inside.call(translations)
    return {(rule.family, rule.table, rule.chain, rule.action) for rule in rules}


class TestRealFirewalls:
    """Loaded by nft(8)."""

    pytestmark = needs_nft

    def test_every_kind_of_translation_is_seen_and_no_filter(self) -> None:
        with namespace(ipv6=False) as inside:
            load(inside, RULES)
            assert found(inside) == {
                ("ip", "office", "out", "masquerade"),
                ("ip", "office", "out", "snat"),
                ("ip", "office", "in", "redirect"),
                ("ip", "office", "in", "dnat"),
                ("inet", "both", "out", "masquerade"),
                ("ip6", "six", "out", "masquerade"),
            }

    def test_a_firewall_that_only_filters_translates_nothing(self) -> None:
        with namespace(ipv6=False) as inside:
            load(inside, "table ip f { chain i { type filter hook input priority 0; drop; }; }")
            assert found(inside) == set()

    def test_equal_rules_are_told_once(self) -> None:
        with namespace(ipv6=False) as inside:
            load(inside, "table ip n { chain o { type nat hook postrouting priority 100; masquerade; masquerade; }; }")
            assert inside.call(translations) == (Translation(family="ip", table="n", chain="o", action="masquerade"),)


@pytest.mark.needs_root
@pytest.mark.needs_tool("ip")
def test_a_new_namespace_has_none() -> None:
    with namespace(ipv6=False) as inside:
        assert found(inside) == set()


def test_where_the_module_is_not_loaded_the_kernel_is_not_asked_to_load_it(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/modules").write_text("ext4 1 0 - Live 0x0\nnf_tables_x 1 0 - Live 0x0\n")
    assert translations(tmp_path) == ()


@pytest.mark.needs_root
@pytest.mark.needs_tool("ip")
@pytest.mark.parametrize("place", ["proc/modules", f"lib/modules/{os.uname().release}/modules.builtin"])
def test_where_it_is_loaded_or_built_in_the_kernel_is_asked(tmp_path: Path, place: str) -> None:
    files = {"proc/modules": "", place: "nf_tables 1 0 - Live 0x0\nkernel/net/netfilter/nf_tables.ko\n"}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    with namespace(ipv6=False) as inside:
        assert inside.call(lambda: translations(tmp_path)) == ()
