"""`agent enrol`: a computer joins, or is told in its user's language why it cannot and what to do."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from agent.cli import program
from agent.identity import load
from tests.agent.commands.running import CJK, LANGUAGES, agent, refused, state_folder
from tests.agent.making import KEY
from tests.agent.office import Office, make_ca, office

SIGNING_KEY = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
GRANT = msgspec.json.encode({"computer": "c-7", "signing_key": SIGNING_KEY, "level": "机密"})


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path / "office", lambda *_: (201, GRANT)) as running:
        yield running


@pytest.fixture
def mute() -> Iterator[str]:
    """The address of something that is no server of ours: it says other words than TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with listener.accept()[0] as connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def words(url: str, ca_file: Path | str, token: str = "ABCD") -> list[str]:
    return ["enrol", url, "--token", token, "--ca", str(ca_file)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_computer_that_joined_is_told_its_number(server: Office, lang: str) -> None:
    done = agent(*words(server.url, server.ca_file), lang=lang)
    expected = f"已登记到 {server.url}，本机编号 c-7" if lang == "zh" else f"joined {server.url}; this computer is c-7"
    assert (done.exit_code, done.stdout, done.stderr) == (0, expected + "\n", "")
    known = load(state_folder())
    assert known is not None
    assert known.enrolled


def test_the_token_can_come_by_standard_input_where_nobody_else_reads_it(server: Office) -> None:
    said: list[bytes] = []

    def respond(method: str, path: str, body: bytes) -> tuple[int, bytes]:
        said.append(body)
        return 201, GRANT

    server.respond = respond
    done = CliRunner().invoke(program, words(server.url, server.ca_file, "-"), input="WXYZ-1234\n")
    assert done.exit_code == 0, done.output
    assert msgspec.json.decode(said[0])["token"] == "WXYZ-1234"


def test_the_level_that_the_office_gave_is_used_from_then_on(server: Office) -> None:
    agent(*words(server.url, server.ca_file))
    done = agent("scan", "--only", "network.tunnel", lang="zh")
    assert "密级 机密" in done.stdout
    assert "未设定本机密级" not in done.stderr


def test_a_second_time_is_refused(server: Office) -> None:
    agent(*words(server.url, server.ca_file))
    assert f"本机已登记到 {server.url}，编号 c-7" in refused(*words(server.url, server.ca_file), lang="zh")


@pytest.mark.parametrize(("status", "zh"), [(403, "请向保密办重新领取"), (409, "请由保密办核对登记"), (500, "服务器答复 500")])
def test_a_refusal_says_what_to_do(server: Office, status: int, zh: str) -> None:
    server.respond = lambda *_: (status, b"")
    assert zh in refused(*words(server.url, server.ca_file), lang="zh")


def test_an_answer_that_makes_no_sense_is_told(server: Office) -> None:
    server.respond = lambda *_: (201, b"{}")
    told = refused(*words(server.url, server.ca_file), lang="zh")
    assert told == "错误：服务器的答复无法理解：请核对地址，以及两端程序的版本"


def pure(message: str, *names: str | Path) -> str:
    """A message without what is named in it."""
    for name in names:
        message = message.replace(str(name), "")
    return message


def test_every_way_to_miss_the_server_is_told_in_both_languages(server: Office, mute: str, tmp_path: Path) -> None:
    other, _ = make_ca(tmp_path, "other")
    port = server.url.rpartition(":")[2]
    ways = {
        "连接被拒绝": ("https://127.0.0.1:1", server.ca_file),
        "不是该 CA 签发的": (server.url, other),
        "不是发给这个主机名的": (f"https://localhost:{port}", server.ca_file),
        "对方不是守密的服务器": (mute, server.ca_file),
        "地址应为": ("http://127.0.0.1:1", server.ca_file),
        "不是 PEM 证书": (server.url, Path(__file__)),
        "是目录": (server.url, tmp_path),
        "不存在": (server.url, tmp_path / "nothing.pem"),
    }
    for zh, (url, ca_file) in ways.items():
        told = refused(*words(url, ca_file), lang="zh")
        assert zh in told
        assert not re.search("[a-z]{3,}", pure(told, url, ca_file, "https://主机")), told
        if url != mute:  # it speaks once only
            assert not CJK.search(refused(*words(url, ca_file)))
    assert server.asked == []


@pytest.mark.parametrize("gone", ["url", "--token", "--ca"])
def test_what_is_missing_is_named(server: Office, gone: str) -> None:
    given = words(server.url, server.ca_file)
    position = 1 if gone == "url" else given.index(gone)
    del given[position : position + (1 if gone == "url" else 2)]
    assert gone.upper() in refused(*given).upper()


def test_a_state_folder_that_is_a_file_is_told(server: Office) -> None:
    state_folder().write_text("x")
    assert "不是目录" in refused(*words(server.url, server.ca_file), lang="zh")
    assert server.asked == []
