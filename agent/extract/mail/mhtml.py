"""Web pages and Office documents saved as one file (RFC 2557): the HTML parts are the document, pictures are not looked into."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import Budget, Extractor, Member, NotThisFormat, Unreadable
from agent.extract.mail.eml import in_utf8, told_headers
from agent.extract.mail.mime import Message, Part
from agent.extract.mail.transfer import decoded
from agent.extract.stream import forward
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}(?:[!-9;-~]{1,76}[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n){0,20}){1,30}")
_RELATED = re.compile(rb"^Content-Type[ \t]*:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_OF_A_MAIL = re.compile(rb"^(?:Received|To|Message-ID|Return-Path|Delivered-To)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_LEFT_OUT = (
    "image/",
    "font/",
    "application/font",
    "application/x-font",
    "application/javascript",
    "application/x-javascript",
    "application/vnd.ms-officetheme",
    "text/css",
    "text/javascript",
    "text/xml",
)


class Mhtml(Extractor):
    """A page of one or more HTML parts. What only tells how it looks or which parts it has is left out."""

    name: ClassVar[str] = "mhtml"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        header = _HEADER.match(head[:16384])
        return 0.7 if header and _RELATED.search(header[0]) and not _OF_A_MAIL.search(header[0]) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        message = Message(file, budget)
        if not message.headers.kind.startswith("multipart/related"):
            raise NotThisFormat
        yield from told_headers(message.headers)
        for number, part in enumerate(message.parts(), 1):
            budget.opened(number)
            if not part.kind.startswith(_LEFT_OUT):
                yield _member(part, number)
        if message.cut_short:
            raise Unreadable(Unread.CORRUPT)


def _member(part: Part, number: int) -> Member:
    content = decoded(part.headers.encoding, part.body)
    if part.kind.startswith(("text/html", "text/plain", "application/xhtml")):
        return Member("", forward(in_utf8(content, part)))
    return Member(part.headers.filename or str(number), forward(content), Place.ATTACHMENT)
