"""Web pages (HTML, XHTML, what Word and LibreOffice save as such): what a browser shows, what it hides, and the properties."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO, ClassVar

from agent.extract.base import HEAD, MARKLESS, Budget, Extractor, Member, NotThisFormat, Unreadable
from agent.extract.charset import declared, detect, without_mark
from agent.extract.html.page import Page
from agent.extract.sifted import sifted
from checks.marking.standing import could_stand
from checks.marking.text import Block
from policies.vocabulary import Unread

_LOOKED_AT = 2048
_CHUNK = 128 << 10
_LITTLE = 200  # characters: with fewer the page may be all pictures
_ASKED = 2 << 20  # bytes: a longer page is parsed at once
# The byte order mark, a declaration of XML and comments may stand before it.
_BEGINNING = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*+(?:<\?xml[^>]*+>\s*+)?(?:<!--(?:[^-]++|-(?!->))*-->\s*+)*"
    rb"<(?:!doctype\s++html|html[\s>])",
    re.IGNORECASE,
)
_PART = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*+(?:<!--(?:[^-]++|-(?!->))*-->\s*+)*"
    rb"<(?:head|body|meta|title|link|style|script|table|div|p|h[1-6]|center|font|b|span|ul|ol|br|hr|a|form|pre|base)[\s>/]",
    re.IGNORECASE,
)
_NAMED_WITHIN = 8192
_NAMED = re.compile(
    rb"""<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})|<\?xml[^>]{0,80}?encoding\s*=\s*["']([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_ASIDE = re.compile("<(?:!--|[sS][cC][rR][iI][pP][tT][\\s>]|[sS][tT][yY][lL][eE][\\s>])")
_ASIDE_ENDS = {"!": re.compile("-->"), "s": re.compile("</[sS][a-zA-Z]{4,5}\\s*+>")}
# In lower case: what hides text, strikes it through or puts it elsewhere. Each begins with plain characters, which makes it fast.
_SET_ASIDE = tuple(
    re.compile(pattern)
    for pattern in (
        r"display\s*:\s*none",
        r"visibility\s*:",
        r"hidden[\s=>/\"']",
        r"mso-hide",
        r"font-size\s*:\s*0",
        r"line-through",
        r"srcdoc",
        r"<(?:(?:del|s|strike|select|option|template|input|object|embed|iframe)[\s>]|!\[|(?![a-z/!?]))",
    )
)
_TEXT = re.compile(">([^<]+)")
_REFERENCE = re.compile("&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")


class Html(Extractor):
    """A page by its doctype or its first elements."""

    name: ClassVar[str] = "html"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        if b"<" not in head[:_LOOKED_AT]:
            return -1
        beginning = head[:_LOOKED_AT].replace(b"\0", b"")
        return 0.9 if _BEGINNING.match(beginning) else 0.3 if _PART.match(beginning) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        head = file.read(HEAD)
        encoding = _encoding(head, whole=len(head) < HEAD)
        if encoding is None:
            raise NotThisFormat
        data = head + file.read(_ASKED - HEAD) if len(head) == HEAD else head
        text = data[without_mark(head) :].decode(encoding, "replace") if len(data) < _ASKED else ""
        if text and not budget.mentions and not _could_bear(text):
            budget.spend(len(text))
            yield MARKLESS
            return
        page = Page(budget)
        rest = chain([data[without_mark(head) :]], iter(lambda: file.read(_CHUNK), b""))
        yield from sifted(page.read([text] if text else _decoded(rest, encoding)), budget)
        _judge(page)


def _encoding(head: bytes, *, whole: bool) -> str | None:
    """The encoding that the text looks like, or that the page names where its text is valid in it."""
    guess = detect(head, whole=whole)
    match = _NAMED.search(head[:_NAMED_WITHIN])
    named = declared((match[1] or match[2]).decode("ascii", "replace")) if match else None
    if named is None or without_mark(head) or b"\0" in head or (guess == "utf-8" and not head.isascii()):
        return guess
    try:
        codecs.getincrementaldecoder(named)().decode(head, final=whole)
    except UnicodeDecodeError:
        return guess
    return named


def _decoded(chunks: Iterable[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chunks:
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _could_bear(page: str) -> bool:
    """The cheap question: the text is taken out by a pattern. A no is certain; what is set aside or odd makes it a yes."""
    if "&" in page:
        page = _REFERENCE.sub(_resolved, page)
    shown = _without_asides(page)
    lowered = shown.lower()
    if any(pattern.search(lowered) for pattern in _SET_ASIDE) or shown.rfind("<") > shown.rfind(">"):
        return True
    pieces = _TEXT.findall(f">{shown}")
    text = "".join(pieces)
    return len(text) < _LITTLE or ">" in text or could_stand(pieces) or could_stand([shown])


def _resolved(reference: re.Match[str]) -> str:
    """The character of a reference; a tag's beginning stays one, so that it makes no tag."""
    character = html.unescape(reference[0])
    return " " if character in "<>&" else character


def _without_asides(page: str) -> str:
    """The page without comments, scripts and style sheets."""
    kept, at = [], 0
    while match := _ASIDE.search(page, at):
        kept.append(page[at : match.start()])
        ends = _ASIDE_ENDS[page[match.start() + 1]].search(page, match.end() - 1)
        if ends is None:
            return "".join(kept) + "<!["
        at = ends.end()
    return "".join((*kept, page[at:]))


def _judge(page: Page) -> None:
    """Raises Unreadable where the page is not all of what a reader sees."""
    if page.cut:
        raise Unreadable(Unread.CORRUPT)
    if page.embeds:
        raise Unreadable(Unread.UNSUPPORTED)
    if page.pictures and not page.told:
        raise Unreadable(Unread.NO_TEXT)
