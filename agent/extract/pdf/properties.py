"""A PDF's properties: the Info dictionary (ISO 32000-1, 14.3.3) with all keys that users added, and the XMP packet."""

from __future__ import annotations

from collections.abc import Iterator

from agent.extract.base import Budget
from agent.extract.charset import decode_line
from agent.extract.pdf.objects import Objects
from agent.extract.pdf.syntax import Damaged, Stream, Value, text
from agent.extract.pdf.xmp import NotXmp, values
from checks.marking.text import Block
from policies.vocabulary import Place

_KNOWN = ("Title", "Subject", "Keywords", "Author", "Creator", "Producer")
_NO_TEXT = ("CreationDate", "ModDate", "Trapped", "PTEX.Fullbanner")
_MARKED = (b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf")


def properties(objects: Objects, budget: Budget) -> Iterator[Block]:
    """Each value once; those that users named as "name=value". Raises Unsure, Damaged, Unreadable."""
    seen: set[str] = set()
    for value in [*_info(objects), *_packet(objects, budget)]:
        if value.strip() and value not in seen:
            seen.add(value)
            yield Block(value, Place.METADATA, page=0)


def _info(objects: Objects) -> Iterator[str]:
    for key, value in objects.dictionary(objects.trailer.get("Info")).items():
        if key not in _NO_TEXT:
            shown = _read(objects.get(value))
            yield shown if key in _KNOWN or not shown else f"{_read(key.encode('latin-1'))}={shown}"


def _read(value: Value) -> str:
    """A text string; one without a mark that is not ASCII is often in the encoding of the writer's computer."""
    if isinstance(value, bytes) and not value.isascii() and not value.startswith(_MARKED):
        return decode_line(value, "utf-8")
    return text(value)


def _packet(objects: Objects, budget: Budget) -> Iterator[str]:
    packet = objects.get(objects.dictionary(objects.trailer.get("Root")).get("Metadata"))
    if not isinstance(packet, Stream):
        return
    try:
        yield from values(objects.data(packet), budget)
    except NotXmp:
        raise Damaged from None


def layers_off(objects: Objects) -> list[str]:
    """The names of the layers (8.11) that are switched off when the document is opened. Raises Unsure, Damaged."""
    described = objects.dictionary(objects.dictionary(objects.trailer.get("Root")).get("OCProperties"))
    default = objects.dictionary(described.get("D"))
    off = objects.array(default.get("OFF"))
    if objects.get(default.get("BaseState")) == "OFF":
        shown = objects.array(default.get("ON"))
        off = [layer for layer in objects.array(described.get("OCGs")) if layer not in shown]
    return [text(objects.get(objects.dictionary(layer).get("Name"))) for layer in off]
