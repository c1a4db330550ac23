"""What the codes of a PDF's fonts mean (ISO 32000-1, 9.6 to 9.10), as far as marks are concerned.

Only the characters that marks are made of are told apart. All others are one of two: what a level may follow within a sentence,
and the rest.
"""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Callable, Iterator
from functools import partial

from agent.extract.pdf.objects import Objects
from agent.extract.pdf.syntax import Dictionary, Stream, Unsure, Value
from checks.marking.normalise import STARS
from checks.marking.standing import TOLD_APART, goes_before_a_level

SIGNS = "绝絕机機秘祕解商非⾮涉密内內部开開感控" + STARS + "＊﹡"
"""The characters that `checks.marking.trace` looks for; a test compares the two."""

OTHER = "\ufffc"
"""Stands for every visible character that is no sign, nor of a word."""

WORD = "字"
"""Stands for every character that makes what directly follows it a part of a sentence."""

UNKNOWN = "\ue000"
"""Stands for a glyph of which nobody can tell the character."""

Decode = Callable[[bytes], str]

_LATIN = "".join(map(chr, range(0x21, 0x7F)))
_SPACES = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
_KEPT = frozenset(SIGNS + _LATIN + _SPACES) | TOLD_APART
_UNITS = 0x10000


def _kind(character: str) -> str:
    if character in _KEPT:
        return character
    return " " if character.isspace() else WORD if goes_before_a_level(character) else OTHER


_KINDS = "".join(map(_kind, map(chr, range(_UNITS))))
"""What each code unit of UTF-16 comes to; no sign is written with two."""

_PAIR = re.compile(rb"<([0-9A-F]{1,8})>\s*<([0-9A-F]*)>")
_RANGE = re.compile(rb"<([0-9A-F]{1,8})>\s*<([0-9A-F]{1,8})>\s*(?:<([0-9A-F]*)>|\[([^\[\]]*+)\])")
_TARGET = re.compile(rb"<([0-9A-F]*)>")
_GAP_IN_HEX = re.compile(rb"<[0-9A-F]*+[\0\t\n\f\r ]++[0-9A-F]")
_STRING_IN_HEX = re.compile(rb"<[^<>]*>")
_LARGEST_MAP = 1 << 20
_MOST_CODES = 0x20000
_MOST_NAMES = 1024
_UNICODE_NAME = re.compile(r"uni((?:[0-9A-F]{4})+)|u([0-9A-F]{4,6})")
_NUMBERED_NAME = re.compile("[A-Za-z_.]{1,8}[0-9]+")
_ENCODINGS = ("WinAnsiEncoding", "MacRomanEncoding", "StandardEncoding", "PDFDocEncoding")
_UTF16 = re.compile("Uni(?:GB|CNS|JIS|JIS2004|KS)-(?:UCS2|UTF16)(?:-HW)?-[HV]")
_BY_CODEC = re.compile("(?P<gb18030>GB(?:K|Kp|K2K)?(?:-EUC)?-[HV])|(?P<cp950>(?:B5pc|ETen-B5|ETenms-B5)-[HV])")
_IDENTITY = ("Identity-H", "Identity-V")
_PROGRAMS = ("FontFile", "FontFile2", "FontFile3")


class Meanings(dict[int, str]):
    """Codes to characters, for str.translate; a code of which the map does not speak is an unknown glyph."""

    def __missing__(self, code: int) -> str:
        return UNKNOWN


def decoder(objects: Objects, font: Dictionary) -> Decode:
    """How a string in a font reads. Raises Unsure where a code's meaning is known to the font program only, Damaged."""
    to_unicode = objects.get(font.get("ToUnicode"))
    if to_unicode is not None and not isinstance(to_unicode, Stream):
        raise Unsure
    mapped = meanings(objects.data(to_unicode)) if to_unicode else None
    kind = objects.get(font.get("Subtype"))
    if kind == "Type0":
        return _composite(objects, font, mapped)
    if kind not in ("Type1", "MMType1", "TrueType", "Type3"):
        raise Unsure
    return partial(_by_byte, _simple(objects, font, mapped))


def meanings(cmap: bytes) -> Meanings:
    """What a ToUnicode map (9.10.3) says."""
    if len(cmap) > _LARGEST_MAP:
        raise Unsure
    cmap = cmap.upper()
    if b" USECMAP" in cmap:
        raise Unsure
    if _GAP_IN_HEX.search(cmap):
        cmap = _STRING_IN_HEX.sub(lambda match: b"".join(match[0].split()), cmap)
    found, codes = Meanings(), 0
    for block in _blocks(cmap, b"RANGE"):
        rows = _RANGE.findall(block)
        found.update({int(low, 16): _KINDS[int(t, 16)] for low, high, t, _ in rows if low == high and len(t) == 4})
        for low, high, first, each in rows:
            if low != high or len(first) != 4:
                told = _of_range(int(low, 16), int(high, 16), first, each)
                codes += len(told)  # of ranges that overlap too: each of them takes its time
                found.update(told)
            if max(codes, len(found)) > _MOST_CODES:
                raise Unsure
    for block in _blocks(cmap, b"CHAR"):
        found.update({int(code, 16): _target(t) for code, t in _PAIR.findall(block)})
    return found


def _blocks(cmap: bytes, kind: bytes) -> Iterator[bytes]:
    """The parts of a map that are of one kind."""
    opening, closing = b"BEGINBF" + kind, b"ENDBF" + kind
    start = cmap.find(opening)
    while start >= 0 and (end := cmap.find(closing, start)) >= 0:
        yield cmap[start + len(opening) : end]
        start = cmap.find(opening, end)


def _target(digits: bytes) -> str:
    """The characters that one code stands for."""
    if len(digits) <= 4:
        return _KINDS[int(digits or b"0", 16)]
    return reduced(bytes.fromhex(digits[: len(digits) // 4 * 4].decode()).decode("utf-16-be", "replace"))


def _of_range(low: int, high: int, first: bytes, each: bytes) -> dict[int, str]:
    """A range of codes."""
    if high - low > 0xFFFF:
        raise Unsure
    if each:
        return {low + n: _target(target) for n, target in enumerate(_TARGET.findall(each)[: high - low + 1])}
    if len(first) > 4:  # its last unit counts upwards: no sign is written with two
        return {low: _target(first)} if low == high else dict.fromkeys(range(low, high + 1), OTHER)
    start = int(first or b"0", 16)
    kinds = _KINDS[start : start + high - low + 1]
    return dict(enumerate(kinds.ljust(high - low + 1, OTHER), low))


def reduced(text: str) -> str:
    """The text with all that is no sign, letter or space made one of two characters."""
    return "".join(_KINDS[ord(c)] if ord(c) < _UNITS else OTHER for c in text)


def program(objects: Objects, font: Dictionary) -> Stream | None:
    """The font's own file in the PDF."""
    descendants = objects.array(font.get("DescendantFonts"))
    holder = objects.dictionary(descendants[0]) if descendants else font
    descriptor = objects.dictionary(holder.get("FontDescriptor"))
    return next((found for key in _PROGRAMS if isinstance(found := objects.get(descriptor.get(key)), Stream)), None)


# --- composite fonts --------------------------------------------------------------------------------------------------------


def _composite(objects: Objects, font: Dictionary, mapped: Meanings | None) -> Decode:
    encoding = objects.get(font.get("Encoding"))
    if not isinstance(encoding, str):
        raise Unsure
    if encoding in _IDENTITY:
        if mapped is None or _collection(objects, font) != b"Identity":
            raise Unsure
        return partial(_by_two, mapped)
    codec = "utf-16-be" if _UTF16.fullmatch(encoding) else _codec(encoding)
    if mapped is not None:
        raise Unsure
    return partial(_by_codec, codec)


def _codec(encoding: str) -> str:
    match = _BY_CODEC.fullmatch(encoding)
    if match is None or match.lastgroup is None:
        raise Unsure
    return match.lastgroup


def _collection(objects: Objects, font: Dictionary) -> Value:
    """What the codes count: with one of Adobe's own collections a reader knows characters that ToUnicode does not tell."""
    descendants = objects.array(font.get("DescendantFonts"))
    descendant = objects.dictionary(descendants[0] if descendants else None)
    return objects.get(objects.dictionary(descendant.get("CIDSystemInfo")).get("Ordering"))


def _by_two(characters: Meanings, data: bytes) -> str:
    if len(data) % 2:
        raise Unsure
    return "".join(map(characters.__getitem__, struct.unpack(f">{len(data) // 2}H", data)))


def _by_codec(codec: str, data: bytes) -> str:
    return data.decode(codec, "replace")


# --- simple fonts -----------------------------------------------------------------------------------------------------------


def _simple(objects: Objects, font: Dictionary, mapped: Meanings | None) -> dict[int, str]:
    """The characters of the codes 0 to 255: by ToUnicode, where that is silent by name, where that is silent Latin."""
    encoding = objects.get(font.get("Encoding"))
    names = objects.array(encoding.get("Differences")) if isinstance(encoding, dict) else []
    base = objects.get(encoding.get("BaseEncoding")) if isinstance(encoding, dict) else encoding
    if mapped is None and not names and base not in _ENCODINGS and _has_program(objects, font):
        raise Unsure
    if mapped is None and _of_shapes(objects, font):
        raise Unsure
    latin = {code: chr(code) for code in range(256)}
    return latin | _named(names, strict=mapped is None) | {code: text for code, text in (mapped or {}).items() if code < 256}


def _of_shapes(objects: Objects, font: Dictionary) -> bool:
    """Whether its glyphs are no letters (Type 3, dingbats)."""
    name = str(objects.get(font.get("BaseFont")))
    return objects.get(font.get("Subtype")) == "Type3" or "ding" in name.lower() or "symbol" in name.lower()


def _has_program(objects: Objects, font: Dictionary) -> bool:
    return program(objects, font) is not None


def _named(names: list[Value], *, strict: bool) -> dict[int, str]:
    """Characters by the names of their glyphs. `strict` raises Unsure for names that could be any character's."""
    if len(names) > _MOST_NAMES:
        raise Unsure
    found: dict[int, str] = {}
    code = 0
    for name in names:
        if isinstance(name, int):
            code = name
            continue
        if not isinstance(name, str):
            raise Unsure
        found[code] = _character(name, strict=strict)
        code += 1
    return found


def _character(name: str, *, strict: bool) -> str:
    match = _UNICODE_NAME.match(name)
    if match and match[1]:
        return reduced(bytes.fromhex(match[1]).decode("utf-16-be", "replace"))
    if match:
        return reduced(chr(min(int(match[2], 16), 0x10FFFF)))
    if strict and (_NUMBERED_NAME.fullmatch(name) or "star" in name):
        raise Unsure
    return name if len(name) == 1 else " " if name == "space" else OTHER


def _by_byte(characters: dict[int, str], data: bytes) -> str:
    return codecs.charmap_decode(data, "strict", characters)[0]
