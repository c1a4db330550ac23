"""One finding a line, as JSON: for other programs to read as a stream."""

from __future__ import annotations

from agent.output.json import finding_fields, line
from agent.scan import Result
from policies.vocabulary import Language


def render(result: Result, language: Language) -> str:
    """A line a finding; no finding, no line."""
    return "".join(line(finding_fields(finding)) for finding in result.findings)
