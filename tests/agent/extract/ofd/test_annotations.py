from __future__ import annotations

import pytest

from agent.extract.base import Budget
from agent.extract.markup import parse
from agent.extract.ofd.annotations import Annotations
from agent.extract.ofd.content import Resources
from policies.vocabulary import Place
from tests.agent.extract.ofd_samples import Ofd, annotation, text


def told(*notes: str) -> list[tuple[str, Place, int]]:
    annotations = Annotations(Resources(), lambda _: None, 3)
    for _ in parse(
        [Ofd().part("PageAnnot", "".join(notes)).encode()], Budget(), annotations.start, annotations.end, annotations.data
    ):
        pass
    return [(block.text, block.place, block.page) for block in annotations.taken()]


@pytest.mark.parametrize(
    ("kind", "attributes", "expected"),
    [
        ("Watermark", "", Place.WATERMARK),
        ("Stamp", "", Place.TEXTBOX),
        ("Highlight", 'Visible="true"', Place.TEXTBOX),
        ("Watermark", 'Visible="false"', Place.HIDDEN),
    ],
)
def test_an_annotation_is_placed_by_its_type(kind: str, attributes: str, expected: Place) -> None:
    assert told(annotation(kind, text("机密", 1, 1), attributes=attributes)) == [("机密", expected, 3)]


def test_watermarks_aslant_and_repeated_are_told_each() -> None:
    tiles = [text("机密", 0, 0, attributes=f'CTM="0.707 0.707 -0.707 0.707 0 {50 * n}"') for n in range(3)]
    assert told(annotation("Watermark", *tiles)) == [("机密", Place.WATERMARK, 3)] * 3


def test_a_remark_is_seen_and_a_parameter_is_not() -> None:
    parameters = "<ofd:Parameters><ofd:Parameter Name='x'>秘密</ofd:Parameter></ofd:Parameters>"
    note = annotation("Stamp", remark="机密").replace("<ofd:Appearance", parameters + "<ofd:Appearance")
    assert told(note) == [("机密", Place.TEXTBOX, 3), ("秘密", Place.HIDDEN, 3)]
