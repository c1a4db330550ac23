from __future__ import annotations

import re
from pathlib import Path

import pytest

from collector.web import words
from collector.web.words import WORDS

TEMPLATES = Path(words.__file__).parent / "templates"


@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_there_in_both_languages(word: str) -> None:
    assert re.search(r"[\u4e00-\u9fff]", WORDS[word].zh + WORDS[word].en)
    assert WORDS[word].en.strip()


def test_every_word_is_used() -> None:
    text = "".join(path.read_text() for path in TEMPLATES.iterdir())
    assert [word for word in WORDS if f'"{word}"' not in text] == []
