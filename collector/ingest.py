"""Taking in a report: verified before it is unpacked, stored once, acknowledged after the commit."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, select

from collector import sound
from collector.refused import RequestError
from collector.store import alarms, findings, media, reports, sequences
from collector.store.alarms import AlarmKind
from collector.store.store import Store
from collector.store.tables import computer, envelope
from policies.report import Envelope, EnvelopeError, Report, SignatureError, decode_envelope
from policies.signed import open_envelope
from policies.vocabulary import Text

log = logging.getLogger(__name__)

_TAKEN = Text("该序号已收到另一份内容不同的报告", "another report has this number")
_BAD_SIGNATURE = Text("签名与该计算机的密钥不符", "the signature does not fit the computer's key")

MAX_ENVELOPE = 16 << 20
"""Bytes of an envelope."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender is told. `next`: the number after the highest that has arrived; `missing`: holes below it.

    `full`: the open state differs from the sender's, so the next report should be a full one. `register`: the newest version of
    the media register, 0 before the first. `known`: this very report had arrived before.
    """

    known: bool
    next: int
    missing: tuple[int, ...]
    full: bool
    register: int


class Ingest:
    """Takes reports into a store. `now` is the clock."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._one = threading.Lock()

    def accept(self, data: bytes) -> Receipt:
        """Take one envelope. Raises RequestError; sqlalchemy's OperationalError where the database cannot store now.

        One at a time: a report may unpack to much, and the database has one writer anyway.
        """
        sealed = _decoded(data)
        with self._one:
            return self._taken(sealed, data)

    def _taken(self, sealed: Envelope, data: bytes) -> Receipt:
        report = self._opened(sealed)
        with self._store.write() as connection:
            stored = _stored_digest(connection, sealed)
            if stored is None:
                reports.store(connection, sealed, data, report, self._now())
            receipt = _receipt(connection, sealed.computer, known=stored is not None)
        if stored in (None, sealed.body_digest):
            return receipt
        self._alarm(AlarmKind.FORGED_TWIN, sealed)
        # A computer that came back from an old copy has forgotten which numbers it gave: it is told where to go on.
        raise RequestError(409, "sequence_taken", _TAKEN, {"next": receipt.next})

    def _opened(self, sealed: Envelope) -> Report:
        """The report of a registered computer: verified first, then unpacked."""
        key = self._key_of(sealed)
        try:
            report = open_envelope(sealed, key)
            sound.check_report(report, sealed.sequence)
        except SignatureError:
            self._alarm(AlarmKind.BAD_SIGNATURE, sealed)
            raise RequestError(403, "bad_signature", _BAD_SIGNATURE) from None
        except EnvelopeError as error:
            raise _malformed(error) from None
        return report

    def _key_of(self, sealed: Envelope) -> Ed25519PublicKey:
        with self._store.read() as connection:
            query = select(computer.c.public_key).where(computer.c.id == sealed.computer)
            raw = connection.execute(query).scalar_one_or_none()
        if raw is None:
            self._alarm(AlarmKind.UNKNOWN_COMPUTER, sealed)
            raise RequestError(403, "unknown_computer", Text("该计算机未登记", "the computer is not registered"))
        return Ed25519PublicKey.from_public_bytes(raw)

    def _alarm(self, kind: AlarmKind, sealed: Envelope) -> None:
        log.warning("refused a report: %s, computer %.64r, sequence %d", kind.value, sealed.computer, sealed.sequence)
        with self._store.write() as connection:
            alarms.raise_alarm(connection, kind, sealed.computer, sealed.sequence, self._now())


def _decoded(data: bytes) -> Envelope:
    try:
        sealed = decode_envelope(data)
        sound.check_envelope(sealed)
    except EnvelopeError as error:
        raise _malformed(error) from None
    return sealed


def _malformed(error: EnvelopeError) -> RequestError:
    return RequestError(400, "malformed", Text("报告格式不正确", f"malformed: {error}"))


def _stored_digest(connection: Connection, sealed: Envelope) -> str | None:
    """The digest of the report that has this number, None where it has not arrived. Locks the computer's row where rows lock."""
    connection.execute(select(computer.c.id).where(computer.c.id == sealed.computer).with_for_update())
    query = select(envelope.c.digest).where(envelope.c.computer == sealed.computer, envelope.c.sequence == sealed.sequence)
    return connection.execute(query).scalar_one_or_none()


def _receipt(connection: Connection, computer_id: str, *, known: bool) -> Receipt:
    complete = sequences.advance(connection, computer_id)
    missing = sequences.missing(connection, computer_id, complete)
    highest = sequences.highest(connection, computer_id)
    return Receipt(
        known=known,
        next=highest + 1,
        missing=tuple(missing),
        full=not missing and _differs(connection, computer_id, highest),
        register=media.register_version(connection),
    )


def _differs(connection: Connection, computer_id: str, newest: int) -> bool:
    """Whether the open state is not what the newest report says it is. A report without a digest says nothing."""
    query = select(envelope.c.state_digest).where(envelope.c.computer == computer_id, envelope.c.sequence == newest)
    told = connection.execute(query).scalar_one()
    return bool(told) and told != findings.digest(connection, computer_id)
