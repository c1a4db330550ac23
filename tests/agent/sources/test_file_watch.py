from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CODE = """
import logging, os, sys, threading
from pathlib import Path
from agent.sources.file_watch import FileWatch
logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
folder = Path(sys.argv[1])
if sys.argv[2:] == ["plain"]:
    import agent.sources.file_events  # while this program's files may still be read
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
ready, heard = threading.Event(), threading.Event()
def changed(path):
    if path == str(folder / "a"):
        heard.set()
watch = FileWatch([folder])
thread = threading.Thread(target=watch.run, args=(changed, print, ready))
thread.start()
assert ready.wait(30)
(folder / "a").write_text("x")
assert heard.wait(30)
watch.close()
thread.join(30)
print("ended", not thread.is_alive())
"""


def watched(folder: Path, *arguments: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", CODE, str(folder), *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.stderr == ""
    return run.stdout


@pytest.mark.needs_root
def test_root_watches_whole_file_systems(tmp_path: Path) -> None:
    assert watched(tmp_path) == "ended True\n"


def test_a_plain_user_watches_folder_by_folder() -> None:
    with tempfile.TemporaryDirectory() as folder:  # not below the folders of other tests, into which nobody may look
        Path(folder).chmod(0o777)
        told = watched(Path(folder), *(["plain"] if os.geteuid() == 0 else []))
    assert "files are watched by inotify\nended True\n" in told
