"""Damage inside of what wraps a document: a part of a zip with the right checksum, a packed stream of a PDF, a mail's part.

So the damage gets past the wrapping, which would otherwise be all that is ever refused.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from random import Random

from agent.extract.base import Budget, NotThisFormat, Unreadable
from agent.extract.ole.cfb import Compound, opened
from tests.agent.extract.compounds import MAGIC as COMPOUND
from tests.agent.extract.compounds import compound
from tests.fuzz.mutate import LARGEST, flat

Damage = Callable[[bytes], bytes]
Part = tuple[zipfile.ZipInfo, bytes]

_DEEPEST = 3
_ZIP = b"PK\x03\x04"
_ENDING = (b"<", b"\xef\xbb\xbf<", _ZIP)
_GZIP = b"\x1f\x8b\x08"
_SIGN = "密".encode()
_STREAM = re.compile(rb"<<((?:[^<>]|<<[^<>]*>>){0,1500})>>\s*stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_LENGTH = re.compile(rb"/Length \d+")
_OBJECT = re.compile(rb"(?:^|[\r\n])(\d+) \d+ obj\b")
_TABLE = re.compile(rb"xref\r?\n0 (\d+)\s*\n")
_ROW = 20  # bytes of a row in a PDF's table
_ENCODED = re.compile(rb"(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]{0,76}={0,2}|[A-Za-z0-9+/]{24,76}={0,2}(?=\r?\n)")


def mutated(rng: Random, data: bytes, others: Sequence[bytes], depth: int = 0) -> bytes:
    """A damaged file: most often inside of what wraps it, otherwise from the outside."""
    inside = _wrapping(data)
    if inside and depth < _DEEPEST and rng.random() < 0.75:
        return inside(rng, data, lambda inner: mutated(rng, inner, others, depth + 1))[:LARGEST]
    return flat(rng, data, others) if data else data


def cut_inside(rng: Random, data: bytes, damage: Damage) -> bytes:
    """A part ends early in a wrapping that is whole. Those parts are taken that show their end."""
    if data.startswith(_ZIP):
        parts = _parts(data)
        chosen = rng.choice([number for number, (_, content) in enumerate(parts) if content.startswith(_ENDING)])
        return _zipped([(info, damage(content) if n == chosen else content) for n, (info, content) in enumerate(parts)])
    return in_compound(rng, data, damage) if data.startswith(COMPOUND) else data


def _wrapping(data: bytes) -> Callable[[Random, bytes, Damage], bytes] | None:
    for magic, inside in ((_ZIP, in_zip), (COMPOUND, in_compound), (_GZIP, in_gzip), (b"%PDF", in_pdf)):
        if data.startswith(magic):
            return inside
    if data[257:262] == b"ustar":
        return in_tar
    return in_base64 if _ENCODED.search(data, 0, 1 << 16) else None


def in_zip(rng: Random, data: bytes, damage: Damage) -> bytes:
    """One part is damaged, missing, there twice, or under another's name."""
    parts = _parts(data)
    if not parts:
        return damage(data)
    chosen, other, deed = _chosen(rng, parts), rng.randrange(len(parts)), rng.random()
    if deed < 0.88:
        parts[chosen] = (parts[chosen][0], damage(parts[chosen][1]))
    elif deed < 0.92:
        del parts[chosen]
    elif deed < 0.96:
        parts.append((parts[chosen][0], parts[other][1]))
    else:
        parts[chosen] = (parts[chosen][0], parts[other][1])
    return _zipped(parts)


def _parts(data: bytes) -> list[Part]:
    """A zip's parts, none where it is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [(info, archive.read(info)) for info in archive.infolist()]
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError):
        return []


def _chosen(rng: Random, parts: Sequence[Part]) -> int:
    """A part's number; half of the time one that bears a mark."""
    bearing = [number for number, (_, content) in enumerate(parts) if _SIGN in content]
    return rng.choice(bearing) if bearing and rng.random() < 0.5 else rng.randrange(len(parts))


def _zipped(parts: Sequence[Part]) -> bytes:
    buffer = io.BytesIO()
    names: set[str] = set()
    with zipfile.ZipFile(buffer, "w") as archive:
        for old, content in parts:
            info = zipfile.ZipInfo(old.filename + "~" * (old.filename in names), (1980, 1, 1, 0, 0, 0))
            info.compress_type = old.compress_type
            names.add(info.filename)
            archive.writestr(info, content)
    return buffer.getvalue()


def in_compound(rng: Random, data: bytes, damage: Damage) -> bytes:
    """One stream is damaged, and may be longer or shorter than it was."""
    try:
        streams = dict(_streams(opened(io.BytesIO(data), Budget()), ""))
    except (Unreadable, NotThisFormat, RecursionError):
        streams = {}
    if not streams:
        return damage(data)
    large = [name for name, content in streams.items() if len(content) > 1024]
    chosen = rng.choice(large if large and rng.random() < 0.7 else list(streams))
    return compound(streams | {chosen: damage(streams[chosen])})


def _streams(storage: Compound, path: str) -> Iterator[tuple[str, bytes]]:
    for name in storage.streams:
        stream = storage.open(name)
        yield path + name, stream.read() if stream else b""
    for name in storage.storages:
        inner = storage.storage(name)
        if inner:
            yield from _streams(inner, f"{path}{name}/")


def in_gzip(_rng: Random, data: bytes, damage: Damage) -> bytes:
    """What was packed is damaged."""
    try:
        return gzip.compress(damage(gzip.decompress(data)), 1, mtime=0)
    except (OSError, EOFError, zlib.error):
        return damage(data)


def in_pdf(rng: Random, data: bytes, damage: Damage) -> bytes:
    """A packed stream is damaged, or the objects between the streams; the table of objects is right again most often."""
    found = [match for match in _STREAM.finditer(data) if b"FlateDecode" in match[1]]
    if not found or rng.random() < 0.4:
        return _relisted(damage(data)) if rng.random() < 0.7 else damage(data)
    chosen = rng.choice(found)
    try:
        raw = zlib.decompress(_unlettered(chosen[2]) if b"ASCII85Decode" in chosen[1] else chosen[2])
    except (zlib.error, ValueError):
        return damage(data)
    packed = zlib.compress(damage(raw), 1)
    if b"ASCII85Decode" in chosen[1]:
        packed = base64.a85encode(packed) + b"~>"
    told = _LENGTH.sub(b"/Length %d" % len(packed), chosen[1])
    stream = b"<<" + told + b">>\nstream\n" + packed + b"\nendstream"
    return _relisted(data[: chosen.start()] + stream + data[chosen.end() :])


def _unlettered(data: bytes) -> bytes:
    return base64.a85decode(data.strip().removesuffix(b"~>"))


def _relisted(data: bytes) -> bytes:
    """The same PDF with the places of its objects right in the table, where it has one."""
    table = _TABLE.search(data)
    if table is None:
        return data
    places = {int(match[1]): match.start(1) for match in _OBJECT.finditer(data)}
    rows = bytearray(data)
    for number in range(1, min(int(table[1]), 10_000, (len(data) - table.end()) // _ROW)):
        if number in places:
            at = table.end() + _ROW * number
            rows[at : at + 10] = b"%010d" % places[number]
    return re.sub(rb"startxref\s+\d+", b"startxref\n%d" % table.start(), bytes(rows))


def in_base64(rng: Random, data: bytes, damage: Damage) -> bytes:
    """A part of a mail is damaged before it is encoded."""
    found = list(_ENCODED.finditer(data))
    if not found or rng.random() < 0.3:
        return damage(data)
    chosen = rng.choice(found)
    try:
        raw = base64.b64decode(chosen[0])
    except binascii.Error:
        return damage(data)
    return data[: chosen.start()] + base64.encodebytes(damage(raw)).rstrip() + data[chosen.end() :]


def in_tar(_rng: Random, data: bytes, damage: Damage) -> bytes:
    """Headers may be damaged; their checksums are right again."""
    out = bytearray(damage(data))
    for at in range(0, len(out) - 511, 512):
        if out[at + 257 : at + 262] == b"ustar":
            out[at + 148 : at + 156] = b" " * 8
            out[at + 148 : at + 156] = b"%06o\0 " % (sum(struct.unpack_from("512B", out, at)) & 0o777777)
    return bytes(out)
