from __future__ import annotations

import email
import email.policy
import io
import random
from email.message import EmailMessage

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.mail.mime import Message
from agent.extract.mail.transfer import decoded
from agent.extract.stream import forward
from policies.vocabulary import Unread

Leaf = tuple[str, bytes]


def leaves(data: bytes, size: int = 1 << 20, budget: Budget | None = None) -> tuple[list[Leaf], bool]:
    """Type and content of every part, and whether the message was cut short."""
    file = forward(data[at : at + size] for at in range(0, len(data), size))
    message = Message(file, budget or Budget())
    found = [(part.kind, b"".join(decoded(part.headers.encoding, part.body))) for part in message.parts()]
    return found, message.cut_short


def by_the_email_package(data: bytes) -> list[Leaf]:
    message = email.message_from_bytes(data, policy=email.policy.default)
    found = []

    for part in message.walk():
        if part.get_content_maintype() != "multipart":
            payload = part.get_payload(decode=True)
            found.append((part.get_content_type(), payload if isinstance(payload, bytes) else b""))
    return found


def made(seed: int) -> bytes:
    """A mail with bodies and attachments of many kinds, by the email package."""
    chance = random.Random(seed)
    message = EmailMessage(policy=chance.choice((email.policy.SMTP, email.policy.default)))
    message["Subject"] = "机密★10年 关于会议的通知"
    message.set_content(
        "正文，第一页\n--\n-- \n--not a boundary\n" * chance.randint(1, 500),
        cte=chance.choice(("base64", "quoted-printable", "8bit")),
    )
    if chance.random() < 0.5:
        message.add_alternative("<p>正文</p>\n" * chance.randint(1, 50), subtype="html")
    for number in range(chance.randint(0, 4)):
        message.add_attachment(chance.randbytes(chance.randint(0, 200_000)), maintype="application", subtype=f"x{number}")
    return message.as_bytes()


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("size", [61, 1 << 20])
def test_a_mail_of_the_email_package_is_read_as_it_reads_it(seed: int, size: int) -> None:
    data = made(seed)
    found, cut_short = leaves(data, size)
    assert not cut_short
    expected = by_the_email_package(data)
    assert [kind for kind, _ in found] == [kind for kind, _ in expected]
    for (_, ours), (_, theirs) in zip(found, expected, strict=True):
        assert ours.replace(b"\r\n", b"\n").strip() == theirs.replace(b"\r\n", b"\n").strip()


def test_multiparts_lie_in_one_another() -> None:
    data = (
        b"Content-Type: multipart/mixed; boundary=a\n\npreamble\n--a\nContent-Type: multipart/alternative; boundary=ab\n\n"
        b"--ab\n\none\n--ab\nContent-Type: text/html\n\ntwo\n--ab--\nepilogue\n--a\nContent-Type: text/x\n\nthree\n--a--\nend\n"
    )
    message = Message(io.BytesIO(data), Budget())
    found = [(part.kind, part.within, b"".join(part.body)) for part in message.parts()]
    outer, inner = ("multipart/mixed",), ("multipart/mixed", "multipart/alternative")
    assert found == [("text/plain", inner, b"one"), ("text/html", inner, b"two"), ("text/x", outer, b"three")]
    assert not message.cut_short


@pytest.mark.parametrize(
    "data",
    [
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\none\n",
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\none\n--a",
        b"Content-Type: multipart/mixed; boundary=a\n\nnothing\n",
    ],
)
def test_a_multipart_without_end_was_cut_short(data: bytes) -> None:
    assert leaves(data)[1]


def test_an_inner_multipart_ends_with_the_outer_one() -> None:
    data = (
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n"
        b"--a\n\ntwo\n--a--\n"
    )
    assert leaves(data) == ([("text/plain", b"one"), ("text/plain", b"two")], False)


def test_a_delimiter_ends_a_header_without_a_body() -> None:
    data = b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/x\n--a\n\ntwo\n--a--\n"
    assert leaves(data) == ([("text/x", b""), ("text/plain", b"two")], False)


def test_spaces_behind_a_delimiter_say_nothing_and_longer_lines_are_none() -> None:
    data = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a \t\r\n\r\none\r\n--ab\r\n-- a\r\n--a-- \r\n"
    assert leaves(data) == ([("text/plain", b"one\r\n--ab\r\n-- a")], False)


def test_in_a_digest_the_parts_are_mails() -> None:
    data = b"Content-Type: multipart/digest; boundary=a\n\n--a\n\nSubject: x\n\none\n--a--\n"
    assert leaves(data)[0] == [("message/rfc822", b"Subject: x\n\none")]


def test_a_part_that_nobody_read_is_passed_over() -> None:
    data = made(3)
    message = Message(io.BytesIO(data), Budget())
    kinds = [part.kind for part in message.parts()]
    assert kinds == [kind for kind, _ in leaves(data)[0]]


def test_blank_lines_and_a_mark_before_the_first_field_say_nothing() -> None:
    message = Message(io.BytesIO(b"\xef\xbb\xbf\r\n\nSubject: x\r\n\r\none"), Budget())
    assert message.headers.text("subject") == "x"
    assert [b"".join(part.body) for part in message.parts()] == [b"one"]


def test_an_empty_file_is_a_message_of_nothing() -> None:
    assert leaves(b"") == ([("text/plain", b"")], False)


def test_a_header_without_end_is_not_kept() -> None:
    with pytest.raises(Unreadable) as raised:
        Message(forward(b"a" * 65536 for _ in range(100)), Budget())
    assert raised.value.reason is Unread.TOO_LARGE


def test_multiparts_nested_without_end_are_a_bomb() -> None:
    layer = b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"
    data = b"".join(layer % (depth, depth) for depth in range(1000))
    with pytest.raises(Unreadable) as raised:
        leaves(data)
    assert raised.value.reason is Unread.BOMB


def test_time_ends() -> None:
    clock = iter(range(1000))
    with pytest.raises(Unreadable) as raised:
        leaves(made(3), 100, Budget(seconds=3, clock=lambda: next(clock)))
    assert raised.value.reason is Unread.TIMEOUT
