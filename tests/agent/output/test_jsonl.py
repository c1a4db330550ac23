"""One finding a line, whatever its names hold."""

from __future__ import annotations

import msgspec

from agent.output.json import finding_fields
from agent.output.jsonl import render
from policies.vocabulary import Language
from tests.agent.judging import finding, result
from tests.agent.output.hostile import NAMES, controls, hostile


def test_a_line_a_finding_in_order() -> None:
    found = (finding("eth0"), finding("eth1"))
    lines = render(result(*found), Language.ZH).splitlines()
    assert [msgspec.json.decode(line) for line in lines] == [
        msgspec.json.decode(msgspec.json.encode(finding_fields(f))) for f in found
    ]


def test_no_finding_no_line() -> None:
    assert render(result(), Language.ZH) == ""


def test_a_hostile_name_breaks_no_line() -> None:
    text = render(hostile(), Language.ZH)
    assert controls(text) == set()
    assert [msgspec.json.decode(line)["subject"] for line in text.splitlines()] == list(NAMES)
