"""The syntax of a PDF's objects (ISO 32000-1, 7.2 and 7.3): bytes to Python values, without recursion.

A name becomes a str, a string bytes, an array a list, a dictionary a dict with str keys, `null` None.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

_WHITE = rb"\0\t\n\f\r "
_REGULAR = rb"[^\0\t\n\f\r ()<>\[\]{}/%]"
_TOKEN = re.compile(
    rb"(?:[%(w)b]++|%%[^\r\n]*+)*(?:\[([-+.0-9%(w)b]*+)\]|(<<|>>|[\[\]])|/(%(r)b*+)|(\d{1,10})[%(w)b]++(\d{1,10})[%(w)b]++R(?!%(r)b)"
    rb"|([+-]?(?:\d++\.?\d*+|\.\d++))(?!%(r)b)|\(([^()\\\r]*+)\)|(\()|<([0-9A-Fa-f%(w)b]*+)>|(%(r)b++))"
    % {b"w": _WHITE, b"r": _REGULAR}
)
_NUMBERS, _PUNCTUATION, _NAME, _REFERENCE, _NUMBER, _PLAIN, _STRING, _HEX, _WORD = 1, 2, 3, 5, 6, 7, 8, 9, 10
_WORDS = {b"true": True, b"false": False, b"null": None}
_DEEPEST = 64
_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STRING_PART = re.compile(rb"[^()\\]++|\\[0-7]{1,3}|\\\r\n|\\.|[()]", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_HARD = re.compile(rb"\\(?![0-3][0-7]{2}|[nrtbf])")
_LINE_ENDS = re.compile(rb"(?<!\\)\r\n?")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_HEADER = re.compile(rb"[%b]*+(\d{1,10})[%b]++(\d{1,10})[%b]++obj" % ((_WHITE,) * 3))
_STREAM = re.compile(rb"(?:[%b]++|%%[^\r\n]*+)*stream(?:\r\n|\n|\r)" % _WHITE)

Value = Any
"""What an object may be: its kind is checked where it is used."""

Dictionary = dict[str, Value]


class Unsure(Exception):
    """The file is beyond what is understood here. That says nothing against the file."""


class Damaged(Unsure):
    """No sound file looks like this: something is missing, or is not what the file says that it is."""


class Ref(NamedTuple):
    """A reference to an indirect object."""

    number: int
    generation: int


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream's dictionary, and where in the file its bytes begin. `number`: of the object that it is."""

    dictionary: Dictionary
    start: int
    number: int


def parse(data: bytes, at: int = 0) -> tuple[Value, int]:
    """The value at a place, and where it ends. Raises Unsure where none is."""
    open_lists: list[tuple[bytes, list[Value]]] = []
    current: list[Value] = []
    while True:
        match = _TOKEN.match(data, at)
        if match is None:
            raise Unsure
        at, kind = match.end(), match.lastindex
        if kind == _PUNCTUATION:
            current = _punctuated(match[_PUNCTUATION], open_lists, current)
        elif kind == _STRING:
            text, at = _balanced(data, at)
            current.append(text)
        else:
            current.append(_atom(match, kind))
        if not open_lists:
            return current[0], at


def _punctuated(mark: bytes, open_lists: list[tuple[bytes, list[Value]]], current: list[Value]) -> list[Value]:
    """The list that goes on after a bracket."""
    if mark in (b"<<", b"["):
        open_lists.append((mark, current))
        if len(open_lists) > _DEEPEST:
            raise Unsure
        return []
    opener, outer = open_lists.pop() if open_lists else (b"", current)
    if (opener, mark) == (b"<<", b">>"):
        outer.append(_dictionary(current))
    elif (opener, mark) == (b"[", b"]"):
        outer.append(current)
    else:
        raise Unsure
    return outer


def _dictionary(flat: list[Value]) -> Dictionary:
    keys = flat[::2]
    if len(flat) % 2 or not all(type(key) is str for key in keys):
        raise Unsure
    return dict(zip(keys, flat[1::2], strict=True))


def _atom(match: re.Match[bytes], kind: int | None) -> Value:
    if kind == _NAME:
        return name(match[_NAME])
    if kind == _REFERENCE:
        return Ref(int(match[_REFERENCE - 1]), int(match[_REFERENCE]))
    if kind == _NUMBER:
        return _number(match[_NUMBER])
    if kind == _NUMBERS:
        return _numbers(match[_NUMBERS])
    if kind == _PLAIN:
        return match[_PLAIN]
    if kind == _HEX:
        return hexadecimal(match[_HEX])
    if match[_WORD] not in _WORDS:
        raise Unsure
    return _WORDS[match[_WORD]]


def _numbers(digits: bytes) -> list[Value]:
    """The numbers of an array; widths of glyphs come by the hundred."""
    try:
        return list(map(float if b"." in digits else int, digits.replace(b"\0", b" ").split()))
    except ValueError:
        raise Unsure from None


def _number(digits: bytes) -> int | float:
    try:
        return float(digits) if b"." in digits else int(digits)
    except ValueError:
        raise Unsure from None


def name(raw: bytes) -> str:
    """A name without its escapes; each byte is one character."""
    return (_NAME_ESCAPE.sub(lambda m: bytes.fromhex(m[1].decode()), raw) if b"#" in raw else raw).decode("latin-1")


def hexadecimal(digits: bytes) -> bytes:
    """The bytes of a hexadecimal string's digits, among which there may be white space."""
    try:
        return bytes.fromhex(digits.decode())
    except ValueError:  # an odd number of them, or a NUL between them
        digits = b"".join(digits.replace(b"\0", b"").split())
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


def literal(raw: bytes) -> bytes:
    """The bytes of a literal string without its outer parentheses."""
    raw = without_escaped_marks(raw)
    if b"\r" in raw:
        raw = _LINE_ENDS.sub(b"\n", raw)
    if b"\\" not in raw:
        return raw
    if not _HARD.search(raw):  # Python's own escapes are the same then, and a hundred times faster
        return codecs.unicode_escape_decode(raw)[0].encode("latin-1")
    return _ESCAPE.sub(_unescaped, raw)


def without_escaped_marks(data: bytes) -> bytes:
    """The same strings with no parenthesis or backslash escaped, but each written as its octal code."""
    if b"\\" not in data:
        return data
    return data.replace(rb"\\", rb"\134").replace(rb"\(", rb"\050").replace(rb"\)", rb"\051")


def _unescaped(match: re.Match[bytes]) -> bytes:
    what = match[1]
    if what[:1].isdigit() and what[:1] < b"8":
        return bytes([int(what, 8) & 255])
    return _ESCAPED.get(what, what)


def _balanced(data: bytes, start: int) -> tuple[bytes, int]:
    """A literal string with escapes or parentheses in it, and where it ends."""
    depth, at = 1, start
    while match := _STRING_PART.match(data, at):
        at = match.end()
        depth += {b"(": 1, b")": -1}.get(match[0], 0)
        if depth == 0:
            return literal(data[start : at - 1]), at
    raise Unsure


def indirect(data: bytes, number: int, offset: int) -> Value:
    """The object at the beginning of `data`, itself at `offset` of the file. Raises Unsure, Damaged for another object."""
    header = _HEADER.match(data)
    if header is None or int(header[1]) != number:
        raise Damaged
    value, end = parse(data, header.end())
    if type(value) is dict and (stream := _STREAM.match(data, end)):
        return Stream(value, offset + stream.end(), number)
    return value


def text(value: Value) -> str:
    """A text string (7.9.2.2): UTF-16 or UTF-8 by its mark, otherwise PDFDocEncoding, of which ASCII is enough here."""
    if not isinstance(value, bytes):
        return ""
    if value.startswith((b"\xfe\xff", b"\xff\xfe")):
        return value[2:].decode("utf-16-be" if value[0] == 0xFE else "utf-16-le", "replace")
    if value.startswith(b"\xef\xbb\xbf"):
        return value[3:].decode("utf-8", "replace")
    return value.decode("latin-1")
