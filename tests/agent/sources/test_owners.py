"""Names of programs beside connections; a real connection to a public address: tests/e2e/test_network_live.py."""

from __future__ import annotations

import subprocess
import sys

from agent.sources.owners import named
from checks.subjects import Connection

INSIDE = Connection(protocol="tcp", local="10.1.2.30", remote="10.1.2.1", port=443, state="established")
ABROAD = Connection(protocol="tcp", local="10.1.2.30", remote="203.0.113.10", port=443, state="established")


def test_what_no_process_holds_has_no_name() -> None:
    assert named([INSIDE, ABROAD]) == (INSIDE, ABROAD)


def test_nothing_is_loaded_where_nobody_talks_to_a_public_address() -> None:
    program = f"import sys; from agent.sources.owners import named; from checks.subjects import Connection; named([{INSIDE!r}])"
    told = subprocess.run(
        [sys.executable, "-c", f"{program.replace('mappingproxy', 'dict')}; print('psutil' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "False"
