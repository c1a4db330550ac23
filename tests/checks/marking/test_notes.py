"""Notes have one vocabulary, and the gravest of them decides the verdict."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import checks.marking
from checks.marking.candidate import Shape
from checks.marking.features import FEATURES
from checks.marking.notes import NOTES, form_verdict
from checks.marking.wording import WORDING
from policies.vocabulary import MarkVerdict, Place

SOURCES = sorted(Path(path) for folder in checks.marking.__path__ for path in Path(folder).glob("*.py"))
# Kebab-case words that are no notes: names of features, of shapes and of a place's value.
OTHER_WORDS = {*FEATURES, *WORDING, *(shape.value for shape in Shape), *(place.value for place in Place), "state-secret"}


def words_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {word for word in constants if re.fullmatch("[a-z]+(-[a-z]+)+", word)}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_note_that_the_grammar_uses_is_in_the_vocabulary(path: Path) -> None:
    assert words_in(path) - OTHER_WORDS <= set(NOTES)


def test_every_note_in_the_vocabulary_is_used_by_the_grammar() -> None:
    used = {
        node.value
        for path in SOURCES
        if path.name != "notes.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(NOTES) <= used


@pytest.mark.parametrize("name", NOTES)
def test_a_note_is_a_machine_word_with_a_meaning_in_both_languages(name: str) -> None:
    assert re.fullmatch("[a-z]+(-[a-z]+)*", name)
    text = NOTES[name].text
    assert re.search("[一-鿿]", text.zh)
    assert text.en
    assert text.zh != text.en


@pytest.mark.parametrize(
    ("notes", "verdict"),
    [
        ((), MarkVerdict.VALID),
        (("spacing", "over-maximum"), MarkVerdict.VALID),
        (("default-term", "spacing"), MarkVerdict.LEGACY),
        (("default-term", "no-star"), MarkVerdict.DEVIATION),
        (("label", "unit"), MarkVerdict.MALFORMED),
    ],
)
def test_the_gravest_note_decides(notes: tuple[str, ...], verdict: MarkVerdict) -> None:
    assert form_verdict(notes) is verdict
