"""What `agent --help` costs beyond a bare interpreter: CPU seconds, the median of several runs taken in turn."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

_RUNS = 9


def measure() -> list[dict[str, str]]:
    """CPU milliseconds of both, and the difference."""
    agent = str(Path(sys.executable).with_name("agent"))
    commands = {"bare": [sys.executable, "-c", "pass"], "help": [agent, "--help"]}
    spent: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(_RUNS):
        for name, command in commands.items():
            spent[name].append(_cpu_ms(command))
    bare, helped = (statistics.median(spent[name]) for name in ("bare", "help"))
    return [
        {"what": "agent --help, CPU", "value": f"{helped:.0f} ms", "against": f"{bare:.0f} ms for a bare interpreter"},
        {"what": "difference", "value": f"{helped - bare:.0f} ms", "against": "goal 150 ms"},
    ]


def _cpu_ms(command: list[str]) -> float:
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return 1000 * (after.children_user + after.children_system - before.children_user - before.children_system)
