"""Alarms: what should not happen and was refused. The same thing again is counted, not stored again."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from collector.store.tables import alarm
from policies.vocabulary import Text

MAX_KEPT = 10_000
"""Anybody on the network can knock under ever new names; beyond this many rows only the log tells of new ones."""


class AlarmKind(enum.Enum):
    """What was refused."""

    FORGED_TWIN = "forged_twin"
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_COMPUTER = "unknown_computer"
    TOKEN = "token"  # noqa: S105  the alarm's name, not a token

    @property
    def text(self) -> Text:
        """The alarm for a reader."""
        return _TEXT[self]


_TEXT = {
    AlarmKind.FORGED_TWIN: Text("同一序号收到内容不同的报告", "another report under a number that is taken"),
    AlarmKind.BAD_SIGNATURE: Text("报告签名不符", "a report with a wrong signature"),
    AlarmKind.UNKNOWN_COMPUTER: Text("未登记的计算机发来报告", "a report of a computer that is not registered"),
    AlarmKind.TOKEN: Text("以已使用或已过期的登记令牌登记", "an enrolment with a used or expired token"),
}


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that was refused, `times` times."""

    kind: AlarmKind
    computer: str
    sequence: int
    first_at: datetime
    last_at: datetime
    times: int


def raise_alarm(connection: Connection, kind: AlarmKind, computer: str, sequence: int, now: datetime) -> None:
    """Store or count an alarm."""
    name = computer[:64].replace("\0", "\N{REPLACEMENT CHARACTER}")
    same = (alarm.c.kind == kind.value, alarm.c.computer == name, alarm.c.sequence == sequence)
    again = connection.execute(update(alarm).where(*same).values(times=alarm.c.times + 1, last_at=now))
    if again.rowcount or connection.execute(select(func.count()).select_from(alarm)).scalar_one() >= MAX_KEPT:
        return
    row = {"kind": kind.value, "computer": name, "sequence": sequence, "first_at": now, "last_at": now, "times": 1}
    connection.execute(insert(alarm), row)


def between(connection: Connection, start: datetime, end: datetime) -> list[Alarm]:
    """The alarms of a time, latest first."""
    query = select(alarm).where(alarm.c.last_at >= start, alarm.c.first_at < end).order_by(alarm.c.last_at.desc())
    return [
        Alarm(AlarmKind(row.kind), row.computer, row.sequence, row.first_at, row.last_at, row.times)
        for row in connection.execute(query)
    ]
