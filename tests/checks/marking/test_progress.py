"""What is known of a document while its lines go by."""

from __future__ import annotations

import pytest

from checks.marking.progress import COVER_LINES, Nesting, Progress
from checks.marking.text import Block
from policies.vocabulary import Place

RULE = "涉密人员应当遵守保密规定，严守国家秘密。"
PLAIN = "各单位要认真组织学习，抓好贯彻落实。"


def gone_by(*texts: str, place: Place = Place.BODY, page: int = 1) -> Progress:
    progress = Progress()
    for text in texts:
        progress.pass_by(text, Block(text, place, page))
    return progress


def test_the_first_lines_of_the_first_page_are_counted() -> None:
    assert gone_by(*["文字"] * COVER_LINES).on_first_lines
    assert not gone_by(*["文字"] * (COVER_LINES + 1)).on_first_lines
    assert not gone_by("文字", page=2).on_first_lines
    assert gone_by(*["页眉"] * 20, place=Place.HEADER).on_first_lines


def test_a_text_that_speaks_of_secrecy_is_known_as_such() -> None:
    assert gone_by(*[RULE] * 6).about_secrecy
    assert not gone_by(*[PLAIN] * 6).about_secrecy
    assert not gone_by(*[RULE] * 2, *[PLAIN] * 100).about_secrecy
    assert gone_by(*["屬於國家祕密的檔案，應在封面標明密級，防止洩密。"] * 4).about_secrecy


def test_what_is_passed_over_counts_like_what_is_read() -> None:
    text = f"{RULE}\n" * 6
    progress = Progress()
    progress.pass_over(text, 0, len(text))
    assert progress.about_secrecy
    progress.pass_over(PLAIN * 200, 0, len(PLAIN) * 200)
    assert not progress.about_secrecy


@pytest.mark.parametrize("heading", ["密级", "密　级", "密級", "序号\t标题\t密级\t份数", "|文号|密级|"])
def test_the_heading_of_a_column_of_levels_is_seen_until_the_page_ends(heading: str) -> None:
    progress = gone_by(heading, place=Place.CELL)
    assert progress.level_column
    progress.pass_by("值", Block("值", Place.CELL, page=2))
    assert not progress.level_column


@pytest.mark.parametrize("heading", ["序号\t标题\t密级", "编号  型号  密级  责任人", "| 文号 | 密级 | 份数 |"])
def test_in_running_text_a_row_of_headings_is_one_too(heading: str) -> None:
    assert gone_by(heading).level_column


@pytest.mark.parametrize("text", ["密级", "密级\t份数", "项目编号：1\t密级：机密\t期限：10年"])
def test_in_running_text_other_lines_head_no_column(text: str) -> None:
    assert not gone_by(text).level_column


@pytest.mark.parametrize("text", ["密级：机密", "密级：", "标题", "定密"])
def test_other_cells_head_no_column(text: str) -> None:
    assert not gone_by(text, place=Place.CELL).level_column


def test_a_file_goes_on_after_one_that_lies_in_it() -> None:
    nesting = Nesting()
    outer, inner = nesting.of(None), nesting.of("a.zip")
    deeper = nesting.of("a.zip/b.docx")
    assert nesting.of("a.zip/b.docx") is deeper
    assert nesting.of("a.zip") is inner
    assert nesting.of(None) is outer


def test_files_side_by_side_are_documents_of_their_own() -> None:
    nesting = Nesting()
    first = nesting.of("a.docx")
    second = nesting.of("a.docx2")
    assert first is not second
    assert nesting.of("a.docx") is not first


def test_what_is_over_is_not_kept() -> None:
    nesting = Nesting()
    for number in range(10_000):
        nesting.of(f"{number}.txt")
    assert len(nesting._open) == 1


def test_another_rendition_of_a_document_has_a_cover_of_its_own() -> None:
    progress = gone_by(*["text"] * (COVER_LINES + 1))
    assert not progress.on_first_lines
    again = Block("text", Place.BODY, part=1)
    progress.begin(again)
    progress.pass_by("text", again)
    assert (progress.on_first_lines, progress.lines, progress.rows) == (True, 1, 0)
