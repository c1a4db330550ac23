"""Puts the agent together from what is configured: the policy, the computer, the sources. Shared by a scan and the daemon."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from agent import __version__
from agent.coverage import Coverage
from agent.engine import Engine
from agent.identity import Identity
from agent.index import Index
from agent.memory import Memory, open_memory
from agent.redact import redactor
from agent.registers import load_register
from agent.sandbox import Sandbox
from agent.sources.base import Source, utc_now
from agent.sources.documents import DocumentsSource
from agent.sources.hardware import HardwareSource
from agent.sources.media import MediaSource
from agent.sources.network import NetworkSource
from agent.sources.probe import parse_target
from agent.spool import Author, Header
from checks.catalog import BoundRule, bind, discover
from policies.computer import Computer, load_computer
from policies.policy import Policy, find, load_policy
from policies.report import Claim, PolicyName
from policies.vocabulary import Text

POLICY_FILE = "policy.yaml"
COMPUTER_FILE = "computer.yaml"
INDEX_FILE = "index.db"


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is configured. `notes` tell a person what was assumed where nothing was."""

    policy: Policy
    rules: tuple[BoundRule, ...]
    computer: Computer
    identity: Identity
    notes: tuple[Text, ...]

    @property
    def header(self) -> Header:
        """What stands on every report."""
        computer, policy = self.computer, self.policy
        claim = Claim(
            hostname=computer.hostname,
            level=computer.level,
            profile=computer.profile,
            department=computer.department,
            person=computer.person,
        )
        return Header(claim=claim, policy=PolicyName(id=policy.id, version=policy.version, sha256=policy.sha256))

    @property
    def source_settings(self) -> object:
        """What the sources and the uplink were built from: where it differs, the daemon must begin anew."""
        return (self.policy.folders, self.policy.probes, self.identity.record)

    def engine(self, rules: Sequence[BoundRule] | None = None) -> Engine:
        """The policy's checks, or some of them, ready to judge this computer."""
        return Engine(self.rules if rules is None else rules, self.computer, self.identity.fingerprint_key)


def configure(
    identity: Identity, config: Path, policy: str | None = None, computer: Path | None = None, today: date | None = None
) -> Configuration:
    """Settle policy and computer. What the command line names goes before files, files before what enrolment told.

    Raises ConfigError. With `today`, an exemption that has ended is an error.
    """
    notes: list[Text] = []
    machine = _computer(identity, config, computer, notes)
    loaded = load_policy(_policy_file(config, policy, machine, notes), today)
    return Configuration(loaded, bind(loaded, discover()), machine, identity, tuple(notes))


@contextmanager
def open_sources(
    configuration: Configuration,
    coverage: Coverage,
    *,
    paths: Sequence[Path] | None = None,
    full: bool = False,
    probes: Sequence[str] = (),
    progress: Callable[[], None] = lambda: None,
) -> Iterator[Mapping[str, Source]]:
    """Every source of this computer. `paths` stand in for the policy's folders. Raises TargetError for an ill-formed probe."""
    policy = configuration.policy
    targets = tuple(parse_target(word) for word in (*policy.probes, *probes))
    folders = (*policy.folders.scan, *policy.folders.classified) if paths is None else paths
    with Sandbox() as sandbox, Index(configuration.identity.folder / INDEX_FILE) as index:
        documents = DocumentsSource(
            folders, policy.folders.classified, sandbox, index, coverage=coverage, full=full, progress=progress
        )
        yield {
            "network": NetworkSource(targets=targets),
            "hardware": HardwareSource(),
            "media": MediaSource(),
            "documents": documents,
        }


@contextmanager
def open_documents(paths: Sequence[Path], coverage: Coverage) -> Iterator[DocumentsSource]:
    """The documents at some paths, each read anew, with nothing kept."""
    with tempfile.TemporaryDirectory(prefix="shoumi-") as folder, Sandbox() as sandbox, Index(Path(folder) / INDEX_FILE) as index:
        yield DocumentsSource(paths, (), sandbox, index, coverage=coverage, full=True)


def remember(configuration: Configuration) -> Memory:
    """The agent's ledger and outbox. Raises as `Store` does."""
    identity = configuration.identity
    author = Author(computer=identity.record.computer, key=identity.key, agent=__version__, first=identity.record.next)
    return open_memory(identity.folder, author, redactor(configuration.policy.paths, identity.fingerprint_key), utc_now())


def _computer(identity: Identity, config: Path, named: Path | None, notes: list[Text]) -> Computer:
    record, hostname = identity.record, socket.gethostname()
    path = named or config / COMPUTER_FILE
    if named or path.exists():
        computer = load_computer(path, id=record.computer, hostname=hostname)
    else:
        computer = Computer(
            id=record.computer,
            hostname=hostname,
            level=record.level,
            profile=record.profile,
            department=record.department,
            person=record.person,
        )
    if computer.level is None:
        notes.append(
            Text(
                f"未设定本机密级：请写入 {path}，例如 level: 机密",
                f"this computer's level is not set: write it to {path}, for example level: 机密",
            )
        )
    register = computer.register or load_register(identity)
    return replace(computer, register=register)


def _policy_file(config: Path, named: str | None, computer: Computer, notes: list[Text]) -> Path:
    if named:
        return find(named)
    path = config / POLICY_FILE
    if path.exists():
        return path
    pack = computer.profile.value
    notes.append(
        Text(f"没有配置策略（{path}），使用内置策略 {pack}", f"no policy is configured ({path}): using the shipped pack {pack}")
    )
    return find(pack)
