from __future__ import annotations

from datetime import timedelta

import pytest

from collector.store import alarms
from collector.store.alarms import Alarm, AlarmKind, between, raise_alarm
from collector.store.store import Store
from tests.collector.samples import NOON

HOUR = timedelta(hours=1)


def test_the_same_alarm_is_counted(store: Store) -> None:
    with store.write() as connection:
        raise_alarm(connection, AlarmKind.FORGED_TWIN, "a", 7, NOON)
        raise_alarm(connection, AlarmKind.FORGED_TWIN, "a", 7, NOON + HOUR)
        assert between(connection, NOON, NOON + HOUR) == [Alarm(AlarmKind.FORGED_TWIN, "a", 7, NOON, NOON + HOUR, 2)]


def test_the_latest_stands_first_and_other_times_are_left_out(store: Store) -> None:
    with store.write() as connection:
        for hours in range(4):
            raise_alarm(connection, AlarmKind.BAD_SIGNATURE, f"{hours}", 1, NOON + hours * HOUR)
        assert [alarm.computer for alarm in between(connection, NOON + HOUR, NOON + 3 * HOUR)] == ["2", "1"]


def test_strangers_cannot_fill_the_disk(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "MAX_KEPT", 3)
    with store.write() as connection:
        for number in range(10):
            raise_alarm(connection, AlarmKind.UNKNOWN_COMPUTER, f"{number}\0" + "x" * 1000, 1, NOON)
        kept = between(connection, NOON, NOON + HOUR)
    assert len(kept) == 3
    assert all(len(alarm.computer) == 64 and "\0" not in alarm.computer for alarm in kept)


@pytest.mark.parametrize("kind", AlarmKind)
def test_every_alarm_has_its_words(kind: AlarmKind) -> None:
    assert kind.text.zh
    assert kind.text.en
