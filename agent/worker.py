"""The process that parses: gets open files through a socket, answers with facts. Started by `agent.sandbox`, never by a person.

What is started loads every parser and then only forks (`agent.zygote`); the fork does the work. Its text goes nowhere: standard
output and error are closed off before it starts, and an answer holds marks and decisions about marks only.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO

import msgspec

from agent import zygote
from agent.channel import answer, asked
from agent.confinement import Limits, confine, settle
from agent.extract.base import Budget, Extractor
from agent.extract.charset import prepare
from agent.extract.reading import Explained, Reading
from agent.extract.registry import Extraction, extractors
from checks.marking.reader import MOST_MENTIONS, readings

Settle = Callable[[], Mapping[str, bool]]
Confine = Callable[[Limits], Mapping[str, bool]]


def read(every: Sequence[Extractor], file: BinaryIO, budget: Budget) -> Reading:
    """All that is to be known of a file; where mentions are asked for, with the reasons for every decision."""
    file.seek(0)
    extraction = Extraction(every, file, budget)
    found = readings(extraction.blocks(), mentions=MOST_MENTIONS if budget.mentions else 0)
    return Reading(
        format=extraction.format,
        read=extraction.read,
        reason=extraction.reason,
        marks=tuple(one.mark for one in found if one.mark),
        explained=tuple(map(Explained.of, found)) if budget.mentions else (),
    )


def serve(channel: socket.socket, every: Sequence[Extractor]) -> None:
    """Answer one request after the other until the other end closes."""
    while (request := asked(channel)) is not None:
        for number in request.files:
            with os.fdopen(number, "rb") as file:
                reading = read(every, file, Budget(seconds=request.seconds, mentions=request.explain))
            answer(channel, reading.encode())


def run(
    descriptor: int, limits: Limits, every: Sequence[Extractor], settled: Settle = settle, confined: Confine = confine
) -> None:
    """Load all, settle, and fork workers. A worker confines itself, tells which protections are in force, and serves."""
    prepare()
    with socket.socket(fileno=descriptor) as control:
        force = settled()

        def work(channel: socket.socket) -> None:
            channel.settimeout(None)
            answer(channel, msgspec.json.encode({**force, **confined(limits)}))
            serve(channel, every)

        zygote.serve(control, work)


def main(arguments: Sequence[str]) -> None:
    """Arguments: the control socket's descriptor, the bytes of memory for a worker."""
    run(int(arguments[0]), Limits(memory=int(arguments[1])), extractors())


if __name__ == "__main__":
    main(sys.argv[1:])
