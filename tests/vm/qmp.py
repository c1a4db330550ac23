"""A client of QEMU's monitor protocol (QMP): commands in, answers and events out."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any


class QmpError(Exception):
    """QEMU refused a command."""


class Qmp:
    """A session with the monitor that listens at a socket. Every read ends after `patience` seconds with TimeoutError."""

    def __init__(self, path: Path, patience: float) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(patience)
        self._socket.connect(str(path))
        self._lines = self._socket.makefile("rb")
        self._events: list[dict[str, Any]] = []
        try:
            self._read()  # the greeting
            self.ask("qmp_capabilities")
        except (OSError, QmpError):
            self.close()
            raise

    def ask(self, command: str, **arguments: object) -> Any:
        """Run a command; answers what it returns. Raises QmpError. A hyphen in a name is written as two underscores."""
        order = {"execute": command, "arguments": {name.replace("__", "-"): value for name, value in arguments.items()}}
        self._socket.sendall(json.dumps(order).encode() + b"\n")
        while "event" in (answer := self._read()):
            self._events.append(answer)
        if "error" in answer:
            raise QmpError(f"{command}: {answer['error']['desc']}")
        return answer["return"]

    def wait_for(self, event: str, **data: object) -> None:
        """Until QEMU has told of an event with this data; what it told before counts once."""
        while True:
            for known in self._events:
                if known["event"] == event and data.items() <= known.get("data", {}).items():
                    self._events.remove(known)
                    return
            if "event" in (told := self._read()):
                self._events.append(told)

    def monitor(self, line: str) -> None:
        """A command that only people's monitor has. Raises QmpError where it prints anything, which it does only to complain."""
        if said := self.ask("human-monitor-command", command__line=line).strip():
            raise QmpError(f"{line}: {said}")

    def close(self) -> None:
        """End the session; the machine goes on."""
        self._lines.close()
        self._socket.close()

    def _read(self) -> dict[str, Any]:
        line = self._lines.readline()
        if not line:
            raise QmpError("QEMU has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer
