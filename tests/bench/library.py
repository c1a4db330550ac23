"""Runs in a process of its own: extracts the text of listed files with a library and prints those that hold a mark's words."""

from __future__ import annotations

import sys
from pathlib import Path

import kreuzberg  # type: ignore[import-not-found]  # a peer, installed by hand

from tests.bench.peers import WORDS


def main(folder: Path, listing: Path) -> None:
    """What the library cannot read it does not find."""
    for name in listing.read_text(encoding="utf-8").splitlines():
        try:
            text = kreuzberg.extract_file_sync(str(folder / name)).content
        except Exception:  # noqa: BLE001, S112  it has errors of its own for every format; none of them is a finding
            continue
        if any(word in text for word in WORDS):
            print(name)


main(Path(sys.argv[1]), Path(sys.argv[2]))
