from __future__ import annotations

import pytest

from agent.extract.reading import LONGEST_MEMBER, Explained, Reading, unread
from checks.marking.features import FEATURES
from checks.marking.reader import LONGEST_TEXT, MOST_MARKS, MOST_MENTIONS, Outcome, read_marks, readings
from checks.marking.text import Block
from checks.subjects import Mark
from policies.vocabulary import Level, MarkVerdict, Place, Read, Regime, Unread


def mark(
    text: str = "机密★10年", term: str | None = "10年", member: str | None = None, notes: tuple[str, ...] = ("spacing",)
) -> Mark:
    return Mark(
        level=Level.JIMI,
        term=term,
        verdict=MarkVerdict.VALID,
        regime=Regime.STATE,
        place=Place.COVER,
        text=text,
        member=member,
        notes=notes,
    )


def decision(
    text: str = "机密★10年",
    page: int = 1,
    line: int = 1,
    member: str | None = None,
    favour: tuple[str, ...] = ("star",),
    against: tuple[str, ...] = ("example",),
) -> Explained:
    return Explained(
        text=text,
        place=Place.BODY,
        page=page,
        line=line,
        outcome=Outcome.MENTION,
        member=member,
        favour=favour,
        against=against,
    )


SENTENCE = "某部队定于某日由某地调动至某地，各单位接到通知后立即组织实施。"


def test_a_reading_survives_its_way() -> None:
    reading = Reading(format="docx", read=Read.PARTIAL, reason=Unread.NO_TEXT, marks=(mark(),), explained=(decision(),))
    assert Reading.decode(reading.encode()) == reading


def test_a_decision_is_the_grammars_own() -> None:
    (found,) = readings([Block("正文\n例如机密★5年", Place.BODY, page=3, member="a.docx")])
    told = Explained.of(found)
    assert (told.text, told.place, told.page, told.line, told.member) == ("机密★5年", Place.BODY, 3, 2, "a.docx")
    assert (told.outcome, told.favour, told.against) == (Outcome.MENTION, found.decision.favour, found.decision.against)
    assert told.score == found.decision.score
    assert told.score == sum(FEATURES[name].weight for name in told.features)


def test_nothing_read_is_nothing_known() -> None:
    assert unread(Unread.TIMEOUT) == Reading(format="", read=Read.NONE, reason=Unread.TIMEOUT, marks=())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"read": "whole"}',
        b'{"marks": [{"text": "x"}]}',
        b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        Reading(marks=(mark("密" * (LONGEST_TEXT + 1)),)).encode(),
        Reading(marks=(mark(term=SENTENCE),)).encode(),
        Reading(marks=(mark(term="10年\n"),)).encode(),
        Reading(marks=(mark(term=""),)).encode(),
        Reading(marks=(mark(member="密" * (LONGEST_MEMBER + 1)),)).encode(),
        Reading(marks=(mark(notes=(SENTENCE,)),)).encode(),
        Reading(marks=(mark(notes=("spacing",) * 1000),)).encode(),
        Reading(marks=(mark(),) * (MOST_MARKS + 100)).encode(),
        Reading(explained=(decision("密" * (LONGEST_TEXT + 1)),)).encode(),
        Reading(explained=(decision(member="密" * (LONGEST_MEMBER + 1)),)).encode(),
        Reading(explained=(decision(favour=(SENTENCE,)),)).encode(),
        Reading(explained=(decision(against=("example",) * 1000),)).encode(),
        Reading(explained=(decision(page=-1),)).encode(),
        Reading(explained=(decision(line=0),)).encode(),
        Reading(explained=(decision(line=1 << 40),)).encode(),
        Reading(explained=(decision(),) * (MOST_MARKS + MOST_MENTIONS + 100)).encode(),
        Reading(format="x" * 17).encode(),
        Reading(format="\x1b[2J").encode(),
    ],
)
def test_what_is_no_reading_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Reading.decode(data)


@pytest.mark.parametrize(
    "line",
    [
        "机密★10年",
        "绝密★长期",
        "秘密★启用前",
        "机密★2030年12月31日",
        "机密★考试结束前",
        "注：本页第四行至第十行属于机密级国家秘密",
        "本件已于二〇二〇年一月一日解密",
        "核心商密 ▲ 5年",
        "内部资料 注意保存",
        "密级：机密 保密期限：10年",
        "机　密★一　年",
    ],
)
def test_what_the_grammar_makes_is_let_through(line: str) -> None:
    marks = tuple(read_marks([Block(line, Place.BODY)]))
    assert marks != ()
    assert Reading.decode(Reading(marks=marks).encode()).marks == marks
