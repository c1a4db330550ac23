from __future__ import annotations

import pytest

from agent.extract.base import Budget
from agent.extract.pdf.pages import content, pages
from agent.extract.pdf.syntax import Damaged, Dictionary, Unsure
from tests.agent.extract.pdfs import CATALOG, Part, opened, stream, written


def all_pages(*objects: Part) -> list[Dictionary]:
    return list(pages(opened(written([CATALOG, *objects])), Budget()))


def test_pages_come_in_order_with_what_they_inherit() -> None:
    found = all_pages(
        "<</Kids[3 0 R 6 0 R]/Resources<</A 1>>>>",
        "<</Kids[4 0 R 5 0 R]>>",
        "<</Number 1>>",
        "<</Number 2/Resources<</B 2>>>>",
        "<</Number 3>>",
    )
    assert [(page["Number"], page["Resources"]) for page in found] == [(1, {"A": 1}), (2, {"B": 2}), (3, {"A": 1})]


@pytest.mark.parametrize("kids", ["[2 0 R]", "[9 0 R]", "[3 0 R 3 0 R]", "[7]"])
def test_a_broken_tree_is_damage(kids: str) -> None:
    with pytest.raises(Damaged):
        all_pages(f"<</Kids{kids}>>", "<<>>")


def test_the_parts_of_a_page_are_one_content() -> None:
    objects = opened(written([CATALOG, "<</Kids[3 0 R]>>", "<</Contents[4 0 R 5 0 R]>>", stream("a"), stream("b")]))
    page = next(pages(objects, Budget()))
    assert content(objects, page) == b"a\nb"
    assert content(objects, {}) == b""
    with pytest.raises(Damaged):
        content(objects, {"Contents": [3]})


def test_a_content_of_very_many_bytes_is_left_to_pdfium() -> None:
    kids = " ".join(["4 0 R"] * 20)
    objects = opened(written([CATALOG, "<</Kids[3 0 R]>>", f"<</Contents[{kids}]>>", stream(bytes(1 << 20), packed=True)]))
    with pytest.raises(Unsure):
        content(objects, next(pages(objects, Budget())))
