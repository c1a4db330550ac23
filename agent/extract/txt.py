"""Plain text in any of the encodings of Chinese computers, read in chunks so that a file of any size stays small in memory."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import HEAD, Budget, Extractor, NotThisFormat, Unreadable
from agent.extract.charset import WIDE, decode_line, detect, junk, without_mark
from checks.marking.text import OVERLAP, Block
from policies.vocabulary import Place, Unread

CHUNK = 256 << 10
_LONGEST_CARRY = 1 << 20  # bytes of one line that are kept until its end comes
_JUNK_SHARE = 10  # a chunk with more than one character in ten that no text has is no text

# Text that spells its text in another way: entities, escapes, transfer encodings. Its marks may be read here, but what is not
# found here may still be there, so such a file is never called read in full.
_SPELT_OTHERWISE = re.compile(
    rb"""\s*(?:\{\\rtf | %!PS | %PDF- | <\?xml | <!doctype | <html
        | (?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:MIME-Version|Content-Transfer-Encoding|Content-Type):[ ]
        | From[ ]\S+@\S+[ ] | begin[ ]\d{3}[ ] | -----BEGIN[ ])""",
    re.IGNORECASE | re.VERBOSE,
)


class Txt(Extractor):
    """Lines of text. An empty file is a text of no lines."""

    name: ClassVar[str] = "txt"

    def rank(self, head: bytes) -> float:
        return 0.1 if detect(head, whole=len(head) < HEAD) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block]:
        head = file.read(HEAD)
        encoding = detect(head, whole=len(head) < HEAD)
        if encoding is None:
            raise NotThisFormat
        file.seek(without_mark(head))
        texts = _wide(file, encoding) if encoding in WIDE else _narrow(file, encoding)
        for text in texts:
            budget.spend(len(text))
            if junk(text) * _JUNK_SHARE > len(text):
                raise Unreadable(Unread.UNSUPPORTED)
            yield Block(text, Place.BODY)
        if _SPELT_OTHERWISE.match(head[:4096]):
            raise Unreadable(Unread.UNSUPPORTED)


def _narrow(file: BinaryIO, encoding: str) -> Iterator[str]:
    """Text in an encoding in which no character's bytes hold a line feed: cut there, then decoded."""
    rest = b""
    while chunk := file.read(CHUNK):
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
        return data.decode(encoding)
    except UnicodeDecodeError:
        return "\n".join(decode_line(line, encoding) for line in data.split(b"\n"))


def _wide(file: BinaryIO, encoding: str) -> Iterator[str]:
    """Text in two or four bytes a unit."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    rest = ""
    while chunk := file.read(CHUNK):
        rest += decoder.decode(chunk)
        cut = rest.rfind("\n") + 1
        if cut == 0 and len(rest) < _LONGEST_CARRY:
            continue
        yield rest[: cut or len(rest)]
        rest = rest[cut or max(0, len(rest) - OVERLAP) :]
    rest += decoder.decode(b"", final=True)
    if rest:
        yield rest
