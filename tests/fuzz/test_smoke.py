"""A few damaged documents of every family with each run of the tests; thousands of them with `make fuzz`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.campaign import Campaign
from tests.fuzz.families import FAMILIES

_DOCUMENTS = 150


@pytest.mark.parametrize("family", FAMILIES)
def test_damaged_documents_are_read_without_a_fault(family: str, tmp_path: Path) -> None:
    with Campaign(family, 1, tmp_path) as campaign:
        for number in range(_DOCUMENTS):
            campaign.step(number)
        summary = list(campaign.summary())
    assert not campaign.findings, summary
    assert len(campaign.outcomes) > 5
