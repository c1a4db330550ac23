from __future__ import annotations

import json
from base64 import b64encode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from collector.enrol import Enrolment, Grant
from collector.ingest import Ingest
from collector.ledgers import computers
from collector.refused import RequestError
from collector.store import alarms
from collector.store.store import Store
from tests.collector.samples import NOON, Clock, Sender, digest, finding, public, report, row

KEY = Ed25519PrivateKey.generate()
OTHER = Ed25519PrivateKey.generate()
OWN = Ed25519PrivateKey.generate()


@pytest.fixture
def enrolment(store: Store, clock: Clock) -> Enrolment:
    return Enrolment(store, OWN, clock)


@pytest.fixture
def token(store: Store) -> str:
    with store.write() as connection:
        return computers.add(connection, [row("甲机")], NOON)[0].secret


def asked(token: str, key: Ed25519PrivateKey) -> bytes:
    return json.dumps({"token": token, "public_key": b64encode(public(key)).decode(), "hostname": "h", "agent": "a"}).encode()


def refusal(enrolment: Enrolment, body: bytes) -> tuple[int, str]:
    with pytest.raises(RequestError) as caught:
        enrolment.accept(body)
    return caught.value.status, caught.value.code


def token_alarms(store: Store) -> int:
    with store.read() as connection:
        return sum(alarm.times for alarm in alarms.between(connection, NOON, NOON + timedelta(days=99)))


def test_a_token_binds_a_key_and_tells_the_computer_its_facts(enrolment: Enrolment, token: str) -> None:
    grant = enrolment.accept(asked(token, KEY))
    facts = (grant.level.value, grant.profile.value, grant.department, grant.person)
    assert facts == ("机密", "standalone", "办公室", "张三")
    assert (grant.signing_key, grant.next) == (public(OWN), 1)


def test_a_lost_answer_can_be_asked_for_again(enrolment: Enrolment, token: str, clock: Clock) -> None:
    first = enrolment.accept(asked(token, KEY))
    clock.now += timedelta(days=30)
    assert enrolment.accept(asked(token, KEY)) == first


def test_a_used_token_takes_no_other_key(enrolment: Enrolment, store: Store, token: str) -> None:
    enrolment.accept(asked(token, KEY))
    assert refusal(enrolment, asked(token, OTHER)) == (403, "token_refused")
    assert token_alarms(store) == 1


def test_a_token_expires(enrolment: Enrolment, token: str, clock: Clock) -> None:
    clock.now += timedelta(days=computers.TOKEN_DAYS)
    assert refusal(enrolment, asked(token, KEY)) == (403, "token_refused")


def test_an_expired_token_of_a_joined_computer_is_no_key(enrolment: Enrolment, store: Store, token: str, clock: Clock) -> None:
    enrolment.accept(asked(token, KEY))
    with store.write() as connection:
        fresh = computers.new_token(connection, "甲机", NOON).secret
    clock.now += timedelta(days=computers.TOKEN_DAYS)
    assert refusal(enrolment, asked(fresh, KEY)) == (403, "token_refused")


def test_a_new_token_voids_the_old_one(enrolment: Enrolment, store: Store, token: str) -> None:
    with store.write() as connection:
        computers.new_token(connection, "甲机", NOON)
    assert refusal(enrolment, asked(token, KEY)) == (403, "token_refused")


def test_one_key_serves_one_computer(enrolment: Enrolment, store: Store, token: str) -> None:
    enrolment.accept(asked(token, KEY))
    with store.write() as connection:
        second = computers.add(connection, [row("乙机")], NOON)[0].secret
    assert refusal(enrolment, asked(second, KEY)) == (409, "key_taken")
    assert enrolment.accept(asked(second, OTHER)).next == 1


def rejoin(enrolment: Enrolment, store: Store) -> Grant:
    with store.write() as connection:
        fresh = computers.new_token(connection, "甲机", NOON).secret
    return enrolment.accept(asked(fresh, OTHER))


def test_a_reinstalled_computer_goes_on_counting(enrolment: Enrolment, store: Store, token: str, ingest: Ingest) -> None:
    old = Sender(enrolment.accept(asked(token, KEY)).computer, KEY)
    ingest.accept(old.envelope(3, report([finding("a")])))
    grant = rejoin(enrolment, store)
    assert (grant.computer, grant.next) == (old.id, 4)
    receipt = ingest.accept(Sender(grant.computer, OTHER).envelope(4, report(digest=digest())))
    assert (receipt.missing, receipt.full) == ((), True)


def test_the_old_key_is_void_after_that(enrolment: Enrolment, store: Store, token: str, ingest: Ingest) -> None:
    old = Sender(enrolment.accept(asked(token, KEY)).computer, KEY)
    rejoin(enrolment, store)
    with pytest.raises(RequestError, match="signature"):
        ingest.accept(old.envelope(1, report()))


@pytest.mark.parametrize("body", [b"", b"{}", b'{"token": 1}', b"[" * 10_000, b"\xff"])
def test_what_is_no_request_is_refused(enrolment: Enrolment, body: bytes) -> None:
    assert refusal(enrolment, body) == (400, "malformed")


def test_a_key_of_the_wrong_size_is_refused(enrolment: Enrolment, token: str) -> None:
    body = json.dumps({"token": token, "public_key": "AAAA", "hostname": "h", "agent": "a"}).encode()
    assert refusal(enrolment, body) == (400, "malformed")


def test_a_name_that_not_every_database_takes_is_made_plain(enrolment: Enrolment, store: Store, token: str) -> None:
    said = json.loads(asked(token, KEY)) | {"hostname": "a\0" * 400, "agent": "b\0" * 400}
    enrolment.accept(json.dumps(said).encode())
    with store.read() as connection:
        (known,) = computers.all_computers(connection)
    assert known["hostname"] == "a\N{REPLACEMENT CHARACTER}" * 150
