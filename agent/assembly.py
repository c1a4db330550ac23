"""Puts the agent together from what is configured: the policy, the computer, the sources. Shared by a scan and the daemon."""

from __future__ import annotations

import socket
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from agent.coverage import Coverage
from agent.engine import Engine
from agent.identity import Identity
from agent.index import Index
from agent.memory import Books, open_books
from agent.passports import Passports
from agent.sandbox import Sandbox
from agent.sources.base import Source, utc_now
from agent.sources.chassis import laptop
from agent.sources.documents import DocumentsSource
from agent.sources.hardware import HardwareSource
from agent.sources.kernel_log import unwatched
from agent.sources.media import MediaSource
from agent.sources.network import NetworkSource
from agent.sources.pace import Pace
from agent.sources.probe import parse_target
from agent.spool import Header
from agent.store import DATABASE, HEARTBEAT, Store
from checks.catalog import BoundRule, bind, discover
from checks.document.mark_missing import MarkMissing
from checks.network.internet_reachable import InternetReachable
from policies.computer import Computer, load_computer
from policies.policy import Policy, find, load_policy
from policies.register import Register
from policies.report import Claim, PolicyName
from policies.vocabulary import Text

POLICY_FILE = "policy.yaml"
COMPUTER_FILE = "computer.yaml"
INDEX_FILE = "index.db"
PROBED_FILE = "probed"


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
        policy = self.policy
        return (policy.folders, policy.probes, _probe_every(self.rules), policy.paths, self.identity.record)

    def engine(self, rules: Sequence[BoundRule] | None = None) -> Engine:
        """The policy's checks, or some of them, ready to judge this computer."""
        return Engine(self.rules if rules is None else rules, self.computer, self.identity.fingerprint_key)


def configure(
    identity: Identity,
    config: Path,
    register: Register | None,
    policy: str | None = None,
    computer: Path | None = None,
    today: date | None = None,
) -> Configuration:
    """Settle policy and computer. What the command line names goes before files, files before what enrolment told.

    `register`: the collector's media register, where one is stored. Raises ConfigError. With `today`, an exemption that has ended
    is an error.
    """
    notes: list[Text] = []
    machine = _computer(identity, config, register, computer, notes)
    loaded = load_policy(_policy_file(config, policy, machine, notes), today)
    notes += _folders_note(loaded)
    return Configuration(loaded, bind(loaded, discover()), machine, identity, tuple(notes))


@contextmanager
def open_sources(
    configuration: Configuration,
    coverage: Coverage,
    *,
    paths: Sequence[Path] | None = None,
    full: bool = False,
    each: bool = False,
    probes: Sequence[str] = (),
    progress: Callable[[], None] = lambda: None,
    meanwhile: Callable[[], None] | None = None,
    told: Callable[[Mapping[str, bool]], None] = lambda force: None,
    books: Books | None = None,
) -> Iterator[Mapping[str, Source]]:
    """Every source of this computer. `paths` stand in for the policy's folders; `full`, `each`, `progress`, `meanwhile`: see
    `DocumentsSource`; `told`: see `Sandbox`. `books`: of the daemon, which alone tells what happened before it was there.

    Raises ProbeError for an ill-formed probe, OSError where the state folder cannot be written.
    """
    policy = configuration.policy
    asked, paced = (tuple(map(parse_target, words)) for words in (probes, policy.probes))
    pace = Pace(configuration.identity.folder / PROBED_FILE, _probe_every(configuration.rules))
    folders = (*policy.folders.scan, *policy.folders.classified) if paths is None else paths
    folder = configuration.identity.folder
    with Sandbox(told=told) as sandbox, Index(folder / INDEX_FILE) as index, ExitStack() as stack:
        documents = DocumentsSource(
            folders,
            policy.folders.classified,
            sandbox,
            index,
            coverage=coverage,
            full=full,
            each=each,
            progress=progress,
            meanwhile=meanwhile,
            laptop=laptop(),
        )
        yield {
            "network": NetworkSource(targets=asked, paced=paced, pace=pace),
            "hardware": HardwareSource(),
            "media": _media(stack, configuration.identity, books),
            "documents": documents,
        }


def _probe_every(rules: Iterable[BoundRule]) -> timedelta:
    """How often the policy's probes may be sent: as often as the check that they are for is due, not at every change."""
    return min((rule.every for rule in rules if rule.check.id == InternetReachable.id), default=timedelta(days=1))


def _media(stack: ExitStack, identity: Identity, books: Books | None) -> MediaSource:
    """Media and what is remembered of them. A scan by hand only reads what the daemon keeps."""
    if books is not None:
        watched = books.store.recall(HEARTBEAT)
        missed = partial(unwatched, datetime.fromisoformat(watched)) if watched else tuple
        return MediaSource(complete=Passports(books.store).complete, unwatched=missed)
    file = identity.folder / DATABASE
    with suppress(sqlite3.DatabaseError):
        if file.exists():
            return MediaSource(complete=Passports(stack.enter_context(Store.look(file))).complete)
    return MediaSource()


@contextmanager
def open_documents(paths: Sequence[Path], coverage: Coverage) -> Iterator[DocumentsSource]:
    """The documents at some paths, each read anew, with nothing kept."""
    with tempfile.TemporaryDirectory(prefix="shoumi-") as folder, Sandbox() as sandbox, Index(Path(folder) / INDEX_FILE) as index:
        yield DocumentsSource(paths, (), sandbox, index, coverage=coverage, full=True, each=True)


def remember(configuration: Configuration) -> Books:
    """The agent's ledger. Raises as `Store` does."""
    return open_books(configuration.identity.folder, utc_now())


def _computer(identity: Identity, config: Path, register: Register | None, named: Path | None, notes: list[Text]) -> Computer:
    record, hostname = identity.record, socket.gethostname()
    path = named or config / COMPUTER_FILE
    if named or _is_there(path):
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
    return replace(computer, register=computer.register or register)


def _policy_file(config: Path, named: str | None, computer: Computer, notes: list[Text]) -> Path:
    if named is not None:
        return find(named)
    path = config / POLICY_FILE
    if _is_there(path):
        return path
    pack = computer.profile.value
    make = f"agent policy show {pack} > {path}"
    notes.append(
        Text(
            f"没有配置策略，使用内置策略 {pack}；要修改请先运行：{make}",
            f"no policy is configured: using the shipped pack {pack}; to have one to edit: {make}",
        )
    )
    return find(pack)


def _is_there(path: Path) -> bool:
    """Whether something is configured here, be it wrong: a policy that may not be read is not passed over for a shipped one."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _folders_note(policy: Policy) -> Iterator[Text]:
    """That a check has nothing to speak about, lest its silence be taken for compliance."""
    if not policy.folders.classified and any(rule.check == MarkMissing.id for rule in policy.rules):
        yield Text(
            "策略没有列出涉密文件夹（folders: classified:）：不会检查文件是否缺少密级标志",
            "the policy lists no classified folder (folders: classified:): no document is checked for a missing mark",
        )
