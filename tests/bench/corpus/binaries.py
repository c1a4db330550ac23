"""Files that hold no text to read: programs, libraries, media, pictures, databases; and a few rare formats of documents."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable, Mapping

from tests.agent.extract.parts import committed
from tests.bench.corpus.shape import Format, Source, Way

_SYMBOLS = (b"_ZNSt6vectorIiSaIiEE", b"GLIBC_2.17\0", b"malloc\0free\0memcpy\0", b".text\0.data\0.rodata\0.bss\0")


def _program(source: Source) -> bytes:
    """An ELF head, then sections as they are: code, zeroes, strings."""
    rng, out = source.rng, bytearray(b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHI", 3, 62, 1) + bytes(40))
    for _ in range(source.prose.size(12, 300)):
        kind = rng.randrange(4)
        if kind < 2:
            out += rng.randbytes(rng.randrange(4000, 24_000))
        elif kind == 2:
            out += bytes(rng.randrange(500, 6000))
        else:
            out += b"".join(rng.choices(_SYMBOLS, k=rng.randrange(20, 200)))
    return bytes(out)


def _film(source: Source) -> bytes:
    size = source.prose.size(1_200_000, 8_000_000)
    return (
        struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"isom", 512, b"isom", b"mp41")
        + struct.pack(">I4s", size + 8, b"mdat")
        + source.rng.randbytes(size)
    )


def _sound(source: Source) -> bytes:
    frames = source.prose.size(900, 8000)
    return b"ID3\x04" + bytes(6) + b"".join(b"\xff\xfb\x90\x00" + source.rng.randbytes(413) for _ in range(frames))


def _database(source: Source) -> bytes:
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, note TEXT)")
        rows = [(source.prose.phrase(), source.prose.sentence()) for _ in range(source.prose.size(400, 8000))]
        database.executemany("INSERT INTO item (name, note) VALUES (?, ?)", rows)
        database.commit()
        data = database.serialize()
    database.close()
    return data


def _unknown(source: Source) -> bytes:
    return source.rng.randbytes(source.prose.size(60_000, 2_000_000))


# --- rare documents -----------------------------------------------------------------------------------------------------

_WORD_XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<?mso-application progid="Word.Document"?>\n'
    '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body>{}</w:body></w:wordDocument>'
)
_FLAT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3" '
    'office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>{}</office:text></office:body></office:document>'
)


def _flat(shape: str, paragraph: str) -> Callable[[Source, str], bytes]:
    """A document that is one XML file, the mark its first paragraph."""

    def make(source: Source, mark: str = "") -> bytes:
        texts = [*([mark] if mark else []), *source.prose.paragraphs(source.prose.size(20, 300))]
        return shape.format("".join(paragraph.format(text) for text in texts)).encode()

    return make


_SHEET_XML = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="Sheet1"><Table>{}</Table></Worksheet></Workbook>'
)
_UOF = (
    '<?xml version="1.0" encoding="UTF-8"?><uof:UOF xmlns:uof="http://schemas.uof.org/cn/2003/uof" '
    'xmlns:字="http://schemas.uof.org/cn/2003/uof-wordproc" uof:language="cn" uof:version="1.1" uof:mimetype="vnd.uof.text">'
    "<uof:文字处理><字:主体>{}</字:主体></uof:文字处理></uof:UOF>"
)
_wordml = _flat(_WORD_XML, "<w:p><w:r><w:t>{}</w:t></w:r></w:p>")
_fodt = _flat(_FLAT, "<text:p>{}</text:p>")
_sheetml = _flat(_SHEET_XML, '<Row><Cell><Data ss:Type="String">{}</Data></Cell></Row>')
_uof = _flat(_UOF, "<字:段落><字:句><字:文本串>{}</字:文本串></字:句></字:段落>")


def _sealed(name: str) -> Callable[[Source], bytes]:
    """A committed document that no one can read without its password or key."""
    return lambda source: committed(name)


FORMATS: Mapping[str, Format] = {
    "jpeg": Format(".jpg", 550, lambda source: source.shared.pictures.photograph(source.rng), {}),
    "png": Format(".png", 300, lambda source: source.shared.pictures.screenshot(source.rng), {}),
    "program": Format(".so", 800, _program, {}),
    "film": Format(".mp4", 100, _film, {}),
    "sound": Format(".mp3", 60, _sound, {}),
    "database": Format(".db", 60, _database, {}),
    "unknown": Format(".dat", 150, _unknown, {}),
    "wordml": Format(".xml", 12, lambda source: _wordml(source, ""), {"first line": Way(_wordml)}),
    "fodt": Format(".fodt", 12, lambda source: _fodt(source, ""), {"first line": Way(_fodt)}),
    "sheetml": Format(".xml", 8, lambda source: _sheetml(source, ""), {"first cell": Way(_sheetml)}),
    "uof": Format(".uot", 8, lambda source: _uof(source, ""), {"first line": Way(_uof)}),
    "encrypted zip": Format(".zip", 4, _sealed("7zip-aes.zip"), {}),
    "encrypted 7z": Format(".7z", 4, _sealed("7zip-encrypted-names.7z"), {}),
    "sealed mail": Format(".eml", 4, _sealed("openssl-sealed.eml"), {}),
}
