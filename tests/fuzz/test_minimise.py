from __future__ import annotations

from pathlib import Path

from agent.extract.reading import Reading
from policies.vocabulary import Read
from tests.fuzz.minimise import smaller
from tests.fuzz.oracle import Case, Finding
from tests.fuzz.reader import Reader


def test_what_the_fault_does_not_need_is_left_out(tmp_path: Path) -> None:
    """The fault here is that no mark is found, which any text shows."""
    sound = Reading(read=Read.FULL, marks=())
    case = Case(number=0, seed="txt", data=b"line of text\n" * 200, sound=sound, cut=True, missing=1 << 30)
    with (tmp_path / "stderr").open("w+b") as errors, Reader(errors) as reader:
        assert len(smaller(reader, case, Finding("cut", "txt"))) < 200
        assert smaller(reader, case, Finding("death", "SIGSEGV")) == case.data
