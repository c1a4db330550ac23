"""Facts as a file: recorded on one computer, to look at, to keep as a test, or to judge again with `agent scan --facts`."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from agent.sources.base import Post, Source, SourceUnavailable
from checks.subjects import Device, Document, Network, Radio, Subject
from policies.mistakes import system_reason
from policies.strict_yaml import ConfigError, Spot
from policies.vocabulary import Text

SCHEMA = "shoumi.facts/1"

SUBJECTS: Mapping[str, type[Subject]] = MappingProxyType(
    {"network": Network, "hardware": Radio, "media": Device, "documents": Document}
)
"""The kind of subject that each source gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the sources of a computer said. A source that could not be read is in `unavailable`, with the reason."""

    recorded_at: datetime
    hostname: str
    agent: str
    facts: Mapping[str, tuple[Subject, ...]]
    unavailable: Mapping[str, Text] = field(default_factory=dict)


def record(sources: Mapping[str, Source], *, now: datetime, hostname: str, agent: str) -> Facts:
    """Read the sources once."""
    found: dict[str, tuple[Subject, ...]] = {}
    unavailable: dict[str, Text] = {}
    for name, source in sources.items():
        try:
            found[name] = tuple(source.present())
        except SourceUnavailable as error:
            unavailable[name] = error.reason
    return Facts(recorded_at=now, hostname=hostname, agent=agent, facts=found, unavailable=unavailable)


def encode(facts: Facts) -> bytes:
    """Facts as readable JSON."""
    plain = {"schema": SCHEMA, **msgspec.to_builtins(facts)}
    return msgspec.json.format(msgspec.json.encode(plain), indent=2) + b"\n"


def load(path: Path) -> Facts:
    """Read recorded facts. Raises ConfigError, which names the file and the value."""
    try:
        raw = msgspec.json.decode(path.read_bytes())
        return _facts(raw)
    except OSError as error:
        reason = system_reason(error)
        raise _error(path, Text(f"无法读取：{reason.zh}", f"cannot be read: {reason.en}")) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _error(path, Text(f"不是事实文件（'{error}'）", f"not a facts file: {error}")) from None


class RecordedSource:
    """Recorded facts in a source's place; nothing of this computer is read."""

    def __init__(self, name: str, facts: Facts) -> None:
        self.name = name
        self._facts = facts

    def present(self) -> Iterable[Subject]:
        """The recorded subjects. Raises SourceUnavailable where none were recorded."""
        if self.name not in self._facts.facts:
            missing = Text("事实文件中没有这类事实", "the facts file holds no such facts")
            raise SourceUnavailable(self._facts.unavailable.get(self.name, missing))
        return self._facts.facts[self.name]

    def read(self, key: str) -> Subject | None:
        """One recorded subject."""
        return next((subject for subject in self.present() if subject.key == key), None)

    def watch(self, post: Post, ready: threading.Event) -> None:
        """Nothing changes in a record."""
        ready.set()

    def close(self) -> None:
        """Nothing to close."""


def _facts(raw: object) -> Facts:
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA:
        raise msgspec.ValidationError(f"expected schema {SCHEMA!r}")
    groups = msgspec.convert(raw.get("facts"), dict[str, list[Any]])
    unknown = sorted(set(groups) - set(SUBJECTS))
    if unknown:
        raise msgspec.ValidationError(f"unknown facts {', '.join(unknown)}")
    return Facts(
        recorded_at=msgspec.convert(raw.get("recorded_at"), datetime),
        hostname=msgspec.convert(raw.get("hostname"), str),
        agent=msgspec.convert(raw.get("agent"), str),
        facts={name: tuple(msgspec.convert(item, SUBJECTS[name]) for item in items) for name, items in groups.items()},
        unavailable=msgspec.convert(raw.get("unavailable", {}), dict[str, Text]),
    )


def _error(path: Path, text: Text) -> ConfigError:
    return ConfigError(Spot(str(path), 1, 1), text)
