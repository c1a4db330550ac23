"""`agent import`: a register that was carried here is believed by its signature, and what is wrong with one is told."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent.cli import program
from agent.enrolment import create
from agent.https import MAX_ANSWER
from agent.identity import RECORD, Identity, load
from agent.registers import CONFIRMED_FILE, REGISTER_FILE, load_register, trust_key
from agent.store import StateLock, write_safely
from policies.register import Register
from policies.signed import key_fingerprint, sign_register, write_key
from tests.agent.commands.running import CJK, LANGUAGES, agent, refused, state_folder, write_computer
from tests.agent.making import KEY
from tests.agent.test_enrolment import SIGNING_KEY
from tests.agent.test_registers import register

OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
FINGERPRINT, ELSE = key_fingerprint(KEY.public_key()), key_fingerprint(OTHER.public_key())


@pytest.fixture
def carried(tmp_path: Path) -> Path:
    """A register of version 3."""
    return write(tmp_path / "register.json", sign_register(KEY, register(3)))


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return write(tmp_path / "key.pem", write_key(KEY.public_key()))


@pytest.fixture
def joined() -> Identity:
    """A computer that has joined the collector, as enrolment leaves it."""
    made = create(state_folder())
    record = replace(made.record, url="https://office", signing_key=SIGNING_KEY)
    write_safely(state_folder() / RECORD, msgspec.json.encode(record))
    return replace(made, record=record)


def write(file: Path, data: bytes) -> Path:
    file.write_bytes(data)
    return file


def stored() -> Register | None:
    """What this computer believes."""
    identity = load(state_folder())
    return load_register(identity) if identity else None


def answering(answer: str, *words: str | Path) -> Result:
    """Run a command and answer what it asks."""
    return CliRunner().invoke(program, [*map(str, words), "--lang", "en"], input=answer, prog_name="agent")


# --- a computer that has joined ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "said"), [("zh", "已导入台账：版本 3，"), ("en", "register taken: version 3 of ")])
def test_a_computer_that_has_joined_needs_the_file_only(joined: Identity, carried: Path, lang: str, said: str) -> None:
    done = agent("import", carried, lang=lang)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(said)
    assert done.stdout.endswith(f" ({state_folder()})\n" if lang == "en" else f"（{state_folder()}）\n")
    assert stored() == register(3)


def test_a_newer_one_takes_its_place(joined: Identity, carried: Path) -> None:
    agent("import", carried)
    agent("import", write(carried, sign_register(KEY, register(4))))
    assert stored() == register(4)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_again_is_no_failure_and_makes_it_no_younger(joined: Identity, carried: Path, lang: str) -> None:
    agent("import", carried)
    done = agent("import", carried, lang=lang)
    assert (done.exit_code, done.stderr) == (0, "")
    assert ("本机已有" if lang == "zh" else "here already") in done.stdout
    assert "collector media register --anew" in done.stdout
    assert not (state_folder() / CONFIRMED_FILE).exists()
    assert stored() == register(3)


@pytest.mark.parametrize("other", [register(2), replace(register(3), issued_at=register(3).issued_at + timedelta(days=1))])
def test_an_older_one_and_another_of_the_same_version_are_refused_and_both_named(
    joined: Identity, carried: Path, other: Register
) -> None:
    agent("import", carried)
    write(carried, sign_register(KEY, other))
    chinese, english = (refused("import", carried, lang=lang) for lang in LANGUAGES)
    for issue in (other.issue.text, register(3).issue.text):
        assert issue.zh in chinese
        assert issue.en in english
    assert stored() == register(3)


@pytest.mark.parametrize(
    ("data", "zh", "en"),
    [
        (sign_register(OTHER, register(9)), "签名与公钥", "does not fit the key of fingerprint"),
        (sign_register(KEY, register(9)).replace(b"ed25519", b"sm2"), "另一版本的程序", "another version of this program"),
        (b'{"schema":"shoumi.media-register/2"}', "另一版本的程序", "another version of this program"),
        (b"", "不是签名的存储介质台账", "is no signed media register"),
        ("编号,密级\n".encode(), "不是签名的存储介质台账", "is no signed media register"),
        (b'{"schema":"shoumi.envelope/1"}', "不是签名的存储介质台账", "is no signed media register"),
        (b" " * MAX_ANSWER + sign_register(KEY, register(9)), "不是签名的存储介质台账", "is no signed media register"),
    ],
    ids=["forged", "algorithm", "version", "empty", "csv", "report", "too large"],
)
def test_what_cannot_be_believed_is_refused(joined: Identity, carried: Path, data: bytes, zh: str, en: str) -> None:
    agent("import", carried)
    write(carried, data)
    chinese, english = (refused("import", carried, lang=lang) for lang in LANGUAGES)
    assert zh in chinese
    assert en in english
    assert not CJK.search(english)
    assert stored() == register(3)


@pytest.mark.parametrize(("name", "zh"), [("nothing", "nothing：不存在"), ("", "是目录"), ("pipe", "既不是文件也不是目录")])
def test_what_is_no_file_is_one_error(joined: Identity, tmp_path: Path, name: str, zh: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert zh in refused("import", tmp_path / name, lang="zh")


def test_a_state_folder_that_cannot_be_written_is_one_error(joined: Identity, carried: Path) -> None:
    (state_folder() / REGISTER_FILE).mkdir()
    told = refused("import", carried, lang="zh")
    assert f"状态目录 {state_folder()} 无法使用" in told
    assert "SHOUMI_STATE" in told


# --- a computer that never joins --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_key_nothing_can_be_believed_and_the_way_to_one_is_told(carried: Path, lang: str) -> None:
    assert "collector media key -o" in refused("import", carried, lang=lang)
    assert stored() is None


@pytest.mark.parametrize("spelt", [FINGERPRINT, FINGERPRINT.upper(), ":".join(FINGERPRINT[i : i + 2] for i in range(0, 64, 2))])
def test_with_the_key_and_its_fingerprint_nothing_is_asked(carried: Path, key_file: Path, spelt: str) -> None:
    done = agent("import", carried, "--key", key_file, "--fingerprint", spelt)
    assert (done.exit_code, done.stderr) == (0, "")
    assert stored() == register(3)


def test_the_key_is_trusted_once_and_the_next_register_needs_the_file_only(carried: Path, key_file: Path) -> None:
    agent("import", carried, "--key", key_file, "--fingerprint", FINGERPRINT)
    assert agent("import", write(carried, sign_register(KEY, register(4)))).exit_code == 0
    assert stored() == register(4)
    assert agent("import", write(carried, sign_register(KEY, register(5))), "--key", key_file).exit_code == 0  # nor is it asked
    assert stored() == register(5)


def test_a_person_is_shown_the_fingerprint_and_asked(carried: Path, key_file: Path) -> None:
    done = answering("y\n", "import", carried, "--key", key_file)
    assert done.exit_code == 0
    assert FINGERPRINT in done.stderr
    assert FINGERPRINT not in done.stdout
    assert stored() == register(3)


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_who_does_not_agree_changes_nothing(carried: Path, key_file: Path, answer: str) -> None:
    done = answering(answer, "import", carried, "--key", key_file)
    assert done.exit_code == 2
    assert "nothing was changed" in done.stderr
    known = load(state_folder())
    assert known is not None
    assert not known.knows_key
    assert stored() is None


def test_a_register_that_the_key_did_not_sign_is_refused_before_anything_is_asked(carried: Path, key_file: Path) -> None:
    write(carried, sign_register(OTHER, register(3)))
    done = answering("y\n", "import", carried, "--key", key_file)
    assert done.exit_code == 2
    assert "Trust this key" not in done.stderr
    known = load(state_folder())
    assert known is not None
    assert not known.knows_key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_another_key_than_the_one_trusted_is_refused_and_both_are_named(carried: Path, key_file: Path, lang: str) -> None:
    trust_key(create(state_folder()), OTHER.public_key())
    told = refused("import", carried, "--key", key_file, "--fingerprint", FINGERPRINT, lang=lang)
    assert FINGERPRINT in told
    assert ELSE in told
    assert "--replace-key" in told
    assert stored() is None


def test_a_key_is_replaced_where_that_is_asked_for_and_the_old_one_s_register_goes_with_it(
    carried: Path, key_file: Path, tmp_path: Path
) -> None:
    old = write(tmp_path / "old.pem", write_key(OTHER.public_key()))
    agent("import", write(tmp_path / "old.json", sign_register(OTHER, register(9))), "--key", old, "--fingerprint", ELSE)
    assert stored() == register(9)
    asked = answering("n\n", "import", carried, "--key", key_file, "--replace-key")
    assert asked.exit_code == 2
    assert f"the key trusted so far: {ELSE}" in asked.stderr
    assert stored() == register(9)
    assert answering("y\n", "import", carried, "--key", key_file, "--replace-key").exit_code == 0
    assert stored() == register(3)
    assert "does not fit" in refused("import", tmp_path / "old.json")


def test_a_register_that_the_new_key_did_not_sign_replaces_nothing(carried: Path, key_file: Path) -> None:
    trusting = trust_key(create(state_folder()), OTHER.public_key())
    write(carried, sign_register(OTHER, register(9)))
    refused("import", carried, "--key", key_file, "--fingerprint", FINGERPRINT, "--replace-key")
    assert load(state_folder()) == trusting


def test_a_computer_that_has_joined_trusts_its_own_collector_only(joined: Identity, carried: Path, key_file: Path) -> None:
    write(carried, sign_register(OTHER, register(9)))
    write(key_file, write_key(OTHER.public_key()))
    for more in ((), ("--replace-key",)):
        told = refused("import", carried, "--key", key_file, "--fingerprint", ELSE, *more)
        assert ELSE in told
        assert "agent enrol" in told
    assert load(state_folder()) == joined


def test_a_fingerprint_that_does_not_fit_is_refused(carried: Path, key_file: Path) -> None:
    assert FINGERPRINT in refused("import", carried, "--key", key_file, "--fingerprint", ELSE)
    for alone in (("--fingerprint", FINGERPRINT), ("--replace-key",)):
        assert f"{alone[0]} goes with --key" in refused("import", carried, *alone)
    assert stored() is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_file_that_is_no_key_is_refused(carried: Path, lang: str) -> None:
    assert "collector media key -o" in refused("import", carried, "--key", carried, lang=lang)
    assert ("不存在" if lang == "zh" else "No such file") in refused("import", carried, "--key", "nothing", lang=lang)


# --- what follows -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_register_in_the_computer_s_own_file_is_told_to_go_before(joined: Identity, carried: Path, lang: str) -> None:
    file = write_computer()
    assert agent("import", carried).stderr == ""
    file.write_text(f"{file.read_text()}media: []\n", encoding="utf-8")
    write(carried, sign_register(KEY, register(4)))
    done = agent("import", carried, lang=lang)
    assert done.exit_code == 0
    assert str(file) in done.stderr
    assert ("优先" if lang == "zh" else "goes before") in done.stderr


def test_a_computer_file_that_is_wrong_keeps_no_register_out(joined: Identity, carried: Path) -> None:
    write_computer().write_text("level: [", encoding="utf-8")
    assert agent("import", carried).exit_code == 0
    assert stored() == register(3)


@pytest.fixture
def told_again() -> Iterator[list[int]]:
    """The SIGHUPs that reach this process."""
    came: list[int] = []
    before = signal.signal(signal.SIGHUP, lambda number, _: came.append(number))
    yield came
    signal.signal(signal.SIGHUP, before)


def test_a_running_daemon_is_told(joined: Identity, carried: Path, told_again: list[int]) -> None:
    with StateLock(state_folder()):  # this process is the daemon
        done = agent("import", carried)
        assert (done.exit_code, told_again) == (0, [signal.SIGHUP])
        assert f"process {os.getpid()}" in done.stderr
        assert "here already" in agent("import", carried).stdout
    assert agent("import", write(carried, sign_register(KEY, register(4)))).stderr == ""
    assert len(told_again) == 1
