"""HTTPS to one server under one CA: no proxy, no redirect, no endless answer."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from agent import https
from agent.https import Answer, Link
from tests.agent.office import Office, make_ca, office


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path / "office", lambda method, path, body: (200, f"{method} {path} ".encode() + body)) as running:
        yield running


def test_a_request_and_its_answer(server: Office) -> None:
    with Link(server.url, server.ca_file) as link:
        assert link.post("/api", "文".encode()) == Answer(200, "POST /api 文".encode())
        assert link.get("/api") == Answer(200, b"GET /api ")
    assert server.connections == 1


def test_an_address_may_have_a_path(server: Office) -> None:
    with Link(server.url + "/shoumi/", server.ca_file) as link:
        assert link.get("/api").body == b"GET /shoumi/api "


def test_a_certificate_of_another_ca_is_refused(server: Office, tmp_path: Path) -> None:
    other, _ = make_ca(tmp_path, "other")
    with Link(server.url, other) as link, pytest.raises(ssl.SSLCertVerificationError):
        link.get("/api")
    assert server.asked == []


def test_a_certificate_for_another_name_is_refused(server: Office) -> None:
    with Link(server.url.replace("127.0.0.1", "localhost"), server.ca_file) as link, pytest.raises(ssl.SSLCertVerificationError):
        link.get("/api")


def test_the_environments_proxy_is_not_asked(server: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Link(server.url, server.ca_file) as link:
        assert link.get("/api").status == 200


def test_a_redirect_is_not_followed(server: Office) -> None:
    server.respond = lambda *_: (302, b"")
    with Link(server.url, server.ca_file) as link:
        assert link.get("/api").status == 302
    assert [path for _, path, _ in server.asked] == ["/api"]


def test_an_answer_without_end_is_cut_off(server: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(https, "MAX_ANSWER", 10)
    server.respond = lambda *_: (200, b"x" * 11)
    with Link(server.url, server.ca_file) as link, pytest.raises(OSError, match="larger than 10"):
        link.get("/api")


def test_a_server_that_says_nothing_is_given_up(server: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        with Link(url, server.ca_file, timeout=0.05) as link, pytest.raises(TimeoutError):
            link.get("/api")


def drip(listener: socket.socket, context: ssl.SSLContext, head: bytes, ended: threading.Event) -> None:
    """Answer so slowly that it never ends, and never be silent."""
    with suppress(OSError), context.wrap_socket(listener.accept()[0], server_side=True) as peer:
        peer.recv(1 << 16)
        peer.sendall(head)
        while not ended.wait(0.01):
            peer.sendall(b"x")


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: "]
)
def test_a_server_that_answers_without_end_is_given_up(server: Office, head: bytes) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.ca_file.parent / "server.pem")
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as slow:
        thread = threading.Thread(target=drip, args=(slow, context, head, ended))
        thread.start()
        url = f"https://127.0.0.1:{slow.getsockname()[1]}"
        with Link(url, server.ca_file, patience=0.3) as link, pytest.raises(TimeoutError, match=r"longer than 0\.3 seconds"):
            link.get("/api")
        ended.set()
        thread.join(30)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1", "127.0.0.1:8443", "https://", "https://u:p@127.0.0.1", "https://127.0.0.1/?a=b", "file:///etc/passwd"],
)
def test_only_a_plain_https_address_is_taken(server: Office, url: str) -> None:
    with pytest.raises(ValueError, match="not an https address"):
        Link(url, server.ca_file)


def test_a_file_that_is_no_certificate_is_refused(server: Office, tmp_path: Path) -> None:
    (tmp_path / "ca").write_text("no")
    with pytest.raises(ssl.SSLError):
        Link(server.url, tmp_path / "ca")
