"""The media register as rules for USBGuard (usbguard-rules.conf(5), 1.1.0 or later), which blocks what we only report.

A medium is let in by its serial number and only as far as it is nothing but storage: `match-all` holds where every interface of
the device is among those that are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from policies.computer import Computer
from policies.register import Medium, MediumState
from policies.vocabulary import Level

HUBS = "allow with-interface match-all { 09:*:* }"
INPUT = "allow with-interface match-all { 03:00:* 03:01:* }"
REST = "block"
_HEX = re.compile("[0-9A-Fa-f]{1,4}")


def rules(computer: Computer, today: date, *, allow_input: bool = False) -> Iterator[str]:
    """One rule a line: hubs, keyboards and mice if allowed, each medium that may be used here; the rest is blocked."""
    yield HUBS
    if allow_input:
        yield INPUT
    for medium in computer.register.media if computer.register else ():
        if may_be_used(medium, computer, today):
            yield _rule(medium)
    yield REST


def may_be_used(medium: Medium, computer: Computer, today: date) -> bool:
    """Whether the register lets a medium be used on this computer today; one of a higher level never, and never without a level
    of the computer.
    """
    valid = medium.valid_until is None or today <= medium.valid_until
    fits = medium.level <= (computer.level or Level.GONGKAI)
    return bool(medium.serial) and not medium.state.withdrawn and valid and fits and _is_assigned(medium, computer)


def _is_assigned(medium: Medium, computer: Computer) -> bool:
    if medium.computers:
        return computer.id in medium.computers
    return medium.state is MediumState.LENT or medium.department in ("", computer.department)


def _rule(medium: Medium) -> str:
    model = f"{_id(medium.vendor_id)}:{_id(medium.product_id) if medium.vendor_id else '*'}"
    return (
        f"allow id {model} serial {_string(medium.serial)} with-interface match-all {{ 08:*:* }} label {_string(medium.number)}"
    )


def _id(value: str) -> str:
    return value.lower().zfill(4) if _HEX.fullmatch(value) else "*"


def _string(text: str) -> str:
    """A string of the rule language: what might end it, and what is no plain ASCII, is escaped byte by byte."""
    plain = (chr(b) if 0x20 <= b < 0x7F and b not in b'"\\' else f"\\x{b:02x}" for b in text.encode())
    return f'"{"".join(plain)}"'
