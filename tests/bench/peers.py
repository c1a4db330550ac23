"""Programs that a scan is measured against: each searches the files of a folder for the marks' words."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryFile

from tests.bench.spent import Spent, spent

WORDS = tuple(f"{level}★" for level in ("绝密", "絕密", "机密", "機密", "秘密", "祕密"))
"""What a search without a grammar can ask for: the statutory form's beginning, simplified and traditional."""

LIBRARY = "kreuzberg"
_ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5")
_UNBOUNDED = ("--max-filesize=1000M", "--max-scansize=1000M", "--max-files=100000", "--max-recursion=16")


def ripgrep(folder: Path) -> tuple[Spent, set[str]] | None:
    """The bytes of every file, one thread. None where the program is missing."""
    if not shutil.which("rg"):
        return None
    words = [word for each in WORDS for word in ("-e", each)]
    return _listed(["rg", "--no-config", "-j1", "-a", "-l", "-F", "--no-ignore", "--hidden", *words, "."], folder)


def clamscan(folder: Path, signatures: Path) -> tuple[Spent, set[str]] | None:
    """A scanner for malware with the words as signatures in five encodings; it unpacks archives and documents."""
    if not shutil.which("clamscan"):
        return None
    signatures.write_text("\n".join(_signatures()) + "\n", encoding="ascii")
    command = ["clamscan", f"--database={signatures}", "--recursive", "--infected", "--no-summary", *_UNBOUNDED, "."]
    cost, lines = _run(command, folder)
    return cost, _below(line.rpartition(": ")[0] for line in lines if line.endswith("FOUND"))


def library(folder: Path, files: Sequence[str], listing: Path) -> tuple[Spent, set[str]] | None:
    """A library for text extraction, which is asked for the words; it is too slow for all files."""
    if importlib.util.find_spec(LIBRARY) is None:
        return None
    listing.write_text("\n".join(files), encoding="utf-8")
    return _listed([sys.executable, "-m", "tests.bench.library", str(folder), str(listing)], Path(__file__).parents[2])


def _signatures() -> Iterable[str]:
    for number, word in enumerate(WORDS):
        for encoding in _ENCODINGS:
            encoded = word.encode(encoding, "ignore")
            if encoded.decode(encoding) == word:  # Big5 has no simplified characters
                yield f"Mark.{number}.{encoding}:0:*:{encoded.hex()}"


def _listed(command: Sequence[str], folder: Path) -> tuple[Spent, set[str]]:
    cost, lines = _run(command, folder)
    return cost, _below(lines)


def _run(command: Sequence[str], folder: Path) -> tuple[Spent, list[str]]:
    with TemporaryFile() as output:
        cost = spent(command, output=output, folder=folder)
        output.seek(0)
        return cost, output.read().decode("utf-8", "replace").splitlines()


def _below(paths: Iterable[str]) -> set[str]:
    return {path.removeprefix("./") for path in paths}
