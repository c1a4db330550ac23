"""Names that would do harm where a format prints them as they are."""

from __future__ import annotations

import unicodedata

from agent.scan import Result
from policies.vocabulary import Text
from tests.agent.judging import checked, exemption, finding, policy, result

NAMES = (
    "/srv/\x1b[2J\x1b]0;owned\x07.docx",
    "/srv/line\nbreak\r\n.docx",
    "/srv/\u202excod.exe",
    "/srv/\u2066isolated\u2069.doc",
    "/srv/\x9b31mred\x7f.doc",
    "/srv/split\u2028para\u2029.doc",
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</style></title>&amp;",
    '=cmd|"/c calc"!A1',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "＝1＋1",
    "\t=1+1",
    "|a|b|,;\"'",
    "\\u0041 {0} %s %(x)s",
    "名单，机密★10年.docx",
)


def hostile() -> Result:
    """A result with every such name wherever a name can stand."""
    findings = tuple(
        finding(
            name,
            message=Text(f"名 {name}", f"name {name}"),
            evidence={"path": name, "names": [name]},
            exemption=exemption(name, reason=name, by=name),
        )
        for name in NAMES
    )
    checks = tuple(checked(reason=Text(name, name), not_assessed=1) for name in NAMES)
    return result(*findings, checks=checks, policy=policy(id=NAMES[0], version=NAMES[2]))


def controls(text: str) -> set[str]:
    """The characters of a text that drive a terminal or deceive its reader; the ends of lines are meant."""
    return {c for c in text.replace("\n", "") if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
