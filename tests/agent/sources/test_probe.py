"""Probes on loopback: what counts as an answer, and how targets are written. What leaves the computer: test_network.py."""

from __future__ import annotations

import select
import socket
import struct
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from agent.sources.probe import ProbeError, Target, parse_target, run
from checks.subjects import Probe

PATIENCE = 30.0


def probe(*targets: Target, time_limit: float = PATIENCE) -> tuple[Probe, ...]:
    return run(targets, lambda target: True, time_limit=time_limit)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("203.0.113.10:443", Target("203.0.113.10", 443)),
        ("[2001:DB8::10]:443", Target("2001:db8::10", 443)),
        ("dns:203.0.113.10/example.org", Target("203.0.113.10", 53, "dns", "example.org")),
        ("dns:203.0.113.10:5353/example.org.", Target("203.0.113.10", 5353, "dns", "example.org.")),
        ("dns:[2001:db8::53]/_test.example.org", Target("2001:db8::53", 53, "dns", "_test.example.org")),
        ("http:203.0.113.10/generate_204", Target("203.0.113.10", 80, "http", "generate_204")),
        ("http:[2001:db8::10]:8080/a?b=%20", Target("2001:db8::10", 8080, "http", "a?b=%20")),
    ],
)
def test_a_target_is_read_and_printed(text: str, target: Target) -> None:
    assert parse_target(text) == target
    prefix = f"{target.protocol}:" if target.name else ""
    assert parse_target(prefix + str(target)) == target


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sentinel.example:80", "host name"),
        ("localhost:80", "host name"),
        ("203.0.113.10", "ADDRESS:PORT"),
        ("203.0.113.10:0", "ADDRESS:PORT"),
        ("203.0.113.10:65536", "ADDRESS:PORT"),
        ("203.0.113.10:http", "ADDRESS:PORT"),
        ("2001:db8::10:443", "ADDRESS:PORT"),
        ("", "ADDRESS:PORT"),
        ("dns:203.0.113.10", "name"),
        ("dns:203.0.113.10/", "name"),
        ("dns:203.0.113.10/a..b", "name"),
        ("dns:203.0.113.10/-a", "name"),
        (f"dns:203.0.113.10/{'a' * 64}", "name"),
        (f"dns:203.0.113.10/{'.'.join(['abcdefg'] * 40)}", "name"),
        ("dns:resolver/example.org", "host name"),
        ("http:sentinel.example/", "host name"),
        ("http:203.0.113.10/a b", "path"),
        ("http:203.0.113.10/a\r\nX: y", "path"),
        ("224.0.0.1:80", "one host"),
        ("0.0.0.0:80", "one host"),
        ("255.255.255.255:80", "one host"),
    ],
)
def test_a_target_that_is_not_allowed_is_refused_in_both_languages(text: str, words: str) -> None:
    with pytest.raises(ProbeError) as refused:
        parse_target(text)
    assert words in refused.value.text.en
    assert "探测目标" in refused.value.text.zh


def test_a_port_that_takes_the_connection_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        (result,) = probe(Target("127.0.0.1", server.getsockname()[1]))
    assert (result.sent, result.answered, result.detail) == (True, True, "connected")


def test_a_refusal_is_an_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    for result in probe(Target("127.0.0.1", port), Target("127.0.0.1", port, "dns", "example.org")):
        assert (result.sent, result.answered, result.detail) == (True, True, "ECONNREFUSED")


def test_nothing_reaches_a_target_that_would_not_be_carried() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        (result,) = run([Target("127.0.0.1", server.getsockname()[1])], lambda target: False, time_limit=PATIENCE)
        assert select.select([server], [], [], 0)[0] == []
    assert (result.sent, result.answered) == (False, False)


def test_an_address_without_a_route_gets_no_packet() -> None:
    (result,) = probe(Target("fe80::1", 80))  # link-local, without a link: the kernel refuses
    assert (result.sent, result.answered) == (False, False)


@contextmanager
def dns(reply: Callable[[bytes], list[bytes]]) -> Iterator[Target]:
    """A DNS server on loopback that answers one query with some packets."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server, ThreadPoolExecutor(1) as pool:
        server.bind(("127.0.0.1", 0))
        server.settimeout(PATIENCE)

        def serve() -> bytes:
            query, client = server.recvfrom(512)
            for packet in reply(query):
                server.sendto(packet, client)
            return query

        served = pool.submit(serve)
        yield Target("127.0.0.1", server.getsockname()[1], "dns", "example.org")
        assert served.result()[12:] == b"\x07example\x03org\x00\x00\x01\x00\x01"


def answered(query: bytes, code: int = 0) -> bytes:
    return query[:2] + struct.pack("!H", 0x8180 | code) + query[4:]


@pytest.mark.parametrize("code", [0, 3, 5])
def test_any_reply_of_a_dns_server_is_an_answer(code: int) -> None:
    with dns(lambda query: [answered(query, code)]) as target:
        (result,) = probe(target)
    assert (result.answered, result.detail) == (True, f"rcode {code}")


def test_a_packet_that_is_no_reply_is_passed_over() -> None:
    with dns(lambda query: [b"", b"x", query, b"\0\0" + answered(query, 2)[2:], answered(query, 3)]) as target:
        (result,) = probe(target)
    assert result.detail in ("rcode 3", "rcode 2")  # "rcode 2" only where the query's number happened to be 0


def test_silence_is_no_answer_and_all_targets_share_the_time_limit() -> None:
    with dns(lambda query: []) as silent, socket.create_server(("127.0.0.1", 0)) as server:
        results = probe(silent, Target("127.0.0.1", server.getsockname()[1]), time_limit=0.2)
    assert [(result.sent, result.answered) for result in results] == [(True, False), (True, True)]
    assert results[0].detail == "no answer"


@contextmanager
def web(answer: bytes, expected: str = "") -> Iterator[Target]:
    """A server that answers one request."""
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        server.settimeout(PATIENCE)

        def serve() -> bytes:
            client, _ = server.accept()
            with client:
                request = client.recv(4096)
                for part in (answer[:9], answer[9:]):
                    client.sendall(part)
                return request

        served = pool.submit(serve)
        port = server.getsockname()[1]
        yield Target("127.0.0.1", port, "http", "check", expected)
        head, *fields = served.result().decode().split("\r\n")
        assert head == "GET /check HTTP/1.0"
        assert f"Host: 127.0.0.1:{port}" in fields


def page(status: str, body: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\n\r\n{body}".encode()


@pytest.mark.parametrize(
    ("answer", "expected", "detail", "portal"),
    [
        (page("204 No Content"), "", "http 204", False),
        (page("302 Found"), "", "http 302", True),
        (page("200 OK", "<title>请登录</title>"), "", "http 200", True),
        (page("511 Network Authentication Required"), "", "http 511", True),
        (page("200 OK", "sentinel of the office"), "sentinel", "http 200", False),
        (page("200 OK", "请登录"), "sentinel", "http 200", True),
        (page("204 No Content"), "sentinel", "http 204", True),
        (b"HTTP/1.1 200 OK\r\nX: sentinel\r\n\r\n", "sentinel", "http 200", True),
        (b"SSH-2.0-x\r\n", "", "connected", False),
        (b"", "", "connected", False),
    ],
)
def test_a_web_page_that_is_not_the_expected_one_is_a_portal_s(answer: bytes, expected: str, detail: str, portal: bool) -> None:
    with web(answer, expected) as target:
        (result,) = probe(target)
    assert (result.sent, result.answered, result.detail, result.portal) == (True, True, detail, portal)


def test_a_page_without_end_is_not_read_to_its_end() -> None:
    with web(page("200 OK", "x" * 300_000)) as target:
        (result,) = probe(target)
    assert result.portal


def test_a_web_server_that_says_nothing_was_reached_all_the_same() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        (result,) = probe(Target("127.0.0.1", server.getsockname()[1], "http"), time_limit=0.2)
    assert (result.answered, result.detail, result.portal) == (True, "connected", False)


def test_a_web_server_that_refuses_is_an_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    (result,) = probe(Target("127.0.0.1", port, "http"))
    assert (result.answered, result.detail) == (True, "ECONNREFUSED")


@pytest.mark.needs_root
def test_a_probe_is_bound_to_its_interface() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        there, nowhere = probe(Target("127.0.0.1", port, link="lo"), Target("127.0.0.1", port, link="no-such"))
    assert (there.answered, there.link) == (True, "lo")
    assert (nowhere.sent, nowhere.detail, nowhere.link) == (False, "ENODEV", "no-such")
