"""Mail (RFC 5322, MIME): subject, telling headers, bodies; every attachment is read as a document of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import MARKLESS, Budget, Extractor, Member, NotThisFormat, Unreadable
from agent.extract.mail.headers import Headers, decoded_words
from agent.extract.mail.mime import Message, Part
from agent.extract.mail.text import PIECE, decoded_text
from agent.extract.mail.transfer import decoded
from agent.extract.stream import forward
from checks.marking.standing import could_stand
from checks.marking.text import Block
from checks.marking.trace import could_bear
from policies.vocabulary import Place, Unread

_FIELD = rb"[!-9;-~]{1,76}[ \t]*:"
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}" + _FIELD + rb"[^\n]*\n")
_LINE_OF_HEADER = re.compile(rb"[^\s:]{1,76}[ \t]*:|[ \t]|\r?$")
_MAIL_FIELD = re.compile(
    rb"^(?:\xef\xbb\xbf)?(Received|Return-Path|Delivered-To|Message-ID|MIME-Version|Date|From|To|Cc|Subject|Sender|Reply-To|Content-Type"
    rb"|Content-Transfer-Encoding|X-[!-9;-~]{1,70}|DKIM-Signature|References|In-Reply-To)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_TELLING = re.compile("sensitivity|.*(?:classif|label|secre|confiden|密).*")
_PEOPLE = ("from", "to", "cc", "bcc", "sender", "reply-to", "return-path", "delivered-to")
_ENTITY = re.compile(rb"\s{0,64}(?:MIME-Version|Content-(?:Type|Transfer-Encoding|Disposition))[ \t]*:", re.IGNORECASE)
_SIGNED_OR_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_WINMAIL = ("application/ms-tnef", "application/vnd.ms-tnef")
_REPORTS = ("message/delivery-status", "message/disposition-notification", "text/rfc822-headers", "message/feedback-report")
_SEALED_TEXT = re.compile("^-----BEGIN PGP MESSAGE-----", re.MULTILINE)
_FILE_IN_TEXT = re.compile("^(?:begin [0-7]{3,4} \\S|=ybegin )", re.MULTILINE)
_TEXT = b"\xef\xbb\xbf"
_PAGE = _TEXT + b"<!doctype html>"


class Eml(Extractor):
    """One mail. Its two bodies, plain and HTML, are both read, since they may differ."""

    name: ClassVar[str] = "eml"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        if not _BEGINNING.match(head):
            return -1
        if _ENTITY.match(head):
            return 0.6
        header = re.split(rb"\n\r?\n", head[:16384], maxsplit=1)[0]
        fields = {match[1].lower() for match in _MAIL_FIELD.finditer(header)}
        return 0.6 if len(fields) > 1 and all(map(_LINE_OF_HEADER.match, header.split(b"\n")[1:20])) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        message = Message(file, budget)
        if not message.headers.fields:
            raise NotThisFormat
        yield from told_headers(message.headers)
        yield from bodies(message, budget)


def told_headers(headers: Headers) -> Iterator[Block]:
    """The subject, and every other field that classifies the mail or could bear a mark, as "name=value"; not the people's names.

    A line that is no field stands in the text that a reader sees.
    """
    subject = headers.fields.get("subject")
    for name, raw in headers.lines:
        value = decoded_words(raw)
        if name == "subject" and raw is subject:
            yield Block(value, Place.SUBJECT)
        elif not name and value:
            yield Block(value, Place.BODY)
        elif _TELLING.fullmatch(name) or (name not in _PEOPLE and could_bear(f"{name}={value}")):
            yield Block(f"{name.removeprefix('x-')}={value}", Place.METADATA, page=0)


def bodies(message: Message, budget: Budget) -> Iterator[Block | Member]:
    """The bodies and the attachments in their order. Raises Unreadable at the end of a mail that was cut short."""
    texts = Texts(message.headers.text("subject"), budget)
    for number, part in enumerate(message.parts(), 1):
        budget.opened(number)
        if part.kind in ("text/plain", *_REPORTS) and not is_file(part):
            yield from texts.plain(part)
        elif part.kind.startswith("multipart/"):  # without a boundary: which parts it has cannot be told
            yield Member("", forward(decoded(part.headers.encoding, part.body)), reason=Unread.CORRUPT)
        elif part.kind == "message/partial":
            yield Member("", None, reason=Unread.UNSUPPORTED)
        elif not is_picture(part):
            yield _member(part, number)
    if message.cut_short:
        raise Unreadable(Unread.CORRUPT)


def is_file(part: Part) -> bool:
    """Whether a reader sees the part as a file beside the mail."""
    return part.headers.attached or bool(part.headers.filename)


def is_picture(part: Part) -> bool:
    """Whether the part is a picture that the HTML body shows. As in a Word document with text, it is not looked into."""
    shown = "multipart/related" in part.within or "content-id" in part.headers.fields
    return part.kind.startswith("image/") and shown and not part.headers.attached


def _member(part: Part, number: int) -> Member:
    """What is not text; what holds the mail itself, signed or wrapped, is a part of it."""
    name = part.headers.filename or str(number)
    content = decoded(part.headers.encoding, part.body)
    if name.casefold() == "message.rpmsg":  # the mail itself, under rights management
        return Member(name, None, Place.ATTACHMENT, Unread.ENCRYPTED)
    if part.kind in _SIGNED_OR_SEALED or part.kind in _WINMAIL or name.casefold() == "winmail.dat":
        return Member("", forward(content))
    if part.kind.startswith("text/") and not is_file(part):
        return Member("", forward(in_utf8(content, part)))
    return Member(name, forward(content), Place.ATTACHMENT)


def in_utf8(content: Iterator[bytes], part: Part) -> Iterator[bytes]:
    """A part's text, its encoding and its being a page told at its beginning, which counts more than what it says of itself."""
    yield _PAGE if part.kind in ("text/html", "application/xhtml+xml") else _TEXT
    for text in decoded_text(content, part.headers.charset, overlap=0):
        yield text.encode("utf-8", "replace")


class Texts:
    """The plain bodies of one mail."""

    def __init__(self, subject: str, budget: Budget) -> None:
        self._bears = budget.mentions or could_bear(subject)
        self._budget = budget

    def plain(self, part: Part) -> Iterator[Block | Member]:
        """A body's text; what could not be decoded does not end the mail."""
        try:
            for text in decoded_text(decoded(part.headers.encoding, part.body), part.headers.charset):
                self._budget.spend(len(text))
                yield from self._piece(text)
        except Unreadable as error:
            yield Member("", None, reason=error.reason)

    def _piece(self, text: str) -> Iterator[Block | Member]:
        self._bears = self._bears or len(text) > PIECE or could_stand([text])
        yield Block(text, Place.BODY) if self._bears else MARKLESS
        if _SEALED_TEXT.search(text):
            yield Member("", None, reason=Unread.ENCRYPTED)
        if _FILE_IN_TEXT.search(text):
            yield Member("", None, reason=Unread.UNSUPPORTED)
