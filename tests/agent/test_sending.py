"""The process that delivers, started as the daemon starts it, against a real TLS server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from agent.apart import Apart
from agent.courier import SENDING, Errand, Outcome
from agent.enrolment import create
from agent.identity import CA_FILE, RECORD
from agent.keys import load_key
from agent.memory import open_books
from agent.registers import REGISTER_FILE
from agent.store import write_safely
from policies.report import Report, decode_envelope
from policies.signed import open_envelope, sign_register
from policies.vocabulary import Paths
from tests.agent.making import HEADER, KEY, NOW, finding
from tests.agent.office import Office, office
from tests.agent.test_enrolment import SIGNING_KEY
from tests.agent.test_registers import register


class Scene:
    """A computer that has joined an office, and something to tell in its books."""

    def __init__(self, folder: Path, server: Office) -> None:
        self.folder, self.server = folder, server
        made = create(folder)
        write_safely(folder / CA_FILE, server.ca_file.read_bytes())
        record = replace(made.record, computer="c-7", url=server.url, signing_key=SIGNING_KEY, next=5)
        write_safely(folder / RECORD, msgspec.json.encode(record))
        books = open_books(folder, NOW)
        with books.store:
            books.ledger.observe("documents", {"s"}, [finding("f", subject="/srv/秘密.txt")], NOW)

    def send(self, paths: Paths = Paths.CLEAR) -> Outcome:
        answer = Apart(SENDING, self.folder).ask(msgspec.json.encode(Errand(header=HEADER, paths=paths)))
        return msgspec.json.decode(answer, type=Outcome)

    def report(self) -> Report:
        """What came, by this computer's key."""
        (body,) = [body for method, _, body in self.server.asked if method == "POST"]
        envelope = decode_envelope(body)
        assert (envelope.computer, envelope.sequence) == ("c-7", 5)
        return open_envelope(envelope, load_key(self.folder).public_key())


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with office(tmp_path / "office", lambda *_: (201, b'{"next": 6}')) as server:
        yield Scene(tmp_path / "state", server)


def test_what_waits_is_sent_signed_and_acknowledged(scene: Scene) -> None:
    assert scene.send() == Outcome(delivered=True)
    assert [f.subject for f in scene.report().opened] == ["/srv/秘密.txt"]
    assert scene.send() == Outcome(delivered=True)
    assert len(scene.server.asked) == 1


def test_paths_leave_as_the_errand_says(scene: Scene) -> None:
    scene.send(Paths.HASHED)
    assert [f.subject[0] for f in scene.report().opened] == ["#"]


def test_a_collector_that_cannot_now_is_tried_again_later(scene: Scene) -> None:
    scene.server.respond = lambda *_: (503, b"")
    assert scene.send() == Outcome(delivered=False)


def test_a_new_register_is_stored_and_told(scene: Scene) -> None:
    signed = sign_register(KEY, register(3))
    scene.server.respond = lambda method, *_: (200, signed) if method == "GET" else (201, b'{"next": 6, "register": 3}')
    assert scene.send() == Outcome(delivered=True, new_register=True)
    assert (scene.folder / REGISTER_FILE).read_bytes() == signed


def test_a_computer_that_joined_nobody_sends_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    create(tmp_path)
    with pytest.raises(ChildProcessError):
        Apart(SENDING, tmp_path).ask(msgspec.json.encode(Errand(header=HEADER, paths=Paths.CLEAR)))
    assert "joined no collector" in capfd.readouterr().err
