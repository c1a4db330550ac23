"""An office that `collector init` made."""

from __future__ import annotations

import pytest

from tests.collector.commands.run import ok


@pytest.fixture
def initialised() -> None:
    """The state folder is set up."""
    ok("init")
