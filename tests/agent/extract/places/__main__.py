"""`python -m tests.agent.extract.places` puts the computed tables into README.md and README.zh-CN.md."""

from __future__ import annotations

from pathlib import Path

from tests.agent.extract.places.table import rewrite

if __name__ == "__main__":
    rewrite(Path(__file__).parents[4])
