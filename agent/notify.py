"""Tells systemd how the daemon fares (the protocol of sd_notify(3)): one datagram to a socket that systemd names."""

from __future__ import annotations

import socket
from collections.abc import Mapping

READY_SECONDS = 5.0
"""How long a start tries to say that it is ready: systemd waits for that word, the others may be missed."""


class Notifier:
    """Says nothing where nobody listens, so the daemon need not know whether systemd started it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._address = _address(environ.get("NOTIFY_SOCKET", ""))
        self.watchdog_seconds = _seconds(environ.get("WATCHDOG_USEC", ""))
        """Within how many seconds `alive` must be said, None where nobody watches."""

    def ready(self, status: str) -> None:
        """The daemon does its work from now on."""
        self._send(f"READY=1\nSTATUS={_one_line(status)}", wait=READY_SECONDS)

    def alive(self, status: str) -> None:
        """The worker turns; `status` is one line for `systemctl status`."""
        self._send(f"WATCHDOG=1\nSTATUS={_one_line(status)}")

    def stopping(self) -> None:
        """The daemon ends because it was asked to."""
        self._send("STOPPING=1")

    def _send(self, message: str, wait: float = 0.0) -> None:
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.settimeout(wait)  # a listener that does not read must not hold up the work
                sender.connect(self._address)
                sender.sendall(message.encode())
        except OSError:
            pass  # systemd went away or restarts; its watchdog speaks for it, and the work must go on


def _address(name: str) -> str | None:
    """A path, or with "@" in front an abstract name; anything else is not for a UNIX socket."""
    if name.startswith("@"):
        return "\0" + name[1:]
    return name if name.startswith("/") else None


def _seconds(microseconds: str) -> float | None:
    return int(microseconds) / 1_000_000 if microseconds.isdigit() and int(microseconds) else None


def _one_line(text: str) -> str:
    return " ".join(text.split())
