from __future__ import annotations

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.markup import parse
from agent.extract.ofd.content import IDENTITY, Content, Resources, Run, advance, number, offsets, product
from policies.vocabulary import Unread
from tests.agent.extract.ofd_samples import Ofd, layer, text


def told(inner: str, resources: Resources | None = None) -> Content:
    content = Content(resources or Resources(), lambda _: None)
    for _ in parse([Ofd().part("Page", inner).encode()], Budget(), content.start, content.end, content.data):
        pass
    return content


def only(inner: str) -> Run:
    (run,) = told(inner).runs
    return run


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1 2 3", [1, 2, 3]),
        ("g 3 2.5", [2.5, 2.5, 2.5]),
        ("g 1 1 5 g 1 2", [1, 5, 2]),
        ("4", [4, 4, 4]),
        ("", [0, 0, 0]),
        ("g 999999999 1", [1, 1, 1]),
        ("g x y z", [0, 0, 0]),
        ("g -3 1 2", [2, 2, 2]),
        ("nan inf 1e99", [0, 0, 1e6]),
    ],
)
def test_distances_are_unfolded_and_the_last_goes_on(value: str, expected: list[float]) -> None:
    assert offsets(value, 3) == expected


def test_characters_stand_where_the_code_says() -> None:
    run = only(layer(text("一二三", 0, 0, DeltaX="g 2 7", DeltaY="0 1")))
    assert run.points == ((0, 5.64), (7, 5.64), (14, 6.64))


def test_where_nothing_is_said_a_character_follows_the_one_before() -> None:
    assert only(layer(text("a一b", 0, 0, size=10))).points == ((0, 10), (5, 10), (15, 10))
    downwards = only(layer(text("一二", 0, 0, size=10, attributes='ReadDirection="90"')))
    assert downwards.points == ((0, 10), (0, 20))


def test_a_further_code_without_a_place_stands_at_the_last_one() -> None:
    codes = '<ofd:TextCode X="3" Y="4">一</ofd:TextCode><ofd:TextCode X="9">二</ofd:TextCode>'
    runs = told(f'<ofd:TextObject Boundary="0 0 1 1" Size="5">{codes}</ofd:TextObject>').runs
    assert [run.points[0] for run in runs] == [(3, 4), (9, 4)]


def test_boundary_and_matrix_place_an_object() -> None:
    run = only(layer(text("一", 30, 40, attributes='CTM="2 0 0 2 1 1"')))
    assert run.matrix == (2, 0, 0, 2, 31, 41)


def test_the_text_of_a_composite_unit_stands_where_it_is_used() -> None:
    unit = Run("机密", ((0.0, 5.0), (5.0, 5.0)), 5.0, 1.0, (1, 0, 0, 1, 2, 3), bold=False, shown=True)
    content = told('<ofd:CompositeObject Boundary="10 20 5 5" ResourceID="7"/>', Resources(units={"7": [unit]}))
    assert [(run.text, run.matrix) for run in content.runs] == [("机密", (1, 0, 0, 1, 12, 23))]
    assert (content.drawn, content.missing) == (1, False)
    assert told('<ofd:CompositeObject ResourceID="7"/>').missing


def test_a_unit_used_without_end_is_a_bomb() -> None:
    unit = Run("密" * 10_000, ((0.0, 0.0),) * 10_000, 5.0, 1.0, IDENTITY, bold=False, shown=True)
    with pytest.raises(Unreadable) as raised:
        told('<ofd:CompositeObject ResourceID="7"/>' * 100, Resources(units={"7": [unit]}))
    assert raised.value.reason is Unread.BOMB


def test_nested_blocks_are_read_and_clips_are_not() -> None:
    inner = f"<ofd:PageBlock><ofd:PageBlock>{text('看', 1, 1)}</ofd:PageBlock></ofd:PageBlock>"
    clip = f"<ofd:TextObject Size='5'><ofd:Clips><ofd:Clip>{text('剪', 1, 1)}</ofd:Clip></ofd:Clips></ofd:TextObject>"
    assert [run.text for run in told(layer(inner, clip)).runs] == ["看"]


def test_bold_comes_from_the_weight_or_the_font_and_hidden_from_the_object() -> None:
    resources = Resources(bold_fonts={"1"})
    plain = text("一", 1, 1).replace('Font="1"', 'Font="2"')
    objects = [text("一", 1, 1), plain, plain.replace("Size", 'Weight="700" Size'), plain.replace("Size", 'Visible="false" Size')]
    assert [(run.bold, run.shown) for run in told(layer(*objects), resources).runs] == [
        (True, True),
        (False, True),
        (True, True),
        (False, False),
    ]


def test_templates_and_resources_of_the_page_are_told() -> None:
    loaded: list[str] = []
    content = Content(Resources(), loaded.append)
    page = Ofd().part("Page", '<ofd:PageRes>Res.xml</ofd:PageRes><ofd:Template TemplateID="3"/>').encode()
    for _ in parse([page], Budget(), content.start, content.end, content.data):
        pass
    assert (loaded, content.templates) == (["Res.xml"], ["3"])


def test_numbers_that_are_none_are_replaced() -> None:
    assert [number(value, 7) for value in ("1.5", "", "nan", "-inf", "x", "-9e9")] == [1.5, 7, 7, 7, 7, -1e6]


def test_matrices_are_multiplied_in_order() -> None:
    assert product((1, 0, 0, 1, 5, 6), (0, 1, -1, 0, 0, 0)) == (0, 1, -1, 0, -6, 5)
    assert product(IDENTITY, (2, 3, 4, 5, 6, 7)) == (2, 3, 4, 5, 6, 7)


def test_chinese_characters_are_twice_as_wide() -> None:
    assert (advance("密"), advance("★"), advance("1")) == (1.0, 1.0, 0.5)
