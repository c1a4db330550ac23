"""One table says what every feature weighs and means."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import checks.marking
from checks.marking.candidate import Shape
from checks.marking.features import FEATURES, THRESHOLD
from checks.marking.wording import WORDING


def test_every_shape_and_every_wording_is_a_feature() -> None:
    assert set(WORDING) | {shape.value for shape in Shape} <= set(FEATURES)


def test_every_feature_is_used_by_the_grammar() -> None:
    sources = [path for folder in checks.marking.__path__ for path in Path(folder).glob("*.py") if path.name != "features.py"]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sources]
    used = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert set(FEATURES) <= used


@pytest.mark.parametrize("name", FEATURES)
def test_a_feature_has_a_machine_word_and_a_sentence_in_both_languages(name: str) -> None:
    assert re.fullmatch("[a-z]+(-[a-z]+)*", name)
    text = FEATURES[name].text
    assert re.search("[一-鿿]", text.zh)
    assert re.match("[a-zA-Z★]", text.en)


def test_no_feature_alone_undoes_all_others() -> None:
    assert all(abs(feature.weight) <= 2 * THRESHOLD for feature in FEATURES.values())
