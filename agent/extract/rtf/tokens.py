"""The tokens of Rich Text Format (RTF 1.9.1, "Syntax"), piece by piece: groups, control words, and the text in its spellings."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache

TEXT, ESCAPED, UNICODE, WORDS, SYMBOL, OPEN, CLOSE, BINARY, RAW = range(1, 10)

Word = tuple[str, int | None]
Token = tuple[int, bytes]
"""One of the kinds above and its bytes as they stand; RAW ones are those that a `BINARY` announced."""

_TOKEN = re.compile(
    rb"([^\\{}\r\n\0]+)"
    rb"|((?:\\'[0-9a-fA-F]{2})+)"
    rb"|((?:\\u-?[0-9]{1,6} ?(?:\?|(?:\\'[0-9a-fA-F]{2}){0,2}))+)"
    rb"|((?:\\(?!u-?[0-9]|bin[0-9])[a-zA-Z]{1,32}(?:-?[0-9]{1,10})?[ \r\n]?){1,24})"
    rb"|\\([^a-zA-Z'])"
    rb"|(\{)|(\})"
    rb"|\\bin([0-9]{1,10}) ?"
    rb"|[\r\n\0]+|\\u?",
    re.DOTALL,
)
_BRACES = re.compile(rb"[{}]|\\bin([0-9]{1,10}) ?|\\[^a-zA-Z]", re.DOTALL)
_WORD = re.compile(rb"\\([a-zA-Z]+)(-?[0-9]+)?")
_UNIT = re.compile(rb"\\u(-?[0-9]{1,6}) ?(\?|(?:\\'[0-9a-fA-F]{2}){0,2})")
_CODE = re.compile(rb"u(-?[0-9]{1,6})")
_SINGLE = re.compile(rb"(?:\\u-?[0-9]{1,6} ?(?:\?|\\'[0-9a-fA-F]{2}))+")
_LONGEST_WORD = 64


class Tokens:
    """Fed with the pieces of one file in order. `skip` leaves a group out to its end; `cut`: the file ended within a group."""

    def __init__(self) -> None:
        self.depth = 0
        self._skip_to = 0
        self._binary = 0

    @property
    def cut(self) -> bool:
        """Whether groups are still open."""
        return self.depth > 0

    def skip(self) -> None:
        """Leave out what comes until the innermost group ends. Its end is a token still."""
        self._skip_to = self.depth

    def read(self, pieces: Iterable[bytes]) -> Iterator[Token]:
        """The tokens of all pieces. Nothing follows the end of the outermost group."""
        rest = b""
        for piece in pieces:
            data = rest + piece
            cut = _end_of_whole(data)
            rest = data[cut:]
            yield from self._tokens(data[:cut])
        yield from self._tokens(rest)

    def _tokens(self, data: bytes) -> Iterator[Token]:
        at = 0
        while at < len(data):
            if self._binary:
                taken = min(self._binary, len(data) - at)
                self._binary -= taken
                if not self._skip_to:
                    yield RAW, data[at : at + taken]
                at += taken
            elif self._skip_to:
                at = self._behind_group(data, at)
            elif (match := _TOKEN.match(data, at)) is None:  # a backslash that begins nothing
                at += 1
            else:
                at = match.end()
                kind = match.lastindex
                if kind is not None:
                    if kind >= OPEN:
                        kind = self._structure(kind, match)
                    yield kind, match[kind] if kind < RAW else b""

    def _structure(self, kind: int, match: re.Match[bytes]) -> int:
        """Keep count of the groups, and of the bytes that follow as they are."""
        if kind == OPEN:
            self.depth += 1
        elif kind == CLOSE:
            self.depth -= 1
        elif kind == BINARY:
            self._binary = int(match[BINARY])
        return kind

    def _behind_group(self, data: bytes, at: int) -> int:
        """Where the group ends that is left out, or the end of the data."""
        for match in _BRACES.finditer(data, at):
            found = match[0]
            if found == b"{":
                self.depth += 1
            elif found == b"}":
                if self.depth == self._skip_to:
                    self._skip_to = 0
                    return match.start()
                self.depth -= 1
            elif match[1]:
                self._binary = int(match[1])
                return match.end()
        return len(data)


@lru_cache(maxsize=1024)
def words(run: bytes) -> tuple[Word, ...]:
    """The control words of a run with their numbers. The same runs occur again and again."""
    found = _WORD.findall(run)
    return tuple((name.decode("ascii"), int(number) if number else None) for name, number in found)


def escaped(run: bytes) -> bytes:
    """The bytes that a run of \\' spells."""
    return bytes.fromhex(run.replace(b"\\'", b"").decode("ascii"))


def units(run: bytes) -> bytes | None:
    """The UTF-16 (little endian) that a run of \\u spells, where one byte stands for each unit for who does not know \\u."""
    if not _SINGLE.fullmatch(run):
        return None
    codes = [int(code) & 0xFFFF for code in _CODE.findall(run)]
    return struct.pack(f"<{len(codes)}H", *codes)


def units_apart(run: bytes) -> list[tuple[bytes, bytes]]:
    """Each UTF-16 unit of a run of \\u with the bytes that stand for it where \\u is not known."""
    found = _UNIT.findall(run)
    return [(struct.pack("<H", int(code) & 0xFFFF), b"?" if instead == b"?" else escaped(instead)) for code, instead in found]


def _end_of_whole(data: bytes) -> int:
    """Where the last control word or escape begins that the next piece may go on."""
    at = data.rfind(b"\\", max(0, len(data) - _LONGEST_WORD))
    while at > 0 and data[at - 1 : at] == b"\\":
        at -= 1
    return at if at >= 0 else len(data)
