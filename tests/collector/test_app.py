from __future__ import annotations

import base64
import json
import sqlite3
import ssl
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPMessage
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from collector.ingest import MAX_ENVELOPE
from collector.ledgers import computers, media
from collector.ledgers.csvfile import Line
from collector.office import Office
from policies.signed import open_register
from policies.vocabulary import Level
from tests.collector.live import LiveServer
from tests.collector.samples import Sender, digest, finding, join, public, report, row

Live = tuple[Office, str, LiveServer]


def body(answer: tuple[int, HTTPMessage, bytes]) -> tuple[int, Any]:
    return answer[0], json.loads(answer[2])


def code_of(answer: tuple[int, HTTPMessage, bytes]) -> tuple[int, str]:
    status, told = body(answer)
    assert told["error"]["zh"]
    assert told["error"]["en"]
    return status, told["error"]["code"]


def enrolment(token: str, key: Ed25519PrivateKey) -> bytes:
    asked = {"token": token, "public_key": base64.b64encode(public(key)).decode(), "hostname": "host-1", "agent": "agent 0.1.0"}
    return json.dumps(asked).encode()


def register_medium(office: Office, number: str) -> None:
    values = {field.name: field.read("") for field in media.FIELDS if not field.required and field.read}
    values |= {"number": number, "level": Level.JIMI, "serial": f"serial of {number}"}
    with office.store.write() as connection:
        media.take(connection, [Line(2, values)], "test", office.key, datetime.now(UTC))


def test_a_computer_joins_and_reports(live_office: Live) -> None:
    office, _, server = live_office
    with office.store.write() as connection:
        token = computers.add(connection, [row("joins")], datetime.now(UTC))[0]
    key = Ed25519PrivateKey.generate()
    status, granted = body(server.request("POST", "/api/v1/enrol", enrolment(token.secret, key)))
    computer, _ = granted.pop("computer"), granted.pop("signing_key")
    facts = {"level": "机密", "profile": "standalone", "department": "办公室", "person": "张三", "next": 1}
    assert (status, granted) == (200, facts)
    data = Sender(computer, key).envelope(1, report([finding("a")], digest=digest("a")))
    receipt = {"next": 2, "missing": [], "full": False, "register": 0}
    assert body(server.request("POST", "/api/v1/reports", data)) == (201, receipt)
    assert body(server.request("POST", "/api/v1/reports", data)) == (200, receipt)


def test_a_taken_number_is_refused_with_the_one_to_go_on_with(live_office: Live) -> None:
    office, _, server = live_office
    sender = join(office.store, "came back")
    assert body(server.request("POST", "/api/v1/reports", sender.envelope(1, report([finding("a")]))))[0] == 201
    answer = server.request("POST", "/api/v1/reports", sender.envelope(1, report([finding("b")])))
    assert code_of(answer) == (409, "sequence_taken")
    assert body(answer)[1]["next"] == 2


def test_a_wrong_token_is_refused(live_office: Live) -> None:
    answer = live_office[2].request("POST", "/api/v1/enrol", enrolment("AAAA-AAAA", Ed25519PrivateKey.generate()))
    assert code_of(answer) == (403, "token_refused")


def test_the_register_comes_signed_to_registered_computers_only(live_office: Live) -> None:
    office, _, server = live_office
    path = f"/api/v1/register?computer={join(office.store, 'fetches').id}"
    assert code_of(server.request("GET", path)) == (404, "no_register")
    register_medium(office, "M-1")
    status, _, signed = server.request("GET", path)
    register = open_register(signed, office.key.public_key())
    assert (status, register.version, [medium.number for medium in register.media]) == (200, 1, ["M-1"])
    answers = [server.request("GET", f"{path}&known={version}") for version in ("0", "x", "1", "7", "9" * 500)]
    assert [(status, bool(body)) for status, _, body in answers] == [(200, True)] * 2 + [(204, False)] * 3
    assert code_of(server.request("GET", "/api/v1/register?computer=x&known=1")) == (403, "unknown_computer")
    assert code_of(server.request("GET", "/api/v1/register?computer=x")) == (403, "unknown_computer")


@pytest.mark.parametrize(
    ("method", "path", "data", "expected"),
    [
        ("POST", "/api/v1/reports", b"nonsense", (400, "malformed")),
        ("POST", "/api/v1/enrol", b"nonsense", (400, "malformed")),
        ("POST", "/api/v1/enrol", b" " * 20_000, (413, "too_large")),
        ("GET", "/api/v1/reports", None, (405, "http")),
        ("GET", "/nothing", None, (404, "http")),
        ("GET", "/static/../settings.py", None, (404, "http")),
        ("GET", "/", None, (401, "no_access")),
    ],
)
def test_what_is_wrong_is_told_in_both_languages(
    live_office: Live, method: str, path: str, data: bytes | None, expected: tuple[int, str]
) -> None:
    assert code_of(live_office[2].request(method, path, data)) == expected


def test_a_report_beyond_the_limit_is_refused(live_office: Live) -> None:
    answer = live_office[2].request("POST", "/api/v1/reports", b" " * (MAX_ENVELOPE + 1))
    assert code_of(answer) == (413, "too_large")


def test_a_locked_database_answers_later(live_office: Live) -> None:
    office, _, server = live_office
    data = join(office.store, "waits").envelope(1, report())
    with closing(sqlite3.connect(office.folder / "collector.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = server.request("POST", "/api/v1/reports", data)
    assert code_of(answer) == (503, "busy")
    assert int(answer[1]["Retry-After"]) > 0
    assert server.request("POST", "/api/v1/reports", data)[0] == 201


def test_the_server_says_that_it_is_well(live_office: Live) -> None:
    assert body(live_office[2].request("GET", "/healthz")) == (200, {"status": "ok"})


def test_the_style_is_served_with_the_program(live_office: Live) -> None:
    status, headers, style = live_office[2].request("GET", "/static/style.css")
    assert (status, headers.get_content_type(), b"@media print" in style) == (200, "text/css", True)


def test_old_tls_is_refused(live_office: Live) -> None:
    context = ssl.create_default_context(cafile=str(live_office[0].folder / "ca.pem"))
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    connection = live_office[2].connect(context)
    with pytest.raises(ssl.SSLError):
        connection.request("GET", "/healthz")
    connection.close()


def test_a_client_without_the_ca_does_not_believe_the_server(live_office: Live) -> None:
    connection = live_office[2].connect(ssl.create_default_context())
    with pytest.raises(ssl.SSLCertVerificationError):
        connection.request("GET", "/healthz")
    connection.close()
