from __future__ import annotations

import io
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec

from agent.channel import Answers, ask
from agent.extract.base import Budget
from agent.extract.reading import Reading
from agent.extract.txt import Txt
from agent.worker import read
from agent.zygote import Zygote
from checks.marking.reader import MOST_MARKS, MOST_MENTIONS, Outcome
from policies.vocabulary import Level, Read, Unread

MARK = "机密★10年"
ROOT = Path(__file__).parents[2]


def test_a_file_is_read_from_its_beginning() -> None:
    file = io.BytesIO(MARK.encode())
    file.seek(5)
    reading = read([Txt()], file, Budget())
    assert (reading.format, reading.read, [mark.level for mark in reading.marks]) == ("txt", Read.FULL, [Level.JIMI])


def test_where_it_is_asked_for_every_decision_is_told() -> None:
    file = io.BytesIO(f"{MARK}\n通知\n例如秘密★5年\n".encode())
    reading = read([Txt()], file, Budget(mentions=True))
    assert [(one.text, one.outcome, one.line) for one in reading.explained] == [
        (MARK, Outcome.MARK, 1),
        ("秘密★5年", Outcome.MENTION, 3),
    ]
    assert "example" in reading.explained[1].against
    assert Reading.decode(reading.encode()) == reading
    assert read([Txt()], file, Budget()) == replace(reading, explained=())


def test_so_many_decisions_are_told_and_every_mark() -> None:
    file = io.BytesIO(("例如秘密★5年\n" * 3 * MOST_MENTIONS + "正文\n" * 3 + "绝密★30年\n").encode())
    explained = read([Txt()], file, Budget(mentions=True)).explained
    assert [one.outcome for one in explained] == [Outcome.MENTION] * MOST_MENTIONS + [Outcome.MARK]


def test_the_decisions_of_a_hostile_file_fit_into_an_answer() -> None:
    """The channel carries 4 MiB."""
    mentions = "例如绝密★启用前的说明\n" * 2000
    marks = "".join(f"秘密★{year}年{month}个月\n正文\n" for year in range(1, 40) for month in range(1, 40))
    reading = read([Txt()], io.BytesIO((mentions + marks).encode()), Budget(mentions=True))
    assert len(reading.marks) == MOST_MARKS
    assert len(reading.encode()) < 2 << 20


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
                ask(ours, [file.fileno()] * 2, 10)
            assert [Reading.decode(answers.next(30)).format for _ in range(2)] == ["txt", "txt"]
        ours.close()
        zygote.end()
        zygote.close()
        assert process.wait(30) == 0
