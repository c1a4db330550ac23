from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from collector.store import media
from collector.store.store import Store
from policies.register import Medium, MediumState, Register
from policies.signed import open_register
from policies.vocabulary import Level
from tests.collector.samples import NOON, Sender

KEY = Ed25519PrivateKey.generate()


@pytest.fixture
def medium(sender: Sender) -> Medium:
    return Medium(
        number="M-1",
        level=Level.JIMI,
        serial="60A4",
        vendor_id="0951",
        product_id="1666",
        holder="张三",
        department="办公室",
        computers=(sender.id,),
        valid_until=date(2027, 1, 1),
        state=MediumState.LENT,
    )


def test_a_medium_comes_back_as_it_was(store: Store, medium: Medium) -> None:
    with store.write() as connection:
        media.put(connection, [medium], NOON)
        assert media.all_media(connection) == [medium]


def test_a_medium_is_replaced_by_its_number(store: Store, medium: Medium) -> None:
    changed = replace(medium, holder="李四", computers=(), valid_until=None)
    with store.write() as connection:
        media.put(connection, [medium], NOON)
        media.put(connection, [changed], NOON)
        assert media.all_media(connection) == [changed]


def test_each_issue_is_signed_and_newer(store: Store, medium: Medium) -> None:
    with store.write() as connection:
        assert (media.register_version(connection), media.signed_register(connection)) == (0, None)
        assert media.issue(connection, KEY, NOON) == 1
        media.put(connection, [medium], NOON)
        assert media.issue(connection, KEY, NOON) == media.register_version(connection) == 2
        signed = media.signed_register(connection)
    assert signed is not None
    assert open_register(signed, KEY.public_key()) == Register(version=2, issued_at=NOON, media=(medium,))
