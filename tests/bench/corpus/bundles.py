"""Archives and compressed files: zip by the standard library, all else by libarchive."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.agent.extract.archives import rar4, written
from tests.bench.corpus import pdf, plain, sheet, word
from tests.bench.corpus.marks import Suited
from tests.bench.corpus.shape import Format, Parts, Source, Way, zipped

Pack = Callable[[Parts], bytes]

_KINDS = (
    ("docx", word.plain),
    ("xlsx", sheet.plain),
    ("pdf", pdf.plain),
    ("txt", plain.FORMATS["txt GB18030"].plain),
    ("txt", plain.FORMATS["txt UTF-8"].plain),
    ("py", plain.FORMATS["code"].plain),
    ("py", plain.FORMATS["code"].plain),
    ("csv", plain.FORMATS["csv"].plain),
    ("html", plain.FORMATS["html UTF-8"].plain),
    ("jpg", lambda source: source.shared.pictures.photograph(source.rng)),
)
_TIMELESS = "gzip:!timestamp"
_LATIN, _NAMED = "docs/file-{}.{}", "资料/文件{}.{}"


def _members(source: Source, most: int = 30, name: str = _NAMED) -> Parts:
    files: Parts = {}
    for number in range(source.prose.size(5, most)):
        suffix, make = source.rng.choice(_KINDS)
        files[name.format(number, suffix)] = make(source)
    return files


def _bundle(pack: Pack, *, most: int = 30, name: str = _NAMED) -> Callable[[Source], bytes]:
    return lambda source: pack(_members(source, most, name))


def _with(pack: Pack, add: Callable[[Source, str], Parts], *, name: str = _NAMED) -> Callable[[Source, str], bytes]:
    return lambda source, mark: pack({**_members(source, 6, name), **add(source, mark)})


def _document(source: Source, mark: str) -> Parts:
    return {"报告.docx": word.marked(source, mark)}


def _plain_document(source: Source, mark: str) -> Parts:
    return {"report.docx": word.marked(source, mark)}


def _text(source: Source, mark: str) -> Parts:
    return {"报告.txt": f"{mark}\n{source.prose.paragraph()}\n".encode("gb18030")}


def _printed(source: Source, mark: str) -> Parts:
    return {"报告.pdf": pdf.WAYS["first line"].make(source, mark)}


def _nested(source: Source, mark: str) -> Parts:
    return {"内层.zip": zipped({"再内层.zip": zipped(_document(source, mark))})}


def _named(source: Source, mark: str) -> Parts:
    return {f"（{mark}）情况报告.docx": word.plain(source)}


def _as(format: str, filter: str | None = None, options: str = "") -> Pack:
    return lambda files: written(format, files, filter, options)


def _single(filter: str) -> Callable[[Source, str], bytes]:
    """One compressed text and no archive, as `gzip FILE` makes it."""

    def make(source: Source, mark: str = "") -> bytes:
        text = plain.FORMATS["log"].plain(source) if not mark else f"{mark}\n{source.prose.paragraph()}\n".encode()
        return written("raw", {"data": text}, filter, _TIMELESS if filter == "gzip" else "")

    return make


def _rare(suffix: str, pack: Pack, share: int, *, name: str = _LATIN) -> Format:
    """A format that is seldom met: small, with one way to bear a mark."""
    return Format(suffix, share, _bundle(pack, most=6, name=name), {"member": Way(_with(pack, _plain_document, name=name))})


def _single_format(suffix: str, filter: str, share: int) -> Format:
    make = _single(filter)
    return Format(suffix, share, lambda source: make(source, ""), {"its text": Way(make)})


_TGZ, _SEVEN = _as("pax", "gzip", _TIMELESS), _as("7zip", None, "compression-level=3")
_ZIP_WAYS: Mapping[str, Way] = {
    "document": Way(_with(zipped, _document)),
    "text, GB18030": Way(_with(zipped, _text)),
    "pdf": Way(_with(zipped, _printed)),
    "archives within": Way(_with(zipped, _nested)),
    "member's name": Way(_with(zipped, _named), Suited.STATUTORY, counts=False),
}

FORMATS: Mapping[str, Format] = {
    "zip": Format(".zip", 250, _bundle(zipped), _ZIP_WAYS),
    "7z": Format(
        ".7z",
        60,
        _bundle(_SEVEN, most=8),
        {"document": Way(_with(_SEVEN, _document)), "text, GB18030": Way(_with(_SEVEN, _text))},
    ),
    "tgz": Format(
        ".tgz", 80, _bundle(_TGZ), {"document": Way(_with(_TGZ, _document)), "archives within": Way(_with(_TGZ, _nested))}
    ),
    "gz": _single_format(".gz", "gzip", 40),
    "tar": _rare(".tar", _as("ustar"), 20),
    "tar.bz2": _rare(".tar.bz2", _as("pax", "bzip2"), 8),
    "tar.xz": _rare(".tar.xz", _as("pax", "xz", "compression-level=2"), 8),
    "tar.zst": _rare(".tar.zst", _as("pax", "zstd"), 8),
    "tar.lz4": _rare(".tar.lz4", _as("pax", "lz4"), 4),
    "lzma": _single_format(".lzma", "lzma", 4),
    "lzip": _single_format(".lz", "lzip", 4),
    "Z": _single_format(".Z", "compress", 4),
    "cpio": _rare(".cpio", _as("cpio_newc"), 6),
    "iso": _rare(".iso", _as("iso9660"), 6),
    "rar": _rare(".rar", rar4, 12),
}
