"""Runs every measurement and prints one table each; the figures are also kept as JSON in `build/bench.json`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from policies.table import table
from tests.bench import idle, latency, rescan, scan, start

_KEPT = Path(__file__).parents[2] / "build" / "bench.json"
Rows = list[dict[str, str]]


def main() -> None:
    """Measure what is named, or all; what was measured before and is not now is kept."""
    given = _arguments()
    measurements: Mapping[str, Callable[[], Rows]] = {
        "start": start.measure,
        "idle": idle.measure,
        "latency": latency.measure,
        "scan": partial(scan.measure, given.corpus, given.files or scan.FULL_SIZE),
        "rescan": partial(rescan.measure, given.tree, given.files or rescan.FULL_SIZE),
    }
    figures = json.loads(_KEPT.read_text(encoding="utf-8")) if _KEPT.exists() else {}
    if unknown := set(given.names) - measurements.keys():
        raise SystemExit(f"no measurement is named {', '.join(sorted(unknown))}; there are {', '.join(measurements)}")
    for name in given.names or measurements:
        rows = measurements[name]()
        figures[name] = rows
        print(f"\n{name}")
        print(table(list(rows[0]), [tuple(row.values()) for row in rows]))
    _KEPT.parent.mkdir(exist_ok=True)
    _KEPT.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="start, idle, latency, scan, rescan; all where none is named")
    parser.add_argument("--corpus", type=Path, help="scan: a corpus that is there already")
    parser.add_argument("--tree", type=Path, help="rescan: a tree that is there already")
    parser.add_argument("--files", type=int, help="scan, rescan: how many files to make")
    return parser.parse_args()


main()
