"""Runs `agent` over a folder as a user would, with a policy of every document check and a state of its own."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from checks.catalog import discover
from tests.bench.spent import Spent, spent

_AGENT = Path(sys.executable).with_name("agent")
_GOOD = (0, 1, 3)


class Agent:
    """An installed agent with folders of its own below `folder`; it looks at `documents`."""

    def __init__(self, folder: Path, documents: Path) -> None:
        self._folder = folder
        self._documents = documents
        config = folder / "config"
        config.mkdir(parents=True, exist_ok=True)
        (config / "computer.yaml").write_text("level: 秘密\nprofile: standalone\n", encoding="utf-8")
        self._policy = config / "policy.yaml"
        self._policy.write_text(_policy(documents), encoding="utf-8")

    def forget(self) -> None:
        """The next scan is the first."""
        shutil.rmtree(self._folder / "state", ignore_errors=True)

    def scan(self) -> Spent:
        """Judge all documents. Raises RuntimeError where it fails."""
        return self._run("scan", "--only", "document.*", "--policy", self._policy, "--format", "json", "-o", os.devnull)

    def marks(self) -> dict[str, Mapping[str, Any]]:
        """What it says of every file, by path below the documents' folder."""
        with TemporaryFile() as output:
            self._run("marks", "--format", "jsonl", self._documents, output=output)
            output.seek(0)
            found = [json.loads(line) for line in output]
        return {str(Path(document["path"]).relative_to(self._documents)): document for document in found}

    def _run(self, *words: str | Path, output: Any = None) -> Spent:
        cost = spent([_AGENT, *words], self._environ(), output)
        if cost.code not in _GOOD:
            raise RuntimeError(f"agent {words[0]} ended with {cost.code}")
        return cost

    def _environ(self) -> Mapping[str, str]:
        """An installed program has its bytecode, wherever this environment forbids it."""
        own = {
            "SHOUMI_CONFIG": str(self._folder / "config"),
            "SHOUMI_STATE": str(self._folder / "state"),
            "PYTHONPYCACHEPREFIX": str(self._folder / "bytecode"),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
        }
        return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | own


def _policy(documents: Path) -> str:
    checks = sorted(check for check in discover() if check.startswith("document."))
    rules = "".join(f"  - check: {check}\n    every: 1d\n" for check in checks)
    return f'id: bench\nversion: "1"\nfolders: {{classified: [], scan: [{json.dumps(str(documents))}]}}\nrules:\n{rules}'
