"""Paths that a user names, the state folder and its troubles: one clear error each, in the user's language."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.commands.common import WRITING, existing, note, own_identity, own_register, told, usable_state
from agent.registers import store_register, trust_key
from agent.sources.probe import parse_target
from policies.cli import Failure
from policies.signed import sign_register
from policies.strict_yaml import ConfigError, Spot
from policies.vocabulary import Language, Text
from tests.agent.commands.running import CJK, failure, state_folder
from tests.agent.making import KEY
from tests.agent.test_registers import register

ROOT = Path(__file__).parents[3]

# --- paths ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with everything in it that a path may lead to."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


@pytest.mark.parametrize(
    "name", ["file", "empty", "folder", "link", ".", "new\nline", "escape\x1b[31m", os.fsdecode(b"\xbb\xfa")]
)
def test_a_file_or_a_folder_may_be_named_whatever_its_name(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(folder)
    if not Path(name).exists():
        Path(name).touch()
    assert existing((Path(name),)) == (folder / name,)


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("nothing", "nothing：不存在", "nothing: No such file or directory"),
        ("dangling", "dangling：不存在", "dangling: No such file or directory"),
        ("loop", "loop：符号链接成环", "loop: Too many levels of symbolic links"),
        ("file/below", "below：路径中有一级不是目录", "below: Not a directory"),
        ("pipe", "pipe 既不是文件也不是目录", "pipe is neither a file nor a folder"),
        ("/dev/null", "/dev/null 既不是文件也不是目录", "/dev/null is neither a file nor a folder"),
        ("x" * 300, "x：名称过长", "x: File name too long"),
        ("red\x1b[31m\nnothing", "red�[31m�nothing：不存在", "red�[31m�nothing: No such file or directory"),
    ],
)
def test_nothing_else_may(folder: Path, name: str, zh: str, en: str) -> None:
    """A pipe would keep the reader waiting; and a name that leads nowhere must not end as compliant."""
    wrong = (folder / "file", folder / name)
    assert failure(lambda: existing(wrong), Language.ZH).endswith(zh)
    assert failure(lambda: existing(wrong)).endswith(en)


# --- the state folder -------------------------------------------------------------------------------------------------------


def as_file(folder: Path) -> None:
    folder.write_text("x")


def without_its_record(folder: Path) -> None:
    own_identity()
    (folder / "identity.json").write_text("{")


def without_its_key(folder: Path) -> None:
    own_identity()
    (folder / "identity.key").write_text("no key")


def with_a_key_gone(folder: Path) -> None:
    own_identity()
    (folder / "fingerprint.key").unlink()


@pytest.mark.parametrize(
    ("spoil", "zh", "en"),
    [
        (as_file, "不是目录", "it is not a folder"),
        (without_its_record, "已损坏或不属于本版本", "identity.json"),
        (without_its_key, "已损坏或不属于本版本", "damaged or of another version"),
        (with_a_key_gone, "fingerprint.key 不存在", "fingerprint.key No such file or directory"),
    ],
)
def test_a_state_folder_that_cannot_be_used_is_named_with_the_way_out(spoil: Callable[[Path], None], zh: str, en: str) -> None:
    spoil(state_folder())
    chinese, english = failure(own_identity, Language.ZH), failure(own_identity)
    for message, word in ((chinese, zh), (english, en)):
        assert str(state_folder()) in message
        assert "SHOUMI_STATE" in message
        assert word in message
    assert not CJK.search(english)


def test_what_signs_nothing_needs_no_signing_key_and_no_cryptography() -> None:
    made = own_identity()
    (state_folder() / "identity.key").write_text("no key")
    assert own_identity(signs=False) == made
    code = "from agent.commands import scan; scan.own_identity(signs=False); import sys; print('cryptography' in sys.modules)"
    environ = {**os.environ, "SHOUMI_STATE": str(state_folder())}
    said = subprocess.run([sys.executable, "-c", code], env=environ, cwd=ROOT, check=True, capture_output=True, text=True)
    assert said.stdout == "False\n"


def test_a_register_is_believed_wherever_a_key_is_known_and_else_none_is_looked_for() -> None:
    alone = own_identity()
    assert own_register(alone) is None
    trusting = trust_key(alone, KEY.public_key())
    store_register(trusting, sign_register(KEY, register(3)))
    assert own_register(trusting) == register(3)
    assert own_register(alone) is None


@pytest.mark.needs_root
def test_a_state_folder_that_others_may_write_to_is_refused_by_what_signs_nothing_too() -> None:
    own_identity()
    state_folder().chmod(0o777)
    assert "SHOUMI_STATE" in failure(lambda: own_identity(signs=False))


def database_error(number: int, message: str) -> sqlite3.OperationalError:
    """As SQLite raises it."""
    error = sqlite3.OperationalError(message)
    error.sqlite_errorcode = number
    return error


def wrapped(error: sqlite3.Error) -> OSError:
    """As the index raises what SQLite says."""
    raised = OSError("index.db: disk I/O error")
    raised.__cause__ = error
    return raised


@pytest.mark.parametrize(
    ("error", "zh", "en"),
    [
        (OSError(errno.EROFS, os.strerror(errno.EROFS)), "文件系统只读", "Read-only file system"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/s/index.db"), "/s/index.db 磁盘已满", "/s/index.db No space left"),
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES)), "没有权限", "Permission denied"),
        (database_error(sqlite3.SQLITE_FULL, "database or disk is full"), "磁盘已满", "database or disk is full"),
        (wrapped(database_error(sqlite3.SQLITE_IOERR, "disk I/O error")), "读写出错", "disk I/O error"),
        (wrapped(database_error(sqlite3.SQLITE_IOERR_WRITE, "disk I/O error")), "读写出错", "disk I/O error"),
        (sqlite3.DatabaseError("something new"), "数据库出错", "something new"),
        (ValueError("agent.db is of version 9"), "agent.db is of version 9", "agent.db is of version 9"),
    ],
)
def test_every_error_in_the_state_folder_is_told_in_both_languages(error: Exception, zh: str, en: str) -> None:
    def fails() -> None:
        with usable_state():
            raise error

    chinese, english = failure(fails, Language.ZH), failure(fails)
    assert zh in chinese
    assert en in english
    assert CJK.search(chinese)
    assert not CJK.search(english)


def test_a_real_full_disk_is_told_by_sqlite_s_own_number(tmp_path: Path) -> None:
    def fills() -> None:
        with usable_state(WRITING), sqlite3.connect(tmp_path / "small.db") as database:
            database.execute("PRAGMA max_page_count = 2")
            database.execute("CREATE TABLE a (b)")
            database.execute("INSERT INTO a VALUES (zeroblob(100000))")

    assert "磁盘已满" in failure(fills, Language.ZH)


def test_what_was_not_asked_for_is_no_trouble_of_the_state_folder() -> None:
    """A mistake of ours must not be told as a full disk."""
    with pytest.raises(KeyError), usable_state():
        raise KeyError
    with pytest.raises(ValueError, match="ours"), usable_state(WRITING):
        raise ValueError("ours")


def test_the_first_use_makes_an_identity_and_the_next_one_finds_it() -> None:
    assert own_identity().record == own_identity().record
    assert state_folder().stat().st_mode & 0o777 == 0o700


# --- errors and remarks -----------------------------------------------------------------------------------------------------


def test_an_error_in_a_configuration_file_is_told_with_its_place() -> None:
    def fails() -> None:
        with told():
            raise ConfigError(Spot("policy.yaml", 4, 12), Text("没有名为 x 的检查", "there is no check x"))

    assert failure(fails, Language.ZH) == "policy.yaml:4:12：没有名为 x 的检查"
    assert failure(fails) == "policy.yaml:4:12: there is no check x"


def test_a_probe_that_is_misspelt_is_told() -> None:
    def fails() -> None:
        with told():
            parse_target("somewhere")

    assert re.search("探测目标 somewhere", failure(fails, Language.ZH))


def test_another_error_is_none_that_a_user_can_mend() -> None:
    with pytest.raises(KeyError), told():
        raise KeyError


def test_a_remark_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    note(Text("注意", "mind"))
    assert capsys.readouterr() == ("", "mind\n")


def test_a_remark_that_nobody_can_hear_is_no_error() -> None:
    code = "from agent.commands.common import note\nfrom policies.vocabulary import Text\nnote(Text('x', 'x'))\nprint('on')"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-u", "-c", code], stdout=subprocess.PIPE, stderr=full, text=True, check=False)
    assert done.stdout == "on\n"


def test_a_failure_ends_with_2() -> None:
    assert Failure(Text("甲", "a")).exit_code == 2
