from __future__ import annotations

import io
import os
import socket
import threading
from pathlib import Path

import msgspec

from agent.channel import answered, ask
from agent.confinement import Limits
from agent.extract.base import Budget
from agent.extract.reading import Reading
from agent.extract.txt import Txt
from agent.worker import read, run
from policies.vocabulary import Level, Read, Unread

MARK = "机密★10年"


def test_a_file_is_read_from_its_beginning() -> None:
    file = io.BytesIO(MARK.encode())
    file.seek(5)
    reading = read([Txt()], file, Budget())
    assert (reading.format, reading.read, [mark.level for mark in reading.marks]) == ("txt", Read.FULL, [Level.JIMI])


def test_marks_before_the_end_of_the_budget_are_kept() -> None:
    reading = read([Txt()], io.BytesIO(f"{MARK}\n".encode() + b"line\n" * 200_000), Budget(out=400_000))
    assert (reading.read, reading.reason, len(reading.marks)) == (Read.PARTIAL, Unread.TOO_LARGE, 1)


def test_the_worker_tells_its_protections_then_answers_until_the_other_end_closes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(MARK)
    ours, theirs = socket.socketpair()
    confined: list[Limits] = []

    def confine(limits: Limits) -> dict[str, bool]:
        confined.append(limits)
        return {"pretended": True}

    thread = threading.Thread(target=run, args=(theirs.detach(), Limits(memory=1), [Txt()], confine))
    thread.start()
    with ours:
        assert msgspec.json.decode(answered(ours, 30)) == {"pretended": True}
        for _ in range(2):
            file = os.open(path, os.O_RDONLY)
            ask(ours, file, 10)
            os.close(file)
            assert Reading.decode(answered(ours, 30)).format == "txt"
    thread.join(30)
    assert not thread.is_alive()
    assert confined == [Limits(memory=1)]
