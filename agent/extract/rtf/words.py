"""The control words of RTF (RTF 1.9.1) by what they mean to who reads its text."""

from __future__ import annotations

import re

from policies.vocabulary import Place

FLOWS = {
    **dict.fromkeys(("header", "headerf", "headerl", "headerr"), (Place.HEADER, 1)),
    **dict.fromkeys(("footer", "footerf", "footerl", "footerr"), (Place.FOOTER, 1)),
    **dict.fromkeys(("footnote", "annotation"), (Place.BODY, 0)),
    **dict.fromkeys(("shptxt", "dptxbxtext"), (Place.TEXTBOX, 1)),
}
"""Destinations with paragraphs of their own: their place and page (0: on whichever)."""

PROPERTIES = frozenset(("title", "subject", "author", "manager", "company", "operator", "category", "keywords", "doccomm"))
"""What the document says of itself."""

CAUGHT = PROPERTIES | {"sn", "sv", "propname", "staticval", "objclass", "objdata"}
"""Destinations whose text is no part of a flow."""

LEFT_OUT = frozenset(
    re.findall(
        "[a-z0-9]+",
        "colortbl stylesheet listtable listoverridetable revtbl rsidtbl listtext pntext pntxta pntxtb nonshppict shprslt fldinst"
        " xe tc txe rxe bkmkstart bkmkend filetbl template private1 atnid atnauthor atndate atnref atntime atnparent atrfstart"
        " atrfend ftnsep ftnsepc aftnsep aftnsepc",
    )
)
"""Destinations without text that a reader sees."""

KNOWN_STARRED = frozenset(("shpinst", "userprops", "ud", "background", "do", "shppict")) | FLOWS.keys() | CAUGHT
"""Destinations behind \\* that are read; any other one is to be left out."""

ENDS = frozenset(("par", "cell", "nestcell", "row", "nestrow", "sect", "page", "line", "lbr", "column"))
"""What ends a line or a paragraph."""

CHARACTERS = dict(
    zip(
        ("tab", "emdash", "endash", "bullet", "lquote", "rquote", "ldblquote", "rdblquote", "emspace", "enspace", "qmspace"),
        "\t—–•‘’“”\u2003\u2002\u2005",
        strict=True,
    )
)
"""Control words that stand for a character."""

SYMBOLS = {b"~": "\xa0", b"_": "-", b"-": "", b"\t": "\t", b"|": "", b":": ""}
"""Control symbols that stand for characters."""

SETTERS = frozenset(("fonttbl", "info", "pict", "upr", "ud", "ansicpg", "mac", "pc", "pca", "deff"))
"""Other words that the reader acts upon."""

ACTIVE = FLOWS.keys() | CAUGHT | LEFT_OUT | ENDS | CHARACTERS.keys() | SETTERS
"""All words that do more than to set how text looks."""
