from __future__ import annotations

import base64
from http.client import HTTPMessage

import pytest

from collector.office import Office
from tests.collector.live import LiveServer

Live = tuple[Office, str, LiveServer]


def ask(live: Live, path: str = "/", **headers: str) -> tuple[int, HTTPMessage, str]:
    _, code, server = live
    secret = base64.b64encode(f"inspector:{code}".encode()).decode()
    status, told, body = server.request("GET", path, headers={"Authorization": f"Basic {secret}"} | headers)
    return status, told, body.decode()


def test_the_page_is_for_those_who_have_the_access_code(live_office: Live) -> None:
    assert ask(live_office)[0] == 200
    status, headers, _ = ask(live_office, Authorization="Basic " + base64.b64encode(b"inspector:guess").decode())
    assert (status, headers["WWW-Authenticate"]) == (401, 'Basic realm="Shoumi", charset="UTF-8"')


@pytest.mark.parametrize(
    ("path", "accepted", "language"),
    [
        ("/", "", "zh-CN"),
        ("/", "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("/", "en-US,en;q=0.9", "en"),
        ("/", "de-DE,en;q=0.5,zh;q=0.3", "en"),
        ("/", "de-DE", "zh-CN"),
        ("/?lang=en", "zh-CN", "en"),
        ("/?lang=zh", "en", "zh-CN"),
        ("/?lang=xx", "en", "en"),
    ],
)
def test_the_language_is_the_readers(live_office: Live, path: str, accepted: str, language: str) -> None:
    assert f'<html lang="{language}">' in ask(live_office, path, **{"Accept-Language": accepted})[2]


def test_the_browser_is_told_to_run_and_keep_nothing(live_office: Live) -> None:
    headers = ask(live_office)[1]
    assert headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"], headers["Server"]) == ("nosniff", "no-store", None)


def test_a_choice_that_makes_no_sense_is_an_error(live_office: Live) -> None:
    assert ask(live_office, "/?quarter=2026Q5")[0] == 400
