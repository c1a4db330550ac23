from __future__ import annotations

import gzip
import lzma
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest

from agent.channel import MOST_FILES
from agent.extract.reading import Reading
from agent.sandbox import Sandbox, SandboxUnavailable
from policies.vocabulary import Level, Read, Unread
from tests.agent.extract.archive.test_tar import tar
from tests.agent.extract.archive.test_zip_archive import zipped
from tests.agent.extract.archives import rar5
from tests.agent.extract.archives import written as archive
from tests.agent.extract.samples import docx, paragraph, pdf, written
from tests.agent.hostile import ATTEMPTS, MAGIC, SECRET

MARK = "机密★10年"
HOSTILE = "tests.agent.hostile"


def read(sandbox: Sandbox, path: Path) -> Reading:
    file = os.open(path, os.O_RDONLY)
    try:
        return sandbox.read(file)
    finally:
        os.close(file)


def given(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


def workers() -> list[psutil.Process]:
    """The processes that parse, without those that only fork them."""
    return [child for starter in psutil.Process().children() for child in _children(starter)]


def _children(starter: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):  # it may be ending just now
        if "agent.worker" in starter.cmdline() or HOSTILE in starter.cmdline():
            return starter.children()
    return []


@pytest.fixture(scope="module")
def hostile() -> Iterator[Sandbox]:
    """A worker that tries to break out, with a short patience."""
    with Sandbox(program=HOSTILE, seconds=3) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


DOCUMENTS = {
    "txt": MARK.encode(),
    "gb18030": MARK.encode("gb18030"),
    "utf-16": MARK.encode("utf-16"),
    "docx": docx(paragraph(MARK)),
    "pdf": pdf(written(MARK)),
    "mail": f"From: a@b\nSubject: x\nContent-Type: text/plain; charset=gbk\n\n{MARK}\n".encode("gbk"),
    "zip": zipped({"a.txt": MARK.encode()}),
    "tgz": gzip.compress(tar({"目录/甲.txt": MARK.encode()})),
    "tar.xz": lzma.compress(tar({"甲.txt": MARK.encode()})),
    "tar.zst": archive("pax", {"目录/甲.txt": MARK.encode()}, "zstd"),
    "7z": archive("7zip", {"目录/甲.txt": MARK.encode()}),
    "iso": archive("iso9660", {"甲.txt": MARK.encode()}),
    "rar": rar5({"甲.txt": MARK.encode()}),
}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_format_is_read_inside(sandbox: Sandbox, tmp_path: Path, kind: str) -> None:
    """Nothing that a parser needs is still to be loaded once the worker is confined."""
    reading = read(sandbox, given(tmp_path, DOCUMENTS[kind]))
    assert (reading.read, reading.reason) == (Read.FULL, None)
    assert [(mark.level, mark.term) for mark in reading.marks] == [(Level.JIMI, "10年")]


def test_every_protection_of_this_kernel_is_in_force(sandbox: Sandbox) -> None:
    force = sandbox.protections()
    if os.geteuid() != 0:
        force = {name: on for name, on in force.items() if name not in ("network_namespace", "nobody")}
    assert all(force.values()), force


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nothing_is_allowed_inside(hostile: Sandbox, tmp_path: Path, attempt: str) -> None:
    reading = read(hostile, given(tmp_path, MAGIC + attempt.encode()))
    assert (reading.format, reading.reason) == ("hostile", Unread.PERMISSION)


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        (b"spin", Unread.TIMEOUT),
        (b"die", Unread.CORRUPT),
        (b"allocate", Unread.BOMB),
        (b"talk", Unread.CORRUPT),
        (b"babble", Unread.CORRUPT),
        (b"forge", Unread.CORRUPT),
        (b"nest", Unread.CORRUPT),
        (b"whisper", Unread.CORRUPT),
        (b"promise-much", Unread.CORRUPT),
        (b"never-end", Unread.TIMEOUT),
        (b"answer-twice", None),
    ],
)
def test_a_hostile_file_is_told_and_the_next_one_is_read(
    hostile: Sandbox, tmp_path: Path, deed: bytes, reason: Unread | None
) -> None:
    assert read(hostile, given(tmp_path, MAGIC + deed)).reason is reason
    assert [mark.level for mark in read(hostile, given(tmp_path, MARK.encode())).marks] == [Level.JIMI]


@pytest.mark.parametrize("weak", ["seccomp", "landlock"])
def test_a_protection_that_is_missing_is_told(weak: str, caplog: pytest.LogCaptureFixture) -> None:
    with Sandbox(program=f"tests.agent.weak.{weak}") as sandbox:
        assert sandbox.protections()[weak] is False
    assert f"without these protections: {weak}" in caplog.text


def test_what_is_in_force_is_told_once_without_what_only_root_could_have(tmp_path: Path) -> None:
    told: list[Mapping[str, bool]] = []
    with Sandbox(files=1, told=told.append) as sandbox:
        for _ in range(2):
            read(sandbox, given(tmp_path, MARK.encode()))
        assert [all(force.values()) for force in told] == [True]
        assert {"seccomp", "landlock", "limits"} <= set(told[0])


def test_nothing_is_parsed_where_nothing_confines_the_parser() -> None:
    with Sandbox(program="tests.agent.weak.both") as sandbox, pytest.raises(SandboxUnavailable, match="neither"):
        sandbox.protections()


def test_a_file_that_kills_the_worker_is_tried_once_more_after_it_was_noted(hostile: Sandbox, tmp_path: Path) -> None:
    noted: list[str] = []
    file = os.open(given(tmp_path, MAGIC + b"die"), os.O_RDONLY)
    assert hostile.read(file, before_retry=lambda: noted.append("noted")).reason is Unread.CORRUPT
    os.close(file)
    assert noted == ["noted"]


def test_a_sound_file_is_read_once(sandbox: Sandbox, tmp_path: Path) -> None:
    file = os.open(given(tmp_path, MARK.encode()), os.O_RDONLY)
    assert sandbox.read(file, before_retry=lambda: pytest.fail("tried again")).read is Read.FULL
    assert sandbox.read(file).marks != ()  # from its beginning, wherever the descriptor stands
    os.close(file)


@pytest.mark.parametrize("deed", [b"talk", b"shout", b"forge", b"whisper", b"babble", b"die"])
def test_the_text_never_leaves_the_worker(
    hostile: Sandbox, tmp_path: Path, deed: bytes, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    reading = read(hostile, given(tmp_path, MAGIC + deed))
    captured = capfd.readouterr()
    assert SECRET not in repr(reading) + captured.out + captured.err + caplog.text


def test_a_document_gives_its_marks_and_no_more_of_its_text(sandbox: Sandbox, tmp_path: Path) -> None:
    for content in (f"{MARK}\n{SECRET}".encode(), docx(paragraph(MARK) + paragraph(SECRET)), pdf(written(SECRET))):
        assert SECRET not in repr(read(sandbox, given(tmp_path, content)))


def test_the_worker_starts_with_the_first_file_and_rests(tmp_path: Path) -> None:
    path = given(tmp_path, MARK.encode())
    with Sandbox() as sandbox:
        before = len(workers())
        read(sandbox, path)
        assert len(workers()) == before + 1
        sandbox.rest()
        assert len(workers()) == before
        assert read(sandbox, path).read is Read.FULL
    assert len(workers()) == before


def test_a_worker_without_a_file_ends_by_itself_and_a_new_one_comes_with_the_next_file(tmp_path: Path) -> None:
    path = given(tmp_path, MARK.encode())
    with Sandbox(idle=0.2) as sandbox:
        for _ in range(2):
            others = {worker.pid for worker in workers()}
            assert read(sandbox, path).read is Read.FULL
            mine = [worker for worker in workers() if worker.pid not in others]
            assert psutil.wait_procs(mine, timeout=30)[1] == []


def test_a_worker_in_use_stays(tmp_path: Path) -> None:
    path = given(tmp_path, MARK.encode())
    with Sandbox(idle=60) as sandbox:
        others = {worker.pid for worker in workers()}
        for _ in range(3):
            assert read(sandbox, path).read is Read.FULL
        assert len({worker.pid for worker in workers()} - others) == 1


def test_nothing_of_a_sandbox_at_rest_is_left_in_the_program(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        others = set(threading.enumerate())
        read(sandbox, given(tmp_path, MARK.encode()))
        (minder,) = set(threading.enumerate()) - others
        sandbox.rest()
        minder.join(30)
        assert not minder.is_alive()


def test_a_worker_that_died_between_two_files_is_replaced(tmp_path: Path) -> None:
    path = given(tmp_path, MARK.encode())
    with Sandbox() as sandbox:
        others = {worker.pid for worker in workers()}
        read(sandbox, path)
        (mine,) = [worker for worker in workers() if worker.pid not in others]
        mine.kill()
        mine.wait(30)
        file = os.open(path, os.O_RDONLY)
        assert sandbox.read(file).read is Read.FULL
        os.close(file)


def test_a_worker_that_has_served_its_time_is_replaced(tmp_path: Path) -> None:
    path = given(tmp_path, MARK.encode())
    with Sandbox(files=2) as sandbox:
        others = {worker.pid for worker in workers()}
        seen = set()
        for _ in range(4):
            read(sandbox, path)
            seen |= {worker.pid for worker in workers()} - others
    assert len(seen) == 2


def test_it_is_replaced_though_files_wait_for_it_all_the_time(tmp_path: Path) -> None:
    path = given(tmp_path, MARK.encode())
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(files=40))
        files = [stack.enter_context(path.open("rb")).fileno() for _ in range(200)]
        others = {worker.pid for worker in workers()}
        tickets = [sandbox.submit(file) for file in files[:20]]
        seen = set()
        for at, file in enumerate(files[20:]):
            tickets.append(sandbox.submit(file))
            assert sandbox.result(tickets[at]).read is Read.FULL
            seen |= {worker.pid for worker in workers()} - others
        assert [sandbox.result(ticket).read for ticket in tickets] == [Read.FULL] * 200
    assert 4 <= len(seen) <= 6


def test_the_worker_ends_with_the_program_that_started_it(tmp_path: Path) -> None:
    """Also when that is killed: the kernel ends it, or it reads the end of its socket."""
    code = (
        "import sys; from agent.sandbox import Sandbox; s = Sandbox(); s.protections(); print('up', flush=True); sys.stdin.read()"
    )
    pipe, root = subprocess.PIPE, Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, cwd=root) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"up\n"
        processes = psutil.Process(parent.pid).children(recursive=True)
        assert len(processes) == 2
        parent.kill()
    assert psutil.wait_procs(processes, timeout=30)[1] == []


def test_a_worker_that_cannot_start_is_told() -> None:
    with Sandbox(program="no.such.module") as sandbox, pytest.raises(SandboxUnavailable):
        sandbox.protections()


def test_files_are_handed_over_ahead_of_their_answers(sandbox: Sandbox, tmp_path: Path) -> None:
    names = [f"{level}★{years}年" for level in ("绝密", "机密", "秘密") for years in range(1, 11)]
    for name in names:
        (tmp_path / name).write_text(name)
    files = [os.open(tmp_path / name, os.O_RDONLY) for name in names]
    tickets = [sandbox.submit(file) for file in files]
    assert [mark.text for ticket in tickets for mark in sandbox.result(ticket).marks] == names
    for file in files:
        os.close(file)


@pytest.mark.parametrize(("deed", "reason"), [(b"die", Unread.CORRUPT), (b"spin", Unread.TIMEOUT), (b"babble", Unread.CORRUPT)])
def test_a_hostile_file_among_others_harms_none_of_them(hostile: Sandbox, tmp_path: Path, deed: bytes, reason: Unread) -> None:
    contents = [MARK.encode(), b"plain", MAGIC + deed, MARK.encode(), b"plain"]
    files = []
    for number, content in enumerate(contents):
        (tmp_path / str(number)).write_bytes(content)
        files.append(os.open(tmp_path / str(number), os.O_RDONLY))
    noted: list[int] = []
    tickets = [hostile.submit(file, before_retry=lambda n=n: noted.append(n)) for n, file in enumerate(files)]  # type: ignore[misc]
    readings = [hostile.result(ticket) for ticket in tickets]
    assert [reading.reason for reading in readings] == [None, None, reason, None, None]
    assert [len(reading.marks) for reading in readings] == [1, 0, 0, 1, 0]
    assert set(noted) <= {2}
    for file in files:
        os.close(file)


@pytest.mark.parametrize("deed", [b"spin", b"never-end"])
def test_whoever_waits_for_a_file_may_do_other_things_meanwhile(hostile: Sandbox, tmp_path: Path, deed: bytes) -> None:
    done: list[Reading] = []

    def meanwhile() -> None:
        if not done:  # also a file of its own
            done.append(read(hostile, given(tmp_path, MARK.encode())))

    (tmp_path / "hostile").write_bytes(MAGIC + deed)
    file = os.open(tmp_path / "hostile", os.O_RDONLY)
    reading = hostile.result(hostile.submit(file), meanwhile=meanwhile)
    os.close(file)
    assert reading.reason is Unread.TIMEOUT
    assert [mark.text for one in done for mark in one.marks] == [MARK]


def test_a_death_ends_the_waiting(hostile: Sandbox, tmp_path: Path) -> None:
    with given(tmp_path, MAGIC + b"die").open("rb") as file:
        ticket = hostile.submit(file.fileno())
        assert hostile.result(ticket, meanwhile=lambda: None).reason is Unread.CORRUPT


def test_files_that_wait_when_the_worker_dies_are_handed_over_again_each_as_it_was_asked(
    hostile: Sandbox, tmp_path: Path
) -> None:
    contents = [MAGIC + b"die", *[MARK.encode()] * (2 * MOST_FILES + 1)]
    files = []
    for number, content in enumerate(contents):
        (tmp_path / str(number)).write_bytes(content)
        files.append(os.open(tmp_path / str(number), os.O_RDONLY))
    tickets = [hostile.submit(file, explain=number % 3 == 0) for number, file in enumerate(files)]
    readings = [hostile.result(ticket) for ticket in tickets]
    assert [(len(reading.marks), bool(reading.explained)) for reading in readings[1:]] == [
        (1, number % 3 == 0) for number in range(1, len(files))
    ]
    assert readings[0].reason is Unread.CORRUPT
    for file in files:
        os.close(file)


def test_what_is_discarded_is_not_waited_for(sandbox: Sandbox, tmp_path: Path) -> None:
    path = given(tmp_path, MARK.encode())
    first, second = (os.open(path, os.O_RDONLY) for _ in range(2))
    unwanted, wanted = sandbox.submit(first), sandbox.submit(second)
    sandbox.discard([unwanted])
    os.close(first)
    assert sandbox.result(wanted).read is Read.FULL
    os.close(second)


def test_what_was_handed_over_before_a_rest_is_read_after_it(sandbox: Sandbox, tmp_path: Path) -> None:
    file = os.open(given(tmp_path, MARK.encode()), os.O_RDONLY)
    ticket = sandbox.submit(file)
    sandbox.rest()
    assert sandbox.result(ticket).read is Read.FULL
    os.close(file)
