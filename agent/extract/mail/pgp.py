"""OpenPGP (RFC 9580) in files and mail: what is sealed is told, what is only signed is read, signatures and keys hold no text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import MARKLESS, Budget, Extractor, Unreadable
from agent.extract.mail.text import decoded_text
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_CHUNK = 64 << 10
_ARMOUR = re.compile(rb"\s{0,64}-----BEGIN PGP (MESSAGE|SIGNED MESSAGE|SIGNATURE|PUBLIC KEY BLOCK|PRIVATE KEY BLOCK)")
# The packet that every sealed message begins with: a session key for somebody's key, or for a password.
_SEALED = re.compile(rb"(?:\x84.|\x85[\0-\x04].|\xc1(?:[\0-\xbf]|[\xc0-\xdf].))[\3\6]|(?:\x8c|\xc3)[\x04-\x40][\4-\6]", re.DOTALL)


class Pgp(Extractor):
    """Messages, signatures and keys in letters; of those in bytes only sealed messages are known."""

    name: ClassVar[str] = "pgp"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        if _ARMOUR.match(head):
            return 0.9
        return 0.3 if _SEALED.match(head) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block]:
        kind = _ARMOUR.match(file.read(1024))
        file.seek(0)
        if kind is None or kind[1] == b"MESSAGE":
            raise Unreadable(Unread.ENCRYPTED)
        if kind[1] != b"SIGNED MESSAGE":
            yield MARKLESS
            return
        for text in decoded_text(iter(lambda: file.read(_CHUNK), b""), ""):
            budget.spend(len(text))
            yield Block(text, Place.BODY)
