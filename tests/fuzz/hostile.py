"""The same process with one more extractor, which does what a file says: dies, talks, or asks for all memory. For tests only."""

from __future__ import annotations

from agent.extract.registry import extractors
from tests.agent.hostile import Hostile
from tests.fuzz.reader import main

if __name__ == "__main__":
    main([*extractors(), Hostile()])
