"""How well marks were found: what a tool said of each file, against what was planted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Score:
    """`wrong`: planted marks that were not found, or not as they are; `false`: files said to be marked that are not."""

    planted: int
    wrong: Sequence[Line]
    false: Sequence[Line]

    @property
    def found(self) -> str:
        """How many of how many."""
        return f"{self.planted - len(self.wrong)} of {self.planted}"


def of_paths(planted: Sequence[Line], found: Collection[str]) -> Score:
    """The score of a tool that only says which files hold a mark: it need find those alone that a reader sees."""
    counted = [line for line in planted if line["counts"]]
    every = {line["path"] for line in planted}
    wrong = [line for line in counted if line["path"] not in found]
    return Score(len(counted), wrong, [{"path": path} for path in sorted(found) if path not in every])


def of_documents(planted: Sequence[Line], documents: Mapping[str, Line]) -> Score:
    """The score of `agent marks`: level and term must be right, and a mark that no reader sees must be told but not count."""
    by_path = {line["path"]: line for line in planted}
    wrong = [{**line, "said": _said(documents.get(line["path"]))} for line in planted if not _right(line, documents)]
    false = [
        {"path": path, "said": _said(document)}
        for path, document in documents.items()
        if document["level"] and not by_path.get(path, {"counts": False})["counts"]
    ]
    return Score(len(planted), wrong, false)


def _right(line: Line, documents: Mapping[str, Line]) -> bool:
    document = documents.get(line["path"])
    if document is None or document["level"] != (line["level"] if line["counts"] else None):
        return False
    return any(mark["level"] == line["level"] and mark["term"] == line["term"] for mark in document["marks"])


def _said(document: Line | None) -> Line | None:
    if document is None:
        return None
    return {name: document[name] for name in ("format", "read", "reason", "level", "marks")}
