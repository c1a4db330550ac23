"""Orders to the computer inside the machine, by the serial line that `channel.py` serves there."""

from __future__ import annotations

import base64
import json
import shlex
import socket
from datetime import UTC, datetime
from pathlib import Path


class OrderFailed(Exception):
    """A command in the guest ended with another code than 0."""


class Guest:
    """The system in a running machine. An order may take `patience` seconds."""

    def __init__(self, path: Path, patience: float) -> None:
        self._patience = patience
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(patience + 30)  # a machine that boots answers only then; one that hangs never does
        self._socket.connect(str(path))
        self._lines = self._socket.makefile("rb")

    def close(self) -> None:
        """Hang up; the guest goes on."""
        self._lines.close()
        self._socket.close()

    def run(self, command: str, *, given: bytes = b"", codes: tuple[int, ...] = (0,)) -> str:
        """Run a shell command; answers what it printed. Raises OrderFailed where it ends with none of the `codes`."""
        order = {"command": command, "input": base64.b64encode(given).decode(), "seconds": self._patience}
        self._socket.sendall(json.dumps(order).encode() + b"\n")
        answer = json.loads(self._lines.readline())
        if answer["code"] not in codes:
            raise OrderFailed(f"{command}: code {answer['code']}\n{answer['output']}{answer['errors']}")
        return str(answer["output"])

    def write(self, path: str, content: str | bytes) -> None:
        """Put a file into a folder, which is made where it is not there."""
        data = content.encode() if isinstance(content, str) else content
        self.run(f'mkdir -p "$(dirname {shlex.quote(path)})" && cat > {shlex.quote(path)}', given=data)

    def now(self) -> datetime:
        """Its clock."""
        return datetime.fromtimestamp(float(self.run("date +%s.%N")), UTC)

    def set_clock(self, time: datetime | None = None) -> None:
        """Set its clock, to ours where no time is given: in a kept state it stood still."""
        self.run(f"date -u -s @{(time or datetime.now(UTC)).timestamp():.3f}")
