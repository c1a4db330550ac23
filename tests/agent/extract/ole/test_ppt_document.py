from __future__ import annotations

import struct

import pytest

from agent.extract.ole.ppt import Ppt
from policies.vocabulary import Place, Unread
from tests.agent.extract.compounds import compound
from tests.agent.extract.outcome import outcome, texts
from tests.agent.extract.slides import Show, container, listed, record, shape, slide, wide

DOCUMENT = container(0x03E8, listed(0, 2))
MARK = slide(shape(wide("机密★10年")))


@pytest.mark.parametrize(
    "data",
    [
        Show().save({1: DOCUMENT}).file(),  # a slide that is nowhere
        Show().save({1: DOCUMENT, 2: MARK}, root=7).file(),  # no document
        Show().save({1: MARK, 2: MARK}).file(),  # a slide in its place
        Show().save({1: DOCUMENT, 2: MARK}).file(edit=0),  # an edit that is none
        Show().save({1: DOCUMENT, 2: MARK}).file(edit=1 << 30),  # an edit out of the file
        Show().save({1: container(0x03E8, record(0x03E9)), 2: MARK}).file(),  # a record that is too short
        compound({"PowerPoint Document": b"x" * 5000}),  # nobody says where to begin
    ],
)
def test_a_document_that_lies_is_corrupt(data: bytes) -> None:
    assert outcome(Ppt(), data)[2] is Unread.CORRUPT


def test_edits_in_a_circle_are_corrupt() -> None:
    show = Show().save({1: DOCUMENT, 2: MARK})
    show.save({3: MARK})
    data = show.file()
    last = data.rfind(struct.pack("<HHI", 0, 0x0FF5, 28))
    first = data.find(struct.pack("<HHI", 0, 0x0FF5, 28))
    looped = data[: first + 16] + data[last + 16 : last + 20] + data[first + 20 :]
    assert outcome(Ppt(), looped)[2] is Unread.CORRUPT


def test_the_masters_of_notes_and_handouts_are_read() -> None:
    atom = record(0x03E9, struct.pack("<24xII8x", 3, 4))
    parts = {
        1: container(0x03E8, atom, listed(0, 2)),
        2: MARK,
        3: slide(shape(wide("备注母版"))),
        4: slide(shape(wide("讲义母版"))),
    }
    assert texts(outcome(Ppt(), Show().save(parts).file())[0], Place.HEADER) == ["备注母版", "讲义母版"]


def test_a_linked_object_is_none_of_the_file() -> None:
    described = container(0x0409, container(0x0FCE, record(0x0FC3, struct.pack("<IIIIII", 1, 1, 1, 0, 5, 0))))
    show = Show().save({1: container(0x03E8, described, listed(0, 2)), 2: MARK})
    assert outcome(Ppt(), show.file())[1:] == ([], None)
