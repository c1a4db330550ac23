"""No free program writes winmail.dat, so these are made attribute by attribute."""

from __future__ import annotations

import struct
from email.message import EmailMessage

import pytest

from policies.vocabulary import Place, Read, Unread
from tests.agent.extract.nested import found
from tests.agent.extract.ole.test_mapi import one
from tests.agent.extract.samples import docx, paragraph

MARK = "机密★10年"
SUBJECT, BODY, PROPERTIES, CODE_PAGE = 0x018004, 0x02800C, 0x069003, 0x069007
NEW, TITLE, DATA, ATTACHED_PROPERTIES = 0x069002, 0x018010, 0x06800F, 0x069005
STRING, UNICODE, OBJECT, BINARY = 0x1E, 0x1F, 0x0D, 0x102


def attribute(identifier: int, data: bytes, level: int = 1) -> bytes:
    return struct.pack("<BII", level, identifier, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def tnef(*attributes: bytes) -> bytes:
    return b"\x78\x9f\x3e\x22" + b"\1\0" + b"".join(attributes)


def properties(*values: bytes) -> bytes:
    return struct.pack("<I", len(values)) + b"".join(values)


def attachment(name: str, content: bytes) -> bytes:
    title = attribute(TITLE, name.encode("gb18030") + b"\0", 2)
    return attribute(NEW, bytes(14), 2) + title + attribute(DATA, content, 2)


PAGE = attribute(CODE_PAGE, struct.pack("<II", 936, 0))


def test_subject_and_body_are_read_in_their_code_page() -> None:
    seen = found(tnef(PAGE, attribute(SUBJECT, f"{MARK}\0".encode("gbk")), attribute(BODY, f"{MARK}\n正文\0".encode("gbk"))))
    assert (seen.format, seen.whole) == ("tnef", True)
    assert [place for _, place, _ in seen.told] == [Place.SUBJECT, Place.COVER]


@pytest.mark.parametrize(
    ("kind", "identifier", "value"),
    [
        (UNICODE, 0x1000, MARK.encode("utf-16-le")),
        (STRING, 0x1000, MARK.encode("gbk")),
        (BINARY, 0x1013, f"<html><body><p>{MARK}</p></body></html>".encode()),
    ],
)
def test_the_body_is_read_from_the_properties(kind: int, identifier: int, value: bytes) -> None:
    data = tnef(PAGE, attribute(PROPERTIES, properties(one(kind, identifier, value))))
    assert found(data).told == [(MARK, Place.COVER, None)]


def test_a_rich_body_is_unpacked() -> None:
    text = b"{\\rtf1\\ansi\\ansicpg936 " + "".join(f"\\u{ord(c)}?" for c in MARK).encode() + b"}"
    packed = struct.pack("<II4sI", len(text) + 12, len(text), b"MELA", 0) + text
    assert found(tnef(PAGE, attribute(PROPERTIES, properties(one(BINARY, 0x1009, packed))))).told == [(MARK, Place.COVER, None)]


def test_attachments_are_read_by_their_names() -> None:
    long = attribute(ATTACHED_PROPERTIES, properties(one(UNICODE, 0x3707, "会议方案.docx\0".encode("utf-16-le"))), 2)
    data = tnef(PAGE, attachment("会议~1.DOC", docx(paragraph(MARK))) + long, attachment("b.txt", "秘密★5年".encode()))
    assert found(data).told == [(MARK, Place.ATTACHMENT, "会议方案.docx"), ("秘密★5年", Place.ATTACHMENT, "b.txt")]


def test_a_message_in_the_message_is_read() -> None:
    inner = tnef(PAGE, attribute(BODY, MARK.encode("gbk")))
    embedded = one(BINARY, 0x3701, bytes(16) + inner)
    embedded = struct.pack("<H", OBJECT) + embedded[2:]
    data = tnef(attribute(NEW, bytes(14), 2), attribute(ATTACHED_PROPERTIES, properties(embedded), 2))
    assert found(data).told == [(MARK, Place.ATTACHMENT, "1")]


def test_in_a_mail_it_is_the_mail_itself() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.org", "x"
    message.set_content("")
    content = tnef(PAGE, attribute(BODY, MARK.encode("gbk")), attachment("a.txt", "秘密★5年".encode()))
    message.add_attachment(content, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    assert found(message.as_bytes()).told == [(MARK, Place.COVER, None), ("秘密★5年", Place.ATTACHMENT, "a.txt")]


@pytest.mark.parametrize("cut", [3, 200])
def test_what_was_cut_off_is_told(cut: int) -> None:
    data = tnef(PAGE, attribute(BODY, MARK.encode("gbk")), attachment("a.bin", b"text\n" * 200))
    seen = found(data[:-cut])
    assert (seen.read, seen.reason, len(seen.marks)) == (Read.PARTIAL, Unread.CORRUPT, 1)


def test_an_attribute_that_claims_too_much_is_told() -> None:
    data = tnef(struct.pack("<BII", 1, BODY, 0xFFFFFFF0) + b"abc")
    assert found(data).reason is Unread.TOO_LARGE
