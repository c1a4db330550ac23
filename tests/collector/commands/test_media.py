from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from collector.commands.common import folder
from collector.keys import signing_key
from policies.signed import key_fingerprint, open_register, read_key
from tests.collector.commands.run import fails, ok, run

ADD = ("media", "add", "M-1", "--level", "机密", "--serial", "60A4")


def test_a_medium_is_registered(initialised: None) -> None:
    ok("computers", "add", "甲机", "--level", "机密", "--department", "办公室", "--person", "张三")
    given = ("--vendor-id", "951", "--holder", "张三", "--computer", "甲机", "--valid-until", "2027-01-01", "--state", "lent")
    assert ok(*ADD, *given) == "1 registered or changed, 0 as before\n"
    (medium,) = json.loads(ok("media", "list", "--format", "json"))
    assert medium == {
        "number": "M-1",
        "level": "机密",
        "serial": "60A4",
        "vendor_id": "0951",
        "product_id": "",
        "holder": "张三",
        "department": "",
        "computers": ["甲机"],
        "valid_until": "2027-01-01",
        "state": "lent",
    }


def test_a_serial_that_looks_like_a_formula_is_kept_as_it_is(initialised: None) -> None:
    ok("media", "add", "M-1", "--level", "机密", "--serial", "=1+1")
    assert json.loads(ok("media", "list", "--format", "json"))[0]["serial"] == "=1+1"
    assert "'=1+1" in ok("media", "list", "--format", "csv")


def test_the_list_is_a_table_in_the_users_language(initialised: None) -> None:
    ok(*ADD)
    assert ok("media", "list", "--lang", "zh").splitlines()[0].split()[:2] == ["编号", "密级"]
    assert ok("media", "list").splitlines()[1].split()[:3] == ["M-1", "机密", "60A4"]


def test_the_ledger_goes_out_and_comes_in_as_csv(initialised: None, tmp_path: Path) -> None:
    ok(*ADD)
    path = tmp_path / "media.csv"
    ok("media", "export", "-o", str(path), "--lang", "zh")
    assert path.read_bytes().startswith("\ufeff编号,密级,序列号".encode())
    assert ok("media", "import", str(path)) == "0 registered or changed, 1 as before\n"


def test_mistakes_are_one_clear_error(initialised: None) -> None:
    ok(*ADD)
    assert "command line, row 2, column 'valid_until', value 'soon'" in fails(*ADD, "--valid-until", "soon")
    assert "registered as 'M-1'" in fails("media", "add", "M-2", "--level", "机密", "--serial", "60A4")
    assert "值“丁机”：没有登记这台计算机" in fails(*ADD, "--computer", "丁机", "--lang", "zh")


def test_a_bad_row_imports_nothing(initialised: None, tmp_path: Path) -> None:
    path = tmp_path / "media.csv"
    path.write_text("编号,密级,序列号\nM-1,机密,A\nM-2,机密,\n")
    assert "media.csv 第 3 行“序列号”列" in fails("media", "import", str(path), "--lang", "zh")
    assert json.loads(ok("media", "list", "--format", "json")) == []


# --- carried by hand --------------------------------------------------------------------------------------------------------


def issued() -> list[bytes]:
    """The registers as signed, the oldest first."""
    with closing(sqlite3.connect(folder() / "collector.db")) as database:
        return [signed for (signed,) in database.execute("SELECT signed FROM register_issue ORDER BY version")]


def public() -> Ed25519PublicKey:
    return signing_key(folder()).public_key()


@pytest.mark.parametrize("words", [(), ("-o", "-")])
def test_the_newest_register_is_written_as_agents_get_it_by_wire(initialised: None, words: tuple[str, ...]) -> None:
    ok(*ADD)
    ok("media", "add", "M-2", "--level", "机密", "--serial", "60A5")
    done = run("media", "register", *words)
    assert done.exit_code == 0
    assert done.stdout_bytes == issued()[-1]
    assert len(open_register(done.stdout_bytes, public()).media) == 2
    assert done.stderr.startswith("register: version 2 of ")
    assert "media: 2\n" in done.stderr
    assert key_fingerprint(public()) in done.stderr
    assert "agent import FILE --key KEYFILE" in done.stderr


def test_the_register_goes_to_a_file_and_what_to_do_with_it_is_told_in_the_users_language(
    initialised: None, tmp_path: Path
) -> None:
    ok(*ADD)
    file = tmp_path / "register.json"
    done = run("media", "register", "-o", str(file), "--lang", "zh")
    assert (done.exit_code, done.stdout) == (0, "")
    assert file.read_bytes() == issued()[-1]
    assert "台账：版本 1，" in done.stderr
    assert "介质 1 个" in done.stderr
    assert "agent import 文件" in done.stderr


@pytest.mark.parametrize("words", [(), ("--anew",)])
@pytest.mark.parametrize(("lang", "said"), [("zh", "尚未建立存储介质台账"), ("en", "there is no media register yet")])
def test_without_a_register_there_is_none_to_write(
    initialised: None, tmp_path: Path, words: tuple[str, ...], lang: str, said: str
) -> None:
    file = tmp_path / "register.json"
    assert said in fails("media", "register", "-o", str(file), *words, "--lang", lang)
    assert not file.exists()
    assert issued() == []


def test_a_ledger_without_changes_is_signed_anew_where_that_is_asked_for(initialised: None) -> None:
    ok(*ADD)
    assert run("media", "register", "--anew").stdout_bytes == issued()[1]
    first, second = (open_register(signed, public()) for signed in issued())
    assert (first.version, second.version) == (1, 2)
    assert first.issued_at < second.issued_at
    assert first.media == second.media


def test_a_register_of_another_key_is_not_handed_out(initialised: None) -> None:
    ok(*ADD)
    own = Ed25519PrivateKey.generate()
    (folder() / "signing.key").write_bytes(own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert "--anew" in fails("media", "register")
    assert open_register(run("media", "register", "--anew").stdout_bytes, own.public_key()).version == 2


def test_the_key_is_written_with_its_fingerprint_beside_it(initialised: None, tmp_path: Path) -> None:
    done = run("media", "key")
    assert done.exit_code == 0
    assert read_key(done.stdout_bytes).public_bytes_raw() == public().public_bytes_raw()
    assert key_fingerprint(public()) in done.stderr
    file = tmp_path / "key.pem"
    assert "签名公钥指纹" in run("media", "key", "-o", str(file), "--lang", "zh").stderr
    assert file.read_bytes() == done.stdout_bytes
