"""Formats are the modules of this package, found by their names."""

from __future__ import annotations

import pkgutil

import pytest

import agent.output
from agent.output.registry import FORMATS, renderer
from policies.vocabulary import Language
from tests.agent.judging import finding, result
from tests.agent.output.hostile import hostile


def test_every_module_of_the_package_is_a_format() -> None:
    modules = {module.name for module in pkgutil.iter_modules(agent.output.__path__)} - {"registry"}
    assert modules == set(FORMATS) == {"table", "json", "jsonl", "sarif", "html", "csv"}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("language", list(Language))
def test_every_format_writes_an_empty_a_full_and_a_hostile_result(name: str, language: Language) -> None:
    render = renderer(name)
    for whole in (result(), result(finding(), finding("/srv/a.docx")), hostile()):
        text = render(whole, language)
        assert (text or "\n").endswith("\n")
        assert text.encode().decode() == text


def test_a_format_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ImportError):
        renderer("pdf")
