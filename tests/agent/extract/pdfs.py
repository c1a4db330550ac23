"""PDFs written object by object, for what no producer at hand makes."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence

from agent.extract.base import Budget
from agent.extract.pdf.objects import Objects

CATALOG = "<</Type/Catalog/Pages 2 0 R>>"
PAGES = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R/G 6 0 R>>>>>>"
LATIN = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
CHINESE = "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[7 0 R]>>"
DESCENDANT = (
    "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/FontDescriptor 8 0 R"
    "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>"
)
DESCRIPTOR = "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/Ascent 880/Descent -120/StemV 80/FontBBox[0 -120 1000 880]>>"

Part = str | bytes


def stream(data: Part, dictionary: str = "", *, packed: bool = False) -> bytes:
    """A stream object."""
    raw = data.encode("latin-1") if isinstance(data, str) else data
    if packed:
        raw, dictionary = zlib.compress(raw), dictionary + "/Filter/FlateDecode"
    return f"<<{dictionary}/Length {len(raw)}>>stream\n".encode("latin-1") + raw + b"\nendstream"


def wide_text(text: str) -> str:
    """A text as a hexadecimal string with the mark of UTF-16."""
    return "<FEFF" + text.encode("utf-16-be").hex() + ">"


def drawn(text: str, x: int = 70, y: int = 780, font: str = "G", size: int = 16) -> str:
    """Operators that show a text in the Chinese font."""
    return f"BT /{font} {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n"


def written(objects: Sequence[Part], trailer: str = "") -> bytes:
    """A whole file; the first object is the catalogue."""
    out, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        raw = content.encode("latin-1") if isinstance(content, str) else content
        out += f"{number} 0 obj".encode() + raw + b"\nendobj\n"
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n".encode() + rows
    return out + table + f"trailer\n<</Root 1 0 R/Size {size}{trailer}>>\nstartxref\n{len(out)}\n%%EOF\n".encode()


def one_page(content: Part, *more: Part, catalog: str = "", page: str = "", trailer: str = "") -> bytes:
    """A file of one page; `more` are objects from number 9 on; `catalog` and `page` are entries that are added."""
    objects: list[Part] = [CATALOG[:-2] + catalog + ">>", PAGES, PAGE[:-2] + page + ">>", stream(content)]
    return written([*objects, LATIN, CHINESE, DESCENDANT, DESCRIPTOR, *more], trailer)


def opened(data: bytes) -> Objects:
    """A file's objects."""
    return Objects(io.BytesIO(data), Budget())
