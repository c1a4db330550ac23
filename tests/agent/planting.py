"""Documents of every kind, full of sentences that must never come out of them: in text, header, notes and properties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.agent.extract import samples, uof_samples
from tests.agent.extract.archive.test_tar import tar
from tests.agent.extract.mail.test_tnef import BODY, PAGE, SUBJECT, attribute, tnef
from tests.agent.extract.mails import properties
from tests.agent.extract.odf_samples import NAMESPACES, content, odf, styles
from tests.agent.extract.ofd_samples import Ofd, annotation, layer
from tests.agent.extract.ofd_samples import text as ofd_text
from tests.agent.extract.parts import zipped
from tests.agent.extract.pdfs import drawn, one_page, wide_text
from tests.agent.extract.places.binary import by_xlwt
from tests.agent.extract.places.marked_up import html
from tests.agent.extract.places.office import deck, word, workbook
from tests.agent.extract.places.packed import mail
from tests.agent.extract.rtf.test_reader import HEAD, hexed
from tests.agent.extract.slides import Show, container, listed, shape, slide, wide
from tests.agent.extract.words import word as doc
from tests.agent.extract.xml.test_sheetml import row
from tests.agent.extract.xml.test_sheetml import workbook as book_2003
from tests.agent.extract.xml.test_svg import drawing
from tests.agent.extract.xml.test_wordml import run
from tests.agent.extract.xml.test_wordml import word as word_2003

MARK = "机密★10年"
# Before, between and behind what is a mark or looks like one.
SENTENCES = (
    "沆瀣谷雷达站换防部署的通知",
    "机密★10年　醽醁坛换防时刻表",
    "霁蓝厂淬火试验的配比属于国家秘密级事项，由郗某赴罘罳口岸点验",
    "（秘密）蓼汀哨所粮秣清册",
    "密级：机密　缮葺郗城垣图纸目录",
    "机密★筚篥营地转场方案纲要",
    "筚篥营地转场方案纲要★机密",
    "绝密级鹡鸰渡口舟楫归坞时辰",
    "鹡鸰渡口舟楫归坞时辰，绝密★长期",
)
HEADER, NOTE, PROPERTY = "秘密★5年　觜觿台巡检路线图", "此处觜觿台驻军人数机密★待核", "檠山弹药库存盘点表（机密★3年）"
SECRETS = (
    "沆瀣谷雷达站换防部署的通知",
    "醽醁坛换防时刻表",
    "霁蓝厂淬火试验的配比属于",
    "事项，由郗某赴罘罳口岸点验",
    "蓼汀哨所粮秣清册",
    "缮葺郗城垣图纸目录",
    "筚篥营地转场方案纲要",
    "鹡鸰渡口舟楫归坞时辰",
    "觜觿台巡检路线图",
    "此处觜觿台驻军人数",
    "檠山弹药库存盘点表",
)
"""What of the sentences is neither a mark nor looks like one."""


def _word() -> bytes:
    def change(document: Any) -> None:
        for sentence in SENTENCES:
            document.add_paragraph(sentence)
        document.sections[0].header.paragraphs[0].text = HEADER
        document.core_properties.subject = PROPERTY
        document.add_table(1, 2).cell(0, 1).text = NOTE

    return word(change)


def _workbook() -> bytes:
    def change(book: Any, sheet: Any) -> None:
        for sentence in SENTENCES:
            sheet.append([sentence])
        sheet.oddHeader.left.text, book.properties.title = HEADER, PROPERTY
        sheet.title = NOTE[:20]

    return workbook(change)


def _deck() -> bytes:
    def change(made: Any, first: Any) -> None:
        first.placeholders[1].text = "\n".join((*SENTENCES, HEADER))
        first.notes_slide.notes_text_frame.text, made.core_properties.title = NOTE, PROPERTY

    return deck(change)


def _old_workbook() -> bytes:
    def change(_book: Any, sheet: Any) -> None:
        for number, sentence in enumerate((*SENTENCES, HEADER, NOTE, PROPERTY)):
            sheet.write(20 + number, 0, sentence)

    return by_xlwt(change)


def _show() -> bytes:
    texts = [shape(wide(sentence)) for sentence in (*SENTENCES, HEADER, NOTE, PROPERTY)]
    return Show().save({1: container(0x03E8, listed(0, 2)), 2: slide(*texts)}).file()


def _odt(kind: str = "") -> bytes:
    text = "".join(f"<text:p>{sentence}</text:p>" for sentence in SENTENCES)
    text += f"<text:p>x<office:annotation><text:p>{NOTE}</text:p></office:annotation></text:p>"
    meta = f"<office:meta><meta:keyword>{PROPERTY}</meta:keyword></office:meta>"
    if kind:
        return content(text, root="document").replace("<office:automatic", meta + "<office:automatic", 1).encode()
    header = f"<style:master-page style:name='a'><style:header><text:p>{HEADER}</text:p></style:header></style:master-page>"
    document = f"<office:document-meta {NAMESPACES}>{meta}</office:document-meta>"
    return odf(text, {"styles.xml": styles(master=header), "meta.xml": document})


def _pdf() -> bytes:
    text = "".join(drawn(sentence, y=780 - 30 * number) for number, sentence in enumerate((HEADER, *SENTENCES)))
    note = f"<</Type/Annot/Subtype/Text/F 4/Rect[0 0 99 99]/Contents{wide_text(NOTE)}>>"
    return one_page(text, note, f"<</Title{wide_text(PROPERTY)}>>", page="/Annots[9 0 R]", trailer="/Info 10 0 R")


def _ofd() -> bytes:
    page = layer(*(ofd_text(sentence, 20, 20 + 12 * number) for number, sentence in enumerate((HEADER, *SENTENCES))))
    notes = annotation("Highlight", remark=NOTE)
    return Ofd(pages=[page], annotations={1: notes}, information=f"<ofd:Title>{PROPERTY}</ofd:Title>").build()


def _uof() -> bytes:
    paragraphs = map(uof_samples.paragraph, (*SENTENCES, HEADER, NOTE))
    return uof_samples.single(
        f"<uof:元数据><uof:标题>{PROPERTY}</uof:标题></uof:元数据><uof:文字处理><字:主体>{''.join(paragraphs)}</字:主体></uof:文字处理>"
    )


def _rtf() -> bytes:
    text = b"".join(hexed(sentence) + rb"\par " for sentence in SENTENCES)
    info = rb"{\info{\title " + hexed(PROPERTY) + rb"}}{\header " + hexed(HEADER) + rb"\par}"
    return HEAD + info + text + rb"{\footnote " + hexed(NOTE) + rb"\par}}"


def _mail() -> bytes:
    message = mail("\n".join((HEADER, *SENTENCES)), PROPERTY, Comments=NOTE)
    message.add_attachment(_word(), maintype="application", subtype="octet-stream", filename="a.docx")
    return message.as_bytes()


def _message() -> bytes:
    body = "\r\n".join((HEADER, *SENTENCES, NOTE))
    return samples.compound(properties({0x0037: PROPERTY, 0x1000: body}))


def _text() -> str:
    return "\n".join((HEADER, *SENTENCES, NOTE, PROPERTY)) + "\n"


def _paragraphs() -> str:
    return "".join(f"<p>{line}</p>" for line in _text().splitlines())


PLANTED: dict[str, Callable[[], bytes]] = {
    "docx": _word,
    "xlsx": _workbook,
    "pptx": _deck,
    "doc": lambda: doc([(_text().replace("\n", "\r"), False)]),
    "xls": _old_workbook,
    "ppt": _show,
    "odt": _odt,
    "fodt": lambda: _odt("flat"),
    "pdf": _pdf,
    "ofd": _ofd,
    "uof": _uof,
    "rtf": _rtf,
    "html": lambda: html(_paragraphs(), f"<title>{PROPERTY}</title>"),
    "xml": lambda: f'<?xml version="1.0"?><a b="{PROPERTY}">{_paragraphs()}</a>'.encode(),
    "svg": lambda: drawing("".join(f"<text y='{20 * n}'>{line}</text>" for n, line in enumerate(_text().splitlines()))),
    "wordml": lambda: word_2003("".join(f"<w:p>{run(line)}</w:p>" for line in _text().splitlines())),
    "sheetml": lambda: book_2003("".join(map(row, _text().splitlines()))),
    "eml": _mail,
    "msg": _message,
    "tnef": lambda: tnef(PAGE, *(attribute(n, _text().encode("gb18030") + b"\0") for n in (SUBJECT, BODY))),
    "zip": lambda: zipped({"a.docx": _word(), "b.txt": _text().encode("gb18030")}),
    "tar": lambda: tar({"a.pdf": _pdf(), "b.txt": _text().encode()}),
    "txt": lambda: _text().encode(),
    "gb18030": lambda: _text().encode("gb18030"),
}
