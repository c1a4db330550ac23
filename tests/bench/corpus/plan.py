"""What a corpus consists of: every file with its path, how it is made, and the mark in it where there is one."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.bench.corpus import binaries, bundles, layout, mail, old, open_document, pdf, plain, sheet, slides, word
from tests.bench.corpus.marks import Mark, Suited, draw
from tests.bench.corpus.shape import Format, Shared, Source, Way

FULL_SIZE = 20_000
_MARKED_SHARE = 0.01
_NAMED = 12
_FOLDERS = ("工作", "项目", "通知", "资料", "归档", "代码", "下载", "个人")
_IN_A_FOLDER = 60

FORMATS: Mapping[str, Format] = {
    **plain.FORMATS,
    **word.FORMATS,
    **sheet.FORMATS,
    **slides.FORMATS,
    **pdf.FORMATS,
    **old.FORMATS,
    **open_document.FORMATS,
    **layout.FORMATS,
    **mail.FORMATS,
    **bundles.FORMATS,
    **binaries.FORMATS,
}
_SHARES = sum(format.share for format in FORMATS.values())


@dataclass(frozen=True, slots=True)
class Planned:
    """A file of the corpus. `way` names the place of its `mark`; `counts`: a reader of the document sees it."""

    path: str
    format: str
    mark: Mark | None = None
    way: str = ""
    counts: bool = False

    def content(self, shared: Shared) -> bytes:
        """The file's bytes."""
        format, source = FORMATS[self.format], Source(shared, self.path)
        if self.mark is None or self.way not in format.ways:
            return format.plain(source)
        return format.ways[self.way].make(source, self.mark.text)


def planned(files: int, seed: int) -> Iterator[Planned]:
    """Every file of a corpus of so many files, in the order of its paths' numbers."""
    rng = random.Random(f"{seed}/plan")
    kinds = [pair for name, format in FORMATS.items() for pair in _of(name, format, files)]
    rng.shuffle(kinds)
    kinds = [*kinds[:files], *[("code", "")] * (files - len(kinds))]  # what rounding left over
    for number, (name, way) in enumerate(kinds):
        yield _file(rng, number, name, way)


def _of(name: str, format: Format, files: int) -> list[tuple[str, str]]:
    """A format's files: marked ones in every way in turn, but no more than half of all; then the others."""
    count = max(1, round(format.share * files / _SHARES))
    marked = min(count // 2, max(len(format.ways), round(count * _MARKED_SHARE))) if format.ways else 0
    ways = list(format.ways)
    return [(name, ways[n % len(ways)] if n < marked else "") for n in range(count)]


def _file(rng: random.Random, number: int, name: str, way: str) -> Planned:
    format = FORMATS[name]
    folder = f"{rng.choice(_FOLDERS)}/{number // _IN_A_FOLDER:03d}"
    suffix = ".docx" if way == "named .docx" else format.suffix
    if way:
        place: Way = format.ways[way]
        return Planned(f"{folder}/{number:05d}{suffix}", name, draw(rng, place.suited), way, place.counts)
    if number % (FULL_SIZE // _NAMED) == 7 and format.ways:
        mark = draw(rng, Suited.STATUTORY)
        return Planned(f"{folder}/（{mark.text}）{number:05d}{suffix}", name, mark, "file's name", counts=False)
    return Planned(f"{folder}/{number:05d}{suffix}", name)
