"""`agent media`: the register as a person sees it, and rules for USBGuard."""

from __future__ import annotations

import pytest

from agent.enrolment import create
from agent.registers import store_register, trust_key
from agent.usbguard import HUBS, INPUT, REST
from policies.signed import sign_register
from tests.agent.commands.running import CJK, LANGUAGES, agent, refused, state_folder, write_computer
from tests.agent.making import KEY
from tests.agent.test_registers import register

ROWS = ("{number: U-1, level: 机密, serial: S1}", "{number: U-2, level: 绝密, serial: S2, state: lost}")


def with_register() -> None:
    """A computer with a register of its own."""
    file = write_computer()
    rows = "".join(f"  - {row}\n" for row in ROWS)
    file.write_text(f"{file.read_text(encoding='utf-8')}media:\n{rows}", encoding="utf-8")


@pytest.mark.parametrize(("lang", "level", "state"), [("zh", "机密", "丢失"), ("en", "highly secret", "lost")])
def test_the_register_is_listed_row_by_row(lang: str, level: str, state: str) -> None:
    with_register()
    done = agent("media", "list", lang=lang)
    assert done.exit_code == 0
    heads, first, second, *_ = done.stdout.splitlines()
    assert bool(CJK.search(heads)) is (lang == "zh")
    assert first.startswith("U-1")
    assert level in first
    assert second.endswith("S2")
    assert state in second


def test_the_rules_hold_what_may_be_used_here() -> None:
    with_register()
    done = agent("media", "usbguard")
    head, *rules = done.stdout.splitlines()
    assert done.exit_code == 0
    assert head.startswith("# made by Shoumi")
    assert (rules[0], rules[-1], len(rules)) == (HUBS, REST, 3)
    assert '"S1"' in rules[1]
    assert INPUT in agent("media", "usbguard", "--allow-input").stdout.splitlines()


@pytest.mark.parametrize("word", ["list", "usbguard"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_register_there_is_nothing_to_show(word: str, lang: str) -> None:
    write_computer()
    assert ("台账" if lang == "zh" else "media register") in refused("media", word, lang=lang)


def test_which_register_it_is_stands_beside_the_list() -> None:
    with_register()
    assert "computer.yaml" in agent("media", "list").stderr


def test_a_register_that_was_carried_in_is_listed_on_a_computer_that_joined_nobody() -> None:
    write_computer()
    store_register(trust_key(create(state_folder()), KEY.public_key()), sign_register(KEY, register(3)))
    done = agent("media", "list")
    assert done.stdout.splitlines()[1].startswith("U-1")
    assert "version 3 of" in done.stderr
