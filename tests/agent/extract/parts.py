"""What an extractor gives of a file, files in it included; packages of any parts; the committed documents."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from agent.extract.base import Budget, Extractor, Member, Unreadable
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

DOCUMENTS = Path(__file__).parents[2] / "data" / "documents"


@dataclass(slots=True)
class Given:
    """Blocks, members by name with their content, and the reason where not all was read."""

    blocks: list[Block] = field(default_factory=list)
    members: dict[str, bytes] = field(default_factory=dict)
    places: dict[str, tuple[Place, Unread | None]] = field(default_factory=dict)
    reason: Unread | None = None

    def texts(self, place: Place) -> list[str]:
        """The texts that stand in one place."""
        return [block.text for block in self.blocks if block.place is place]


def given(extractor: Extractor, data: bytes, budget: Budget | None = None) -> Given:
    """Everything that an extractor gives of a file."""
    found = Given()
    try:
        for part in extractor.blocks(io.BytesIO(data), budget or Budget()):
            if isinstance(part, Member):
                found.members[part.name] = part.file.read() if part.file else b""
                found.places[part.name] = part.place, part.reason
            else:
                found.blocks.append(part)
    except Unreadable as error:
        found.reason = error.reason
    return found


def zipped(parts: Mapping[str, str | bytes], *, stored: tuple[str, ...] = ("mimetype",)) -> bytes:
    """A zip package of parts in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def committed(name: str) -> bytes:
    """A document of tests/data/documents, unpacked where it is packed."""
    data = (DOCUMENTS / name).read_bytes()
    return gzip.decompress(data) if name.endswith(".gz") else data
