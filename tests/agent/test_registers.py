"""The stored register: signed by the collector, and never older than the one before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent.enrolment import create
from agent.identity import Identity, load
from agent.registers import (
    CONFIRMED_FILE,
    REGISTER_FILE,
    NotNewerError,
    confirm_register,
    load_register,
    store_register,
    trust_key,
)
from policies.register import Medium, Register
from policies.report import EnvelopeError
from policies.signed import sign_register
from policies.vocabulary import Level
from tests.agent.making import KEY, NOW
from tests.agent.test_enrolment import SIGNING_KEY


def register(version: int) -> Register:
    return Register(version=version, issued_at=NOW, media=(Medium(number="U-1", level=Level.JIMI, serial="S1"),))


@pytest.fixture
def joined(tmp_path: Path) -> Identity:
    made = create(tmp_path)
    return replace(made, record=replace(made.record, url="https://office", signing_key=SIGNING_KEY))


def test_what_is_stored_is_loaded_again(joined: Identity) -> None:
    assert load_register(joined) is None
    assert store_register(joined, sign_register(KEY, register(3))) == register(3)
    assert load_register(joined) == register(3)


@pytest.mark.parametrize("version", [2, 3])
def test_an_older_register_is_refused(joined: Identity, version: int) -> None:
    store_register(joined, sign_register(KEY, register(3)))
    with pytest.raises(EnvelopeError, match="not newer"):
        store_register(joined, sign_register(KEY, register(version)))
    assert load_register(joined) == register(3)


def test_when_it_was_last_confirmed_stands_beside_it_until_another_comes(joined: Identity) -> None:
    store_register(joined, sign_register(KEY, register(3)))
    assert confirm_register(joined, 3, NOW)
    assert load_register(joined) == replace(register(3), confirmed_at=NOW)
    store_register(joined, sign_register(KEY, register(4)))
    assert load_register(joined) == register(4)


@pytest.mark.parametrize(("days", "news"), [(0, False), (6, False), (7, True), (-8, True)])
def test_a_confirmation_is_written_once_a_week(joined: Identity, days: int, news: bool) -> None:
    assert confirm_register(joined, 3, NOW)
    assert confirm_register(joined, 3, NOW + timedelta(days=days)) is news


def test_no_register_is_not_confirmed_and_a_damaged_confirmation_is_none(joined: Identity) -> None:
    assert not confirm_register(joined, 0, NOW)
    store_register(joined, sign_register(KEY, register(3)))
    (joined.folder / CONFIRMED_FILE).write_bytes(b"\xff")
    assert load_register(joined) == register(3)


def test_a_forged_register_is_refused_and_not_believed_from_the_disk(joined: Identity) -> None:
    forged = sign_register(Ed25519PrivateKey.generate(), register(9))
    with pytest.raises(EnvelopeError, match="signature"):
        store_register(joined, forged)
    (joined.folder / REGISTER_FILE).write_bytes(forged)
    assert load_register(joined) is None


def test_a_computer_that_joined_nobody_believes_no_register(tmp_path: Path) -> None:
    alone = create(tmp_path)
    with pytest.raises(EnvelopeError, match="no key"):
        store_register(alone, sign_register(KEY, register(1)))
    (tmp_path / REGISTER_FILE).write_bytes(sign_register(KEY, register(1)))
    assert load_register(alone) is None


# --- a key that was given by hand -------------------------------------------------------------------------------------------


def test_a_computer_that_joins_nobody_believes_by_the_key_that_it_was_given(tmp_path: Path) -> None:
    trusting = trust_key(create(tmp_path), KEY.public_key())
    store_register(trusting, sign_register(KEY, register(3)))
    again = load(tmp_path)
    assert again == trusting
    assert not again.enrolled
    assert load_register(again) == register(3)
    with pytest.raises(EnvelopeError, match="signature"):
        store_register(again, sign_register(Ed25519PrivateKey.generate(), register(4)))


def test_after_enrolment_only_the_collector_s_own_key_counts(tmp_path: Path) -> None:
    other = Ed25519PrivateKey.generate()
    given = trust_key(create(tmp_path), other.public_key())
    store_register(given, sign_register(other, register(9)))
    enrolled = replace(given, record=replace(given.record, url="https://office", signing_key=SIGNING_KEY))
    assert load_register(enrolled) is None
    assert store_register(enrolled, sign_register(KEY, register(1))) == register(1)
    assert load_register(enrolled) == register(1)


@pytest.mark.parametrize("confirmed", [False, True])
@pytest.mark.parametrize(
    ("came", "same"),
    [(register(3), True), (register(2), False), (replace(register(3), media=()), False)],
    ids=["same", "older", "other"],
)
def test_the_very_same_register_is_told_from_another(joined: Identity, confirmed: bool, came: Register, same: bool) -> None:
    store_register(joined, sign_register(KEY, register(3)))
    if confirmed:
        confirm_register(joined, 3, NOW)
    with pytest.raises(NotNewerError) as caught:
        store_register(joined, sign_register(KEY, came))
    assert caught.value.same is same
    assert caught.value.known.version == 3
