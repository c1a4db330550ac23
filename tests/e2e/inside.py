"""Scans by hand inside a network namespace, and servers of a fake internet."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.e2e.world import Endpoint
from tests.netns import Namespace

Result = Mapping[str, Any]


def scan(endpoint: Endpoint, inside: Namespace, *words: str) -> tuple[int, Result]:
    """The exit code and the result of a scan of the network inside a namespace."""
    command = ["ip", "netns", "exec", inside.name, *endpoint.command("scan", "--format", "json", "--only", "network.*", *words)]
    done = subprocess.run(command, env=endpoint.environ, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    result: Result = json.loads(done.stdout)
    return done.returncode, result


def outcomes(result: Result) -> dict[str, str]:
    """What each check said."""
    return {check["id"]: check["outcome"] for check in result["checks"]}


def findings(result: Result, check: str) -> dict[str, Any]:
    """The findings of a check by what they are about."""
    return {finding["subject"]: finding for finding in result["findings"] if finding["check"] == f"network.{check}"}


def office(endpoint: Endpoint, *networks: str, profile: str = "networked") -> None:
    """Let the computer be on these networks, each the fields of one in YAML's flow style."""
    rows = "".join(f"  - {{{network}}}\n" for network in networks)
    (endpoint.config / "computer.yaml").write_text(f"level: 机密\nprofile: {profile}\nnetworks:\n{rows}", encoding="utf-8")


@contextmanager
def serving(outside: Namespace, program: str) -> Iterator[None]:
    """A Python program in a namespace, from its word `listening` on."""
    with outside.running("python3", "-u", "-c", program) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "listening\n"
        yield


WEB = """
import http.server
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response({status})
        self.end_headers()
    def log_message(self, *words):
        pass
server = http.server.HTTPServer(("{address}", {port}), Page)
print("listening")
server.serve_forever()
"""

DNS = """
import socket
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("{address}", 53))
print("listening")
while True:
    query, client = server.recvfrom(512)
    server.sendto(query[:2] + b"\\x81\\x83" + query[4:], client)
"""
