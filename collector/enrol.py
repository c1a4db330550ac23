"""Joining a computer: a one-time token binds the computer's key to its row in the ledger."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import Connection, Row, select, update

from collector.auth import digest
from collector.refused import RequestError
from collector.store import alarms, sequences
from collector.store.alarms import AlarmKind
from collector.store.findings import plain
from collector.store.store import Store
from collector.store.tables import computer
from policies.vocabulary import Level, Profile, Text

log = logging.getLogger(__name__)

_REFUSED = Text("登记令牌不正确、已使用或已过期", "the enrolment token is wrong, used or expired")
_KEY_TAKEN = Text("该密钥已属于另一台计算机", "this key belongs to another computer already")


class _Request(msgspec.Struct, frozen=True):
    token: str
    public_key: bytes
    hostname: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a computer learns when it joins. `next` is the number of its next report: a reinstalled computer goes on counting."""

    computer: str
    signing_key: bytes
    level: Level
    profile: Profile
    department: str
    person: str
    next: int


class Enrolment:
    """Takes computers in. `key` is the collector's own, `now` the clock."""

    def __init__(self, store: Store, key: Ed25519PrivateKey, now: Callable[[], datetime]) -> None:
        self._store = store
        self._signing_key = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._now = now

    def accept(self, body: bytes) -> Grant:
        """Bind the key of a request to the token's computer. The same again gives the same answer. Raises RequestError."""
        request = _read(body)
        token = digest(request.token)
        with self._store.write() as connection:
            row = connection.execute(select(computer).where(computer.c.token_digest == token).with_for_update()).first()
            if row is not None and self._is_granted(row, request):
                self._join(connection, row, request)
                return self._grant(row, sequences.highest(connection, row.id) + 1)
            if row is not None:
                alarms.raise_alarm(connection, AlarmKind.TOKEN, row.id, 0, self._now())
        log.warning("refused an enrolment: wrong, used or expired token")
        raise RequestError(403, "token_refused", _REFUSED)

    def _is_granted(self, row: Row[tuple[Any, ...]], request: _Request) -> bool:
        """A fresh token is; a used one only for the key that used it, so that a lost answer can be asked for again."""
        if row.token_used_at is not None:
            return bool(row.public_key == request.public_key)
        return bool(row.token_expires_at > self._now())

    def _join(self, connection: Connection, row: Row[tuple[Any, ...]], request: _Request) -> None:
        if row.token_used_at is not None:
            return
        same_key = select(computer.c.id).where(computer.c.public_key == request.public_key, computer.c.id != row.id)
        if connection.execute(same_key).first() is not None:
            raise RequestError(409, "key_taken", _KEY_TAKEN)
        joined = {
            "public_key": request.public_key,
            "token_used_at": self._now(),
            "hostname": plain(request.hostname)[:300],
            "agent": plain(request.agent)[:100],
            # Reports that the old key still owed can never come now: nobody asks for them again.
            "complete_to": sequences.highest(connection, row.id) if row.public_key != request.public_key else row.complete_to,
        }
        connection.execute(update(computer).where(computer.c.id == row.id).values(joined))
        log.info("computer %s has joined", row.id)

    def _grant(self, row: Row[tuple[Any, ...]], following: int) -> Grant:
        return Grant(
            computer=row.id,
            signing_key=self._signing_key,
            level=Level(row.level),
            profile=Profile(row.profile),
            department=row.department,
            person=row.person,
            next=following,
        )


def _read(body: bytes) -> _Request:
    try:
        request = msgspec.json.decode(body, type=_Request)
        Ed25519PublicKey.from_public_bytes(request.public_key)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError):
        raise RequestError(400, "malformed", Text("登记请求格式不正确", "the enrolment request is malformed")) from None
    return request
