from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agent import walk
from agent.coverage import Coverage
from agent.index import Index, identity
from agent.reader import Reader
from agent.sandbox import Sandbox
from agent.sources import documents
from agent.sources.base import Blind, Change, SourceUnavailable
from agent.sources.documents import DocumentsSource
from checks.subjects import Document
from policies.vocabulary import Level, Place, Read, Unread
from tests.agent.extract.samples import compound, docx, paragraph, pdf, written
from tests.agent.hostile import MAGIC, SECRET

MARK = "机密★10年"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(program="tests.agent.hostile", seconds=5) as made:
        yield made


@dataclass
class World:
    """Two folders, one of them classified, and the source that reads them."""

    root: Path
    sandbox: Sandbox
    index: Index
    posted: list[Change | Blind] = field(default_factory=list)

    @property
    def plain(self) -> Path:
        return self.root / "plain"

    @property
    def classified(self) -> Path:
        return self.root / "classified"

    def source(self, folders: Sequence[Path] | None = None, **options: Any) -> DocumentsSource:
        coverage = options.pop("coverage", Coverage())
        reading = {name: options.pop(name) for name in ("limit", "clock_ns") if name in options}
        reading.setdefault("clock_ns", lambda: 1 << 62)  # long after the files were written
        reader = Reader(self.sandbox, self.index, coverage, retry=options.get("full", False), **reading)
        chosen = [self.plain, self.classified] if folders is None else folders
        return DocumentsSource(
            chosen,
            [self.classified],
            self.sandbox,
            self.index,
            **{"each": True, "coverage": coverage, "reader": reader, **options},
        )


@pytest.fixture
def world(tmp_path: Path, sandbox: Sandbox) -> Iterator[World]:
    with Index(tmp_path / "state" / "index.db", "1") as index:
        made = World(tmp_path, sandbox, index)
        made.plain.mkdir()
        made.classified.mkdir()
        yield made


def by_name(documents: Iterator[Document]) -> dict[str, Document]:
    return {Path(document.path).name: document for document in documents}


def test_every_document_is_told_with_its_marks(world: World) -> None:
    (world.plain / "a.txt").write_text(MARK)
    (world.plain / "b.dat").write_bytes(docx(paragraph("秘密★5年")))
    (world.classified / "deep").mkdir()
    (world.classified / "deep" / "c.pdf").write_bytes(pdf(written("绝密★长期")))
    found = by_name(world.source().present())
    facts = {name: (d.format, d.level, d.read, d.classified_folder) for name, d in found.items()}
    assert facts == {
        "a.txt": ("txt", Level.JIMI, Read.FULL, False),
        "b.dat": ("docx", Level.MIMI, Read.FULL, False),
        "c.pdf": ("pdf", Level.JUEMI, Read.FULL, True),
    }
    assert found["a.txt"].size == len(MARK.encode())


def test_a_folder_whose_name_only_begins_alike_is_not_classified(world: World) -> None:
    other = world.root / "classified-not"
    other.mkdir()
    for folder in (other, world.classified):
        (folder / "a.txt").write_text(MARK)
    found = world.source([world.root]).present()
    told = {document.path: document.classified_folder for document in found if document.path.endswith("a.txt")}
    assert told == {str(other / "a.txt"): False, str(world.classified / "a.txt"): True}


def test_the_name_is_read_whatever_becomes_of_the_file(world: World) -> None:
    path = world.plain / "（机密★10年）情况报告.docx"
    path.write_bytes(compound({"EncryptedPackage": b"x" * 5000}))
    (document,) = world.source().present()
    assert (document.read, document.reason, document.level) == (Read.NONE, Unread.ENCRYPTED, None)
    assert [(mark.level, mark.place) for mark in document.marks] == [(Level.JIMI, Place.NAME)]


def test_coverage_counts_what_was_seen_read_and_not_read(world: World) -> None:
    (world.plain / "a.txt").write_text(MARK)
    (world.plain / "b").write_bytes(bytes(range(256)))
    (world.plain / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (world.plain / "large").write_bytes(b"x" * 5000)
    (world.plain / "empty").touch()
    coverage = Coverage()
    steps: list[int] = []
    found = by_name(world.source(coverage=coverage, limit=4999, progress=lambda: steps.append(1)).present())
    fields = coverage.fields()
    assert (fields["files_seen"], fields["files_read"], fields["files_unchanged"]) == (5, 4, 0)
    assert fields["bytes_read"] == len(MARK.encode()) + 256 + 8
    assert {name: n for name, n in fields["files_not_assessed"].items() if n} == {"unsupported": 1, "no_text": 1, "too_large": 1}
    assert (found["empty"].read, found["large"].reason) == (Read.FULL, Unread.TOO_LARGE)
    assert len(steps) == 5


def test_an_unchanged_file_is_not_read_again(world: World) -> None:
    (world.plain / "a.txt").write_text(MARK)
    (world.plain / "b").write_bytes(bytes(range(256)))
    first = by_name(world.source().present())
    coverage = Coverage()
    second = by_name(world.source(coverage=coverage).present())
    assert (coverage.files_read, coverage.files_unchanged, coverage.files_not_assessed[Unread.UNSUPPORTED]) == (0, 2, 1)
    assert [d.marks for d in first.values()] == [d.marks for d in second.values()]


def test_a_changed_file_is_read_again(world: World) -> None:
    path = world.plain / "a.txt"
    path.write_text("机密★10年")
    list(world.source().present())
    before = path.stat()
    path.write_text("绝密★10年")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # as if nothing had been written
    (document,) = world.source().present()
    assert document.level is Level.JUEMI


def test_unchanged_files_are_read_again_where_that_is_asked_for(world: World) -> None:
    (world.plain / "a.txt").write_text(MARK)
    list(world.source().present())
    coverage = Coverage()
    list(world.source(coverage=coverage, full=True).present())
    assert (coverage.files_read, coverage.files_unchanged) == (1, 0)


def test_a_file_so_fresh_that_it_could_change_unseen_is_not_remembered(world: World) -> None:
    path = world.plain / "a.txt"
    path.write_text(MARK)
    list(world.source(clock_ns=lambda: path.stat().st_ctime_ns + 1).present())
    coverage = Coverage()
    list(world.source(coverage=coverage).present())
    assert coverage.files_read == 1


def test_a_file_without_permission_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a plain user sees it; root may open every file."""
    (world.plain / "a.txt").write_text(MARK)

    def refused(path: str) -> tuple[int, os.stat_result]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("agent.reader.open_regular", refused)
    source = world.source()
    (document,) = source.present()
    assert (document.read, document.reason) == (Read.NONE, Unread.PERMISSION)
    assert source.coverage.files_not_assessed[Unread.PERMISSION] == 1


def test_a_folder_that_cannot_be_listed_is_told_as_unread(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (world.classified / "closed").mkdir()
    scandir = os.scandir

    def refused(folder: int) -> Any:
        if Path(f"/proc/self/fd/{folder}").readlink().name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refused)
    (document,) = world.source().present()
    assert (document.reason, document.classified_folder) == (Unread.PERMISSION, True)


@pytest.mark.parametrize(("deed", "reason"), [(b"spin", Unread.TIMEOUT), (b"die", Unread.CORRUPT), (b"allocate", Unread.BOMB)])
def test_a_hostile_file_does_not_stop_the_scan(world: World, deed: bytes, reason: Unread) -> None:
    (world.plain / "a").write_bytes(MAGIC + deed)
    (world.plain / "b.txt").write_text(MARK)
    found = by_name(world.source().present())
    assert (found["a"].reason, found["b.txt"].level) == (reason, Level.JIMI)


def test_a_file_that_took_this_program_along_is_not_tried_a_third_time(world: World) -> None:
    path = world.plain / "a"
    path.write_bytes(MAGIC + b"die")
    world.index.begin_retry(str(path), identity(path.stat()))
    source = world.source()
    world.sandbox.rest()
    (document,) = source.present()
    assert document.reason is Unread.CORRUPT
    assert world.sandbox._worker is None  # none was started for it
    assert not world.index.was_retried(str(path), identity(path.stat()))


def test_the_text_of_a_document_is_in_no_document_and_no_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    (world.plain / "a.txt").write_text(f"{MARK}\n{SECRET}\n")
    (world.plain / "b").write_bytes(MAGIC + b"talk")
    (world.plain / "c.docx").write_bytes(docx(paragraph(SECRET)))
    assert SECRET not in repr(list(world.source().present())) + caplog.text
    world.index.flush()
    stored = b"".join(file.read_bytes() for file in (world.root / "state").iterdir())
    assert SECRET.encode() not in stored


def test_a_missing_folder_is_no_error_unless_all_are_missing(world: World) -> None:
    (world.plain / "a.txt").write_text(MARK)
    assert len(list(world.source([world.plain, world.root / "none"]).present())) == 1
    with pytest.raises(SourceUnavailable):
        list(world.source([world.root / "none"]).present())


def test_a_file_that_may_not_be_read_is_told_even_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root everything may be read, so that the permission is made believe; the folder around it is of no use then."""
    (world.plain / "a.txt").write_text(MARK)
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.F_OK)
    assert len(list(world.source([world.plain / "a.txt"]).present())) == 1
    with pytest.raises(SourceUnavailable):
        list(world.source([world.plain]).present())


def test_without_proc_no_document_is_called_gone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (world.plain / "a.txt").write_text(MARK)
    monkeypatch.setattr(walk, "OPEN_FILES", world.root / "none")
    (document,) = world.source().present()
    assert document.reason is Unread.PERMISSION
    monkeypatch.setattr(documents, "OPEN_FILES", world.root / "none")
    with pytest.raises(SourceUnavailable, match="/proc"):
        list(world.source().present())


def test_only_the_folders_given_are_looked_through(world: World) -> None:
    (world.plain / "a.txt").write_text(MARK)
    (world.classified / "b.txt").write_text(MARK)
    assert list(by_name(world.source([world.plain]).present())) == ["a.txt"]
    (document,) = world.source([world.classified / "b.txt"]).present()
    assert document.classified_folder


def test_a_path_given_by_hand_may_be_a_file_or_a_link(world: World) -> None:
    (world.root / "one.txt").write_text(MARK)
    (world.root / "link.txt").symlink_to(world.root / "one.txt")
    for name in ("one.txt", "link.txt"):
        (document,) = world.source([world.root / name]).present()
        assert (document.path, document.level) == (str(world.root / "one.txt"), Level.JIMI)


def test_a_sandbox_that_cannot_start_makes_the_source_unavailable(world: World) -> None:
    (world.plain / "a.txt").write_text(MARK)
    with Sandbox(program="no.such.module") as broken, pytest.raises(SourceUnavailable):
        list(DocumentsSource([world.plain], [], broken, world.index).present())


def test_one_document_is_read_again_by_its_key(world: World) -> None:
    path = world.plain / "a.txt"
    path.write_text(MARK)
    source = world.source()
    (document,) = source.present()
    path.write_text("绝密★10年")
    again = source.read(document.key)
    assert again is not None
    assert again.level is Level.JUEMI
    path.unlink()
    assert source.read(document.key) is None
    assert source.read(str(world.plain)) is None


def test_a_name_in_gb18030_is_told_readably_and_read_again_by_that(world: World) -> None:
    name = os.fsencode(world.plain) + b"/" + "（机密★10年）报告.txt".encode("gb18030")
    Path(os.fsdecode(name)).write_text("正文")
    source = world.source()
    (document,) = source.present()
    assert document.path.endswith("（机密★10年）报告.txt")
    assert [mark.level for mark in document.marks] == [Level.JIMI]
    again = source.read(document.key)
    assert again is not None
    assert again.read is Read.FULL


def test_two_names_that_read_the_same_are_two_documents(world: World) -> None:
    """Otherwise a harmless file could stand in the ledger for the other one."""
    (world.plain / "报告.txt").write_text(MARK)
    Path(os.fsdecode(os.fsencode(world.plain) + b"/" + "报告.txt".encode("gb18030"))).write_text("正文")
    source = world.source()
    documents = list(source.present())
    assert len({document.path for document in documents}) == 1
    assert len({document.key for document in documents}) == 2
    again = [source.read(document.key) for document in documents]
    assert [document and document.level for document in again] == [document.level for document in documents]


def test_what_a_users_own_program_serves_is_not_called_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (world.plain / "served").mkdir()
    (world.plain / "served" / "a.txt").write_text(MARK)
    monkeypatch.setattr("agent.sources.documents.users_mounts", lambda: {str(world.plain / "served")})
    (document,) = world.source().present()
    assert (document.path, document.reason) == (str(world.plain / "served"), Unread.PERMISSION)


def test_a_name_that_is_no_text_at_all_can_still_be_written_down(world: World) -> None:
    Path(os.fsdecode(os.fsencode(world.plain) + b"/\xff\xff")).write_text("正文")
    (document,) = world.source().present()
    assert document.path.encode().endswith(rb"/\xff\xff")


def test_a_written_file_is_announced(world: World) -> None:
    source, ready, arrived = world.source(), threading.Event(), threading.Event()
    wanted = str(world.plain / "new.txt")
    seen: list[Change | Blind] = []

    def post(change: Change | Blind) -> None:
        seen.append(change)
        if isinstance(change, Change) and change.key == wanted:
            arrived.set()

    watch: Callable[..., None] = source.watch
    thread = threading.Thread(target=watch, args=(post, ready))
    thread.start()
    assert ready.wait(30)
    (world.plain / "new.txt").write_text(MARK)
    assert arrived.wait(30)
    source.close()
    source.close()
    thread.join(30)
    assert not thread.is_alive()
    assert all(isinstance(change, Change) and change.source == "documents" for change in seen)


def test_files_of_which_there_is_nothing_to_tell_come_as_one(world: World) -> None:
    for number in range(7):
        (world.plain / f"{number}.txt").write_text("正文")
    (world.plain / "program").write_bytes(b"\x7fELF" + bytes(60))
    (world.plain / "marked.txt").write_text(MARK)
    (world.plain / "（秘密★5年）名.txt").write_text("正文")
    (world.classified / "in-classified.txt").write_text("正文")
    for read in (11, 0):
        coverage = Coverage()
        found = list(world.source(each=False, coverage=coverage).present())
        assert sorted((Path(d.path).name, d.format, d.alike) for d in found) == [
            ("", "", 7),
            ("", "program", 1),
            ("in-classified.txt", "txt", 1),
            ("marked.txt", "txt", 1),
            ("（秘密★5年）名.txt", "txt", 1),
        ]
        assert (coverage.files_seen, coverage.files_read, coverage.files_unchanged) == (11, read, 11 - read)
        assert coverage.files_not_assessed[Unread.UNSUPPORTED] == 1


def test_among_plain_files_only_a_name_that_bears_a_mark_is_told(world: World) -> None:
    """Also one whose bytes are no UTF-8."""
    (world.plain / "机关保密工作.txt").write_text("正文")
    Path(os.fsdecode(os.fsencode(world.plain) + b"/" + "报告.txt".encode("gb18030"))).write_text("正文")
    Path(os.fsdecode(os.fsencode(world.plain) + b"/" + "机密★10年.txt".encode("gb18030"))).write_text("正文")
    found = list(world.source(each=False).present())
    assert sorted((Path(d.path).name, d.alike) for d in found) == [("", 2), ("机密★10年.txt", 1)]


def test_many_plain_files_are_told_in_several_portions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_ALIKE", 3)
    for number in range(7):
        (world.plain / f"{number}.txt").write_text("正文")
    assert [d.alike for d in world.source(each=False).present()] == [3, 3, 1]


def former(world: World, **options: Any) -> list[tuple[Level | None, Level | None]]:
    """Level now, and level before where that was lost."""
    found = [d for d in world.source(**options).present() if d.path]
    return [(d.level, d.former.level if d.former else None) for d in found]


@pytest.mark.parametrize("each", [True, False])
def test_a_mark_that_a_document_bore_before_is_remembered_until_it_is_back(world: World, each: bool) -> None:
    path = world.plain / "a.txt"
    path.write_text("机密★10年")
    assert former(world, each=each) == [(Level.JIMI, None)]
    path.write_text("正文")
    for _ in range(2):  # also when nothing has changed since
        assert former(world, each=each) == [(None, Level.JIMI)]
    path.write_text("秘密★5年")
    assert former(world, each=each) == [(Level.MIMI, Level.JIMI)]
    path.write_text("绝密★10年")
    assert former(world, each=each) == [(Level.JUEMI, None)]
    path.write_text("正文")
    assert former(world, each=each) == [(None, Level.JUEMI)]


@pytest.mark.parametrize("closed", ["users_mounts", "silent_mounts"])
def test_what_a_closed_place_hides_has_not_ended_and_is_not_forgotten(
    world: World, monkeypatch: pytest.MonkeyPatch, closed: str
) -> None:
    share = world.plain / "share"
    share.mkdir()
    (share / "a.txt").write_text(MARK)
    assert former(world) == [(Level.JIMI, None)]
    with monkeypatch.context() as patched:
        patched.setattr(f"agent.sources.documents.{closed}", lambda: frozenset({str(share)}))
        (document,) = world.source().present()
        assert document.path == str(share)
        assert document.hides_others
    (share / "a.txt").write_text("正文")
    assert former(world) == [(None, Level.JIMI)]
    (document,) = world.source().present()
    assert not document.hides_others


def test_a_declassified_document_has_lost_nothing(world: World) -> None:
    path = world.plain / "a.txt"
    path.write_text("机密★10年")
    assert former(world) == [(Level.JIMI, None)]
    path.write_text("机密★10年\n解密\n")
    assert former(world) == [(None, None)]
    path.write_text("正文")
    assert former(world) == [(None, None)]


def test_a_document_that_is_gone_has_lost_nothing(world: World) -> None:
    path = world.plain / "a.txt"
    path.write_text("机密★10年")
    source = world.source()
    (document,) = source.present()
    path.unlink()
    assert source.read(document.key) is None
    path.write_text("别的文件")
    assert former(world) == [(None, None)]


def test_a_lost_mark_is_seen_when_the_file_alone_is_read_again(world: World) -> None:
    path = world.plain / "a.txt"
    path.write_text("机密★10年")
    source = world.source()
    (document,) = source.present()
    path.write_text("正文")
    again = source.read(document.key)
    assert again is not None
    assert again.former is not None


def test_it_is_told_what_a_document_with_a_mark_lies_on(world: World) -> None:
    (world.plain / "a.txt").write_text(MARK)
    (world.plain / "b.txt").write_text("正文")
    (world.plain / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    found = by_name(world.source(laptop=True).present())
    assert {name: d.storage is not None for name, d in found.items()} == {"a.txt": True, "b.txt": False, "c.png": True}
    assert found["a.txt"].laptop is True


def test_a_scan_that_is_broken_off_leaves_no_file_open(world: World) -> None:
    for number in range(50):
        (world.plain / f"{number}.txt").write_text(MARK)
    present = world.source().present()
    assert isinstance(present, Generator)
    next(present)
    before = len(list(Path("/proc/self/fd").iterdir()))
    present.close()
    assert len(list(Path("/proc/self/fd").iterdir())) < before
    assert len(list(world.source().present())) == 50


def test_files_are_counted_without_a_look_at_them(world: World) -> None:
    for folder in (world.plain, world.classified):
        (folder / "deep").mkdir()
        (folder / "deep" / "a.txt").write_text(MARK)
    (world.plain / "link").symlink_to("deep")
    assert world.source().count() == 2
    assert world.source([world.plain / "deep" / "a.txt"]).count() == 1
    assert world.source([world.plain / "none"]).count() == 0
