from __future__ import annotations

import pytest

from agent.extract.base import Budget, Member
from agent.extract.markup import parse
from agent.extract.odf.story import Story
from agent.extract.odf.styles import Styles
from checks.marking.text import Block
from policies.vocabulary import Place
from tests.agent.extract.odf_samples import content, styles


def told(markup: str, *, paged: bool = True) -> list[Block]:
    """The blocks of one part."""
    story = Story(Styles(), paged=paged)
    found: list[Block | Member] = []
    for _ in parse([markup.encode()], Budget(), story.start, story.end, story.data):
        found += story.take()
    return [part for part in found if isinstance(part, Block)]


def placed(markup: str, *, paged: bool = True) -> list[tuple[str, Place]]:
    return [(block.text, block.place) for block in told(markup, paged=paged)]


def body(inner: str, kind: str = "text", automatic: str = "") -> str:
    return content(inner, kind=kind, automatic=automatic)


def style(name: str, family: str, properties: str) -> str:
    return f'<style:style style:name="{name}" style:family="{family}">{properties}</style:style>'


HIDDEN = style("H", "text", '<style:text-properties text:display="none"/>')


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<text:p>机<text:span>密</text:span>★10年</text:p>", "机密★10年"),
        ('<text:h>机<text:s text:c="2"/>密</text:h>', "机  密"),
        ("<text:p>密级<text:tab/>机密</text:p>", "密级\t机密"),
        ("<text:p>机密<text:line-break/>十年</text:p>", "机密\n十年"),
        ("<text:p>机密\n     ★</text:p>", "机密 ★"),
        ("<text:p>机<text:a>密</text:a><text:bookmark/></text:p>", "机密"),
        ("<text:p>密级：<text:user-field-get>机密</text:user-field-get></text:p>", "密级：机密"),
        ("<text:p>\uf0abx</text:p>", "★x"),
    ],
)
def test_the_text_of_a_paragraph_is_put_together(markup: str, expected: str) -> None:
    assert placed(body(markup)) == [(expected, Place.BODY)]


def test_a_million_spaces_are_few() -> None:
    (block,) = told(body('<text:p>机<text:s text:c="99999999"/>密</text:p>'))
    assert len(block.text) < 100


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<text:p>看<text:span text:style-name="H">机密</text:span></text:p>', [("看", Place.BODY), ("机密", Place.HIDDEN)]),
        ('<text:section text:display="none"><text:p>机密</text:p></text:section>', [("机密", Place.HIDDEN)]),
        (
            '<text:section text:display="condition" text:is-hidden="true"><text:p>机密</text:p></text:section>',
            [("机密", Place.HIDDEN)],
        ),
        ('<text:section text:display="condition"><text:p>机密</text:p></text:section>', [("机密", Place.BODY)]),
        (
            '<text:p>看<text:hidden-text text:string-value="机密" text:is-hidden="true"/></text:p>',
            [("机密", Place.HIDDEN), ("看", Place.BODY)],
        ),
        (
            '<text:p>看<text:hidden-text text:string-value="机密" text:is-hidden="false">机密</text:hidden-text></text:p>',
            [("看机密", Place.BODY)],
        ),
        ('<text:p>机密<text:hidden-paragraph text:is-hidden="true"/></text:p>', [("机密", Place.HIDDEN)]),
        (
            '<text:p><text:conditional-text text:string-value-if-true="秘密">看</text:conditional-text></text:p>',
            [("秘密", Place.HIDDEN), ("看", Place.BODY)],
        ),
        ("<text:p>看<draw:frame><svg:title>机密</svg:title></draw:frame></text:p>", [("机密", Place.HIDDEN), ("看", Place.BODY)]),
        (
            '<draw:frame draw:display="none"><draw:text-box><text:p>机密</text:p></draw:text-box></draw:frame>',
            [("机密", Place.HIDDEN)],
        ),
    ],
)
def test_what_is_not_shown_is_hidden(markup: str, expected: list[tuple[str, Place]]) -> None:
    assert placed(body(markup, automatic=HIDDEN)) == expected


def test_a_deletion_between_marks_in_the_text_is_deleted_over_paragraphs() -> None:
    changes = '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion/></text:changed-region>'
    changes += '<text:changed-region text:id="c2"><text:insertion/></text:changed-region></text:tracked-changes>'
    first = '<text:p>留<text:change-start text:change-id="c1"/>删一</text:p>'
    second = '<text:p>删二<text:change-end text:change-id="c1"/>留<text:change-start text:change-id="c2"/>加</text:p>'
    assert placed(body(changes + first + second)) == [
        ("留", Place.BODY),
        ("删一", Place.DELETED),
        ("删二", Place.DELETED),
        ("留加", Place.BODY),
    ]


def test_a_change_of_a_cell_keeps_what_it_was_as_deleted() -> None:
    was = "<table:previous><table:change-track-table-cell><text:p>机密</text:p></table:change-track-table-cell></table:previous>"
    markup = f"<table:tracked-changes><table:cell-content-change>{was}</table:cell-content-change></table:tracked-changes>"
    assert placed(body(markup, "spreadsheet"), paged=False) == [("机密", Place.DELETED)]


@pytest.mark.parametrize(
    ("element", "name", "expected"),
    [
        ("style:header", "PowerPlusWaterMarkObject357", Place.WATERMARK),
        ("style:footer", "水印1", Place.WATERMARK),
        ("style:header-left", "形状1", Place.HEADER),
        ("style:footer-first", "形状1", Place.FOOTER),
    ],
)
def test_a_shape_in_a_margin_is_a_watermark_by_its_name(element: str, name: str, expected: Place) -> None:
    shape = f'<text:p><draw:custom-shape draw:name="{name}"><text:p>机密</text:p></draw:custom-shape></text:p>'
    markup = styles(master=f'<style:master-page style:name="S"><{element}>{shape}</{element}></style:master-page>')
    assert placed(markup) == [("机密", expected)]


def test_a_margin_that_is_switched_off_is_hidden() -> None:
    header = '<style:header-left style:display="false"><text:p>机密</text:p></style:header-left>'
    assert placed(styles(master=f'<style:master-page style:name="S">{header}</style:master-page>')) == [("机密", Place.HIDDEN)]


def test_lists_and_tables_in_a_text_box_are_of_the_text_box() -> None:
    table = (
        "<table:table><table:table-row><table:table-cell><text:p>格</text:p></table:table-cell></table:table-row></table:table>"
    )
    inner = f"<text:list><text:list-item>\n<text:p>项</text:p></text:list-item></text:list>{table}"
    markup = body(f"<text:p>外<draw:frame><draw:text-box>{inner}</draw:text-box></draw:frame>面</text:p>")
    assert placed(markup) == [("项", Place.TEXTBOX), ("格", Place.TEXTBOX), ("外面", Place.BODY)]


def test_pages_are_counted_once_for_a_break_said_twice() -> None:
    automatic = style("B", "paragraph", '<style:paragraph-properties fo:break-before="page"/>')
    markup = (
        '<text:p text:style-name="B">一</text:p><text:p><text:soft-page-break/></text:p><text:p text:style-name="B">二</text:p>'
    )
    markup += "<text:p>还是二<text:soft-page-break/>三</text:p><text:p>三</text:p>"
    assert [(block.text, block.page) for block in told(body(markup, automatic=automatic))] == [
        ("一", 1),
        ("二", 2),
        ("还是二三", 2),
        ("三", 3),
    ]


def test_a_repeated_cell_is_told_once() -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>机密</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    assert placed(body(f'<table:table table:name="表">{row}</table:table>', "spreadsheet"), paged=False) == [
        ("表", Place.CELL),
        ("机密", Place.CELL),
    ]


def test_a_cell_without_a_paragraph_shows_its_value() -> None:
    cells = '<table:table-cell office:string-value="机密"/>'
    cells += '<table:table-cell office:string-value="值"><text:p>文</text:p></table:table-cell>'
    markup = f"<table:table><table:table-row>{cells}</table:table-row></table:table>"
    assert placed(body(markup, "spreadsheet"), paged=False) == [("机密", Place.CELL), ("文", Place.CELL)]


@pytest.mark.parametrize("visibility", ["collapse", "filter"])
def test_hidden_columns_and_rows_are_hidden(visibility: str) -> None:
    columns = '<table:table-column table:number-columns-repeated="2"/>'
    columns += f'<table:table-column table:visibility="{visibility}" table:number-columns-repeated="3"/>'
    cells = '<table:table-cell table:number-columns-repeated="2"><text:p>看</text:p></table:table-cell>'
    cells += "<table:table-cell><text:p>藏</text:p></table:table-cell>"
    rows = f'<table:table-row>{cells}</table:table-row><table:table-row table:visibility="{visibility}">{cells}</table:table-row>'
    found = placed(body(f"<table:table>{columns}{rows}</table:table>", "spreadsheet"), paged=False)
    assert found == [("看", Place.CELL), ("藏", Place.HIDDEN), ("看", Place.HIDDEN), ("藏", Place.HIDDEN)]


def test_a_page_of_a_drawing_is_its_body_and_a_hidden_layer_is_hidden() -> None:
    layers = '<draw:layer-set><draw:layer draw:name="暗" draw:display="none"/></draw:layer-set>'
    shapes = '<draw:rect><text:p>机密</text:p></draw:rect><draw:rect draw:layer="暗"><text:p>藏</text:p></draw:rect>'
    story = Story(Styles(), paged=False)
    for markup in (styles(master=layers), content(f"<draw:page>{shapes}</draw:page>", kind="graphics")):
        for _ in parse([markup.encode()], Budget(), story.start, story.end, story.data):
            pass
    found = [(part.text, part.place, part.page) for part in story.take() if isinstance(part, Block)]
    assert found == [("机密", Place.BODY, 1), ("藏", Place.HIDDEN, 1)]


def test_the_text_of_a_slide_looks_as_its_shape_says_where_its_paragraph_says_nothing() -> None:
    automatic = style("G", "graphic", '<style:text-properties style:font-size-asian="32pt" fo:font-weight="bold"/>')
    automatic += style("P", "paragraph", '<style:text-properties fo:font-weight="normal"/>')
    markup = '<draw:page><draw:frame draw:style-name="G"><draw:text-box><text:p text:style-name="P">机密</text:p>'
    markup += "</draw:text-box></draw:frame></draw:page>"
    (block,) = told(body(markup, "presentation", automatic), paged=False)
    assert (block.place, block.large, block.bold) == (Place.SLIDE, True, False)


def test_form_fields_show_their_labels_and_values() -> None:
    markup = '<office:forms><form:form><form:text form:current-value="机密" form:label="密级"/></form:form></office:forms>'
    assert placed(body(markup)) == [("密级", Place.TEXTBOX), ("机密", Place.TEXTBOX)]


def test_a_paragraph_without_end_is_given_on_in_parts_that_overlap() -> None:
    story = Story(Styles(), paged=True)
    markup = body("<text:p>" + "甲" * 300_000 + "机密★10年" + "乙" * 300_000 + "</text:p>").encode()
    chunks = [markup[at : at + 65536] for at in range(0, len(markup), 65536)]
    sizes = []
    for _ in parse(chunks, Budget(), story.start, story.end, story.data):
        sizes += [len(part.text) for part in story.take() if isinstance(part, Block)]
    assert len(sizes) > 1
    assert max(sizes) < 400_000
    assert sum(sizes) > 600_006
