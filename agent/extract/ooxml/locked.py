"""Encrypted Office Open XML (MS-OFFCRYPTO): a compound file around a package that only its password opens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import Budget, Extractor, NotThisFormat, Unreadable
from agent.extract.ole.cfb import MAGIC, opened
from checks.marking.text import Block
from policies.vocabulary import Unread


class Locked(Extractor):
    """Which of docx, xlsx and pptx is inside only the password would tell."""

    name: ClassVar[str] = "ooxml"

    def rank(self, head: bytes) -> float:
        return 0.6 if head.startswith(MAGIC) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block]:
        if "EncryptedPackage" in opened(file, budget).streams:
            raise Unreadable(Unread.ENCRYPTED)
        raise NotThisFormat
