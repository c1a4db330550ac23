"""What the daemon costs while nothing happens: memory, wakeups and CPU, beside a bare interpreter that sleeps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.e2e.world import Endpoint

_SECONDS = 30.0
_TICKS = os.sysconf("SC_CLK_TCK")


def measure() -> list[dict[str, str]]:
    """RSS, PSS, wakeups a second and CPU of the whole process, over half a minute of idleness."""
    with tempfile.TemporaryDirectory() as folder:
        endpoint = Endpoint(Path(folder))
        endpoint.write_policy(Path(folder) / "docs")
        daemon = endpoint.start_daemon()
        bare = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
        try:
            endpoint.wait_for_whole_scan()
            return _rows(daemon.pid, bare.pid)
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait()
            bare.kill()
            bare.wait()


def _rows(pid: int, bare: int) -> list[dict[str, str]]:
    time.sleep(5)  # what the start left to do is no idleness
    wakeups, ticks = _switches(pid), _cpu_ticks(pid)
    time.sleep(_SECONDS)
    per_second = (_switches(pid) - wakeups) / _SECONDS
    cpu = (_cpu_ticks(pid) - ticks) / _TICKS / _SECONDS
    own, other = _memory(pid), _memory(bare)
    return [
        {"what": "RSS", "value": f"{own['Rss']:.1f} MB", "against": f"{other['Rss']:.1f} MB bare; goal 32 MB"},
        {"what": "PSS", "value": f"{own['Pss']:.1f} MB", "against": f"{other['Pss']:.1f} MB bare; goal 22 MB"},
        {"what": "threads", "value": str(len(list(Path(f"/proc/{pid}/task").iterdir()))), "against": ""},
        {"what": "wakeups", "value": f"{per_second:.2f} /s", "against": "goal < 1 /s"},
        {"what": "CPU", "value": f"{100 * cpu:.2f} %", "against": "goal 0.0 %"},
    ]


def _memory(pid: int) -> dict[str, float]:
    """Megabytes, by the kernel's names."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    fields = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines}
    return {name: fields[name] for name in ("Rss", "Pss")}


def _switches(pid: int) -> int:
    """How often the threads of a process went to sleep and were woken."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        status = (task / "status").read_text()
        total += int(status.split("voluntary_ctxt_switches:")[1].split()[0])
    return total


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
