"""The computer file: what this computer is, and the networks and media that are allowed on it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from policies.computer import AllowedNetwork, Computer, load_computer
from policies.register import MediumState
from policies.strict_yaml import ConfigError
from policies.vocabulary import Level, Profile

GOOD = """\
level: 机密
profile: networked
department: 办公室
person: 王五
networks:
  - {subnet: 10.1.2.0/24, gateway: 10.1.2.1, gateway_mac: "AA:BB:CC:00:11:22", interface: eth0}
  - {subnet: "fd00::/8"}
media:
  - {number: U-1, level: 秘密, serial: "0012", valid_until: 2026-12-31, computers: [pc-1]}
  - {number: U-2, level: 机密, serial: "0013", state: lost}
"""


def computer(tmp_path: Path, text: str) -> Computer:
    path = tmp_path / "computer.yaml"
    path.write_text(text, encoding="utf-8")
    return load_computer(path, id="pc-1", hostname="host")


def test_a_computer_file_says_what_the_computer_is(tmp_path: Path) -> None:
    loaded = computer(tmp_path, GOOD)
    assert (loaded.id, loaded.hostname) == ("pc-1", "host")
    assert (loaded.level, loaded.profile, loaded.department, loaded.person) == (Level.JIMI, Profile.NETWORKED, "办公室", "王五")
    first, second = loaded.networks
    assert (first.gateway, first.gateway_mac, first.interface) == ("10.1.2.1", "aa:bb:cc:00:11:22", "eth0")
    assert second == AllowedNetwork(subnet="fd00::/8")


def test_media_in_the_file_are_a_register_of_its_date(tmp_path: Path) -> None:
    register = computer(tmp_path, GOOD).register
    assert register is not None
    assert register.issued_at == datetime.fromtimestamp((tmp_path / "computer.yaml").stat().st_mtime, UTC)
    first, second = register.media
    assert (first.number, first.level, first.valid_until, first.computers) == ("U-1", Level.MIMI, date(2026, 12, 31), ("pc-1",))
    assert second.state is MediumState.LOST


def test_no_media_and_an_empty_list_are_not_the_same(tmp_path: Path) -> None:
    assert computer(tmp_path, "level: 机密").register is None
    empty = computer(tmp_path, "level: 机密\nmedia: []").register
    assert empty is not None
    assert empty.media == ()


@pytest.mark.parametrize(
    ("text", "place", "fragment"),
    [
        ("profile: standalone", "1:1", "'level' is missing"),
        ("level: secret", "1:8", "'secret' is no valid value of 'level'; use one of: 公开, 内部, 秘密, 机密, 绝密"),
        ("level: 机密级", "1:8", "did you mean '机密'?"),
        ("level: 机密\nprofile: standalon", "2:10", "did you mean 'standalone'?"),
        ("level: 机密\nlevle: 机密", "2:1", "unknown key 'levle'; did you mean 'level'?"),
        ("level: 机密\nnetworks: [{subnet: 10.1.2.1/24}]", "2:21", "'10.1.2.1/24' is no subnet"),
        ("level: 机密\nnetworks: [{subnet: lan}]", "2:21", "'lan' is no subnet"),
        ("level: 机密\nnetworks: [{subnet: 10.1.2.0/24, gateway: router}]", "2:43", "'router' is no IP address"),
        ("level: 机密\nnetworks: [{gateway: 10.1.2.1}]", "2:12", "'subnet' is missing"),
        ("level: 机密\nnetworks: [{subnet: 10.1.2.0/24, gatway: 10.1.2.1}]", "2:34", "did you mean 'gateway'?"),
        ("level: 机密\nmedia: [{number: U-1, level: 秘密, serial: 0012}]", "2:42", "'0012' is ambiguous"),
        ("level: 机密\nmedia: [{number: U-1, level: 秘密, serial: 12}]", "2:42", "'serial' must be text"),
        ("level: 机密\nmedia: [{number: U-1, serial: 'a'}]", "2:9", "'level' is missing"),
        ("level: 机密\nmedia: [{number: U-1, level: 秘密, serial: a, state: gone}]", "2:52", "use one of: in_use, lent, lost"),
    ],
)
def test_a_bad_computer_file_is_refused_at_its_place(tmp_path: Path, text: str, place: str, fragment: str) -> None:
    with pytest.raises(ConfigError) as caught:
        computer(tmp_path, text)
    assert str(caught.value.spot) == f"{tmp_path / 'computer.yaml'}:{place}"
    assert fragment in caught.value.text.en
    assert caught.value.text.zh != caught.value.text.en


@pytest.mark.parametrize(
    ("subnet", "address", "inside"),
    [
        ("10.1.2.0/24", "10.1.2.255", True),
        ("10.1.2.0/24", "10.1.3.0", False),
        ("10.1.2.0/24", "fd00::1", False),
        ("fd00::/8", "fdff::1", True),
        ("fd00::/8", "10.1.2.3", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("0.0.0.0/0", "::1", False),
    ],
)
def test_an_address_is_in_a_network_of_its_own_family(subnet: str, address: str, inside: bool) -> None:
    assert AllowedNetwork(subnet=subnet).holds(address) is inside
