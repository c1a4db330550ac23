from __future__ import annotations

import pytest

from collector.headers import HEADERS
from collector.office import Office
from tests.collector.live import LiveServer


@pytest.mark.parametrize(
    ("path", "status"), [("/", 401), ("/static/style.css", 200), ("/healthz", 200), ("/none", 404), ("/api/v1/register", 403)]
)
def test_every_answer_is_safe_in_a_browser(live_office: tuple[Office, str, LiveServer], path: str, status: int) -> None:
    answered, headers, _ = live_office[2].request("GET", path)
    assert answered == status
    assert {name: headers[name] for name in HEADERS} == HEADERS
