"""Text boxes and WordArt of VML drawings beside sheets and slides. Excel writes them as HTML that no XML parser takes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from agent.extract.base import Unreadable
from agent.extract.package import Package
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_LONGEST = 4 << 20
_ENDS_LINE = ("br", "/div", "/textbox", "/p")
_STRING = re.compile(r"""\sstring\s*=\s*(?:"([^"]{0,4000})"|'([^']{0,4000})')""")


def vml_texts(package: Package, name: str, page: int) -> Iterator[Block]:
    """The lines of a drawing's text boxes, and its WordArt."""
    if package.size(name) > _LONGEST:
        raise Unreadable(Unread.TOO_LARGE)
    raw = b"".join(package.chunks(name))
    wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    inside, line = False, ""
    for piece in raw.decode("utf-16" if wide else "utf-8", "replace").split("<"):
        tag, _, text = piece.partition(">")
        element = _element(tag)
        if element == "textpath" and (art := _STRING.search(tag)):
            yield Block(html.unescape(art[1] or art[2] or ""), Place.TEXTBOX, page=page)
        if element in _ENDS_LINE and line.strip():
            yield Block(line.strip(), Place.TEXTBOX, page=page)
        if element in _ENDS_LINE:
            line = ""
        if element in ("textbox", "/textbox"):
            inside = element == "textbox" and not tag.endswith("/")
        if inside:
            line += html.unescape(text).replace("\r", "").replace("\n", " ")
    if line.strip():
        yield Block(line.strip(), Place.TEXTBOX, page=page)


def _element(tag: str) -> str:
    """The name of a tag's element without its prefix, with the slash of an end tag."""
    name = tag.split(None, 1)[0].rstrip("/").casefold() if tag.strip() else ""
    return ("/" if name.startswith("/") else "") + name.lstrip("/").rpartition(":")[2]
