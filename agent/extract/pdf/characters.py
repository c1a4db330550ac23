"""A page's characters with their places, read in bulk: PDFium is asked for one thing of all of them, not for all things of one.

What a page shows at one go, in one line and without gaps, stays together: a line of text is one glyph then, and not forty.
"""

from __future__ import annotations

import ctypes
import math
import re
from array import array
from collections.abc import Iterator
from itertools import compress, islice, pairwise, repeat
from operator import ne, sub

import pypdfium2.raw as pdfium

from agent.extract.glyph import SPACE, Glyph
from agent.extract.pdf.engine import Handle, address, quick
from agent.extract.pdf.fonts import UNKNOWN

_BELOW = 0.12  # the share of a Chinese character that is below the baseline
_TALLEST = 2.5  # a box so much taller or lower than its font is right, and what is known of the font is not
_STEP = 0.1  # heights by which each character of a run begins further on, at least
_STILL = 0.01  # points by which a line's characters differ in height
_BOLD = 600
_NONE = -1  # the address of nothing
_WHITE = re.compile("[\0- ]")
_ODD = re.compile("[\ufffd\U00010000-\U0010ffff]")  # where these are, PDFium's text has other places than its characters

Box = tuple[float, float, float, float]

_P, _I = ctypes.c_void_p, ctypes.c_int
_object_of = quick(pdfium.FPDFText_GetTextObject, _P, _P, _I)
_code_of = quick(pdfium.FPDFText_GetUnicode, ctypes.c_uint, _P, _I)
_failed = quick(pdfium.FPDFText_HasUnicodeMapError, ctypes.c_ubyte, _P, _I)
_generated = quick(pdfium.FPDFText_IsGenerated, _I, _P, _I)
_box_of = quick(pdfium.FPDFText_GetLooseCharBox, _I, _P, _I, _P)
_origin_of = quick(pdfium.FPDFText_GetCharOrigin, _I, _P, _I, _P, _P)
_matrix_of = quick(pdfium.FPDFText_GetMatrix, _I, _P, _I, _P)
_size_of = quick(pdfium.FPDFText_GetFontSize, ctypes.c_double, _P, _I)
_weight_of = quick(pdfium.FPDFText_GetFontWeight, _I, _P, _I)


def plain(text: Handle) -> str:
    """The page's text in PDFium's own order and lines."""
    count = pdfium.FPDFText_CountChars(text)
    if count <= 0:
        return ""
    buffer = ctypes.create_string_buffer(2 * (count + 1))
    written = pdfium.FPDFText_GetText(text, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
    return buffer.raw[: 2 * max(0, written - 1)].decode("utf-16-le", "replace")


def unknown(text: Handle) -> bytes:
    """For each character 1 where its font does not say which one it is, otherwise 0."""
    return bytes(map(_failed, repeat(address(text)), range(pdfium.FPDFText_CountChars(text))))


class Characters:
    """The characters of a text where they stand on the page as it is shown, turned by `turns` quarters.

    `missing`: what `unknown` says, `shown`: what `plain` says of it.
    """

    def __init__(self, text: Handle, turns: int, missing: bytes, shown: str) -> None:
        self._text = address(text)
        self._turns = turns
        self._count = len(missing)
        self._shown = self._read(missing, shown)
        self._boxes = array("f", bytes(16 * self._count))
        first, _ = self._boxes.buffer_info()
        calls = map(_box_of, repeat(self._text), range(self._count), range(first, first + 16 * self._count, 16))
        self._placed = bytes(calls)
        self._matrix, self._point = array("f", bytes(24)), array("d", bytes(16))

    def runs(self) -> Iterator[tuple[float, Glyph]]:
        """What is shown at one go, in the order in which it is written, with the sine of the angle at which it leans.

        Those that PDFium adds are not among them.
        """
        objects = list(map(_object_of, repeat(self._text), range(self._count)))
        for index in self._added():
            objects[index] = _NONE
        changes = map(ne, objects, islice(objects, 1, None))
        borders = [0, *compress(range(1, self._count), changes), self._count]
        for start, end in pairwise(borders):
            if start < end and objects[start] != _NONE:
                run = self._as_one(start, end)
                yield from self._singly(start, end) if run is None else [(0.0, run)]

    def apart(self, run: Glyph) -> Iterator[tuple[float, Glyph]]:
        """The characters of a run, each by itself."""
        return self._singly(run.index, run.index + len(run.text))

    def points(self, index: int) -> float:
        """The size at which a character is shown: its font's size in the scale of its place."""
        scale = 1.0
        if _matrix_of(self._text, index, self._matrix.buffer_info()[0]):
            scale = math.hypot(self._matrix[2], self._matrix[3])
        return abs(float(_size_of(self._text, index))) * scale

    def is_bold(self, index: int) -> bool:
        """Whether a character's font is a bold one."""
        return bool(_weight_of(self._text, index) >= _BOLD)

    def _singly(self, start: int, end: int) -> Iterator[tuple[float, Glyph]]:
        for index in range(start, end):
            place = self._place(index)
            if place is not None:
                lean, box = place
                yield lean, Glyph(self._shown[index], *box, index)

    def _read(self, missing: bytes, shown: str) -> str:
        """The characters one by one, those of which nobody knows what they are marked so."""
        if len(shown) != self._count or _ODD.search(shown):
            shown = "".join(map(_character, map(_code_of, repeat(self._text), range(self._count))))
        if not any(missing):
            return shown
        return "".join(UNKNOWN if unmapped else character for character, unmapped in zip(shown, missing, strict=True))

    def _added(self) -> Iterator[int]:
        """Those that the page itself does not hold; they are white space."""
        for match in _WHITE.finditer(self._shown):
            if _generated(self._text, match.start()) == 1:
                yield match.start()

    def _as_one(self, start: int, end: int) -> Glyph | None:
        """A run in one line from left to right without gaps, None for any other."""
        if end - start < 2 or self._turns or 0 in self._placed[start:end]:
            return None
        size = self.points(start)
        lean = self._lean()
        lefts, tops, rights, bottoms = (self._boxes[4 * start + side : 4 * end : 4] for side in range(4))
        base = self._base(start)
        if lean > _STILL or abs(base - self._base(end - 1)) > _STILL:
            return None
        if not (_fits(min(tops) - max(bottoms), size) and _fits(max(tops) - min(bottoms), size)):
            return None
        bottom, top = _body(base, size)
        height = max(top - bottom, _STEP)
        if max(map(sub, lefts[1:], rights)) > SPACE * height or min(map(sub, lefts[1:], lefts)) < _STEP * height:
            return None
        return Glyph(self._shown[start:end], lefts[0], bottom, rights[-1], top, start, lefts[-1])

    def _base(self, index: int) -> float:
        """The height of a character's baseline."""
        where, _ = self._point.buffer_info()
        _origin_of(self._text, index, where, where + 8)
        return self._point[1]

    def _place(self, index: int) -> tuple[float, Box] | None:
        """The sine of the angle at which a character leans, and its body.

        The body is measured from the baseline: what fonts say of their own height differs within a line.
        """
        where, _ = self._point.buffer_info()
        if not self._placed[index] or not _origin_of(self._text, index, where, where + 8):
            return None
        size = self.points(index)
        left, top, right, bottom = self._boxes[4 * index : 4 * index + 4]
        left, bottom, right, top = turned((left, bottom, right, top), self._turns)
        if _fits(top - bottom, size):
            x, y = self._point
            bottom, top = _body(turned((x, y, x, y), self._turns)[1], size)
        return self._lean(), (left, bottom, right, top)

    def _lean(self) -> float:
        """That of the character of which the size was asked last."""
        across = math.hypot(self._matrix[0], self._matrix[1])
        return abs(self._matrix[1 - self._turns % 2]) / across if across else 0.0


def turned(box: Box, turns: int) -> Box:
    """A box on a page that is shown turned by so many quarters."""
    left, bottom, right, top = box
    for _ in range(turns % 4):
        left, bottom, right, top = bottom, -right, top, -left
    return left, bottom, right, top


def _fits(height: float, size: float) -> bool:
    """Whether a box is as high as the font's size lets one expect: then the body is told by the size."""
    return _TALLEST * height > size > height / _TALLEST


def _body(base: float, size: float) -> tuple[float, float]:
    return base - _BELOW * size, base + (1 - _BELOW) * size


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else UNKNOWN
