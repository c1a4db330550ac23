from __future__ import annotations

import hashlib
import hmac
import subprocess
import sys

import pytest

HASHES = """
import hashlib, hmac, sys
print(sys.modules["_hashlib"], hashlib.sha256(b"x").hexdigest(), hmac.new(b"k", b"x", "sha256").hexdigest())
"""


@pytest.mark.parametrize("program", ["agent.cli", "agent.resident"])
def test_the_agent_hashes_without_openssl(program: str) -> None:
    said = subprocess.run([sys.executable, "-c", f"import {program}{HASHES}"], capture_output=True, text=True, check=True).stdout
    assert said.split() == [
        "None",
        hashlib.sha256(b"x").hexdigest(),
        hmac.new(b"k", b"x", "sha256").hexdigest(),
    ]


def test_where_hashlib_is_there_already_nothing_changes() -> None:
    code = "import hashlib, agent.lean, sys; print(sys.modules['_hashlib'])"
    assert "None" not in subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
