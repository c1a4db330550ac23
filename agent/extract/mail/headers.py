"""Header fields of mail (RFC 5322), as programs write them: encoded words (RFC 2047), parameters (RFC 2231), raw GBK."""

from __future__ import annotations

import binascii
import re
from collections import defaultdict
from functools import cached_property
from itertools import groupby

from agent.extract.charset import decode_line
from agent.extract.mail.text import decoded_word
from agent.extract.mail.transfer import unbase64

_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_WORD = re.compile(rb"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?]*)\?=")
_PARAMETER = re.compile(r';\s*([^\s=;"]+?)(?:\*([0-9]{1,4}))?(\*)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")


_Piece = tuple[bool, str]  # whether a parameter is percent-encoded, and its text


class Headers:
    """The fields of one header block. `lines`: their names in small letters and their values, one by one; a line that is no
    field has no name. `fields`: the first of each name.
    """

    def __init__(self, block: bytes) -> None:
        self.lines: list[tuple[str, bytes]] = []
        self.fields: dict[str, bytes] = {}
        for line in _FOLD.sub(b"", block).split(b"\n"):
            name, colon, value = line.partition(b":")
            self.lines.append((_text(name.strip()).lower(), value.strip()) if colon else ("", line.strip()))
            self.fields.setdefault(*self.lines[-1])
        self._parsed: dict[str, dict[str, str]] = {}

    def text(self, name: str) -> str:
        """A field as a reader sees it, empty where it is not there."""
        return decoded_words(self.fields.get(name, b""))

    @cached_property
    def kind(self) -> str:
        """The media type in small letters, empty where none is told."""
        kind = self._main("content-type").lower()
        return kind if "/" in kind else ""

    @property
    def encoding(self) -> str:
        """The content transfer encoding in small letters."""
        return self._main("content-transfer-encoding").lower()

    @property
    def attached(self) -> bool:
        """Whether the part is to be shown as a file of its own."""
        return self._main("content-disposition").lower() == "attachment"

    @property
    def charset(self) -> str:
        """The character set that is named."""
        return self.parameter("content-type", "charset").strip("'\" ")

    @property
    def boundary(self) -> bytes:
        """What parts the parts of a multipart."""
        return self.parameter("content-type", "boundary").rstrip().encode("utf-8", "replace")

    @property
    def filename(self) -> str:
        """The name that is offered for the part's file, without folders; empty where there is none."""
        name = self.parameter("content-disposition", "filename") or self.parameter("content-type", "name")
        return re.split(r"[/\\]", name.strip())[-1]

    def parameter(self, field: str, name: str) -> str:
        """A parameter of a field, empty where it is not there."""
        if field not in self._parsed:
            self._parsed[field] = _parameters(_text(self.fields.get(field, b"")))
        return self._parsed[field].get(name, "")

    def _main(self, field: str) -> str:
        return self.fields.get(field, b"").partition(b";")[0].strip().decode("ascii", "replace")


def decoded_words(raw: bytes) -> str:
    """A field's text: encoded words decoded, those side by side joined before, since a character may be cut between two."""
    if b"=?" not in raw:
        return _text(raw)
    pieces: list[tuple[str, bytes]] = []
    at = 0
    for match in _WORD.finditer(raw):
        between = raw[at : match.start()]
        if between.strip() or not pieces:
            pieces.append(("", between))
        pieces.append((match[1].decode("ascii", "replace").lower(), _word(match[2], match[3])))
        at = match.end()
    pieces.append(("", raw[at:]))
    joined = ((charset, b"".join(data for _, data in group)) for charset, group in groupby(pieces, lambda piece: piece[0]))
    return "".join(decoded_word(data, charset) for charset, data in joined)


def _text(raw: bytes) -> str:
    return raw.decode("ascii") if raw.isascii() else decode_line(raw, "utf-8")


def _word(encoding: bytes, text: bytes) -> bytes:
    if encoding in b"qQ":
        return binascii.a2b_qp(text, header=True)
    return b"".join(unbase64(run) for run in text.split(b"="))


def _parameters(value: str) -> dict[str, str]:
    """All parameters of a field by name."""
    found: dict[str, dict[str, _Piece]] = defaultdict(dict)
    for name, number, extended, quoted, bare in _PARAMETER.findall(value):
        text = _ESCAPED.sub(r"\1", quoted) if quoted else bare.strip().strip('"')
        found[name.lower()].setdefault(number or extended, (bool(extended), text))
    return {name: _chosen(pieces) for name, pieces in found.items()}


def _chosen(pieces: dict[str, _Piece]) -> str:
    """The form with a character set of its own, or the numbered pieces of one (RFC 2231 section 3), or the plain form."""
    if "*" in pieces:
        return _joined([pieces["*"]])
    numbered = sorted((int(key), piece) for key, piece in pieces.items() if key)
    return _joined([piece for _, piece in numbered] or [pieces[""]])


def _joined(pieces: list[_Piece]) -> str:
    extended, first = pieces[0]
    charset, _, rest = first.partition("'")
    _, quote, text = rest.partition("'")
    if not extended or not quote:
        return decoded_words("".join(text for _, text in pieces).encode("utf-8", "replace"))
    return decoded_word(b"".join(_bytes(*piece) for piece in [(True, text), *pieces[1:]]), charset)


def _bytes(extended: bool, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    return _PERCENT.sub(lambda match: bytes([int(match[1], 16)]), raw) if extended else raw
