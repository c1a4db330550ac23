"""The media register as stored, and its signed issues."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, delete, func, insert, select, update

from collector.store.tables import medium, medium_computer, register_issue
from policies.register import Medium, MediumState, Register
from policies.signed import sign_register
from policies.vocabulary import Level


def all_media(connection: Connection) -> list[Medium]:
    """Every medium, by number."""
    places: dict[str, list[str]] = {}
    for row in connection.execute(select(medium_computer).order_by(medium_computer.c.computer)):
        places.setdefault(row.medium, []).append(row.computer)
    rows = connection.execute(select(medium).order_by(medium.c.number))
    return [_medium(row, places.get(row.number, [])) for row in rows]


def put(connection: Connection, media: Iterable[Medium], now: datetime) -> None:
    """Store media, new ones and those that replace one of the same number."""
    for item in media:
        known = connection.execute(update(medium).where(medium.c.number == item.number).values(_columns(item)))
        if not known.rowcount:
            connection.execute(insert(medium), _columns(item) | {"number": item.number, "registered_at": now})
        connection.execute(delete(medium_computer).where(medium_computer.c.medium == item.number))
        places = [{"medium": item.number, "computer": name} for name in dict.fromkeys(item.computers)]
        if places:
            connection.execute(insert(medium_computer), places)


def issue(connection: Connection, key: Ed25519PrivateKey, now: datetime) -> int:
    """Sign the register as it is now under the next version, and return that."""
    version = register_version(connection) + 1
    signed = sign_register(key, Register(version=version, issued_at=now, media=tuple(all_media(connection))))
    connection.execute(insert(register_issue), {"version": version, "issued_at": now, "signed": signed})
    return version


def register_version(connection: Connection) -> int:
    """The newest version, 0 before the first."""
    return connection.execute(select(func.max(register_issue.c.version))).scalar_one() or 0


def signed_register(connection: Connection) -> bytes | None:
    """The newest register as signed, None before the first: no register is not the same as an empty one."""
    query = select(register_issue.c.signed).order_by(register_issue.c.version.desc()).limit(1)
    return connection.execute(query).scalar_one_or_none()


def _medium(row: Any, computers: list[str]) -> Medium:
    return Medium(
        number=row.number,
        level=Level(row.level),
        serial=row.serial,
        vendor_id=row.vendor_id,
        product_id=row.product_id,
        holder=row.holder,
        department=row.department,
        computers=tuple(computers),
        valid_until=row.valid_until,
        state=MediumState(row.state),
    )


def _columns(item: Medium) -> dict[str, Any]:
    return {
        "level": item.level.value,
        "serial": item.serial,
        "vendor_id": item.vendor_id,
        "product_id": item.product_id,
        "holder": item.holder,
        "department": item.department,
        "valid_until": item.valid_until,
        "state": item.state.value,
    }
