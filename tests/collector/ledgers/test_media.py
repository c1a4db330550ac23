from __future__ import annotations

from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from collector.ledgers import media
from collector.ledgers.csvfile import LedgerError, read, write
from collector.store import media as stored
from collector.store.store import Store
from policies.register import Medium, MediumState, Register
from policies.signed import open_register
from policies.vocabulary import Language, Level
from tests.collector.samples import NOON, Sender, join

KEY = Ed25519PrivateKey.generate()
HEAD = "编号,密级,序列号,vendor_id,product_id,保管人,部门,适用计算机,有效期,状态\n"


def take(store: Store, text: str) -> int:
    with store.write() as connection:
        return media.take(connection, read(text.encode(), "a.csv", media.FIELDS), "a.csv", KEY, NOON)


def register(store: Store) -> Register | None:
    with store.read() as connection:
        signed = stored.signed_register(connection)
    return None if signed is None else open_register(signed, KEY.public_key())


def reasons(store: Store, text: str) -> list[str]:
    with pytest.raises(LedgerError) as caught:
        take(store, text)
    return [reason.en for reason in caught.value.texts]


def test_a_file_becomes_a_signed_register(store: Store, sender: Sender) -> None:
    assert take(store, HEAD + "M-1,机密,60A4,951,1666,张三,办公室,甲机,2027-01-01,借出\n") == 1
    issued = register(store)
    assert issued is not None
    medium = Medium(
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
    assert issued == Register(version=1, issued_at=NOON, media=(medium,))


def test_the_register_is_issued_anew_only_for_a_change(store: Store, sender: Sender) -> None:
    text = HEAD + "M-1,机密,60A4,,,,,甲机,,\n"
    assert (take(store, text), take(store, text)) == (1, 0)
    assert take(store, text.replace("机密", "绝密")) == 1
    issued = register(store)
    assert issued is not None
    assert issued.version == 2


def test_a_computer_may_be_named_by_its_id(store: Store, sender: Sender) -> None:
    take(store, HEAD + f"M-1,机密,60A4,,,,,{sender.id};甲机,,\n")
    issued = register(store)
    assert issued is not None
    assert issued.media[0].computers == (sender.id,)


def test_what_is_exported_is_taken_back_unchanged(store: Store, sender: Sender) -> None:
    join(store, "乙机")
    take(store, HEAD + "=M-1,机密,-60A4,951,1666,张三,办公室,甲机;乙机,2027-01-01,丢失\nM-2,秘密,X,,,,,,,\n")
    with store.read() as connection:
        data = write(media.FIELDS, media.rows(connection), Language.EN)
    assert take(store, data.decode("utf-8-sig")) == 0


def test_a_computer_that_is_not_registered_is_told(store: Store, sender: Sender) -> None:
    told = reasons(store, HEAD + "M-1,机密,A,,,,,甲机,,\nM-2,机密,B,,,,,丁机,,\n")
    assert told == ["a.csv, row 3, column 'computers', value '丁机': this computer is not registered"]
    assert register(store) is None


def test_a_number_that_occurs_twice_is_told(store: Store) -> None:
    told = reasons(store, HEAD + "M-1,机密,A,,,,,,,\nM-1,机密,B,,,,,,,\n")
    assert told == ["a.csv, row 3, column 'number', value 'M-1': occurs twice"]


@pytest.mark.parametrize(
    ("ids", "conflicts"),
    [(("0951", "1666"), True), (("", ""), True), (("0951", ""), True), (("abcd", "1666"), False), (("0951", "1667"), False)],
)
def test_one_device_stands_under_one_number(store: Store, ids: tuple[str, str], conflicts: bool) -> None:
    take(store, HEAD + "M-1,机密,60a4,0951,1666,,,,,\n")
    text = HEAD + f"M-2,机密,60A4,{ids[0]},{ids[1]},,,,,\n"
    if conflicts:
        assert reasons(store, text) == ["a.csv, row 2, column 'serial', value '60A4': this device is registered as 'M-1'"]
    else:
        assert take(store, text) == 1


def test_a_device_may_move_to_another_number_in_one_file(store: Store) -> None:
    take(store, HEAD + "M-1,机密,A,,,,,,,\n")
    assert take(store, HEAD + "M-1,机密,B,,,,,,,\nM-2,机密,A,,,,,,,\n") == 2


def test_ten_thousand_media_are_taken(store: Store) -> None:
    rows = "".join(f"M-{n},机密,S{n},,,,,,,\n" for n in range(10_000))
    assert take(store, HEAD + rows) == 10_000
