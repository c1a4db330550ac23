"""A first scan of the corpus against programs that search bytes, scan for malware or extract text.

CPU seconds of all processes. The scan's runs and ripgrep's take turns and the median of three counts; the others run once.
`agent scan` is timed; what it finds is asked of `agent marks` in a run of its own, which reads the same files the same way and
tells level, term and place of every mark.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench import peers, score
from tests.bench.corpus import maker
from tests.bench.scanned import Agent
from tests.bench.score import Score
from tests.bench.spent import Spent

BUILD = Path(__file__).parents[2] / "build" / "bench"
FULL_SIZE = 20_000
_RUNS = 3
_EVERY_NTH = 20
_SEED = 1
_CHUNK = 1 << 20

Rows = list[dict[str, str]]


def measure(corpus: Path | None = None, files: int = FULL_SIZE) -> Rows:
    """The table: a row a program. What was not found or is false goes to build/bench/scan-misses.jsonl."""
    folder = corpus or _made(files)
    print(maker.told(folder))
    documents = (folder / maker.FILES).resolve()
    every = sorted(str(path.relative_to(documents)) for path in documents.rglob("*") if path.is_file())
    _warm(documents, every)
    planted = maker.manifest(folder)
    BUILD.mkdir(parents=True, exist_ok=True)
    agent = Agent(BUILD / "agent", documents)
    ours, rg = _taking_turns(agent, documents)
    judged = score.of_documents(planted, agent.marks())
    _keep(judged)
    base = statistics.median(cost.cpu for cost, _ in rg) if rg else 0.0
    rows = [_row("agent scan", _middle(ours), len(every), judged, base)]
    rows.append(_peer("rg -j1 -a", (_middle([cost for cost, _ in rg]), rg[0][1]) if rg else None, planted, len(every), base))
    rows.append(_peer("clamscan", peers.clamscan(documents, BUILD / "marks.ndb"), planted, len(every), base))
    some = every[::_EVERY_NTH]
    of_some = [line for line in planted if line["path"] in set(some)]
    name = f"{peers.LIBRARY}, every {_EVERY_NTH}th file"
    rows.append(_peer(name, peers.library(documents, some, BUILD / "listing"), of_some, len(some), base * len(some) / len(every)))
    return rows


def _made(files: int) -> Path:
    """The corpus below build/, made where what makes it has changed."""
    sources = sorted((Path(__file__).parent / "corpus").glob("*.py"))
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    folder = BUILD / f"corpus-{files}-{digest}"
    if not (folder / maker.FIGURES).exists():
        for old in BUILD.glob("corpus-*"):
            shutil.rmtree(old)
        maker.make(folder, files, _SEED)
    return folder


def _warm(folder: Path, files: Sequence[str]) -> None:
    """Into the page cache with all of it."""
    for name in files:
        with (folder / name).open("rb") as file:
            while file.read(_CHUNK):
                pass


def _taking_turns(agent: Agent, documents: Path) -> tuple[list[Spent], list[tuple[Spent, set[str]]]]:
    agent.scan()  # compiles what an installed program has compiled
    ours, rg = [], []
    for _ in range(_RUNS):
        agent.forget()
        ours.append(agent.scan())
        if other := peers.ripgrep(documents):
            rg.append(other)
    return ours, rg


def _middle(costs: Sequence[Spent]) -> Spent:
    return sorted(costs, key=lambda cost: cost.cpu)[len(costs) // 2]


def _peer(
    name: str, result: tuple[Spent, set[str]] | None, planted: Sequence[score.Line], files: int, base: float
) -> dict[str, str]:
    if result is None:
        return {"tool": name, **dict.fromkeys(_COLUMNS, ""), "CPU s": "not installed"}
    return _row(name, result[0], files, score.of_paths(planted, result[1]), base)


_COLUMNS: dict[str, Callable[[Spent, int, Score, float], str]] = {
    "CPU s": lambda cost, *_: f"{cost.cpu:.2f}",
    "files/CPU s": lambda cost, files, *_: f"{files / cost.cpu:.0f}",
    "peak MB": lambda cost, *_: (
        f"{cost.peak / (1 << 20):.0f}" + (f" (worker {cost.below / (1 << 20):.0f})" if cost.below else "")
    ),
    "marks found": lambda _cost, _files, judged, _base: judged.found,
    "false": lambda _cost, _files, judged, _base: str(len(judged.false)),
    "times rg": lambda cost, _files, _judged, base: f"{cost.cpu / base:.1f}" if base else "?",
}


def _row(name: str, cost: Spent, files: int, judged: Score, base: float) -> dict[str, str]:
    return {"tool": name, **{column: say(cost, files, judged, base) for column, say in _COLUMNS.items()}}


def _keep(judged: Score) -> None:
    lines = [{"what": "not found", **line} for line in judged.wrong] + [{"what": "false", **line} for line in judged.false]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (BUILD / "scan-misses.jsonl").write_text(text, encoding="utf-8")
