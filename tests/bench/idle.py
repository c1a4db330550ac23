"""What the daemon costs while nothing happens: memory, wakeups and CPU, beside a bare interpreter that sleeps.

Once as it comes, and once as it lives in an office: enrolled, and after it has read and reported 5,000 documents.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.world import Endpoint, Office, wait_until

_SETTLE = 5.0
_SECONDS = 30.0
_FILES, _FOLDERS = 5_000, 100
_TICKS = os.sysconf("SC_CLK_TCK")

Rows = list[dict[str, str]]


def measure() -> Rows:
    """RSS, PSS, wakeups a second and CPU of the whole process, over half a minute of idleness each time."""
    with tempfile.TemporaryDirectory() as folder, _compiled(Path(folder) / "bytecode"), _bare() as bare:
        rest = _memory(bare)
        return [*_alone(Path(folder) / "alone", rest), *_in_an_office(Path(folder) / "office", rest)]


def _alone(folder: Path, bare: dict[str, float]) -> Rows:
    with Endpoint(folder) as endpoint:
        endpoint.write_policy(folder / "docs")
        for _ in range(2):  # at the first start Python compiles: an installed program does not
            endpoint.end()
            endpoint.start_daemon()
            endpoint.wait_for_whole_scan()
        return _rows("alone", endpoint.pid, bare)


def _in_an_office(folder: Path, bare: dict[str, float]) -> Rows:
    with Office(folder / "collector") as office, Endpoint(folder / "agent") as endpoint:
        office.serve()
        endpoint.write_policy(folder / "docs")
        _write_documents(folder / "docs")
        endpoint.enrol(office, "PC-1")
        endpoint.start_daemon()
        endpoint.wait_for_whole_scan()
        endpoint.wait_until_all_is_told()
        rows = _rows(f"enrolled, after {_FILES} files", endpoint.pid, bare)
        endpoint.end()
        return rows


def _write_documents(folder: Path) -> None:
    """Marked documents, and every hundredth without its mark."""
    for number in range(_FILES):
        path = folder / str(number % _FOLDERS) / f"{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(("" if number % 100 == 0 else "机密★10年\n") + f"第 {number} 号文件\n" * 20, encoding="utf-8")


@contextmanager
def _compiled(folder: Path) -> Iterator[None]:
    """Let the programs keep their bytecode, wherever the environment forbids it."""
    before = {name: os.environ.pop(name, None) for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")}
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)
    try:
        yield
    finally:
        del os.environ["PYTHONPYCACHEPREFIX"]
        os.environ.update({name: value for name, value in before.items() if value is not None})


@contextmanager
def _bare() -> Iterator[int]:
    """An interpreter that does nothing."""
    with subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]) as process:
        try:
            time.sleep(1)  # it has started by then
            yield process.pid
        finally:
            process.kill()


def _rows(case: str, pid: int, bare: dict[str, float]) -> Rows:
    wait_until(lambda: not _children(pid), "its helpers have ended")
    time.sleep(_SETTLE)  # what the start left to do is no idleness
    wakeups, ticks = _switches(pid), _cpu_ticks(pid)
    time.sleep(_SECONDS)
    per_second = (_switches(pid) - wakeups) / _SECONDS
    cpu = (_cpu_ticks(pid) - ticks) / _TICKS / _SECONDS
    own = _memory(pid)
    threads = len(list(Path(f"/proc/{pid}/task").iterdir()))
    return [
        {"what": f"{case}: RSS", "value": f"{own['Rss']:.1f} MB", "against": f"{bare['Rss']:.1f} MB bare; goal 32 MB"},
        {"what": f"{case}: PSS", "value": f"{own['Pss']:.1f} MB", "against": f"{bare['Pss']:.1f} MB bare; goal 22 MB"},
        {"what": f"{case}: private", "value": f"{own['Private']:.1f} MB", "against": f"{bare['Private']:.1f} MB bare"},
        {"what": f"{case}: threads", "value": str(threads), "against": ""},
        {"what": f"{case}: wakeups", "value": f"{per_second:.2f} /s", "against": "goal < 1 /s"},
        {"what": f"{case}: CPU", "value": f"{100 * cpu:.2f} %", "against": "goal 0.0 %"},
    ]


def _children(pid: int) -> str:
    return "".join((task / "children").read_text() for task in Path(f"/proc/{pid}/task").iterdir())


def _memory(pid: int) -> dict[str, float]:
    """Megabytes by the kernel's names; `Private` is what ending the process would give back."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    fields = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines}
    return {"Rss": fields["Rss"], "Pss": fields["Pss"], "Private": fields["Private_Clean"] + fields["Private_Dirty"]}


def _switches(pid: int) -> int:
    """How often the threads of a process went to sleep and were woken."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        status = (task / "status").read_text()
        total += int(status.split("\nvoluntary_ctxt_switches:")[1].split()[0])
    return total


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
