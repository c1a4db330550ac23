"""The ledger of removable media (存储介质台账): rows, their conflicts, CSV. Every change issues a newly signed register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, select

from collector.ledgers import cells
from collector.ledgers.csvfile import Field, LedgerError, Line, at, repeated
from collector.store import media
from collector.store.tables import computer
from policies.register import Medium, MediumState
from policies.vocabulary import Level, Text


def _state(cell: str) -> MediumState:
    return cells.choice(MediumState)(cell) if cell else MediumState.IN_USE


NUMBER = Field("number", Text("编号", "number"), cells.needed, required=True)
SERIAL = Field("serial", Text("序列号", "serial"), cells.needed, required=True)
COMPUTERS = Field("computers", Text("适用计算机", "computers"), cells.names)
FIELDS = (
    NUMBER,
    Field("level", Text("密级", "level"), cells.choice(Level), required=True),
    SERIAL,
    Field("vendor_id", Text("厂商ID", "vendor_id"), cells.usb_id),
    Field("product_id", Text("产品ID", "product_id"), cells.usb_id),
    Field("holder", Text("保管人", "holder"), cells.words),
    Field("department", Text("部门", "department"), cells.words),
    COMPUTERS,
    Field("valid_until", Text("有效期", "valid_until"), cells.day),
    Field("state", Text("状态", "state"), _state),
)
"""Columns of the ledger's file."""


def take(connection: Connection, lines: Sequence[Line], file: str, key: Ed25519PrivateKey, now: datetime) -> int:
    """Store a file's media, new and changed, and issue the register where anything is. The number of those.

    Raises LedgerError: a number twice, a device under two numbers, a computer that is not registered.
    """
    named = _computers(connection)
    errors = [*repeated(lines, file, NUMBER), *(error for line in lines for error in _unknown_computers(line, file, named))]
    if errors:
        raise LedgerError(*errors)
    wanted = [_medium(line.values, named) for line in lines]
    before = {item.number: item for item in media.all_media(connection)}
    errors = _twins(lines, wanted, before, file)
    if errors:
        raise LedgerError(*errors)
    changed = [item for item in wanted if before.get(item.number) != item]
    if changed:
        media.put(connection, changed, now)
        media.issue(connection, key, now)
    return len(changed)


def rows(connection: Connection) -> list[dict[str, Any]]:
    """Every medium with its columns of FIELDS; computers by name."""
    names = {number: name for name, number in _computers(connection).items()}
    items = media.all_media(connection)
    return [asdict(item) | {"computers": tuple(names[number] for number in item.computers)} for item in items]


def _computers(connection: Connection) -> dict[str, str]:
    """The id of every computer by its name."""
    return {row.name: row.id for row in connection.execute(select(computer.c.name, computer.c.id))}


def _unknown_computers(line: Line, file: str, named: Mapping[str, str]) -> list[Text]:
    ids = set(named.values())
    unknown = [name for name in line.values["computers"] if name not in named and name not in ids]
    reason = Text("没有登记这台计算机", "this computer is not registered")
    return [at(file, line.row, COMPUTERS, name, reason) for name in unknown]


def _medium(values: Mapping[str, Any], named: Mapping[str, str]) -> Medium:
    item = Medium(**values)
    return replace(item, computers=tuple(sorted({named.get(name, name) for name in item.computers})))


def _twins(lines: Sequence[Line], wanted: Sequence[Medium], before: dict[str, Medium], file: str) -> list[Text]:
    """Devices that would stand in the register under two numbers (重号)."""
    by_serial: dict[str, list[Medium]] = {}
    for item in (before | {item.number: item for item in wanted}).values():
        by_serial.setdefault(item.serial.casefold(), []).append(item)
    errors = []
    for line, item in zip(lines, wanted, strict=True):
        twins = [twin for twin in by_serial[item.serial.casefold()] if twin.number != item.number and _same_device(twin, item)]
        if twins:
            reason = Text(f"该设备已登记为“{twins[0].number}”", f"this device is registered as '{twins[0].number}'")
            errors.append(at(file, line.row, SERIAL, item.serial, reason))
    return errors


def _same_device(one: Medium, other: Medium) -> bool:
    """Whether some device would fit both rows; an empty id fits any."""
    pairs = ((one.vendor_id, other.vendor_id), (one.product_id, other.product_id))
    return all(not a or not b or a == b for a, b in pairs)
