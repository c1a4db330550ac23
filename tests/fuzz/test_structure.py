from __future__ import annotations

import base64
import gzip
import io
import re
import tarfile
import zipfile
import zlib
from random import Random

import pytest

from agent.extract.base import Budget
from agent.extract.ole.cfb import opened
from tests.agent.extract.compounds import compound
from tests.fuzz import documents
from tests.fuzz.structure import cut_inside, in_base64, in_compound, in_gzip, in_pdf, in_tar, in_zip, mutated


def test_a_zips_part_is_damaged_and_its_checksum_right() -> None:
    names = set()
    for number in range(60):
        with zipfile.ZipFile(io.BytesIO(in_zip(Random(number), documents.packed(), lambda part: part + b"!"))) as archive:
            assert archive.testzip() is None
            names |= {info.filename for info in archive.infolist() if archive.read(info).endswith(b"!")}
    assert names == {"甲/a.docx", "b.txt", "c.txt"}


def test_a_compound_files_stream_may_grow() -> None:
    data = in_compound(Random(1), compound({"A": b"x" * 5000, "B/C": b"y"}), lambda part: part * 2)
    here = opened(io.BytesIO(data), Budget())
    streams = [here.open(name) for name in ("A", "B/C")]
    assert sorted(len(stream.read()) for stream in streams if stream) in ([1, 10_000], [2, 5000])


def test_what_gzip_packed_is_damaged() -> None:
    assert gzip.decompress(in_gzip(Random(1), gzip.compress(b"text"), bytes.upper)) == b"TEXT"


@pytest.mark.parametrize("packed", [True, False])
def test_the_objects_of_a_damaged_pdf_are_found_where_its_table_says(packed: bool) -> None:
    for number in range(20):
        data = in_pdf(Random(number), documents.paged(packed=packed), lambda part: part.replace(b" Tf", b"  Tf"))
        table = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
        if data[table : table + 4] != b"xref":
            continue  # the objects were damaged without mending the table
        rows = re.findall(rb"(\d{10}) 00000 n", data[table:])
        assert all(re.match(rb"\d+ 0 obj", data[int(row) :]) for row in rows)
        return
    pytest.fail("no table was mended")


def test_a_packed_stream_of_a_pdf_is_damaged_inside() -> None:
    seen = [b""]

    def damage(part: bytes) -> bytes:
        seen.append(part)
        return part

    for number in range(20):
        in_pdf(Random(number), documents.paged(), damage)
    assert any(b" Tf" in part and not part.startswith(b"%PDF") for part in seen)


def test_a_mails_attachment_is_damaged_before_it_is_encoded() -> None:
    mail = documents.mail(("a.zip", documents.packed()))
    found = [in_base64(Random(number), mail, lambda part: part + b"PLANTED") for number in range(40)]
    encoded = {base64.b64encode(b"PLANTED"[shift:])[:7] for shift in range(3)}
    assert any(any(part in one.replace(b"\n", b"") for part in encoded) and b"PLANTED" not in one for one in found)


def test_the_checksums_of_a_damaged_tape_archive_are_right() -> None:
    data = in_tar(Random(1), documents.tarred(), lambda whole: whole.replace(b"b.txt", b"x.txt"))
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        assert archive.getnames() == ["甲/a.docx", "x.txt", "c.txt"]


def test_only_a_part_is_cut_in_what_wraps_it() -> None:
    with zipfile.ZipFile(io.BytesIO(cut_inside(Random(2), documents.packed(), lambda part: part[:5]))) as archive:
        assert sorted(len(archive.read(info)) == 5 for info in archive.infolist()) == [False, False, True]
    assert cut_inside(Random(1), b"plain text", lambda part: part[:5]) == b"plain text"


@pytest.mark.parametrize("wrapping", [documents.packed, documents.message, documents.paged, documents.tarred, documents.mail])
def test_most_damage_is_done_inside(wrapping: object) -> None:
    data = wrapping() if callable(wrapping) else b""
    made = {mutated(Random(number), data, []) for number in range(60)}
    assert len(made) > 40
    assert made == {mutated(Random(number), data, []) for number in range(60)}


def test_what_cannot_be_unwrapped_is_damaged_as_it_is() -> None:
    for head in (b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), b"\x1f\x8b\x08", b"%PDF-1.7\n"):
        for number in range(30):
            assert isinstance(mutated(Random(number), head + zlib.compress(b"x" * 700), []), bytes)
