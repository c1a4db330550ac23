"""Keys and enrolment: the same key at every try, and a clear word for each way in which it fails."""

from __future__ import annotations

import os
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from agent.enrolment import EnrolmentError, create, enrol
from agent.https import Link
from agent.identity import CA_FILE, FINGERPRINT_KEY, PRIVATE_KEY, RECORD, Identity, load
from agent.keys import load_key
from policies.vocabulary import Level, Profile
from tests.agent.making import KEY
from tests.agent.office import Office, make_ca, office

SIGNING_KEY = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
GRANT = msgspec.json.encode(
    {
        "computer": "c-7",
        "signing_key": SIGNING_KEY,
        "next": 5,
        "level": "机密",
        "profile": "networked",
        "department": "办公室",
        "person": "张三",
    }
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path / "office", lambda *_: (201, GRANT)) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


def join(folder: Path, server: Office, **changes: object) -> Identity:
    values = {"url": server.url, "token": "ABCD", "ca_file": server.ca_file, "hostname": "host", "agent": "shoumi/test"}
    return enrol(folder, **{**values, **changes})  # type: ignore[arg-type]  # the values are of these types


def public(identity: Identity) -> bytes:
    return load_key(identity.folder).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def test_what_was_created_is_loaded_again(folder: Path) -> None:
    made = create(folder)
    for again in (load(folder), create(folder)):
        assert again is not None
        assert (again.record, again.fingerprint_key, public(again)) == (made.record, made.fingerprint_key, public(made))
    assert not made.enrolled
    assert len(made.fingerprint_key) == 32


def test_only_the_owner_may_read_the_keys(folder: Path) -> None:
    create(folder)
    assert {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()} == dict.fromkeys(
        (RECORD, PRIVATE_KEY, FINGERPRINT_KEY), 0o600
    )


def test_two_computers_have_nothing_in_common(tmp_path: Path) -> None:
    one, other = create(tmp_path / "1"), create(tmp_path / "2")
    assert one.record.computer != other.record.computer
    assert one.fingerprint_key != other.fingerprint_key
    assert public(one) != public(other)


def test_enrolment_sends_the_public_key_and_keeps_the_answer(folder: Path, server: Office) -> None:
    joined = join(folder, server)
    (method, path, body) = server.asked[0]
    sent = msgspec.json.decode(body)
    assert (method, path) == ("POST", "/api/v1/enrol")
    assert b64decode(sent.pop("public_key")) == public(joined)
    assert sent == {"token": "ABCD", "hostname": "host", "agent": "shoumi/test"}
    known = load(folder)
    assert known is not None
    assert known.record == joined.record
    assert known.enrolled
    assert (known.record.computer, known.record.next, known.record.level) == ("c-7", 5, Level.JIMI)
    assert (known.record.profile, known.record.department, known.record.person) == (Profile.NETWORKED, "办公室", "张三")
    assert known.record.signing_key == SIGNING_KEY


def test_the_ca_is_kept_so_that_the_file_it_came_from_may_go(folder: Path, server: Office, tmp_path: Path) -> None:
    ca = tmp_path / "usb-stick.pem"
    ca.write_bytes(server.ca_file.read_bytes())
    joined = join(folder, server, ca_file=ca)
    ca.unlink()
    with Link(joined.record.url, joined.ca_file) as link:
        assert link.get("/").status == 201
    assert (folder / CA_FILE).exists()


def test_asking_again_after_an_interruption_sends_the_same_key(folder: Path, server: Office) -> None:
    server.respond = lambda *_: (503, b"")
    with pytest.raises(EnrolmentError):
        join(folder, server)
    server.respond = lambda *_: (201, GRANT)
    join(folder, server)
    keys = {msgspec.json.decode(body)["public_key"] for _, _, body in server.asked}
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        (403, b"", "token"),
        (401, b"", "token"),
        (409, b"", "another computer"),
        (500, b"", "answered 500"),
        (302, b"", "answered 302"),
        (201, b"{}", "cannot be understood"),
        (201, b"\xff", "cannot be understood"),
        (201, b'{"computer": "c", "signing_key": "AAAA"}', "cannot be understood"),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(folder: Path, server: Office, status: int, body: bytes, word: str) -> None:
    server.respond = lambda *_: (status, body)
    with pytest.raises(EnrolmentError, match=word) as refusal:
        join(folder, server)
    assert refusal.value.reason.zh != refusal.value.reason.en
    assert not create(folder).enrolled


def test_a_server_under_another_ca_never_hears_the_token(folder: Path, server: Office, tmp_path: Path) -> None:
    other, _ = make_ca(tmp_path, "other")
    with pytest.raises(EnrolmentError, match="does not fit the CA file"):
        join(folder, server, ca_file=other)
    assert server.asked == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"url": "http://127.0.0.1:1"}, "must be https"),
        ({"url": "https://127.0.0.1:1"}, "cannot be reached"),
        ({"ca_file": Path("/nonexistent/ca.pem")}, "cannot be read"),
        ({"ca_file": Path(__file__)}, "not a PEM certificate"),
    ],
)
def test_a_wrong_address_or_ca_file_is_named(folder: Path, server: Office, change: dict[str, object], word: str) -> None:
    with pytest.raises(EnrolmentError, match=word):
        join(folder, server, **change)


def test_a_computer_joins_once(folder: Path, server: Office) -> None:
    join(folder, server)
    with pytest.raises(EnrolmentError, match="already, as c-7"):
        join(folder, server)
    assert len(server.asked) == 1


@pytest.mark.parametrize("name", [RECORD, PRIVATE_KEY])
def test_files_that_cannot_be_understood_are_an_error(folder: Path, name: str) -> None:
    create(folder)
    (folder / name).write_bytes(b"{")
    with pytest.raises(ValueError):  # noqa: PT011  each says it in its own words
        create(folder)


@pytest.mark.parametrize("name", [PRIVATE_KEY, FINGERPRINT_KEY])
def test_a_key_that_is_gone_is_not_made_anew(folder: Path, name: str) -> None:
    create(folder)
    (folder / name).unlink()
    with pytest.raises(FileNotFoundError):
        create(folder)


def test_an_interrupted_first_use_keeps_its_keys(folder: Path) -> None:
    made = create(folder)
    (folder / RECORD).unlink()
    assert public(create(folder)) == public(made)


@pytest.mark.needs_root
def test_root_keeps_no_key_where_another_user_may_write(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    os.chown(folder, 65534, -1)
    with pytest.raises(PermissionError, match="chown root"):
        create(folder)
    assert list(folder.iterdir()) == []
