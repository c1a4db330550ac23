"""Makes a corpus in a folder and prints what it consists of."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.bench.corpus.maker import make, told
from tests.bench.corpus.plan import FULL_SIZE


def main() -> None:
    """Take the folder, the number of files and the seed from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.corpus", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=FULL_SIZE)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    make(given.folder, given.files, given.seed)
    print(told(given.folder))


main()
