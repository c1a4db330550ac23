"""Why a file's candidates are marks or mentions, as the sandbox tells it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.explaining import explained
from agent.extract.reading import Explained
from agent.sandbox import Sandbox
from agent.sources.base import utc_now
from checks.marking.reader import Outcome
from checks.subjects import Document
from policies.vocabulary import Place, Read, Unread


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


def document(path: Path, raw: str = "", read: Read = Read.FULL, reason: Unread | None = None) -> Document:
    size = path.stat().st_size if path.exists() else 1
    return Document(observed_at=utc_now(), path=str(path), raw=raw, size=size, read=read, reason=reason)


def brief(told: tuple[Explained, ...]) -> list[tuple[str, Outcome, Place]]:
    return [(one.text, one.outcome, one.place) for one in told]


def test_the_decisions_of_a_text_and_of_its_name_are_told(tmp_path: Path, sandbox: Sandbox) -> None:
    path = tmp_path / "（机密）报告.txt"
    path.write_text("机密★10年\n例如秘密★5年\n", encoding="utf-8")
    assert brief(explained(document(path), sandbox)) == [
        ("机密★10年", Outcome.MARK, Place.COVER),
        ("秘密★5年", Outcome.MENTION, Place.COVER),
        ("（机密）", Outcome.MARK, Place.NAME),
    ]


def test_a_file_whose_name_is_no_text_is_found_by_its_bytes(tmp_path: Path, sandbox: Sandbox) -> None:
    path = Path(os.fsdecode(bytes(tmp_path) + b"/\xbb\xfa.txt"))
    path.write_text("机密★10年\n", encoding="utf-8")
    shown = Document(observed_at=utc_now(), path=str(tmp_path / "机.txt"), raw=os.fsencode(path).hex(), size=10, read=Read.FULL)
    assert brief(explained(shown, sandbox)) == [("机密★10年", Outcome.MARK, Place.COVER)]


def test_of_a_file_that_has_gone_or_was_too_large_to_read_only_the_name_is_judged(tmp_path: Path, sandbox: Sandbox) -> None:
    path = tmp_path / "机密.txt"
    assert brief(explained(document(path), sandbox)) == [("机密", Outcome.MARK, Place.NAME)]
    path.write_text("机密★10年\n", encoding="utf-8")
    unread = document(path, read=Read.NONE, reason=Unread.TOO_LARGE)
    assert brief(explained(unread, sandbox)) == [("机密", Outcome.MARK, Place.NAME)]
