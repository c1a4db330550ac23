"""Writes a corpus: its files below FOLDER/files, every planted mark a line in FOLDER/manifest.jsonl, its figures beside them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from policies.table import table
from tests.bench.corpus.plan import Planned, planned
from tests.bench.corpus.shape import Shared

FILES, MANIFEST, FIGURES = "files", "manifest.jsonl", "figures.json"
_WORDS = ("密", "密切", "保密", "秘密", "机密", "绝密", "内部", "公开")
_TEXTS = ("txt UTF-8", "txt GB18030")


def make(folder: Path, files: int, seed: int) -> None:
    """Write it all; what is there already is overwritten. The figures come last, so that they stand for a whole corpus."""
    shared = Shared(seed)
    counts: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    words: Counter[str] = Counter()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / MANIFEST).open("w", encoding="utf-8") as manifest:
        for file in planned(files, seed):
            data = file.content(shared)
            path = folder / FILES / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            counts[file.format] += 1
            sizes[file.format] += len(data)
            if file.mark:
                marked[file.format] += 1
                manifest.write(json.dumps(_line(file), ensure_ascii=False) + "\n")
            elif file.format in _TEXTS:
                _count_words(words, data.decode("gb18030" if "GB" in file.format else "utf-8"))
    figures = {"seed": seed, "files": counts, "bytes": sizes, "marked": marked, "words": words}
    (folder / FIGURES).write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def manifest(folder: Path) -> list[dict[str, Any]]:
    """The planted marks: path, format, way, form, text, level, term, and whether a reader sees it."""
    return [json.loads(line) for line in (folder / MANIFEST).read_text(encoding="utf-8").splitlines()]


def told(folder: Path) -> str:
    """What the corpus consists of, for a person."""
    figures = json.loads((folder / FIGURES).read_text(encoding="utf-8"))
    rows = [
        (name, str(count), f"{figures['bytes'][name] / 1e6:.1f}", str(figures["marked"].get(name, 0)))
        for name, count in figures["files"].items()
    ]
    total = ("all", *(str(sum(figures["files"].values())), f"{sum(figures['bytes'].values()) / 1e6:.1f}"))
    rows = [*sorted(rows), (*total, str(sum(figures["marked"].values())))]
    words, all_words = figures["words"], max(1, figures["words"].get("", 0))
    often = "  ".join(f"{word} {10_000 * words.get(word, 0) / all_words:.2f}" for word in _WORDS)
    return f"{table(['format', 'files', 'MB', 'marked'], rows)}\nin 10,000 characters of unmarked prose: {often}"


def _count_words(words: Counter[str], text: str) -> None:
    words[""] += len(text)
    for word in _WORDS:
        words[word] += text.count(word)


def _line(file: Planned) -> dict[str, Any]:
    mark = file.mark
    assert mark is not None
    return {
        "path": file.path,
        "format": file.format,
        "way": file.way,
        "form": mark.form,
        "text": mark.text,
        "level": mark.level.value,
        "term": mark.term,
        "counts": file.counts,
    }
