from __future__ import annotations

import base64

import pytest

from collector.auth import digest, may_enter, new_secret

CODE = "ABCD-EFGH"


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_a_secret_is_random_and_long() -> None:
    one, other = new_secret(), new_secret()
    assert one != other
    assert len(one.replace("-", "")) * 5 == 160  # base32: five bits a letter


def test_the_digest_forgives_how_a_person_types() -> None:
    assert digest(" abcd-efgh\n") == digest(CODE) != digest("ABCD-EFGX")


@pytest.mark.parametrize(
    ("header", "enters"),
    [
        (basic(f"inspector:{CODE}"), True),
        (basic(f"inspector:{CODE}").replace("Basic", "basic"), True),
        (basic("inspector:ABCD-EFGX"), False),
        (basic(f"root:{CODE}"), False),
        (basic(f"检查:{CODE}"), False),
        (basic("inspector"), False),
        ("Basic !!!", False),
        ("Basic /w==", False),
        ("Basic é", False),
        (f"Bearer {CODE}", False),
        ("", False),
        (None, False),
    ],
)
def test_only_the_access_code_opens_the_page(header: str | None, enters: bool) -> None:
    assert may_enter(header, digest(CODE)) is enters
