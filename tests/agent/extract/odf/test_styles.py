from __future__ import annotations

import pytest

from agent.extract.flow import PLAIN
from agent.extract.odf.styles import Styles


def define(
    styles: Styles, name: str, parent: str = "", *, automatic: bool = False, family: str = "paragraph", **properties: str
) -> None:
    named = {"style:name": name} if name else {}
    styles.begin({"style:family": family, "style:parent-style-name": parent, **named})
    styles.set({key.replace("__", "-").replace("_", ":", 1): value for key, value in properties.items()})
    styles.end(automatic=automatic)


def test_a_style_builds_on_its_parent_and_on_the_default() -> None:
    styles = Styles()
    define(styles, "", fo_font__size="12pt")
    define(styles, "Base", fo_font__weight="bold")
    define(styles, "P1", "Base", automatic=True, fo_text__align="center")
    look = styles.look("paragraph", "P1")
    assert (look.bold, look.left, look.size) == (True, False, 12)
    assert styles.look("paragraph", "no such style").size == 12


@pytest.mark.parametrize(
    ("size", "expected"), [("16pt", 16), ("5.64mm", 15.987), ("0.5in", 36), ("1cm", 28.346), ("big", None), ("1e9pt", None)]
)
def test_sizes_are_told_in_points(size: str, expected: float | None) -> None:
    styles = Styles()
    define(styles, "P", fo_font__size=size)
    assert styles.look("paragraph", "P").size == pytest.approx(expected, abs=0.01)


def test_a_share_is_taken_of_the_size_below() -> None:
    styles = Styles()
    define(styles, "Base", fo_font__size="10pt")
    define(styles, "Big", "Base", fo_font__size="160%")
    assert styles.look("paragraph", "Big").size == 16


def test_the_script_that_is_larger_or_bold_counts() -> None:
    styles = Styles()
    define(
        styles,
        "P",
        fo_font__size="10pt",
        style_font__size__asian="16pt",
        fo_font__weight="normal",
        style_font__weight__asian="700",
    )
    look = styles.look("paragraph", "P")
    assert (look.size, look.bold) == (16, True)


def test_what_is_hidden_struck_or_on_a_new_page_is_told() -> None:
    styles = Styles()
    define(styles, "T", family="text", text_display="none", style_text__line__through__style="solid")
    define(styles, "U", family="text", text_display="true", style_text__line__through__style="none")
    define(styles, "P", fo_break__before="page")
    define(styles, "D", family="drawing-page", presentation_visibility="hidden")
    define(styles, "S", family="table", table_display="false")
    hidden, seen = styles.look("text", "T"), styles.look("text", "U")
    assert (hidden.hidden, hidden.struck, seen.hidden, seen.struck) == (True, True, False, False)
    assert styles.look("paragraph", "P").breaks
    assert (styles.look("drawing-page", "D").shown, styles.look("table", "S").shown) == (False, False)


def test_the_automatic_styles_of_one_part_are_not_those_of_the_next() -> None:
    styles = Styles()
    define(styles, "P1", automatic=True, fo_font__weight="bold")
    assert styles.look("paragraph", "P1").bold
    styles.begin_automatic()
    assert styles.look("paragraph", "P1") is PLAIN


def test_styles_that_build_on_one_another_in_a_circle_end() -> None:
    styles = Styles()
    define(styles, "A", "B", fo_font__weight="bold")
    define(styles, "B", "A", fo_font__size="20pt")
    look = styles.look("paragraph", "A")
    assert (look.bold, look.size) == (True, 20)


def test_more_styles_than_any_program_writes_are_told() -> None:
    styles = Styles()
    for number in range(30_001):
        define(styles, str(number))
    assert styles.incomplete


def test_properties_outside_a_style_say_nothing() -> None:
    styles = Styles()
    styles.set({"fo:font-weight": "bold"})
    styles.end(automatic=False)
    assert styles.look("paragraph", "") is PLAIN
