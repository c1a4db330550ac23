"""The real program, serving in a process of its own, and a client that trusts only its CA."""

from __future__ import annotations

import os
import queue
import ssl
import subprocess
import sys
import threading
from http.client import HTTPMessage, HTTPSConnection
from pathlib import Path
from types import TracebackType

PROGRAM = [sys.executable, "-c", "from collector.cli import main; main()"]
PATIENCE = 60.0
"""Seconds after which a test gives up on the server."""


class LiveServer:
    """`collector serve` on a free port, for the office in `state`/collector."""

    def __init__(self, state: Path, **environ: str) -> None:
        self._ca = state / "collector" / "ca.pem"
        env = os.environ | {"SHOUMI_STATE": str(state)} | environ
        command = [*PROGRAM, "serve", "--port", "0"]
        self.process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.first_line = self._first_line()
        self.port = int(self.first_line.rsplit(":", 1)[1])

    def __enter__(self) -> LiveServer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=PATIENCE)

    def _first_line(self) -> str:
        lines: queue.Queue[str] = queue.Queue()
        assert self.process.stdout is not None
        threading.Thread(target=lambda: lines.put(self.process.stdout.readline()), daemon=True).start()  # type: ignore[union-attr]  # checked
        line = lines.get(timeout=PATIENCE)
        assert line.strip(), self.process.communicate(timeout=PATIENCE)[1]
        return line

    def connect(self, context: ssl.SSLContext | None = None) -> HTTPSConnection:
        """A connection to it."""
        context = context or ssl.create_default_context(cafile=str(self._ca))
        return HTTPSConnection("127.0.0.1", self.port, context=context, timeout=PATIENCE)

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, HTTPMessage, bytes]:
        """Status, headers and body of one answer."""
        connection = self.connect()
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()
