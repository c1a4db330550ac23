"""Finds a format by its name: the modules of this package."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from agent.scan import Result
from policies.vocabulary import Language

FORMATS = ("table", "json", "jsonl", "sarif", "html", "csv")

Render = Callable[[Result, Language], str]


def renderer(name: str) -> Render:
    """The function that writes a format. Only the one that is asked for is imported."""
    render: Render = importlib.import_module(f"agent.output.{name}").render
    return render
