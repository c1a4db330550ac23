from __future__ import annotations

import io
import socket
import subprocess
import sys
from pathlib import Path

import msgspec

from agent.channel import Answers, ask
from agent.extract.base import Budget
from agent.extract.reading import Reading
from agent.extract.txt import Txt
from agent.worker import read
from agent.zygote import Zygote
from policies.vocabulary import Level, Read, Unread

MARK = "机密★10年"
ROOT = Path(__file__).parents[2]


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
    code = """
import sys
from agent.confinement import Limits
from agent.extract.txt import Txt
from agent.worker import run
run(int(sys.argv[1]), Limits(memory=1), [Txt()], lambda: {"settled": True}, lambda limits: {"memory": limits.memory == 1})
"""
    control, far_control = socket.socketpair()
    ours, theirs = socket.socketpair()
    with subprocess.Popen(
        [sys.executable, "-c", code, str(far_control.fileno())], pass_fds=[far_control.fileno()], cwd=ROOT
    ) as process:
        far_control.close()
        zygote = Zygote(control, 30)
        zygote.fork(theirs.fileno())
        theirs.close()
        answers = Answers(ours)
        assert msgspec.json.decode(answers.next(30)) == {"settled": True, "memory": True}
        for _ in range(2):
            with path.open("rb") as file:
                ask(ours, file.fileno(), 10)
            assert Reading.decode(answers.next(30)).format == "txt"
        ours.close()
        zygote.end()
        zygote.close()
        assert process.wait(30) == 0
