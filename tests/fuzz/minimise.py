"""A smaller file with the same fault, as far as a few tries get."""

from __future__ import annotations

from dataclasses import replace

from tests.fuzz.oracle import Case, Finding, judged
from tests.fuzz.reader import Reader

_TRIES = 24


def smaller(reader: Reader, case: Case, finding: Finding) -> bytes:
    """Leave out halves, quarters and so on as long as the fault stays."""
    data, size, tries = case.data, len(case.data) // 2, 0
    while size > 0 and tries < _TRIES:
        at = 0
        while at < len(data) and tries < _TRIES:
            tries += 1
            shorter = replace(case, data=data[:at] + data[at + size :])
            if _shows(reader, shorter, finding):
                data = shorter.data
            else:
                at += size
        size //= 2
    return data


def _shows(reader: Reader, case: Case, finding: Finding) -> bool:
    return any(found == finding for found in judged(case, reader.read_alone(case.data)))
