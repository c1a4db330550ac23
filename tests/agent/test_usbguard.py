"""Rules for USBGuard: what is let in, and that the real parser reads them as they are meant."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from agent.usbguard import HUBS, INPUT, REST, may_be_used, rules
from policies.register import Medium, MediumState
from policies.vocabulary import Level
from tests.checks.media.samples import ROW, WITHOUT_REGISTER, computer

TODAY = date(2026, 11, 21)
ODD = replace(ROW, number="机-1", serial='A"B\\C " allow', vendor_id="951", product_id="")


def printed(*media: Medium, allow_input: bool = False) -> list[str]:
    return list(rules(computer(*media), TODAY, allow_input=allow_input))


def test_a_medium_is_let_in_by_its_serial_number_and_only_as_storage() -> None:
    rule = 'allow id 0951:1666 serial "60A44C413FDE" with-interface match-all { 08:*:* } label "JZ-2026-017"'
    assert printed(ROW) == [HUBS, rule, REST]


@pytest.mark.parametrize("register", [printed(), list(rules(WITHOUT_REGISTER, TODAY))])
def test_without_media_all_is_blocked(register: list[str]) -> None:
    assert register == [HUBS, REST]


def test_keyboards_and_mice_are_let_in_where_that_is_asked_for() -> None:
    assert printed(ROW, allow_input=True)[1] == INPUT


@pytest.mark.parametrize(
    ("medium", "usable"),
    [
        (ROW, True),
        (replace(ROW, level=Level.JUEMI), False),
        (replace(ROW, level=Level.NEIBU), True),
        (replace(ROW, state=MediumState.LOST), False),
        (replace(ROW, state=MediumState.DESTROYED), False),
        (replace(ROW, valid_until=TODAY), True),
        (replace(ROW, valid_until=date(2026, 11, 20)), False),
        (replace(ROW, department="Office B"), False),
        (replace(ROW, department="Office B", state=MediumState.LENT), True),
        (replace(ROW, department=""), True),
        (replace(ROW, computers=("pc-1",), department="Office B"), True),
        (replace(ROW, computers=("pc-2",)), False),
        (replace(ROW, serial=""), False),
    ],
)
def test_only_what_the_register_allows_here_is_let_in(medium: Medium, usable: bool) -> None:
    assert may_be_used(medium, computer(medium), TODAY) is usable
    assert len(printed(medium)) == 2 + usable


def test_a_computer_without_a_level_may_use_public_media_alone() -> None:
    assert not may_be_used(ROW, computer(ROW, level=None), TODAY)
    assert may_be_used(replace(ROW, level=Level.GONGKAI), computer(ROW, level=None), TODAY)


@pytest.mark.parametrize(
    ("vendor_id", "product_id", "model"),
    [("", "", "*:*"), ("951", "", "0951:*"), ("0BDA", "ABCD", "0bda:abcd"), ("", "1666", "*:*"), ("12345", "x", "*:*")],
)
def test_what_the_register_does_not_say_matches_any_model(vendor_id: str, product_id: str, model: str) -> None:
    assert f"allow id {model} serial" in printed(replace(ROW, vendor_id=vendor_id, product_id=product_id))[1]


def test_no_serial_number_gets_out_of_its_string() -> None:
    rule = printed(ODD)[1]
    assert rule.count('"') == 4
    assert '"A\\x22B\\x5cC \\x22 allow"' in rule
    assert rule.isascii()


@pytest.mark.needs_tool("usbguard-rule-parser")
def test_usbguard_reads_the_rules_as_they_are_meant(tmp_path: Path) -> None:
    file = tmp_path / "rules.conf"
    given = printed(ROW, ODD, allow_input=True)
    file.write_text("\n".join(["# a head", *given]) + "\n", encoding="utf-8")
    run = subprocess.run(["usbguard-rule-parser", "-f", str(file)], capture_output=True, text=True, check=True)
    understood = [
        line.removeprefix("OUTPUT: ")
        for line in run.stdout.splitlines()
        if line.startswith("OUTPUT: allow") or "OUTPUT: block" in line
    ]
    assert [line.split(" with-interface")[0] for line in understood][:3] == [
        given[n].split(" with-interface")[0] for n in range(3)
    ]
    assert len(understood) == len(given)
    assert all("match-all" in line for line in understood[:-1] if "{" in line)


@pytest.mark.needs_tool("usbguard-rule-parser")
def test_usbguard_refuses_what_is_no_rule() -> None:
    run = subprocess.run(["usbguard-rule-parser", "allow seriall 1"], capture_output=True, text=True, check=False)
    assert run.returncode != 0
