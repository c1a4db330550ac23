from __future__ import annotations

import io
import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest

from agent.extract.base import Budget
from agent.extract.mail.mbox import Mbox
from agent.extract.registry import Extraction
from agent.extract.stream import forward
from policies.vocabulary import Place, Unread
from tests.agent.extract.nested import found

MARK = "机密★10年"


def mail(body: str, subject: str = "x") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.org", subject
    message.set_content(body)
    return message


def boxed(folder: Path, *mails: EmailMessage) -> bytes:
    """A mailbox as the standard library writes it."""
    path = folder / "box"
    box = mailbox.mbox(path)
    for message in mails:
        box.add(message)
    box.close()
    return path.read_bytes()


def test_every_mail_is_a_member(tmp_path: Path) -> None:
    data = boxed(tmp_path, mail("one"), mail(f"{MARK}\n"), mail("From here on\n\nFrom there\n"), mail("four", "秘密★5年"))
    seen = found(data)
    assert (seen.format, seen.whole) == ("mbox", True)
    assert seen.told == [(MARK, Place.MEMBER, "2"), ("秘密★5年", Place.MEMBER, "4")]


def test_an_attachment_is_told_by_mail_and_name(tmp_path: Path) -> None:
    message = mail("one")
    message.add_attachment(MARK.encode(), maintype="text", subtype="plain", filename="a.txt")
    assert found(boxed(tmp_path, mail("x"), message)).told == [(MARK, Place.MEMBER, "2/a.txt")]


@pytest.mark.parametrize("size", [1, 100, 1 << 20])
def test_thousands_of_mails_are_streamed(tmp_path: Path, size: int) -> None:
    count = 20 if size == 1 else 3000
    data = boxed(tmp_path, *(mail(f"number {number}") for number in range(count)))
    file = forward(data[at : at + size] for at in range(0, len(data), size))
    assert sum(1 for _ in Mbox().blocks(file, Budget())) == count


@pytest.mark.parametrize(
    "line",
    ["From - Thu Jan 01 00:00:00 1970", "From a@b Thu Jan  1 00:00 1970", "From 1690@xxx Mon Jan 01 00:00:00 +0000 2020"],
)
def test_every_programs_separator_is_known(line: str) -> None:
    data = f"{line}\r\nSubject: a\r\n\r\none\r\n\r\n{line}\r\nSubject: {MARK}\r\n\r\ntwo\r\n".encode()
    seen = found(data)
    assert (seen.format, [member for *_, member in seen.told]) == ("mbox", ["2"])


def test_a_line_of_a_text_that_only_begins_alike_parts_nothing() -> None:
    text = "From the office at 10:30 we hear nothing\nthat matters\n\nFrom a@b at noon\nTo: c\n"
    data = f"From a@b Thu Jan  1 00:00:00 1970\nFrom: a@b\nSubject: a\n\n{text}".encode()
    assert len(list(Mbox().blocks(io.BytesIO(data), Budget()))) == 1


@pytest.mark.parametrize("data", [b"", b"From here on\n", b"From a@b Thu Jan  1 00:00:00 1970\nno field\n", b"Subject: x\n"])
def test_other_text_is_no_mailbox(data: bytes) -> None:
    assert Mbox().rank(data) < 0


def test_a_mailbox_with_too_many_mails_is_told_after_those_that_were_read(tmp_path: Path) -> None:
    data = boxed(tmp_path, mail(f"{MARK}\n"), *(mail("x") for _ in range(20)))
    seen = found(data, Budget(members=10))
    assert (seen.reason, seen.told) == (Unread.BOMB, [(MARK, Place.MEMBER, "1")])


def test_a_long_mail_is_never_held(tmp_path: Path) -> None:
    message = mail("x\n" * 100_000 + MARK)
    data = boxed(tmp_path, message, mail("end"))
    extraction = Extraction([Mbox()], io.BytesIO(data), Budget(held=1000))
    list(extraction.blocks())
    assert extraction.format == "mbox"
