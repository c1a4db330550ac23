"""OpenDocument markup and packages made by hand, for what no program writes."""

from __future__ import annotations

from collections.abc import Mapping

from tests.agent.extract.parts import zipped

_WORDS = {"draw": "drawing", "fo": "xsl-fo-compatible", "svg": "svg-compatible"}
_PREFIXES = ("office", "text", "style", "table", "draw", "fo", "svg", "meta", "presentation", "form", "manifest", "chart")
NAMESPACES = " ".join(
    [
        *(f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{_WORDS.get(prefix, prefix)}:1.0"' for prefix in _PREFIXES),
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"',
    ]
)
TYPE = "application/vnd.oasis.opendocument."


def content(body: str, *, kind: str = "text", automatic: str = "", root: str = "document-content") -> str:
    """A content part, or with another root a flat file."""
    mimetype = f' office:mimetype="{TYPE}{kind}"' if root == "document" else ""
    element = "drawing" if kind == "graphics" else kind
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:{root} {NAMESPACES}{mimetype}>'
        f"<office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:body><office:{element}>{body}</office:{element}></office:body></office:{root}>"
    )


def styles(*, common: str = "", automatic: str = "", master: str = "") -> str:
    """A part of styles."""
    return (
        f"<office:document-styles {NAMESPACES}><office:styles>{common}</office:styles>"
        f"<office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:master-styles>{master}</office:master-styles></office:document-styles>"
    )


def odf(body: str, others: Mapping[str, str | bytes] | None = None, *, kind: str = "text", automatic: str = "") -> bytes:
    """A package with a body, and other parts."""
    parts: dict[str, str | bytes] = {"mimetype": TYPE + kind, "content.xml": content(body, kind=kind, automatic=automatic)}
    return zipped(parts | dict(others or {}))


def manifest(*entries: str) -> str:
    """A manifest; the entries that are named are encrypted."""
    inner = "<manifest:encryption-data><manifest:algorithm/></manifest:encryption-data>"
    files = "".join(f'<manifest:file-entry manifest:full-path="{name}">{inner}</manifest:file-entry>' for name in entries)
    return f"<manifest:manifest {NAMESPACES}>{files}</manifest:manifest>"
