"""Outlook messages made property by property."""

from __future__ import annotations

import struct
from collections.abc import Mapping

Value = str | bytes | int


def properties(values: Mapping[int, Value], folder: str = "", *, header: int = 32, narrow: str = "") -> dict[str, bytes]:
    """The streams of one object: texts and bytes each in their own, numbers in the common one. `narrow`: an 8-bit encoding."""
    common, streams = bytes(header), {}
    for identifier, value in values.items():
        kind = 3 if isinstance(value, int) else 0x102 if isinstance(value, bytes) else 0x1E if narrow else 0x1F
        raw = value if isinstance(value, bytes) else value.encode(narrow or "utf-16-le") if isinstance(value, str) else b""
        common += struct.pack("<HHIQ", kind, identifier, 6, value if isinstance(value, int) else len(raw))
        if kind != 3:
            streams[f"{folder}__substg1.0_{identifier:04X}{kind:04X}"] = raw
    return {f"{folder}__properties_version1.0": common} | streams
