"""Work in a process of its own that ends when it is done: what needs large libraries leaves nothing of them in the daemon."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


class Apart:
    """Runs one of our modules as a program: it reads a question from standard input and writes the answer to standard output.

    What it logs goes where this program's own log goes. One question at a time.
    """

    def __init__(self, module: str, *words: str | Path) -> None:
        self._command = [sys.executable, "-s", "-P", "-m", module, *map(str, words)]
        self._lock = threading.Lock()
        self._stopped = False
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, question: bytes = b"") -> bytes:
        """The answer. Raises OSError where the program cannot be started, fails, or was stopped."""
        process = self._start()
        answer, _ = process.communicate(question)
        if process.returncode != 0:
            raise ChildProcessError(f"{self._command[4]} ended with {process.returncode}")
        return answer

    def stop(self) -> None:
        """End the program where it runs, and start it no more; from any thread."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()  # it has the daemon's blocked signals, SIGTERM among them; all that counts is on disk

    def _start(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._stopped:
                raise ChildProcessError(f"{self._command[4]} was stopped")
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd="/",
                env={**os.environ, "PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(os.path.isabs, sys.path)])},
            )
            return self._process
