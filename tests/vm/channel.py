"""Runs inside the virtual computer: does what comes in by the virtio serial port, one command a line, and answers likewise.

No network is needed for it: the computer under test has none but what a scenario plugs in. Standard library only.
"""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Mapping
from typing import Any

PORT = "/dev/virtio-ports/shoumi.channel"


def run(order: Mapping[str, Any]) -> Mapping[str, Any]:
    """Run a shell command; answers its exit code and output. One that takes longer than `seconds` is ended."""
    given = base64.b64decode(order["input"])
    seconds = order["seconds"]
    try:
        done = subprocess.run(order["command"], shell=True, input=given, capture_output=True, timeout=seconds)  # noqa: S602  its job
    except subprocess.TimeoutExpired:
        return {"code": -1, "output": "", "errors": f"not done within {seconds} s"}
    return {
        "code": done.returncode,
        "output": done.stdout.decode(errors="replace"),
        "errors": done.stderr.decode(errors="replace"),
    }


def main() -> None:
    """Serve for ever. What is no order ends this program, which systemd starts again."""
    with open(PORT, "r+b", buffering=0) as port:  # noqa: PTH123  unbuffered both ways
        pending = b""
        while True:
            *lines, pending = (pending + (port.read(1 << 16) or b"")).split(b"\n")
            for line in lines:
                answer = json.dumps(run(json.loads(line))).encode() + b"\n"
                while answer:
                    answer = answer[port.write(answer) :]  # the kernel takes 32 KiB at a time


if __name__ == "__main__":
    main()
