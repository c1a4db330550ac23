"""What every source is made of."""

from __future__ import annotations

from datetime import UTC, timedelta

from agent.sources.base import Blind, Change, SourceUnavailable, utc_now
from policies.vocabulary import Text
from tests.agent.making import NOW


def test_the_time_is_aware_and_in_utc() -> None:
    first, second = utc_now(), utc_now()
    assert first.tzinfo is UTC
    assert timedelta(0) <= second - first < timedelta(hours=1)


def test_a_source_that_cannot_be_read_says_why_in_both_languages() -> None:
    error = SourceUnavailable(Text("没有权限", "no permission"))
    assert (error.reason.zh, str(error)) == ("没有权限", "no permission")


def test_equal_changes_are_one() -> None:
    """The inbox merges them."""
    change = Change(source="media", key="a", at=NOW)
    assert change == Change(source="media", key="a", at=NOW)
    assert change.subject is None
    assert (
        len(
            {
                Blind(source="media", began_at=NOW, reason=Text("甲", "a")),
                Blind(source="media", began_at=NOW, reason=Text("甲", "a")),
            }
        )
        == 1
    )
