"""Text in the character sets that mail names (RFC 2045 5.2, IANA's names and the misused ones), decoded piece by piece."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

from agent.extract.base import HEAD, Unreadable
from agent.extract.charset import decode_line, detect
from checks.marking.text import OVERLAP
from policies.vocabulary import Unread

PIECE = 256 << 10
"""Characters of text that are given at once at most, about."""

# A name is often too small for what is in it: gb2312 stands for all that Chinese Windows writes. Latin sets are left out: where
# one is named, the text may be Chinese all the same, so its bytes are asked.
_NAMES = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 utf-8-strings",
    "gb18030": "gb18030 gb2312 gbk gb_2312-80 gb2312-80 gb_2312 euc-cn x-gbk cp936 ms936 windows-936 chinese csgb2312",
    "hz": "hz hz-gb-2312",
    "cp950": "big5 x-x-big5 big5-eten cn-big5 csbig5 cp950 windows-950",
    "big5hkscs": "big5-hkscs big5hkscs",
    "utf-7": "utf-7 unicode-1-1-utf-7",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16le",
    "utf-16-be": "utf-16be",
    "utf-32": "utf-32",
    "iso2022_jp_2": "iso-2022-jp iso-2022-jp-2 csiso2022jp",
    "cp932": "shift_jis shift-jis x-sjis sjis ms_kanji windows-31j cp932",
    "euc_jp": "euc-jp x-euc-jp",
    "cp949": "euc-kr ks_c_5601-1987 ks_c_5601 korean cp949 windows-949",
    "iso2022_kr": "iso-2022-kr",
}
_CODECS = {name: codecs.lookup(codec).name for codec, names in _NAMES.items() for name in names.split()}
_NO_CODEC = ("iso-2022-cn", "iso-2022-cn-ext")


def decoded_word(data: bytes, charset: str) -> str:
    """A few words, in the character set that is named where that fits."""
    codec = _CODECS.get(charset.lower())
    if codec:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            pass
    return decode_line(data, "utf-8")


def decoded_text(chunks: Iterable[bytes], charset: str, overlap: int = OVERLAP) -> Iterator[str]:
    """A text in pieces that end with a line; those of a line without end overlap. Raises Unreadable where no codec is known."""
    if charset.lower() in _NO_CODEC:
        raise Unreadable(Unread.UNSUPPORTED)
    source = iter(chunks)
    head = _beginning(source)
    decoder = codecs.getincrementaldecoder(_codec(head, charset))("replace")
    rest = decoder.decode(head)
    for chunk in source:
        rest += decoder.decode(chunk)
        if len(rest) > PIECE:
            cut = rest.rfind("\n") + 1
            yield rest[: cut or len(rest)]
            rest = rest[cut or len(rest) - overlap :]
    yield rest + decoder.decode(b"", final=True)


def _beginning(source: Iterator[bytes]) -> bytes:
    head = bytearray()
    for chunk in source:
        head += chunk
        if len(head) >= HEAD:
            break
    return bytes(head)


def _codec(head: bytes, charset: str) -> str:
    """What is named where the beginning is valid in it, otherwise what it looks like: Latin where it looks like nothing."""
    named = _CODECS.get(charset.lower())
    if named and _is_valid(head, named):
        return named
    return detect(head, whole=len(head) < HEAD) or named or "latin-1"


def _is_valid(head: bytes, codec: str) -> bool:
    try:
        codecs.getincrementaldecoder(codec)().decode(head)
    except UnicodeDecodeError:
        return False
    return True
