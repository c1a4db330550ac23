"""Tests of media.withdrawn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.media.withdrawn import Withdrawn
from policies.register import MediumState
from tests.checks.media.samples import ROW, STICK, computer


@pytest.mark.parametrize(
    ("state", "violates"),
    [
        (MediumState.IN_USE, False),
        (MediumState.LENT, False),
        (MediumState.LOST, True),
        (MediumState.RETIRED, True),
        (MediumState.DESTROYED, True),
    ],
)
def test_a_medium_out_of_use_turns_up_nowhere(state: MediumState, violates: bool) -> None:
    found = list(Withdrawn().examine(STICK, computer(replace(ROW, state=state))))
    assert bool(found) is violates
    assert all(state.text.zh in each.message.zh and state.text.en in each.message.en for each in found)
