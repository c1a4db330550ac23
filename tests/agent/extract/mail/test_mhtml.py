from __future__ import annotations

from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from agent.extract.mail.mhtml import Mhtml
from policies.vocabulary import Place, Read, Unread
from tests.agent.extract.nested import found

MARK = "机密★10年"


def saved(*parts: MIMEBase | MIMEText, subject: str = "网页") -> bytes:
    """A page as browsers save it."""
    message = MIMEMultipart("related", type="text/html")
    message["From"], message["Subject"] = "<Saved by Blink>", subject
    message["Snapshot-Content-Location"] = "https://example.org/"
    for part in parts:
        message.attach(part)
    return message.as_bytes()


def page(text: str, charset: str = "utf-8") -> MIMEText:
    return MIMEText(f"<html><body><p>{text}</p><p>正文</p></body></html>", "html", charset)


def test_the_page_is_the_document() -> None:
    seen = found(saved(page(MARK), MIMEImage(b"\x89PNG\r\n\x1a\n", "png"), MIMEText("p {color: red}", "css")))
    assert (seen.format, seen.whole, seen.told) == ("mhtml", True, [(MARK, Place.COVER, None)])


def test_every_frame_begins_anew() -> None:
    seen = found(saved(page("正文</p><p>" * 30), page(MARK, "gb18030")))
    assert seen.told == [(MARK, Place.COVER, None)]


def test_the_title_is_the_subject() -> None:
    assert found(saved(page("x"), subject=f"{MARK} 网页")).told[0][1] is Place.SUBJECT


def test_another_file_in_it_is_read() -> None:
    data = saved(page("x"), MIMEApplication(MARK.encode(), Name="a.txt"))
    assert found(data).told == [(MARK, Place.ATTACHMENT, "a.txt")]


def test_a_page_that_was_cut_short_is_told() -> None:
    seen = found(saved(page(MARK))[:-20])
    assert (seen.read, seen.reason, len(seen.marks)) == (Read.PARTIAL, Unread.CORRUPT, 1)


@pytest.mark.parametrize(
    "data",
    [
        b"From: a@b\nTo: c@d\nContent-Type: multipart/related; boundary=a\n\n",
        b"Subject: x\nContent-Type: multipart/mixed; boundary=a\n\n",
        b"Content-Type: text/plain\n\nContent-Type: multipart/related\n",
        b"text\n",
    ],
)
def test_a_mail_is_no_page(data: bytes) -> None:
    assert Mhtml().rank(data) < 0
