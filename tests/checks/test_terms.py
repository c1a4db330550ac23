from __future__ import annotations

from datetime import date

import pytest

from checks.terms import outlasts
from policies.vocabulary import Level, MarkVerdict
from tests.checks.document.making import mark


@pytest.mark.parametrize(
    ("one", "other", "longer"),
    [
        ("10年", "5年", True),
        ("5年", "10年", False),
        ("10年", "10年", False),
        ("12个月", "1年", False),
        ("13个月", "1年", True),
        ("100天", "3个月", True),
        ("91天", "3个月", False),
        ("长期", "30年", True),
        ("长期", "2090-01-01", True),
        ("长期", "长期", False),
        ("30年", "长期", False),
        ("长期", "启用前", False),
        ("启用前", "1年", False),
        ("1年", "启用前", False),
        ("2031-01-01", "2030-12-31", True),
        ("2030-12-31", "2031-01-01", False),
        ("2090-01-01", "1年", False),
        ("30年", "2026-01-01", False),
        (None, "10年", True),
        (None, "20年", False),
        ("30年", None, True),
    ],
)
def test_only_what_is_certain_is_called_longer(one: str | None, other: str | None, longer: bool) -> None:
    assert outlasts(mark(term=one), mark(term=other)) is longer


def test_the_statutory_term_is_that_of_the_mark_s_own_level() -> None:
    assert outlasts(mark(Level.JUEMI, term=None), mark(term="20年"))
    assert not outlasts(mark(Level.MIMI, term=None), mark(term="20年"))


def test_a_term_that_was_not_understood_is_neither_longer_nor_shorter() -> None:
    lost = mark(term=None, verdict=MarkVerdict.MALFORMED)
    assert not outlasts(lost, mark(term="1年"))
    assert not outlasts(mark(term="10年"), lost)


def test_known_last_days_decide() -> None:
    old, new = mark(term="10年", until=date(2025, 1, 1)), mark(term="5年", until=date(2029, 1, 1))
    assert outlasts(new, old)
    assert not outlasts(old, new)
