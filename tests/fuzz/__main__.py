"""python -m tests.fuzz FAMILY: reads damaged documents for some minutes, prints what came of them, keeps what must not be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import click

from tests.fuzz.campaign import Campaign
from tests.fuzz.families import FAMILIES


def _until(minutes: float, count: int | None, first: int) -> Iterator[int]:
    """Numbers of cases until the time is up or there were so many."""
    ends = time.monotonic() + 60 * minutes
    number = first
    while time.monotonic() < ends and (count is None or number < first + count):
        yield number
        number += 1


@click.command()
@click.argument("family", type=click.Choice(list(FAMILIES)))
@click.option("--minutes", type=float, default=30.0, show_default=True, help="How long.")
@click.option("--count", type=int, help="At most so many documents.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same number gives the same documents.")
@click.option("--first", type=int, default=0, show_default=True, help="The number of the first document.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("build/fuzz"), show_default=True, help="Where faults are kept."
)
def main(family: str, minutes: float, count: int | None, seed: int, first: int, out: Path) -> None:
    """Read damaged documents of a family. Exit code 1 where a fault was found."""
    with Campaign(family, seed, out / family) as campaign:
        for number in _until(minutes, count, first):
            campaign.step(number)
        for line in campaign.summary():
            click.echo(line)
    raise SystemExit(1 if campaign.findings else 0)


if __name__ == "__main__":
    main()
