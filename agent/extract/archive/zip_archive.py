"""Zip files that are no document package: whatever a person packed, books and programs of the same make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import Budget, Extractor, Member
from agent.extract.stream import forward
from agent.extract.zipped import Zipped

_BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04")


class ZipArchive(Extractor):
    """Asked after every extractor of a document that is a zip package itself. Of what is encrypted the names are still read."""

    name: ClassVar[str] = "zip"

    def rank(self, head: bytes) -> float:
        return 0.0 if head.startswith(_BEGINNINGS) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Member]:
        zipped = Zipped(file, budget)
        for name, entry in zipped.entries.items():
            yield Member(name, forward(zipped.chunks(entry)))
