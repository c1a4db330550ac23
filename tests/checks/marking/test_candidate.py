"""Candidates remember what is remarkable about their raw characters."""

from __future__ import annotations

import pytest

from checks.marking.candidate import Candidate, Shape, in_brackets, script_notes
from checks.marking.normalise import Folded


@pytest.mark.parametrize(
    ("raw", "notes"),
    [
        ("机密★10年", []),
        ("机 密★10年", ["spacing"]),
        ("机密★１０年", ["full-width-digits"]),
        ("機密★10年", ["hant"]),
        ("机\u200b密★10年", ["invisible-characters"]),
    ],
)
def test_raw_characters_are_noted(raw: str, notes: list[str]) -> None:
    folded = Folded(raw)
    assert script_notes(folded, 0, len(folded.text)) == notes


@pytest.mark.parametrize(
    ("text", "start", "end", "outer"),
    [
        ("(机密)", 1, 3, (0, 4)),
        ("【 机密 】", 2, 4, (0, 6)),
        ("(机密", 1, 3, None),
        ("(机密]", 1, 3, None),
        ("机密", 0, 2, None),
        ("“机密”", 1, 3, None),
    ],
)
def test_brackets_enclose_a_stretch_only_as_a_pair(text: str, start: int, end: int, outer: tuple[int, int] | None) -> None:
    assert in_brackets(text, start, end) == outer


def test_a_note_is_taken_once() -> None:
    assert Candidate(start=0, end=2, shape=Shape.BARE, notes=("a",)).noting("b", "a").notes == ("a", "b")
