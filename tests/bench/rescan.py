"""A scan of a large tree in which nothing has changed, against `find` that looks at every file's inode and times."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from pathlib import Path

from tests.bench.scan import BUILD
from tests.bench.scanned import Agent
from tests.bench.spent import Spent, spent

FULL_SIZE = 600_000
_RUNS = 3
_IN_A_FOLDER = 6.6
_MB = 1 << 20

Rows = list[dict[str, str]]


def measure(tree: Path | None = None, files: int = FULL_SIZE) -> Rows:
    """CPU seconds, medians of three runs taken in turn, and peak memory. The tree is kept below build/."""
    documents = (tree or _made(files)).resolve()
    agent = Agent(BUILD / "rescan", documents)
    agent.forget()
    first = agent.scan()
    ours, finds = [], []
    for _ in range(_RUNS):
        ours.append(agent.scan())
        finds.append(_find(documents))
    again, find = (statistics.median(cost.cpu for cost in costs) for costs in (ours, finds))
    peak = max(cost.peak for cost in ours) / _MB
    count = sum(1 for _ in documents.rglob("*"))
    return [
        {"what": "files and folders", "value": str(count), "against": ""},
        {"what": "first scan, CPU", "value": f"{first.cpu:.1f} s", "against": f"peak {first.peak / _MB:.0f} MB"},
        {"what": "rescan, CPU", "value": f"{again:.2f} s", "against": f"{find:.2f} s for find -printf"},
        {"what": "ratio", "value": f"{again / find:.2f}", "against": "goal 2"},
        {"what": "rescan, peak memory", "value": f"{peak:.0f} MB", "against": "goal 32 MB"},
    ]


def _find(folder: Path) -> Spent:
    return spent(["find", folder, "-printf", "%i %s %T@ %C@ %p\\n"])


def _made(files: int) -> Path:
    """The tree; it is whole where the file beside it says so."""
    tree, whole = BUILD / f"tree-{files}", BUILD / f"tree-{files}.whole"
    if not whole.exists():
        rng = random.Random(files)
        for number, folder in enumerate(_folders(tree, files)):
            folder.mkdir(parents=True, exist_ok=True)
            for name in range(rng.randint(1, round(2 * _IN_A_FOLDER) - 1)):
                (folder / f"文件{name:02d}.txt").write_text(f"第{number}号资料第{name}页\n请各单位落实。\n", encoding="utf-8")
        whole.touch()
    return tree


def _folders(tree: Path, files: int) -> Iterator[Path]:
    """So many folders that the files are in them, four deep."""
    for number in range(round(files / _IN_A_FOLDER)):
        yield (
            tree
            / f"部门{number // 9000:02d}"
            / f"项目{number // 300 % 30:02d}"
            / f"年度{number // 20 % 15:02d}"
            / f"批次{number % 20:02d}"
        )
