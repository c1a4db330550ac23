"""An RTF document (RTF 1.9.1): turns its tokens into located paragraphs, properties and embedded objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from agent.extract.base import Budget, Member, Unreadable
from agent.extract.flow import Paragraph
from agent.extract.rtf.format import Fonts, Format, after, changed, look
from agent.extract.rtf.objects import embedded
from agent.extract.rtf.tokens import (
    BINARY,
    CLOSE,
    ESCAPED,
    OPEN,
    RAW,
    SYMBOL,
    TEXT,
    UNICODE,
    WORDS,
    Tokens,
    escaped,
    units,
    units_apart,
    words,
)
from agent.extract.rtf.words import ACTIVE, CAUGHT, CHARACTERS, ENDS, FLOWS, KNOWN_STARRED, LEFT_OUT, PROPERTIES, SYMBOLS
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_ART = "gtextUNICODE"
_LONGEST_CATCH = 64 << 10
_LONGEST_RUN = 64 << 10
_NO_DIGITS = re.compile(rb"[^0-9a-fA-F]+")
_AT_ONCE = 64  # blocks


@dataclass(slots=True)
class _Flow:
    """A stretch of paragraphs of its own: the body, a header, a text box."""

    place: Place
    page: int
    paragraph: Paragraph | None = None


@dataclass(slots=True)
class _Catch:
    """Text that is no part of a flow."""

    name: str
    texts: list[str] = field(default_factory=list)
    data: bytearray = field(default_factory=bytearray)
    digit: bytes = b""
    length: int = 0


@dataclass(slots=True)
class _Group:
    """What holds until a group ends. Without a flow and without a catch its text is left out."""

    flow: _Flow | None
    format: Format
    catch: _Catch | None = None
    fonts: bool = False
    starred: bool = False
    instead: _Flow | None = None
    doubled: bool = False


class Reader:
    """Reads the pieces of one document. `cut`: its end is missing. `told`: a reader saw text; `pictures`: there were any."""

    def __init__(self, budget: Budget) -> None:
        self.told = False
        self.pictures = False
        self.cut = False
        self._budget = budget
        self._tokens = Tokens()
        self._fonts = Fonts()
        self._font = 0
        self._body = _Flow(Place.BODY, 1)
        self._groups = [_Group(self._body, Format())]
        self._bytes: list[bytes] = []
        self._pending = 0
        self._owed = 0
        self._half = b""
        self._property = ""
        self._shape = ""
        self._class = ""
        self._ready: list[Block | Member] = []
        self._on: dict[int, Callable[[bytes], None]] = {
            TEXT: self._text,
            ESCAPED: lambda run: self._text(escaped(run)),
            UNICODE: self._units,
            WORDS: self._words,
            SYMBOL: self._symbol,
            OPEN: self._open,
            CLOSE: self._close,
            BINARY: lambda _: None,
            RAW: self._raw,
        }

    def read(self, pieces: Iterable[bytes]) -> Iterator[Block | Member]:
        """The document's text in reading order. Raises Unreadable."""
        over = False
        for kind, value in self._tokens.read(pieces):
            if over:
                self.cut = self.cut or bool(value.strip(b"\0\r\n\t "))
                continue
            self._on[kind](value)
            over = kind == CLOSE and len(self._groups) == 1
            if len(self._ready) >= _AT_ONCE or (kind == CLOSE and self._ready and isinstance(self._ready[-1], Member)):
                yield from self._take()
        self.cut = self.cut or len(self._groups) > 1
        while len(self._groups) > 1:
            self._close(b"")
        self._end_paragraph(self._body)
        yield from self._take()

    def _take(self) -> list[Block | Member]:
        taken, self._ready = self._ready, []
        self._budget.spend(sum(len(part.text) for part in taken if isinstance(part, Block)))
        return taken

    def _open(self, _value: bytes) -> None:
        self._flush()
        self._owed = 0
        inner = replace(self._groups[-1], starred=False)
        self._budget.nested(len(self._groups))
        self._groups.append(inner)

    def _close(self, _value: bytes) -> None:
        self._flush()
        self._owed = 0
        if len(self._groups) == 1:
            return
        ended, above = self._groups.pop(), self._groups[-1]
        if ended.flow is not None and ended.flow is not above.flow and ended.flow is not above.instead:
            self._end_paragraph(ended.flow)
        if ended.catch is not None and ended.catch is not above.catch:
            self._caught(ended.catch)

    def _words(self, run: bytes) -> None:
        group = self._groups[-1]
        self._owed = 0
        told = words(run)
        if not group.starred and not group.fonts and not any(name in ACTIVE for name, _ in told):
            format_ = after(group.format, run)
            if format_ is not group.format:
                self._flush()
                group.format = format_
            return
        for name, number in told:
            self._word(name, number)

    def _word(self, name: str, number: int | None) -> None:
        group = self._groups[-1]
        if group.starred:
            group.starred = False
            if name not in KNOWN_STARRED:
                self._leave_out(group)
                return
        if name not in ACTIVE and not group.fonts:
            self._flush()
            group.format = changed(group.format, name, number)
        elif name in CHARACTERS:
            self._write(CHARACTERS[name])
        elif name in ENDS:
            self._end(name)
        elif name in LEFT_OUT or name == "pict" or (group.doubled and name in CAUGHT):
            self.pictures = self.pictures or name == "pict"
            self._leave_out(group)
        elif name in FLOWS and group.flow is not None:
            self._begin_flow(group, *FLOWS[name])
        elif name == "sv" and self._shape != _ART:
            self._leave_out(group)
        elif name in CAUGHT:
            group.flow, group.catch = None, _Catch(name)
        else:
            self._set(group, name, number)

    def _set(self, group: _Group, name: str, number: int | None) -> None:
        match name:
            case "fonttbl":
                group.flow, group.fonts = None, True
            case "info":
                group.flow = None
            case "upr":  # the same twice: in the code page, then in Unicode
                group.flow, group.instead, group.doubled = None, group.flow, True
            case "ud":
                group.flow, group.doubled = group.instead, False
            case "f" if group.fonts:
                self._font = number or 0
            case "fcharset" if group.fonts:
                self._fonts.has(self._font, number or 0)
            case "cpg" if group.fonts:
                self._fonts.has_page(self._font, number or 0)
            case "deff":
                self._fonts.default = number
            case "ansicpg" | "mac" | "pc" | "pca":
                self._fonts.page = {"mac": 10000, "pc": 437, "pca": 850}.get(name, number or 0)

    def _leave_out(self, group: _Group) -> None:
        group.flow, group.catch = None, None
        self._tokens.skip()

    def _begin_flow(self, group: _Group, place: Place, page: int) -> None:
        outer = group.flow or self._body
        if place is Place.TEXTBOX:
            page = outer.page
        group.flow = _Flow(place, page)
        group.format = replace(group.format, table=False)

    def _end(self, name: str) -> None:
        self._flush()
        flow = self._groups[-1].flow
        if flow is None:
            return
        if name in ("line", "lbr") and flow.paragraph is not None:
            self._add("\n")
            return
        self._end_paragraph(flow)
        if name in ("page", "sect") and flow is self._body:
            flow.page += 1

    def _end_paragraph(self, flow: _Flow) -> None:
        if flow.paragraph is not None:
            self._give(flow.paragraph)
            flow.paragraph = None

    def _give(self, paragraph: Paragraph) -> None:
        for block in paragraph.take():
            self.told = self.told or block.place.seen_by_a_reader
            self._ready.append(block)

    def _text(self, data: bytes) -> None:
        if self._owed:
            taken = min(self._owed, len(data))
            self._owed -= taken
            data = data[taken:]
        self._bytes.append(data)
        self._pending += len(data)
        if self._pending > _LONGEST_RUN:
            rest = data[data.rfind(b" ") + 1 :] if b" " in data else b""  # no character is cut behind a space
            self._bytes[-1] = data[: len(data) - len(rest)]
            self._flush()
            self._bytes.append(rest)
            self._pending = len(rest)

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._groups[-1].starred = True
        elif symbol in (b"\r", b"\n"):
            self._end("par")
        elif symbol in SYMBOLS:
            self._write(SYMBOLS[symbol])
        elif symbol in b"\\{}":
            self._text(symbol)

    def _units(self, run: bytes) -> None:
        self._flush()
        self._owed = 0
        wanted, font = self._groups[-1].format.fallback, self._groups[-1].format.font
        codes = units(run) if wanted == 1 else None
        if codes is not None:
            self._add_units(codes, font)
            return
        for unit, instead in units_apart(run):
            self._flush()
            self._add_units(unit, font)
            self._owed = max(0, wanted - len(instead))
            if len(instead) > wanted:  # more bytes than stand for the character are text of their own
                self._bytes.append(instead[wanted:])

    def _add_units(self, codes: bytes, font: int | None) -> None:
        """Text in UTF-16; the first half of a character waits for its second."""
        codes, self._half = self._half + codes, b""
        if 0xD8 <= codes[-1] <= 0xDB:
            codes, self._half = codes[:-2], codes[-2:]
        if codes:
            self._add(self._fonts.units(codes, font))

    def _raw(self, data: bytes) -> None:
        catch = self._groups[-1].catch
        if catch is not None and catch.name == "objdata":
            self._catch(catch, data)

    def _write(self, text: str) -> None:
        self._flush()
        self._add(text)

    def _flush(self) -> None:
        """What bytes there were is text now: two of them may have been one character."""
        if not self._bytes:
            return
        data, group = b"".join(self._bytes), self._groups[-1]
        self._bytes.clear()
        self._pending = 0
        if group.fonts:
            self._fonts.is_named(self._font, data)
        elif group.catch is not None and group.catch.name == "objdata":
            self._hexadecimal(group.catch, data)
        elif group.flow is not None or group.catch is not None:
            self._add(self._fonts.decode(data, group.format.font))

    def _add(self, text: str) -> None:
        group = self._groups[-1]
        if group.catch is not None:
            group.catch.texts.append(text)
            group.catch.length += len(text)
            if group.catch.length > _LONGEST_CATCH:
                raise Unreadable(Unread.TOO_LARGE)
            return
        flow = group.flow
        if flow is None or not text:
            return
        if flow.paragraph is None:
            flow.paragraph = Paragraph(flow.page, group.format.left)
        flow.paragraph.add(text, group.format.place(flow.place), look(group.format))
        if flow.paragraph.overlong:
            self._give(flow.paragraph)

    def _catch(self, catch: _Catch, data: bytes) -> None:
        if len(catch.data) + len(data) > min(self._budget.held, self._budget.memory) // 2:  # it is copied once
            raise Unreadable(Unread.TOO_LARGE)
        catch.data += data

    def _hexadecimal(self, catch: _Catch, data: bytes) -> None:
        """Digits, two for a byte; the first of a pair waits for its second."""
        digits = catch.digit + _NO_DIGITS.sub(b"", data)
        even = len(digits) & ~1
        catch.digit = digits[even:]
        self._catch(catch, bytes.fromhex(digits[:even].decode("ascii")))

    def _caught(self, catch: _Catch) -> None:
        text = "".join(catch.texts)
        match catch.name:
            case "sn":
                self._shape = text
            case "sv" if text.strip():
                self.told = True
                self._ready.append(Block(text, self._art_place()))
            case "objclass":
                self._class = text
            case "objdata":
                self._ready += embedded(catch.data, self._class)
            case "propname":
                self._property = text
            case "staticval" if text.strip():
                self._ready.append(Block(f"{self._property}={text}", Place.METADATA, page=0))
            case name if name in PROPERTIES and text.strip():
                self._ready.append(Block(text, Place.METADATA, page=0))

    def _art_place(self) -> Place:
        """Word puts watermarks into headers."""
        places = {group.flow.place for group in self._groups if group.flow}
        return Place.WATERMARK if places & {Place.HEADER, Place.FOOTER} else Place.TEXTBOX
