from __future__ import annotations

import email.policy
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from agent.extract.base import MARKLESS
from agent.extract.mail.eml import Eml
from policies.vocabulary import Level, Place, Read, Unread
from tests.agent.extract.nested import DOCUMENTS, found
from tests.agent.extract.samples import docx, paragraph

MARK = "机密★10年"
LINES = "各单位请按时参加。\n" * 30


def mail(body: str = "正文\n", subject: str = "通知", **fields: str) -> EmailMessage:
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", subject
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message


def raw(text: str, charset: str = "gb2312", encoding: str = "8bit", fields: str = "") -> bytes:
    header = f"From: a@b\nSubject: {MARK} 通知\nContent-Type: text/plain; charset={charset}\n{fields}"
    return f"{header}Content-Transfer-Encoding: {encoding}\n\n{text}".encode("gb18030")


def test_the_subject_and_the_body_are_read() -> None:
    seen = found(mail(f"{MARK}\n{LINES}", f"（{MARK}）通知").as_bytes())
    assert (seen.format, seen.whole) == ("eml", True)
    assert [place for _, place, _ in seen.told] == [Place.SUBJECT, Place.COVER]


@pytest.mark.parametrize("policy", [email.policy.SMTP, email.policy.SMTPUTF8, email.policy.default])
@pytest.mark.parametrize("cte", ["base64", "quoted-printable", "8bit"])
def test_the_body_is_read_in_every_transfer_encoding(policy: email.policy.EmailPolicy, cte: str) -> None:
    message = EmailMessage(policy=policy)
    message["From"], message["Subject"] = "a@example.org", "通知"
    message.set_content(f"{MARK}\n{LINES}", cte=cte)
    assert found(message.as_bytes()).told == [(MARK, Place.COVER, None)]


def test_raw_chinese_characters_are_read_in_header_and_body() -> None:
    seen = found(raw(f"{MARK}\n{LINES}"))
    assert {place for _, place, _ in seen.told} == {Place.SUBJECT, Place.COVER}
    assert seen.whole


def test_two_bodies_that_say_the_same_are_one_mark() -> None:
    message = mail(f"{MARK}\n{LINES}")
    message.add_alternative(f"<html><body><p>{MARK}</p><p>正文</p></body></html>", subtype="html")
    assert found(message.as_bytes()).told == [(MARK, Place.COVER, None)]


def test_what_only_the_html_body_says_is_read() -> None:
    message = mail(LINES)
    message.add_alternative("<p>机密&#9733;10年</p>", subtype="html")
    assert found(message.as_bytes()).told == [(MARK, Place.COVER, None)]


@pytest.mark.parametrize("charset", ["gb18030", "big5", "utf-8"])
def test_an_html_body_is_in_the_set_that_the_mail_names(charset: str) -> None:
    page = '<html><head><meta charset="iso-8859-1"></head><body><p>機密★10年</p></body></html>'
    message = MIMEMultipart("alternative")
    message["Subject"], message["From"] = "x", "a@example.org"
    message.attach(MIMEText(page, "html", charset))
    assert found(message.as_bytes()).told == [("機密★10年", Place.COVER, None)]


def test_an_attachment_is_read_and_told_by_its_name() -> None:
    message = mail()
    message.add_attachment(docx(paragraph(MARK)), maintype="application", subtype="octet-stream", filename="方案.docx")
    seen = found(message.as_bytes())
    assert seen.whole
    assert seen.told == [(MARK, Place.ATTACHMENT, "方案.docx")]


def test_a_name_alone_is_a_mark_of_the_attachment() -> None:
    message = mail()
    message.add_attachment(b"text", maintype="application", subtype="octet-stream", filename=f"（{MARK}）方案.txt")
    assert [(place, member) for _, place, member in found(message.as_bytes()).told] == [(Place.NAME, f"（{MARK}）方案.txt")]


def test_a_mail_in_a_mail_is_read_with_its_attachments() -> None:
    inner = mail(MARK)
    inner.add_attachment("秘密★5年".encode(), maintype="text", subtype="plain", filename="a.txt")
    outer = mail()
    outer.add_attachment(inner)
    told = found(outer.as_bytes()).told
    assert told == [(MARK, Place.ATTACHMENT, "2"), ("秘密★5年", Place.ATTACHMENT, "2/a.txt")]


def test_a_forwarded_mail_as_a_file_is_read() -> None:
    message = mail()
    message.add_attachment(mail(MARK).as_bytes(), maintype="application", subtype="octet-stream", filename="原件.eml")
    assert found(message.as_bytes()).told == [(MARK, Place.ATTACHMENT, "原件.eml")]


@pytest.mark.parametrize("name", ["Sensitivity", "X-Classification", "X-密级", "X-MS-Label"])
def test_a_field_that_classifies_is_metadata(name: str) -> None:
    data = f"From: a@b\nSubject: x\n{name}: {MARK}\n\nbody\n".encode()
    seen = found(data)
    assert seen.texts(Place.METADATA) == [f"{name.lower().removeprefix('x-')}={MARK}"]
    assert [(mark.level, mark.place) for mark in seen.marks] == [(Level.JIMI, Place.METADATA)]


def test_a_field_that_nobody_thought_of_is_metadata_where_it_could_bear_a_mark() -> None:
    seen = found(f"From: a@b\nSubject: x\nComments: {MARK}\nX-Mailer: y\nTo: 机密办 <c@d>\n\nbody\n".encode())
    assert seen.texts(Place.METADATA) == [f"comments={MARK}"]


def test_a_second_subject_and_a_line_that_is_no_field_are_not_lost() -> None:
    seen = found(f"From: a@b\nSubject: x\nSubject: {MARK}\n\nbody\n".encode())
    assert seen.told == [(MARK, Place.METADATA, None)]


def test_a_mail_without_any_sign_is_told_without_its_text() -> None:
    given = list(found(mail(LINES).as_bytes()).blocks)
    assert MARKLESS in given
    assert not any("单位" in block.text for block in given)


def test_with_a_marked_subject_the_whole_body_is_given() -> None:
    assert LINES.strip() in found(mail(LINES, MARK).as_bytes()).texts()[0].replace("\r", "")


def test_a_picture_of_the_html_body_is_not_looked_into() -> None:
    message = mail("text")
    message.add_alternative('<img src="cid:1">' + LINES, subtype="html")
    *_, page = message.iter_parts()
    assert isinstance(page, EmailMessage)
    page.add_related(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", cid="<1>")
    assert found(message.as_bytes()).whole


def test_an_attached_picture_may_be_a_scan() -> None:
    message = mail("text")
    message.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="a.png")
    seen = found(message.as_bytes())
    assert (seen.read, seen.reason) == (Read.PARTIAL, Unread.NO_TEXT)


def test_a_mail_that_was_cut_short_is_told_after_what_it_holds() -> None:
    message = mail(f"{MARK}\n{LINES}")
    message.add_attachment(bytes(1000), maintype="application", subtype="octet-stream", filename="a.bin")
    seen = found(message.as_bytes()[:-200])
    assert (seen.read, seen.reason, seen.told) == (Read.PARTIAL, Unread.CORRUPT, [(MARK, Place.COVER, None)])


def test_one_damaged_part_does_not_stop_the_next() -> None:
    message = mail("text")
    message.add_attachment(docx(paragraph("x"))[:-40], maintype="application", subtype="zip", filename="a.docx")
    message.add_attachment(MARK.encode(), maintype="text", subtype="plain", filename="b.txt")
    seen = found(message.as_bytes())
    assert (seen.reason, seen.told) == (Unread.CORRUPT, [(MARK, Place.ATTACHMENT, "b.txt")])


def test_a_body_that_cannot_be_decoded_does_not_stop_the_attachments() -> None:
    message = mail("text")
    message.add_attachment(MARK.encode(), maintype="text", subtype="plain", filename="b.txt")
    data = message.as_bytes().replace(b"Content-Transfer-Encoding: 7bit", b"Content-Transfer-Encoding: x-own", 1)
    seen = found(data)
    assert (seen.reason, seen.told) == (Unread.UNSUPPORTED, [(MARK, Place.ATTACHMENT, "b.txt")])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n", Unread.ENCRYPTED),
        ("text\nbegin 644 方案.doc\nabc\nend\n", Unread.UNSUPPORTED),
        ("text\n-----BEGIN PGP SIGNED MESSAGE-----\nabc\n", None),
        ("he would begin 644 times\n", None),
    ],
)
def test_what_a_plain_body_hides_is_told(body: str, reason: Unread | None) -> None:
    assert found(mail(body).as_bytes()).reason is reason


def test_a_sealed_mail_is_told() -> None:
    data = (
        b'From: a@b\nSubject: x\nContent-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=a\n\n'
        b"--a\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--a\nContent-Type: application/octet-stream\n\n"
        b"-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n--a--\n"
    )
    assert found(data).reason is Unread.ENCRYPTED
    assert found((DOCUMENTS / "openssl-sealed.eml").read_bytes()).reason is Unread.ENCRYPTED


@pytest.mark.parametrize("name", ["openssl-clear.eml", "openssl-streamed.eml"])
def test_a_signed_mail_is_read(name: str) -> None:
    seen = found((DOCUMENTS / name).read_bytes())
    assert (seen.whole, seen.told) == (True, [(MARK, Place.COVER, None)])


def test_a_mail_under_rights_management_and_a_piece_of_a_mail_are_told() -> None:
    message = mail()
    message.add_attachment(b"abc", maintype="application", subtype="x-microsoft-rpmsg-message", filename="message.rpmsg")
    assert found(message.as_bytes()).reason is Unread.ENCRYPTED
    data = b"From: a@b\nSubject: x\nContent-Type: message/partial; number=1\n\nabc\n"
    assert found(data).reason is Unread.UNSUPPORTED


def test_a_multipart_without_a_boundary_is_read_as_it_stands_and_told() -> None:
    seen = found(f"From: a@b\nSubject: x\nContent-Type: multipart/mixed\n\n{MARK}\n".encode())
    assert (seen.reason, seen.told) == (Unread.CORRUPT, [(MARK, Place.COVER, None)])


@pytest.mark.parametrize("fields", ["Content-Type: text/plain; charset=utf-7\n", "MIME-Version: 1.0\nContent-Type: text/x-y\n"])
def test_an_entity_without_a_sender_is_a_mail(fields: str) -> None:
    body = f"{MARK}\n".encode("utf-7" if "utf-7" in fields else "utf-8")
    assert found(fields.encode() + b"\n" + body).told == [(MARK, Place.COVER, None)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Subject: one field is none\n\n",
        b"just a text\n",
        b"From: x\nTo: y\nand then a sentence\n",
        b"title: x\nauthor: y\n\ntext\n",
        b'{"from": 1}\n',
    ],
)
def test_other_text_is_no_mail(data: bytes) -> None:
    assert Eml().rank(data) < 0


def test_too_many_parts_are_a_bomb() -> None:
    parts = b"--a\n\nx\n" * 20_000
    seen = found(b"From: a@b\nSubject: x\nContent-Type: multipart/mixed; boundary=a\n\n" + parts + b"--a--\n")
    assert seen.reason is Unread.BOMB
