"""Which encoding a text is in: by byte order mark, by validity, and by how much it then looks like Chinese or ASCII.

Validity is judged on the whole sample, the look on a small part of it that is not ASCII.
"""

from __future__ import annotations

import codecs
import re

# A file names none of these; the candidates are what Chinese documents on Linux and Windows are written in.
ENCODINGS = ("utf-8", "gb18030", "cp950", "big5hkscs", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
WIDE = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}
"""Bytes of one unit in the encodings that are not a superset of ASCII."""

_NAMES = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80", "csgb2312", "euc-cn", "cp936", "windows-936"), "gb18030"),
    **dict.fromkeys(("big5", "x-x-big5", "cn-big5", "csbig5", "cp950", "windows-950"), "cp950"),
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8"),
    "big5-hkscs": "big5hkscs",
}

_MARKS = (  # UTF-32's begins with UTF-16's, so the longer one comes first
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# The most frequent characters of both scripts, and those that marks are made of. More than half of any Chinese text is among
# them; of text decoded wrongly hardly any is.
COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多"
    "经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知"
    "全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度"
    "门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活更别打四总何电数安少报才结反受目太量再感建务做接必场"
    "件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听却界达光放强即像难且权思王象完设式色路记南品住告类"
    "求据程北边张该交规万取格术领共确传师观清今切院让识候带导争运密秘绝级章号印局委办关于知文件报告会议材料情况单位负责人附件"
    "這個們來爲為國時會說對過發後裡種經麼學現當沒動還進樣開從實軍無與長機業將兩間問應戰頭體見產製話給門員論處義幾認條氣題"
    "電數報結務場計資許統區隊決馬書則聽達強難權設記據邊張該規萬術領確傳師觀識帶導爭運絕祕級檔數屬頁號辦關於單負責"
    "，。、；：？！“”‘’（）《》〈〉【】〔〕·—…　★☆０１２３４５６７８９"
)
_EXPECTED = re.compile(f"[ -~\t\r\n{re.escape(''.join(sorted(COMMON)))}]+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd\ufdd0-\ufdef\ufffe\uffff]")
_CONTROL_BYTES = bytes(code for code in range(128) if _CONTROL.match(chr(code)))
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_LOOKED_AT = 4096
"""So many bytes or characters are enough to see what a text looks like."""

_LIKELY = 0.3  # the share of expected characters that a valid guess needs: rare words and names are no common characters
_BROKEN_LIKELY = 0.5  # what a guess with invalid bytes needs: mostly Latin text with a few accents, or a few damaged bytes


def detect(sample: bytes, *, whole: bool) -> str | None:
    """The encoding of a text that begins with `sample`, or None where it is no text. `whole`: nothing follows the sample."""
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding if _decode(sample[len(mark) :], encoding, whole) is not None else None
    if sample.isascii() and b"\0" not in sample:
        return None if _is_junk(sample.decode("ascii")) else "utf-8"
    if b"\0" in sample:
        return _likeliest(sample, tuple(WIDE), whole)
    if (text := _decode(sample, "utf-8", whole)) is not None:
        return None if _is_junk(text) else "utf-8"
    return _likeliest(sample, ("gb18030", "cp950", "big5hkscs", "utf-16-le", "utf-16-be"), whole) or _least_broken(sample)


def declared(name: str) -> str | None:
    """The encoding that a document names, where it is one of Chinese text that is a superset of ASCII."""
    return _NAMES.get(name.strip().lower())


def prepare() -> None:
    """Load every codec, those of the zip format and of escapes too: a confined process can load nothing any more."""
    for encoding in (*ENCODINGS, "cp437", "latin-1", "unicode-escape"):
        codecs.lookup(encoding)


def without_mark(sample: bytes) -> int:
    """How many bytes of byte order mark a text begins with."""
    return next((len(mark) for mark, _ in _MARKS if sample.startswith(mark)), 0)


def decode_line(line: bytes, encoding: str) -> str:
    """One line of a file whose lines are not all in one encoding; what no encoding explains becomes U+FFFD."""
    for candidate in (encoding, "utf-8", "gb18030", "cp950"):
        text = _decode(line, candidate, whole=True)
        if text is not None:
            return text
    return line.decode(encoding, "replace")


def junk(text: str) -> int:
    """How many characters no text has."""
    if text.isascii():
        return len(text) - len(text.encode("ascii").translate(None, _CONTROL_BYTES))
    return len(_CONTROL.findall(text))


def plausibility(text: str) -> float:
    """The share of characters that Chinese and English texts are mostly made of, lessened by what no text has."""
    if not text:
        return 0.0
    expected = sum(map(len, _EXPECTED.findall(text)))
    return (expected - 4 * junk(text)) / len(text)


def _is_junk(text: str) -> bool:
    return junk(text) > len(text) // 50


def _likeliest(sample: bytes, candidates: tuple[str, ...], whole: bool) -> str | None:
    guesses = [(_look(sample, c), c) for c in candidates if _decode(sample, c, whole) is not None]
    best, encoding = max(guesses, default=(0.0, ""), key=lambda guess: guess[0])
    return encoding if best >= _LIKELY else None


def _least_broken(sample: bytes) -> str | None:
    guesses = [(_look(sample, c), c) for c in ("utf-8", "gb18030", "cp950")]
    best, encoding = max(guesses, key=lambda guess: guess[0])
    return encoding if best >= _BROKEN_LIKELY else None


def _look(sample: bytes, encoding: str) -> float:
    """How plausible a part of the sample is in an encoding: its first lines that are not ASCII, which alone tell."""
    if encoding in WIDE:
        return plausibility(sample[: 4 * _LOOKED_AT].decode(encoding, "replace"))
    telling = b"\n".join(line for line in sample.split(b"\n") if not line.isascii())
    begins = _NOT_ASCII.search(telling)
    start = begins.start() if begins else 0
    return plausibility(telling[start : start + _LOOKED_AT].decode(encoding, "replace").removesuffix("\ufffd"))


def _decode(sample: bytes, encoding: str, whole: bool) -> str | None:
    """The sample as text, or None where it is not valid; a character cut off by the sample's end is allowed."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample, final=whole)
    except UnicodeDecodeError:
        return None
