from __future__ import annotations

import email.header
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.extract.mail.headers import Headers, decoded_words


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        ("机密★10年".encode(), "机密★10年"),
        ("机密★10年".encode("gb18030"), "机密★10年"),
        (b"=?UTF-8?B?5py65a+G4piFMTDlubQ=?=", "机密★10年"),
        (b"=?gb2312?B?u/rD3KHvMTDE6g==?=", "机密★10年"),
        (b"=?GBK?Q?=BB=FA=C3=DC=A1=EF10_=C4=EA?=", "机密★10 年"),
        (b"=?utf-8*zh?Q?=E6=9C=BA=E5=AF=86?=", "机密"),
        (b"=?utf-8?Q?=E6=9C=BA=E5?= =?utf-8?Q?=AF=86?=", "机密"),  # a character cut between two words
        (b"Re: =?utf-8?Q?=E6=9C=BA?= and =?utf-8?Q?=E5=AF=86?=", "Re: 机 and 密"),
        (b"=?utf-8?B?5py65a+G?", "=?utf-8?B?5py65a+G?"),
        (b"=?no-such-set?Q?=E6=9C=BA?=", "机"),
        (b"=?utf-8?B?5py6-6?=", "机"),  # with what is no base64, and half a byte more
    ],
)
def test_words_are_read_as_programs_write_them(raw: bytes, text: str) -> None:
    assert decoded_words(raw) == text


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1, max_size=80))
def test_what_the_email_package_encodes_is_read_back(text: str) -> None:
    encoded = email.header.Header(text, "utf-8", header_name="Subject").encode()
    assert Headers(f"Subject: {encoded}\n".encode()).text("subject") == text


NAMES = ["报告（机密★10年）.docx", "a b.txt", 'quote".txt', "很长的名字" * 30 + ".docx", "plain.txt"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_the_email_package_is_read_back(name: str) -> None:
    message = EmailMessage(policy=SMTP)
    message.add_attachment(b"x", maintype="application", subtype="octet-stream", filename=name)
    part = next(message.iter_attachments())
    block = part.as_bytes().partition(b"\r\n\r\n")[0]
    assert (Headers(block).filename, Headers(block).attached) == (name, True)


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (b"attachment; filename*=UTF-8''%E6%9C%BA%E5%AF%86.doc", "机密.doc"),
        (b"attachment; filename=\"fallback.doc\"; filename*=gb18030'zh'%BB%FA%C3%DC.doc", "机密.doc"),
        (b"attachment; filename*0*=UTF-8''%E6%9C; filename*1*=%BA; filename*2=.doc", "机.doc"),
        (b'attachment; filename*1=".doc"; filename*0="one"', "one.doc"),
        (b'attachment; filename="=?gb2312?B?u/rD3A==?=.doc"', "机密.doc"),
        ("attachment; filename=机密.doc".encode("gb18030"), "机密.doc"),
        ('attachment; filename="机密\\".doc"'.encode(), '机密".doc'),
        (b'attachment; filename="C:\\\\a\\\\b.doc"', "b.doc"),
        (b'attachment; filename="open.doc', "open.doc"),
        (b"attachment", ""),
    ],
)
def test_a_name_is_read_however_it_is_written(field: bytes, name: str) -> None:
    assert Headers(b"Content-Disposition: " + field + b"\n").filename == name


def test_the_type_tells_the_name_where_the_disposition_does_not() -> None:
    block = 'Content-Type: application/msword;\r\n\tname="=?utf-8?Q?=E6=9C=BA?=.doc"\r\nContent-Disposition: attachment\r\n'
    headers = Headers(block.encode())
    assert (headers.filename, headers.kind, headers.attached) == ("机.doc", "application/msword", True)


def test_the_facts_of_a_part() -> None:
    headers = Headers(
        b'Content-Type: Multipart/Mixed; Boundary="a b"; charset=GBK\r\nContent-Transfer-Encoding: BASE64 \r\nX: 1\r\nX: 2\r\n'
    )
    assert (headers.kind, headers.boundary, headers.charset, headers.encoding) == ("multipart/mixed", b"a b", "GBK", "base64")
    assert (headers.text("x"), headers.text("none"), [name for name, _ in headers.lines].count("x")) == ("1", "", 2)


def test_a_line_that_is_no_field_has_no_name() -> None:
    assert ("", "机密".encode()) in Headers("From: a\n机密\n".encode()).lines


def test_what_is_no_type_is_none() -> None:
    assert Headers(b"Content-Type: text\n").kind == ""
