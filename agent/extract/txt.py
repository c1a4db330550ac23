"""Plain text in any of the encodings of Chinese computers, read in chunks so that a file of any size stays small in memory."""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO, ClassVar

from agent.extract.base import HEAD, MARKLESS, Budget, Extractor, NotThisFormat, Unreadable
from agent.extract.charset import WIDE, decode_line, detect, junk, without_mark
from checks.marking.standing import could_stand
from checks.marking.text import OVERLAP, Block
from policies.vocabulary import Place, Unread

CHUNK = 256 << 10
HELD = 2 << 20
"""Characters that are held back while no mark could be in them."""

_LONGEST_CARRY = 1 << 20  # bytes of one line that are kept until its end comes
_NEIGHBOURS = 200  # characters: a mark may be spread over the end of one chunk and the beginning of the next
_JUNK_SHARE = 10  # a chunk with more than one character in ten that no text has is no text
_LOOKED_AT = 1024

# A row of a table (comma-separated values) of which one cell is filled is a line of its own for who sees the table.
_CELL = '"?([^",;\\t\\r\\n]{1,60}+)"?'
_LONE_CELL = re.compile(
    rf"""^(?: (?:(?:"")?[,;]){{2,}}{_CELL}(?:[,;](?:"")?)* | (?:"")?[,;]{_CELL}(?:[,;](?:"")?)+ | {_CELL}(?:[,;]"")+ )
    (?=\r?$)""",
    re.MULTILINE | re.VERBOSE,
)
_SIGNS_OF_ROWS = (",,", ";;", '""', "\n,", "\n;")

# Text that spells its text in another way: entities, escapes, transfer encodings. Its marks may be read here, but what is not
# found here may still be there, so such a file is never called read in full.
_SPELT_OTHERWISE = re.compile(
    rb"""\s*(?:\{\\rtf | %!PS | %PDF- | <\?xml | <!doctype | <html
        | (?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:MIME-Version|Content-Transfer-Encoding|Content-Type):[ ]
        | From[ ]\S+@\S+[ ] | begin[ ]\d{3}[ ] | -----BEGIN[ ])""",
    re.IGNORECASE | re.VERBOSE,
)


class Txt(Extractor):
    """Lines of text. An empty file is a text of no lines. Whether a file is one at all, its first 64 KiB tell."""

    name: ClassVar[str] = "txt"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return 0.0 if b"\0" in head[:_LOOKED_AT] else 0.1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block]:
        head = file.read(HEAD)
        encoding = detect(head, whole=len(head) < HEAD)
        if encoding is None:
            raise NotThisFormat
        chunks = chain([head[without_mark(head) :]], iter(lambda: file.read(CHUNK), b""))
        yield from _worth_giving(_sound(decoded(chunks, encoding), budget), budget)
        if _SPELT_OTHERWISE.match(head[:4096]):
            raise Unreadable(Unread.UNSUPPORTED)


def decoded(chunks: Iterator[bytes], encoding: str) -> Iterator[str]:
    """The text of chunks of bytes, cut at the ends of lines."""
    return _wide(chunks, encoding) if encoding in WIDE else _narrow(chunks, encoding)


def _sound(texts: Iterator[str], budget: Budget) -> Iterator[str]:
    """The texts as long as they are text. Raises Unreadable where they are no more."""
    for text in texts:
        budget.spend(len(text))
        if junk(text) * _JUNK_SHARE > len(text):
            raise Unreadable(Unread.UNSUPPORTED)
        yield text


def _worth_giving(texts: Iterator[str], budget: Budget) -> Iterator[Block]:
    """Nothing of a text that can bear no mark; all of one that can, from `HELD` characters before the first sign of it on.

    What comes so far down a text is not on its first page.
    """
    held: deque[str] = deque()
    size, page, before = 0, 1, ""
    for text in texts:
        if budget.mentions or could_stand([before + text]):
            yield from (Block(_unrowed(each), Place.BODY, page) for each in chain(held, [text], texts))
            return
        if not held:
            yield MARKLESS
        held.append(text)
        size += len(text)
        while size > HELD:
            size -= len(held.popleft())
            page = 2
        before = text[-_NEIGHBOURS:]


def _unrowed(text: str) -> str:
    if not (text[:1] in ",;" or any(sign in text for sign in _SIGNS_OF_ROWS)):
        return text
    return _LONE_CELL.sub(lambda row: row[1] or row[2] or row[3], text)


def _narrow(chunks: Iterator[bytes], encoding: str) -> Iterator[str]:
    """Text in an encoding in which no character's bytes hold a line feed: cut there, then decoded."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        cut = rest.rfind(b"\n") + 1
        if cut == 0 and len(rest) < _LONGEST_CARRY:
            continue
        # A line without end is cut anywhere; the two parts overlap, so that a mark is whole in one of them.
        yield _decode(rest[: cut or len(rest)], encoding)
        rest = rest[cut or max(0, len(rest) - 4 * OVERLAP) :]
    if rest:
        yield _decode(rest, encoding)


def _decode(data: bytes, encoding: str) -> str:
    """All of it at once where it is valid, otherwise line by line: logs and mailboxes mix encodings."""
    try:
        return data.decode("ascii" if data.isascii() else encoding)
    except UnicodeDecodeError:
        return "\n".join(decode_line(line, encoding) for line in data.split(b"\n"))


def _wide(chunks: Iterator[bytes], encoding: str) -> Iterator[str]:
    """Text in two or four bytes a unit."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    rest = ""
    for chunk in chunks:
        rest += decoder.decode(chunk)
        cut = rest.rfind("\n") + 1
        if cut == 0 and len(rest) < _LONGEST_CARRY:
            continue
        yield rest[: cut or len(rest)]
        rest = rest[cut or max(0, len(rest) - OVERLAP) :]
    rest += decoder.decode(b"", final=True)
    if rest:
        yield rest
