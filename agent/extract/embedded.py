"""Files in office documents: written as Base64 into the markup, or lying in the package beside it."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterable, Iterator

from agent.extract.base import HEAD, Budget, Member, Unreadable
from agent.extract.image import Image
from agent.extract.package import Package
from agent.extract.program import Program
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_LARGEST = 8 << 20


class Base64File:
    """Fed with the characters of an element."""

    def __init__(self) -> None:
        self._content = io.BytesIO()
        self._rest = ""
        self._reason: Unread | None = None

    def feed(self, text: str) -> None:
        """The next characters; white space says nothing."""
        if self._reason is not None:
            return
        text = self._rest + "".join(text.split())
        cut = len(text) - len(text) % 4
        self._rest = text[cut:]
        try:
            self._content.write(base64.b64decode(text[:cut], validate=True))
        except (binascii.Error, ValueError):
            self._reason = Unread.CORRUPT
        if self._content.tell() > _LARGEST:
            self._reason, self._content, self._rest = Unread.TOO_LARGE, io.BytesIO(), ""

    def member(self, name: str) -> Member | None:
        """The file, or why it cannot be had. None where nothing was written."""
        if self._reason is None and self._rest:
            self._reason = Unread.CORRUPT
        if self._reason is not None:
            return Member(name, None, Place.MEMBER, self._reason)
        if not self._content.tell():
            return None
        self._content.seek(0)
        return Member(name, self._content, Place.MEMBER)


def within(parts: Iterable[Block | Member], budget: Budget) -> Iterator[Block | Member]:
    """The same parts; a file in memory counts for as long as it is read. Raises Unreadable where there is no room for it."""
    for part in parts:
        if isinstance(part, Member) and isinstance(part.file, io.BytesIO):
            with budget.keeping(part.file.getbuffer().nbytes):
                yield part
        else:
            yield part


def beside(package: Package, names: Iterable[str], reasons: list[Unread]) -> Iterator[Member]:
    """Those parts that are documents of their own; pictures and programs are none. Why one cannot be read goes to `reasons`."""
    skipped = Image(), Program()
    for name in names:
        file = package.open(name)
        try:
            head = file.read(HEAD)
        except Unreadable as error:
            reasons.append(error.reason)
            continue
        if all(kind.rank(head) < 0 for kind in skipped):
            file.seek(0)
            yield Member(name, file)
