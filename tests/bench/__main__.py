"""Runs every measurement and prints one table each; the figures are also kept as JSON in `build/bench.json`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from policies.table import table
from tests.bench import idle, start

_KEPT = Path(__file__).parents[2] / "build" / "bench.json"
MEASUREMENTS = {"start": start.measure, "idle": idle.measure}


def main(names: list[str]) -> None:
    """Measure what is named, or all."""
    figures = {name: measure() for name, measure in MEASUREMENTS.items() if not names or name in names}
    for name, rows in figures.items():
        print(f"\n{name}")
        print(table(["what", "value", "against"], [(row["what"], row["value"], row["against"]) for row in rows]))
    _KEPT.parent.mkdir(exist_ok=True)
    _KEPT.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


main(sys.argv[1:])
