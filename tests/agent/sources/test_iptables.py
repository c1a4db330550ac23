"""Address translation by iptables-legacy in real namespaces, and the same rules by iptables-nft: both are seen alike."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.sources import iptables, nftables
from checks.subjects import Translation
from tests.netns import Namespace, namespace

RULES = {
    "iptables": (
        "-t nat -A POSTROUTING -s 10.1.2.0/24 -o eth1 -j MASQUERADE",
        "-t nat -A POSTROUTING -o eth2 -j SNAT --to-source 10.9.9.9",
        "-t nat -N OFFICE",
        "-t nat -A PREROUTING -p tcp -m tcp --dport 80 -m comment --comment proxy -j OFFICE",
        "-t nat -A OFFICE -p tcp -j DNAT --to-destination 10.1.2.3:8080",
        "-t nat -A OFFICE -p udp -j RETURN",
        "-t nat -A OUTPUT -p tcp --dport 81 -j REDIRECT --to-ports 8081",
        "-t mangle -A PREROUTING -j MARK --set-mark 1",
        "-A INPUT -p tcp --dport 22 -j ACCEPT",
    ),
    "ip6tables": ("-t nat -A POSTROUTING -s fd00::/64 -j MASQUERADE", "-A FORWARD -j DROP"),
}
SEEN = {
    ("ip", "nat", "POSTROUTING", "masquerade"),
    ("ip", "nat", "POSTROUTING", "snat"),
    ("ip", "nat", "OFFICE", "dnat"),
    ("ip", "nat", "OUTPUT", "redirect"),
    ("ip6", "nat", "POSTROUTING", "masquerade"),
}

needs_iptables = [
    pytest.mark.needs_root,
    *(pytest.mark.needs_tool(tool) for tool in ("ip", "iptables-legacy", "ip6tables-legacy", "iptables-nft", "ip6tables-nft")),
]


def load(inside: Namespace, kind: str) -> None:
    for program, rules in RULES.items():
        for rule in rules:
            run(inside, f"{program}-{kind}", *rule.split())


def run(inside: Namespace, *command: str) -> None:
    subprocess.run(["ip", "netns", "exec", inside.name, *command], check=True, capture_output=True)


def found(inside: Namespace, translations: Callable[[], tuple[Translation, ...]]) -> set[tuple[str, str, str, str]]:
    return {(rule.family, rule.table, rule.chain, rule.action) for rule in inside.call(translations)}


class TestRealFirewalls:
    """Loaded by iptables(8)."""

    pytestmark = needs_iptables

    def test_every_kind_of_translation_is_seen_and_no_filter(self) -> None:
        with namespace() as inside:
            load(inside, "legacy")
            assert found(inside, iptables.translations) == SEEN

    def test_the_newer_iptables_makes_the_same_of_them(self) -> None:
        with namespace() as inside:
            load(inside, "nft")
            assert found(inside, nftables.translations) == SEEN
            assert found(inside, iptables.translations) == set()

    def test_many_rules_are_read_whole(self) -> None:
        many = "".join(f"-A POSTROUTING -s 10.{n // 256}.{n % 256}.0/24 -j RETURN\n" for n in range(3000))
        table = f"*nat\n{many}-A POSTROUTING -j MASQUERADE\nCOMMIT\n"
        with namespace(ipv6=False) as inside:
            restore = ["ip", "netns", "exec", inside.name, "iptables-legacy-restore"]
            subprocess.run(restore, input=table, text=True, check=True)
            assert found(inside, iptables.translations) == {("ip", "nat", "POSTROUTING", "masquerade")}

    def test_tables_without_such_rules_translate_nothing(self) -> None:
        with namespace(ipv6=False) as inside:
            run(inside, "iptables-legacy", "-t", "nat", "-L", "-n")
            run(inside, "iptables-legacy", "-t", "mangle", "-L", "-n")
            assert found(inside, iptables.translations) == set()

    def test_looking_makes_no_table(self) -> None:
        with namespace(ipv6=False) as inside:
            names = Path("/proc/thread-self/net/ip_tables_names")
            assert inside.call(iptables.translations) == ()
            assert inside.call(names.read_text) == ""

    def test_who_may_not_look_does_not_take_it_for_none(self) -> None:
        look = "iptables.translations()"
        as_nobody = f"import os; from agent.sources import iptables; {look}; os.setuid(65534); {look}"
        with namespace(ipv6=False) as inside:
            load(inside, "legacy")
            with pytest.raises(RuntimeError, match=r"Permission denied|not permitted"):
                inside.python(as_nobody)


def test_where_the_kernel_has_none_of_it_nothing_is_asked(tmp_path: Path) -> None:
    assert iptables.translations(tmp_path) == ()


@pytest.mark.parametrize("entries", [b"\0" * 50, b"\0" * 112, b"\xff" * 112])
def test_entries_that_cannot_be_understood_are_not_taken_for_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entries: bytes
) -> None:
    """No kernel here lays them out otherwise, so its answer is made up."""
    folder = tmp_path / "proc/thread-self/net"
    folder.mkdir(parents=True)
    (folder / "ip_tables_names").write_text("nat\n")
    monkeypatch.setattr(iptables, "_read", lambda family, table: (0, (0,) * 5, entries))
    with pytest.raises(OSError, match="Protocol error"):
        iptables.translations(tmp_path)
