"""Word 97, PowerPoint 97 and RTF files.

The binary ones are LibreOffice's (`libreoffice-slots.*` in tests/data/documents) with their text overwritten by as much other
text: their structure is real, but of few sizes; the other Word documents are text in pieces in a compound file made by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from tests.agent.extract.parts import committed
from tests.agent.extract.words import word
from tests.bench.corpus.marks import Suited
from tests.bench.corpus.shape import Format, Marked, Source, Way

_SLOT = re.compile("〇(.)\\1{10,80}〇")
_LARGE = 0.4


@cache
def _slots(name: str) -> tuple[bytes, tuple[tuple[int, int, str], ...]]:
    """A document with the places in it that are to be overwritten: offset, characters, kind."""
    data = committed(name)
    found = []
    for start in (0, 1):  # text lies at even offsets or at odd ones
        text = data[start : start + (len(data) - start) // 2 * 2].decode("utf-16-le", "replace")
        whole = len(text) * 2 + start <= len(data) and len(text.encode("utf-16-le", "surrogatepass")) == len(text) * 2
        assert whole, name
        found += [(start + 2 * match.start(), len(match[0]), match[1]) for match in _SLOT.finditer(text)]
    return data, tuple(found)


def _overwritten(source: Source, name: str, marks: Mapping[str, str]) -> bytes:
    """A committed document with prose in its slots, and marks in those that are named; a text is filled up with spaces."""
    original, slots = _slots(name)
    data = bytearray(original)
    for offset, length, kind in slots:
        text = marks.get(kind) or (source.prose.sentence() if kind == "文" else source.prose.phrase())
        data[offset : offset + 2 * length] = text[:length].ljust(length).encode("utf-16-le")
    return bytes(data)


def _word(source: Source) -> bytes:
    if source.rng.random() < _LARGE:
        return _in_pieces(source, "")
    return _overwritten(source, source.rng.choice(("libreoffice-slots.doc.gz", "libreoffice-slots-long.doc.gz")), {})


def _in_pieces(source: Source, mark: str) -> bytes:
    """Text in several pieces, as Word leaves it after fast saves, the mark's own between two of them."""
    texts = source.prose.paragraphs(source.prose.size(60, 1500))
    cut = max(1, len(mark) // 2)
    first = [(mark[:cut], False), (f"{mark[cut:]}\r", False)] if mark else []
    return word([*first, *(("".join(f"{text}\r" for text in texts[at : at + 40]), False) for at in range(0, len(texts), 40))])


def _slot(name: str, kind: str) -> Marked:
    return lambda source, mark: _overwritten(source, name, {kind: mark})


_DOC, _LONG, _PPT = "libreoffice-slots.doc.gz", "libreoffice-slots-long.doc.gz", "libreoffice-slots.ppt.gz"
_WORD_WAYS: Mapping[str, Way] = {
    "first line": Way(_slot(_DOC, "首")),
    "first line of a long one": Way(_slot(_LONG, "首")),
    "split over pieces": Way(_in_pieces),
    "text box": Way(_slot(_DOC, "框")),
    "table on the cover": Way(_slot(_LONG, "格"), Suited.FULL),
    "header": Way(_slot(_LONG, "眉")),
    "footer": Way(_slot(_DOC, "脚")),
    "own line deep in the text": Way(_slot(_LONG, "深"), Suited.FULL),
    "named .docx": Way(_slot(_DOC, "首")),
}
_SLIDE_WAYS: Mapping[str, Way] = {
    "first slide": Way(_slot(_PPT, "首")),
    "title": Way(_slot(_PPT, "题"), Suited.FULL),
    "notes": Way(_slot(_PPT, "注"), Suited.FULL),
}


# --- RTF ----------------------------------------------------------------------------------------------------------------

_RICH = (
    "{{\\rtf1\\ansi\\ansicpg936\\deff0{{\\fonttbl{{\\f0\\fnil\\fcharset134 SimSun;}}{{\\f1\\fnil\\fcharset0 Arial;}}}}"
    "{{\\stylesheet{{\\s0 Normal;}}}}\\paperw11906\\paperh16838{before}\n{body}}}"
)


def _hexadecimal(text: str) -> str:
    """Bytes of GBK, as Word writes Chinese text."""
    codes = "".join(f"\\'{byte:02x}" for byte in text.encode("gbk", "replace"))
    return f"{{\\f0 {codes}}}"


def _numbers(text: str) -> str:
    """Numbers of characters, as WordPad and LibreOffice write it."""
    return "".join(f"\\u{code if code < 32768 else code - 65536}?" for code in map(ord, text))


def _rich(source: Source, first: str = "", before: str = "") -> bytes:
    write = source.rng.choice((_hexadecimal, _numbers))
    lines = [f"\\pard\\fs24 {write(text)}\\par" for text in source.prose.paragraphs(source.prose.size(35, 900))]
    return _RICH.format(before=before, body="\n".join([*([first] if first else []), *lines])).encode("ascii")


def _rich_way(line: Callable[[str], str], suited: Suited = Suited.ANY) -> Way:
    return Way(lambda source, mark: _rich(source, first=line(mark)), suited)


_RICH_WAYS: Mapping[str, Way] = {
    "first line, bytes": _rich_way(lambda mark: f"\\pard\\b\\fs32 {_hexadecimal(mark)}\\b0\\par"),
    "first line, numbers": _rich_way(lambda mark: f"\\pard\\b\\fs32 {_numbers(mark)}\\b0\\par"),
    "split over groups": _rich_way(lambda mark: "\\pard " + "".join(f"{{\\fs32 {_numbers(c)}}}" for c in mark) + "\\par"),
    "header": Way(lambda source, mark: _rich(source, before=f"{{\\header \\pard {_hexadecimal(mark)}\\par}}")),
    "footer": Way(lambda source, mark: _rich(source, before=f"{{\\footer \\pard {_numbers(mark)}\\par}}")),
}

FORMATS: Mapping[str, Format] = {
    "doc": Format(".doc", 300, _word, _WORD_WAYS),
    "ppt": Format(".ppt", 80, lambda source: _overwritten(source, _PPT, {}), _SLIDE_WAYS),
    "rtf": Format(".rtf", 120, _rich, _RICH_WAYS),
}
