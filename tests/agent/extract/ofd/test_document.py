from __future__ import annotations

import io

from agent.extract.base import Budget
from agent.extract.ofd.document import Document
from agent.extract.ofd.parts import Parts
from agent.extract.package import Package
from policies.vocabulary import Place, Unread
from tests.agent.extract.ofd_samples import Ofd, annotation, glyphs, layer, text


def opened(sample: Ofd, number: int = 0) -> Document:
    return Document(Parts(Package(io.BytesIO(sample.build()), Budget()), Budget()), f"{sample.folder}/Document.xml", number)


def test_any_part_of_a_document_may_bear_a_mark() -> None:
    plain, mark = layer(text("正文", 1, 1)), layer(text("机密★", 1, 1))
    unit = f"<ofd:CompositeGraphicUnit ID='1'>{mark}</ofd:CompositeGraphicUnit>"
    assert not opened(Ofd(pages=[plain, plain])).could_bear()
    assert opened(Ofd(pages=[plain, mark])).could_bear()
    assert opened(Ofd(pages=[plain], templates={"3": mark})).could_bear()
    assert opened(Ofd(pages=[plain], annotations={1: annotation("Stamp", text("机密", 1, 1))})).could_bear()
    assert opened(Ofd(pages=[plain], resources=unit)).could_bear()


def test_a_page_without_text_must_be_looked_at() -> None:
    assert opened(Ofd(pages=[layer("<ofd:ImageObject/>")])).could_bear()


def test_characters_are_asked_for_in_any_order_on_the_first_page_only() -> None:
    scattered = layer(text("密", 9, 1), text("很长很长很长很长的一段正文", 1, 9), text("机", 1, 1))
    plain = layer(text("正文", 1, 1))
    assert opened(Ofd(pages=[scattered, plain])).could_bear()
    assert not opened(Ofd(pages=[plain, scattered])).could_bear()


def test_composite_units_and_bold_fonts_come_from_the_resources() -> None:
    unit = f"<ofd:CompositeGraphicUnit ID='7'>{text('机密', 0, 0)}</ofd:CompositeGraphicUnit>"
    resources = f"<ofd:Fonts><ofd:Font ID='1' FontName='黑体'/></ofd:Fonts>{unit}"
    page = layer('<ofd:CompositeObject Boundary="10 10 9 9" ResourceID="7"/>', text("正文", 10, 50))
    document = opened(Ofd(pages=[page], resources=resources))
    assert [(block.text, block.bold) for block in document.blocks()] == [("机密", True), ("正文", True)]
    assert document.reasons == []


def test_a_unit_that_is_not_there_is_corrupt() -> None:
    document = opened(Ofd(pages=[layer('<ofd:CompositeObject ResourceID="7"/>', text("正文", 1, 1))]))
    assert [block.text for block in document.blocks()] == ["正文"]
    assert document.reasons == [Unread.CORRUPT]


def test_resources_of_a_page_are_read_before_its_text() -> None:
    own = Ofd()
    part = own.part("Res", "<ofd:Fonts><ofd:Font ID='1' FontName='黑体'/></ofd:Fonts>")
    sample = Ofd(
        pages=[layer(text("密", 1, 1))],
        page_inner="<ofd:PageRes>Res.xml</ofd:PageRes>",
        others={"Doc_0/Pages/Page_1/Res.xml": part},
    )
    assert [block.bold for block in opened(sample).blocks()] == [True]


def test_a_page_of_very_many_characters_is_read_in_parts() -> None:
    rows = [text("密" * 100, 1, y, size=1, DeltaX="1") for y in range(1, 900)]
    document = opened(Ofd(pages=[layer(*rows)]))
    blocks = list(document.blocks())
    assert sum(len(block.text) for block in blocks) == 89_900
    assert document.reasons == []


def test_one_template_on_many_pages_is_told_on_each() -> None:
    sample = Ofd(
        pages=[layer(text("正文", 1, 50))] * 3,
        page_inner='<ofd:Template TemplateID="3"/>',
        templates={"3": layer(*glyphs("机密", 1, 1))},
    )
    found = [(block.text, block.page) for block in opened(sample, 2).blocks() if block.part == 2]
    assert found == [(line, page) for page in (1, 2, 3) for line in ("机密", "正文")]


def test_a_template_that_is_not_used_is_hidden() -> None:
    found = list(opened(Ofd(pages=[layer(text("正文", 1, 1))], templates={"3": layer(text("机密", 1, 1))})).blocks())
    assert [(block.text, block.place) for block in found] == [("正文", Place.BODY), ("机密", Place.HIDDEN)]


def test_attached_files_are_told_in_order() -> None:
    document = opened(Ofd(pages=[""], attachments={"b.txt": b"", "a.txt": b""}))
    assert [(name, location) for name, location, _ in document.attachments()] == [("b.txt", "b.txt"), ("a.txt", "a.txt")]


def test_a_document_without_pages_is_corrupt() -> None:
    assert opened(Ofd(pages=[])).reasons == [Unread.CORRUPT]
