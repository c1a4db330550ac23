from __future__ import annotations

from agent.extract.reading import Reading
from policies.vocabulary import Read
from tests.fuzz.cases import Cases
from tests.fuzz.families import Seed

SEEDS = [Seed("closed", b"closed" * 100), Seed("open", b"open" * 100, ends=False)]


def cases(number: int) -> Cases:
    return Cases("markup", SEEDS, [Reading(read=Read.FULL)] * 2, number)


def test_a_case_is_the_same_at_every_run() -> None:
    first = [cases(1).case(number) for number in range(100)]
    assert first == [cases(1).case(number) for number in range(100)]
    assert first != [cases(2).case(number) for number in range(100)]


def test_only_what_shows_its_end_is_judged_by_having_been_cut() -> None:
    short = [case for case in map(cases(1).case, range(300)) if case.cut]
    assert {case.seed for case in short} == {"closed"}
    assert all(case.missing == 600 - len(case.data) > 0 for case in short)


def test_what_fills_the_last_block_up_is_not_missed() -> None:
    seeds = [Seed("tar", b"x" * 100 + bytes(10_000))]
    short = [case for case in map(Cases("a", seeds, [Reading(read=Read.FULL)], 1).case, range(300)) if case.cut]
    assert any(case.missing == 0 for case in short)
