from __future__ import annotations

import pytest

from tests.fuzz.families import FAMILIES


@pytest.mark.parametrize("family", FAMILIES)
def test_the_sound_documents_are_the_same_at_every_run(family: str) -> None:
    assert FAMILIES[family]() == FAMILIES[family]()


@pytest.mark.parametrize("family", FAMILIES)
def test_the_sound_documents_have_names_of_their_own(family: str) -> None:
    names = [seed.name for seed in FAMILIES[family]()]
    assert len(set(names)) == len(names)
