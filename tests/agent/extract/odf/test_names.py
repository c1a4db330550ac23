from __future__ import annotations

import pytest

from agent.extract.odf.names import count, short, shortened

ODF = "urn:oasis:names:tc:opendocument:xmlns:"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        (f"{ODF}text:1.0 p", "text:p"),
        (f"{ODF}drawing:1.0 frame", "draw:frame"),
        (f"{ODF}xsl-fo-compatible:1.0 font-size", "fo:font-size"),
        ("http://purl.org/dc/elements/1.1/ title", "dc:title"),
        ("urn:else p", "p"),
        ("p", "p"),
    ],
)
def test_a_name_has_its_usual_prefix(tag: str, expected: str) -> None:
    assert short(tag) == expected


def test_attributes_have_their_usual_prefixes() -> None:
    assert shortened({f"{ODF}table:1.0 name": "一", "id": "1"}) == {"table:name": "一", "id": "1"}


@pytest.mark.parametrize(
    ("value", "expected"), [("3", 3), ("", 1), ("0", 1), ("-1", 1), ("x", 1), ("99999999999", 1), ("16777216", 1 << 20)]
)
def test_a_number_of_repetitions_is_bounded(value: str, expected: int) -> None:
    assert count(value) == expected
