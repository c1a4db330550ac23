"""What a format is to the corpus: how a file of it is made, and in which places a mark can be put into one."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO

from tests.bench.corpus.marks import Suited
from tests.bench.corpus.pictures import Pictures
from tests.bench.corpus.prose import Pools, Prose

Parts = dict[str, bytes]
_DAY = (2026, 3, 2, 9, 0, 0)


@dataclass(frozen=True)
class Shared:
    """What all files of a corpus draw from; dear to make, so made once and when first asked for."""

    seed: int

    @cached_property
    def pools(self) -> Pools:
        """Sentences."""
        return Pools.of(self.seed)

    @cached_property
    def pictures(self) -> Pictures:
        """Pictures."""
        return Pictures.of(self.seed)

    @cached_property
    def templates(self) -> dict[str, list[Parts]]:
        """Packages that the libraries made, by format; a format fills its own list."""
        return {}


class Source:
    """What one file is made of: its own random numbers and prose, and what is shared."""

    def __init__(self, shared: Shared, name: str) -> None:
        self.shared = shared
        self.rng = random.Random(f"{shared.seed}/{name}")
        self.prose = Prose(shared.pools, self.rng)

    def template(self, format: str, count: int, make: Callable[[Source], Parts]) -> Parts:
        """One of so many packages of a format, all of which are made when the first is asked for."""
        made = self.shared.templates.setdefault(format, [])
        if not made:
            made += [make(Source(self.shared, f"template/{format}/{number}")) for number in range(count)]
        return dict(self.rng.choice(made))


Plain = Callable[[Source], bytes]
Marked = Callable[[Source, str], bytes]


@dataclass(frozen=True, slots=True)
class Way:
    """A place in a format where a mark may stand, and how a file with a mark there is made.

    `counts`: a reader of the document sees what stands there.
    """

    make: Marked
    suited: Suited = Suited.ANY
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its suffix, its share among the others, and how they are made."""

    suffix: str
    share: int
    plain: Plain
    ways: Mapping[str, Way]


def unzipped(data: bytes) -> Parts:
    """The parts of a package by name, in order."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes | str], *, level: int = 6) -> bytes:
    """A zip file of parts that is the same at every making; what is packed already, and a `mimetype`, is only stored."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            stored = name == "mimetype" or name.endswith((".jpeg", ".jpg", ".png", ".mp4", ".zip"))
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=level)
    return buffer.getvalue()
