"""Windows code pages by number, as old Office files name them. Their codecs are loaded here: a confined process can load none."""

from __future__ import annotations

import codecs

from agent.extract.charset import detect

_NAMES = {
    437: "cp437",
    874: "cp874",
    932: "cp932",
    936: "gb18030",
    949: "cp949",
    950: "cp950",
    1200: "utf-16-le",
    1250: "cp1250",
    1251: "cp1251",
    1252: "cp1252",
    1253: "cp1253",
    1254: "cp1254",
    1255: "cp1255",
    1256: "cp1256",
    1257: "cp1257",
    1258: "cp1258",
    10000: "mac_roman",
    20127: "ascii",
    20936: "gb18030",
    28591: "latin-1",
    32768: "mac_roman",
    32769: "cp1252",
    50220: "iso2022_jp",
    51936: "gb18030",
    52936: "hz",
    54936: "gb18030",
    65000: "utf-7",
    65001: "utf-8",
}
_LANGUAGES = {0x0411: 932, 0x0412: 949, 0x0404: 950, 0x0804: 936, 0x0C04: 950, 0x1004: 936, 0x1404: 950}

for _name in set(_NAMES.values()):
    codecs.lookup(_name)


def decode(data: bytes, code_page: int) -> str:
    """8-bit text by the number of its code page; of an unknown number, by what the text looks like."""
    name = _NAMES.get(code_page) or detect(data, whole=True) or "cp1252"
    return data.decode(name, "replace")


def of_language(language: int) -> int:
    """The code page that Windows uses for a language (LCID)."""
    return _LANGUAGES.get(language, 1252)
