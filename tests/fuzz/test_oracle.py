from __future__ import annotations

import signal
from dataclasses import replace

import pytest

from agent.extract.reading import Explained, Reading
from checks.marking.reader import Outcome
from checks.subjects import Mark
from policies.vocabulary import Level, MarkVerdict, Place, Read, Regime, Unread
from tests.fuzz.documents import SECRET
from tests.fuzz.oracle import MOST_MEMORY, Case, differ, judged, lost, tells
from tests.fuzz.reader import MOST_CPU, Answer


def mark(text: str, member: str | None = None) -> Mark:
    return Mark(
        level=Level.JIMI, term="10年", verdict=MarkVerdict.VALID, regime=Regime.STATE, place=Place.COVER, text=text, member=member
    )


SOUND = Reading(format="docx", read=Read.FULL, marks=(mark("机密★10年"), mark("秘密★5年")))
FEWER = replace(SOUND, marks=SOUND.marks[:1])
CASE = Case(number=1, seed="word", data=bytes(100), sound=SOUND)


def kinds(answer: Answer, case: Case = CASE) -> list[str]:
    return [finding.kind for finding in judged(case, answer)]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(reading=SOUND), []),
        (Answer(status=-signal.SIGSEGV), ["death"]),
        (Answer(status=1), ["death"]),
        (Answer(status=-signal.SIGPROF), ["hang"]),
        (Answer(reading=SOUND, cpu=MOST_CPU + 1), ["hang"]),
        (Answer(reading=SOUND, peak=MOST_MEMORY + 101), ["memory"]),
        (Answer(reading=SOUND, peak=MOST_MEMORY + 99), []),
        (Answer(reading=SOUND, caught=("MemoryError at a.py:1", "KeyError at a.py:2")), ["memory"]),
        (Answer(escaped="KeyError at worker.py:1"), ["escape"]),
        (Answer(reading=SOUND, again=SOUND), []),
        (Answer(reading=SOUND, again=FEWER), ["unsteady"]),
    ],
)
def test_every_demand_has_its_finding(answer: Answer, expected: list[str]) -> None:
    assert kinds(answer) == expected


@pytest.mark.parametrize(
    ("case", "reading", "expected"),
    [
        (replace(CASE, cut=True, missing=1), FEWER, ["cut"]),
        (replace(CASE, cut=True, missing=1), SOUND, []),
        (replace(CASE, cut=True, missing=50), SOUND, ["cut"]),
        (replace(CASE, cut=True, missing=50), replace(FEWER, read=Read.PARTIAL, reason=Unread.CORRUPT), []),
        (CASE, FEWER, []),
    ],
)
def test_a_file_that_was_cut_short_is_not_read_in_full(case: Case, reading: Reading, expected: list[str]) -> None:
    assert kinds(Answer(reading=reading), case) == expected


def test_a_mark_that_was_there_twice_and_is_there_once_is_lost() -> None:
    twice = replace(SOUND, marks=(*SOUND.marks, mark("机密★10年")))
    assert lost(twice, SOUND)
    assert not lost(SOUND, twice)


def test_a_sentence_of_the_document_is_found_in_a_reading() -> None:
    explained = Explained(text=SECRET, place=Place.BODY, page=1, line=1, outcome=Outcome.MENTION)
    assert tells(replace(SOUND, marks=(mark(f"机密★10年{SECRET}"),)))
    assert tells(replace(SOUND, explained=(explained,)))
    assert not tells(replace(SOUND, marks=(mark("机密★10年", member=SECRET),)))


def test_running_out_of_time_is_no_difference() -> None:
    late = replace(FEWER, read=Read.PARTIAL, reason=Unread.TIMEOUT)
    assert not differ(SOUND, late)
    assert differ(SOUND, FEWER)
