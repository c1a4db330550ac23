from __future__ import annotations

import io
import re
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.extract.base import Budget, Unreadable
from agent.extract.pdf.objects import Objects
from agent.extract.pdf.syntax import Damaged, Ref, Stream, Unsure
from policies.vocabulary import Unread
from tests.agent.extract.pdfs import CATALOG, PAGES, opened, stream, written

PLAIN = written([CATALOG, PAGES, stream("hello", packed=True)], "/Info 2 0 R")


def with_object_stream(predictor: bool = False) -> bytes:
    """Objects 1 and 2 lie in object stream 3; the table is stream 4."""
    inner = f"1 0 2 {len(CATALOG) + 1} ".encode()
    out = b"%PDF-1.7\n"
    first = len(out)
    out += b"3 0 obj" + stream(
        inner + CATALOG.encode() + b" " + PAGES.encode(), f"/Type/ObjStm/N 2/First {len(inner)}", packed=True
    )
    at = len(out) + 1
    rows = [
        bytes([0, 0, 0, 0]),
        bytes([2, 0, 3, 0]),
        bytes([2, 0, 3, 1]),
        b"\1" + first.to_bytes(2) + b"\0",
        b"\1" + at.to_bytes(2) + b"\0",
    ]
    table, parameters = b"".join(rows), ""
    if predictor:
        above, packed = bytes(4), b""
        for row in rows:
            packed += b"\2" + bytes((a - b) % 256 for a, b in zip(row, above, strict=True))
            above = row
        table, parameters = packed, "/DecodeParms<</Predictor 12/Columns 4>>"
    dictionary = f"/Type/XRef/W[1 2 1]/Size 5/Root 1 0 R{parameters}"
    return out + b"\n4 0 obj" + stream(table, dictionary, packed=True) + b"\nendobj\nstartxref\n%d\n%%%%EOF" % at


def test_objects_are_found_by_the_table() -> None:
    objects = opened(PLAIN)
    assert objects.get(Ref(2, 0)) == {"Type": "Pages", "Kids": [Ref(3, 0)], "Count": 1}
    held = objects.get(Ref(3, 0))
    assert isinstance(held, Stream)
    assert objects.data(held) == b"hello"
    assert objects.get(Ref(99, 0)) is None


@pytest.mark.parametrize("predictor", [False, True])
def test_objects_are_found_in_object_streams(predictor: bool) -> None:
    assert opened(with_object_stream(predictor)).get(Ref(2, 0))["Count"] == 1


def test_the_newest_version_of_an_object_counts() -> None:
    begin = PLAIN.rindex(b"xref\n0")
    at = len(PLAIN)
    table = at + len(b"2 0 obj<</New true>>endobj\n")
    update = b"2 0 obj<</New true>>endobj\nxref\n2 1\n%010d 00000 n \ntrailer<</Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF"
    objects = opened(PLAIN + update % (at, begin, table))
    assert objects.get(Ref(2, 0)) == {"New": True}
    assert objects.get(Ref(1, 0))["Type"] == "Catalog"


def test_a_file_may_begin_later() -> None:
    assert opened(b"junk before\n" + PLAIN).get(Ref(1, 0))["Type"] == "Catalog"


@pytest.mark.parametrize("cut", range(1, len(PLAIN) - 1, 7))
def test_a_file_cut_short_is_damaged(cut: int) -> None:
    with pytest.raises(Damaged):
        opened(PLAIN[:cut])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"%%EOF", b"%%EO"),
        (b"startxref", b"startxerf"),
        (b"0000000009 00000 n", b"0000000900 00000 n"),
        (b"/Root", b"/Boot"),
        (b"xref\n0 4", b"xref\n0 9"),
        (b"/Size 4", b"/Prev 9"),
        (b"%%EOF\n", b"%%EOF\nmore"),
    ],
)
def test_tables_that_lead_nowhere_are_damage(old: bytes, new: bytes) -> None:
    assert old in PLAIN
    with pytest.raises(Damaged):
        opened(PLAIN.replace(old, new)).get(Ref(1, 0))


@pytest.mark.parametrize("length", [3, 99, 99_999])
def test_a_stream_of_another_length_is_damaged(length: int) -> None:
    raw = stream("hello").replace(b"/Length 5", f"/Length {length}".encode())
    objects = opened(written([CATALOG, PAGES, raw]))
    with pytest.raises(Damaged):
        objects.data(objects.get(Ref(3, 0)))


def test_streams_of_an_encrypted_file_are_not_read() -> None:
    objects = opened(written([CATALOG, PAGES, stream("hello")], "/Encrypt 2 0 R"))
    assert objects.encrypted
    with pytest.raises(Unsure):
        objects.data(objects.get(Ref(3, 0)))


def test_a_reference_to_itself_ends() -> None:
    with pytest.raises(Unsure):
        opened(written([CATALOG, "2 0 R"])).get(Ref(2, 0))


def test_too_many_objects_are_too_large() -> None:
    table = zlib.compress(bytes(3_000_000))
    head = b"%PDF-1.7\n1 0 obj<</Type/XRef/W[1 1 1]/Size 1000000/Root 1 0 R/Filter/FlateDecode/Length "
    data = head + b"%d>>stream\n" % len(table) + table + b"\nendstream\nstartxref\n9\n%%EOF"
    with pytest.raises(Unreadable) as error:
        opened(data)
    assert error.value.reason is Unread.TOO_LARGE


@given(st.integers(0, len(PLAIN) - 1), st.binary(min_size=1, max_size=9))
def test_a_changed_file_never_raises_anything_else(at: int, other: bytes) -> None:
    try:
        objects = Objects(io.BytesIO(PLAIN[:at] + other + PLAIN[at + len(other) :]), Budget())
        for number in range(5):
            value = objects.get(Ref(number, 0))
            if isinstance(value, Stream):
                objects.data(value)
    except (Unsure, Unreadable):
        return


def test_a_table_may_name_a_stream_for_what_it_calls_free() -> None:
    """As Word writes it: old readers see the table only."""
    data = with_object_stream()
    stream_at = int(data.rsplit(b"\n", 2)[1])
    first = data.index(b"3 0 obj")
    rows = b"0000000000 65535 f \n" * 3 + b"%010d 00000 n \n" % first
    table = b"xref\n0 4\n" + rows + b"trailer<</Root 1 0 R/XRefStm %d>>\n" % stream_at
    objects = opened(data + b"\n" + table + b"startxref\n%d\n%%%%EOF" % (len(data) + 1))
    assert objects.get(Ref(2, 0))["Count"] == 1


def test_a_table_with_too_few_rows_is_damaged() -> None:
    with pytest.raises(Damaged):
        opened(PLAIN.replace(b"xref\n0 4", b"xref\n0 5"))


def test_what_is_left_of_a_damaged_stream_ends_where_it_says() -> None:
    for told, left in ((stream("hello", packed=True), b"hello"), (stream("hello"), b"hello\n")):
        objects = opened(written([CATALOG, PAGES, told.replace(b"/Length", b"/Langth")]))
        damaged = objects.get(Ref(3, 0))
        assert isinstance(damaged, Stream)
        with pytest.raises(Damaged):
            objects.data(damaged)
        assert objects.remains(damaged) == left


def test_an_object_beyond_the_end_of_the_file_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(re.sub(rb"\d{10}(?= 00000 n \ntrailer)", b"9999999999", written([CATALOG, PAGES])))
    with path.open("rb") as file, pytest.raises(Damaged):  # no BytesIO: one that is real minds how many bytes it is asked for
        Objects(file, Budget()).get(Ref(2, 0))
