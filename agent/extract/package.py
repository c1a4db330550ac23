"""Zip packages of XML parts (Office Open XML and its like), read within a budget: no size, depth or entity is trusted."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO
from xml.parsers import expat

from agent.extract.base import Budget, Unreadable
from agent.extract.sieve import Sieve
from agent.extract.stream import forward
from policies.vocabulary import Unread

MAGIC = b"PK\x03\x04"
_CHUNK = 64 << 10
_ENCRYPTED = 0x1

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Data = Callable[[str], None]


class Package:
    """A zip file's parts by name (without a leading slash)."""

    def __init__(self, file: BinaryIO, budget: Budget) -> None:
        with _damage_is_corrupt():
            self._zip = zipfile.ZipFile(file)
        self._budget = budget
        self._parts = {info.filename.lstrip("/"): info for info in self._zip.infolist()}
        budget.opened(len(self._parts))

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part's bytes. Raises Unreadable."""
        info = self._parts[name]
        if info.flag_bits & _ENCRYPTED:
            raise Unreadable(Unread.ENCRYPTED)
        out = 0
        with _damage_is_corrupt(), self._zip.open(info) as part:
            while chunk := part.read(_CHUNK):
                out += len(chunk)
                self._budget.unpacked(out, info.compress_size)
                self._budget.spend(len(chunk))
                yield chunk

    def bears(self, names: Iterable[str]) -> bool:
        """The cheap question on some XML parts: whether any mark could be in one of them. Raises Unreadable."""
        return any(self._part_bears(name) for name in names)

    def _part_bears(self, name: str) -> bool:
        sieve = Sieve()
        return any(sieve.feed(chunk) for chunk in self.chunks(name)) or sieve.feed(b"", last=True)

    def open(self, name: str) -> BinaryIO:
        """A part as a file that goes forward only, to be read as a document of its own. Reading it raises Unreadable."""
        return forward(self.chunks(name))

    def parse(self, name: str, start: Start, end: End, data: Data) -> Iterator[None]:
        """Feed an XML part to handlers; stops after each chunk, so that what the handlers gathered can be given on.

        Names are "namespace local". Raises Unreadable, also for a document type: no Office file has one, entity bombs do.
        """
        parser = self._parser(start, end, data)
        with _damage_is_corrupt():
            for chunk in self.chunks(name):
                parser.Parse(chunk, False)
                yield
            parser.Parse(b"", True)
        yield

    def _parser(self, start: Start, end: End, data: Data) -> expat.XMLParserType:
        depth = 0

        def deeper(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            self._budget.nested(depth)
            start(tag, attributes)

        def back(tag: str) -> None:
            nonlocal depth
            depth -= 1
            end(tag)

        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = deeper
        parser.EndElementHandler = back
        parser.CharacterDataHandler = data
        parser.StartDoctypeDeclHandler = _refuse
        return parser


def leaves(package: Package, name: str) -> list[tuple[str, Mapping[str, str], str]]:
    """The elements of a small part that hold no other element: local name, attributes of it and its parents, text."""
    found: list[tuple[str, Mapping[str, str], str]] = []
    stack: list[tuple[str, dict[str, str], list[str]]] = []
    inner = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inner
        inherited = stack[-1][1] if stack else {}
        stack.append((local(tag), inherited | {local(k): v for k, v in attributes.items()}, []))
        inner = True

    def end(_tag: str) -> None:
        nonlocal inner
        tag, attributes, text = stack.pop()
        if inner:
            found.append((tag, attributes, "".join(text).strip()))
        inner = False

    for _ in package.parse(name, start, end, lambda text: stack[-1][2].append(text)):
        pass
    return found


def local(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition(" ")[2]


def _refuse(*_declaration: object) -> None:
    raise Unreadable(Unread.CORRUPT)


@contextmanager
def _damage_is_corrupt() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, expat.ExpatError) as error:
        raise Unreadable(Unread.CORRUPT) from error
    except NotImplementedError as error:  # a compression that zipfile does not know
        raise Unreadable(Unread.UNSUPPORTED) from error
