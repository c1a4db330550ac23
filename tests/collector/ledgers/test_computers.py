from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from collector.auth import digest
from collector.ingest import Ingest
from collector.ledgers import computers
from collector.ledgers.computers import FIELDS, Token
from collector.ledgers.csvfile import LedgerError, read
from collector.store.store import Store
from collector.store.tables import computer
from policies.vocabulary import Level, Profile
from tests.collector.samples import NOON, join, report, row


def take(store: Store, text: str) -> tuple[list[Token], int]:
    with store.write() as connection:
        return computers.take_file(connection, read(text.encode(), "a.csv", FIELDS), "a.csv", NOON)


def ledger(store: Store) -> list[dict[str, Any]]:
    with store.read() as connection:
        return computers.all_computers(connection)


def test_a_token_is_told_once_and_kept_as_a_digest(store: Store) -> None:
    with store.write() as connection:
        token = computers.add(connection, [row("甲机")], NOON, days=3)[0]
        kept = connection.execute(select(computer.c.token_digest)).scalar_one()
    assert (token.name, token.expires_at, kept) == ("甲机", NOON + timedelta(days=3), digest(token.secret))


def test_a_name_is_registered_once(store: Store) -> None:
    with store.write() as connection:
        computers.add(connection, [row("甲机")], NOON)
    with pytest.raises(LedgerError, match="registered already"), store.write() as connection:
        computers.add(connection, [row("乙机"), row("甲机")], NOON)
    assert [item["name"] for item in ledger(store)] == ["甲机"]


def test_a_token_for_an_unknown_name_is_refused(store: Store) -> None:
    with pytest.raises(LedgerError, match="no computer 'x'"), store.write() as connection:
        computers.new_token(connection, "x", NOON)


def test_the_ledger_tells_when_a_computer_last_reported(store: Store, ingest: Ingest) -> None:
    sender = join(store)
    assert ledger(store)[0]["last_seen_at"] is None
    ingest.accept(sender.envelope(1, report()))
    item = ledger(store)[0]
    assert (item["last_seen_at"], item["hostname"], item["id"]) == (NOON, "host-1", sender.id)


def test_a_file_registers_and_changes(store: Store) -> None:
    head = "名称,密级,类型,部门,责任人\n"
    tokens, known = take(store, head + "甲机,机密,涉密单机,办公室,张三\n乙机,秘密,networked,机要处,李四\n")
    assert ([token.name for token in tokens], known) == (["甲机", "乙机"], 0)
    tokens, known = take(store, head + "甲机,绝密,,办公室,王五\n丙机,内部,internet,办公室,张三\n")
    assert ([token.name for token in tokens], known) == (["丙机"], 1)
    facts = {item["name"]: (item["level"], item["profile"], item["person"]) for item in ledger(store)}
    assert facts == {
        "丙机": (Level.NEIBU, Profile.INTERNET, "张三"),
        "甲机": (Level.JUEMI, Profile.STANDALONE, "王五"),
        "乙机": (Level.MIMI, Profile.NETWORKED, "李四"),
    }


def test_a_name_that_occurs_twice_is_told_and_nothing_is_taken(store: Store) -> None:
    with pytest.raises(LedgerError) as caught:
        take(store, "name,level,department,person\n甲机,机密,a,b\n甲机,机密,a,b\n")
    assert [text.en for text in caught.value.texts] == ["a.csv, row 3, column 'name', value '甲机': occurs twice"]
    assert ledger(store) == []
