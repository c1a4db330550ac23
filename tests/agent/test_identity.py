"""What a state folder says about who this computer is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from agent.identity import CA_FILE, FINGERPRINT_KEY, RECORD, SCHEMA, Identity, Record, load
from policies.vocabulary import Level


def kept(folder: Path, record: bytes = b'{"computer": "c-7"}') -> Path:
    (folder / RECORD).write_bytes(record)
    (folder / FINGERPRINT_KEY).write_bytes(b"k" * 32)
    return folder


def test_before_its_first_use_there_is_none(tmp_path: Path) -> None:
    assert load(tmp_path) is None


def test_what_was_kept_is_known(tmp_path: Path) -> None:
    record = Record(computer="c-7", url="https://office", signing_key=b"s" * 32, next=5, level=Level.JIMI)
    known = load(kept(tmp_path, msgspec.json.encode(record)))
    assert known == Identity(tmp_path, record, b"k" * 32)
    assert known.enrolled
    assert known.ca_file == tmp_path / CA_FILE


def test_a_computer_without_a_collector_is_not_enrolled(tmp_path: Path) -> None:
    known = load(kept(tmp_path))
    assert known is not None
    assert (known.enrolled, known.record.schema) == (False, SCHEMA)


@pytest.mark.parametrize("content", [b"{", b"\xff", b'{"computer": "c", "schema": "shoumi.identity/9"}'])
def test_a_record_that_cannot_be_understood_is_an_error(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ValueError, match=RECORD):
        load(kept(tmp_path, content))


def test_a_fingerprint_key_that_is_gone_is_an_error(tmp_path: Path) -> None:
    (kept(tmp_path) / FINGERPRINT_KEY).unlink()
    with pytest.raises(FileNotFoundError):
        load(tmp_path)


def test_it_loads_neither_cryptography_nor_tls() -> None:
    code = "import sys, agent.identity; print(sorted({'cryptography', 'ssl'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_key_may_be_known_without_a_collector(tmp_path: Path) -> None:
    alone = Identity(tmp_path, Record(computer="local"), b"")
    given = Identity(tmp_path, Record(computer="local", signing_key=b"k" * 32), b"")
    assert (alone.knows_key, given.knows_key, given.enrolled) == (False, True, False)
