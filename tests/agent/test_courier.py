"""The courier's process: what it is told, what it answers, and what becomes of it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from agent.courier import Courier, Errand, Outcome
from agent.sources.base import Change
from policies.vocabulary import Paths
from tests.agent.making import HEADER, NOW


class Scene:
    """A courier whose process is a small program that keeps its question."""

    def __init__(self, folder: Path, answer: bytes) -> None:
        self.question = folder / "question"
        (folder / "sending_made_up.py").write_text(
            f"import sys, pathlib\npathlib.Path(sys.argv[1], 'question').write_bytes(sys.stdin.buffer.read())\n"
            f"sys.stdout.buffer.write({answer!r})\n"
        )
        self.posted: list[Change] = []
        self.courier = Courier(
            folder,
            header=lambda: HEADER,
            paths=Paths.HASHED,
            post=self.posted.append,
            now=lambda: NOW,
            program="sending_made_up",
        )


@pytest.fixture(autouse=True)
def importable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.parametrize("delivered", [True, False])
def test_it_tells_what_stands_on_reports_and_hears_whether_all_was_delivered(tmp_path: Path, delivered: bool) -> None:
    scene = Scene(tmp_path, msgspec.json.encode(Outcome(delivered=delivered)))
    assert scene.courier.deliver() is delivered
    assert msgspec.json.decode(scene.question.read_bytes(), type=Errand) == Errand(header=HEADER, paths=Paths.HASHED)
    assert scene.posted == []


def test_it_passes_on_that_the_collector_is_to_be_asked(tmp_path: Path) -> None:
    scene = Scene(tmp_path, msgspec.json.encode(Outcome(delivered=True)))
    assert scene.courier.deliver(ask=True)
    assert msgspec.json.decode(scene.question.read_bytes(), type=Errand).ask


def test_a_new_register_is_announced(tmp_path: Path) -> None:
    scene = Scene(tmp_path, msgspec.json.encode(Outcome(delivered=True, new_register=True)))
    assert scene.courier.deliver()
    assert scene.posted == [Change(source="register", key="", at=NOW)]


@pytest.mark.parametrize("answer", [b"", b"{}", b"\xff", b'{"delivered": "yes"}'])
def test_nonsense_is_a_failure(tmp_path: Path, answer: bytes) -> None:
    assert not Scene(tmp_path, answer).courier.deliver()


def test_after_its_end_it_delivers_nothing(tmp_path: Path) -> None:
    scene = Scene(tmp_path, msgspec.json.encode(Outcome(delivered=True)))
    scene.courier.stop()
    assert not scene.courier.deliver()
    assert not scene.question.exists()
