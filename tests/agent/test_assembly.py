"""What is configured: the command line before files, files before what enrolment told, and a word on what was assumed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from agent.assembly import Configuration, configure, open_documents, open_sources, remember
from agent.coverage import Coverage
from agent.enrolment import create
from agent.facts import SUBJECTS
from agent.identity import Identity
from agent.passports import Passports
from agent.sources.base import utc_now
from agent.sources.devices import Reader
from agent.sources.probe import ProbeError
from agent.store import HEARTBEAT
from checks.subjects import Device, Network, Past, Volume
from policies.register import Register
from policies.strict_yaml import ConfigError
from policies.vocabulary import Level, Profile
from tests.agent.fakes import device
from tests.agent.making import after

POLICY = 'id: {id}\nversion: "7"\nrules: [{{check: network.tunnel}}]\n'
REGISTER = Register(version=3, issued_at=datetime(2026, 1, 1, tzinfo=UTC), media=())


@pytest.fixture
def identity(tmp_path: Path) -> Identity:
    return create(tmp_path / "state")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    return folder


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def enrolled(identity: Identity, **values: object) -> Identity:
    return replace(identity, record=replace(identity.record, url="https://office", **values))  # type: ignore[arg-type]


# --- the policy -------------------------------------------------------------------------------------------------------------


def test_the_policy_named_goes_before_the_one_configured(identity: Identity, config: Path, tmp_path: Path) -> None:
    written(config / "policy.yaml", POLICY.format(id="configured"))
    named = written(tmp_path / "named.yaml", POLICY.format(id="named"))
    assert configure(identity, config, None).policy.id == "configured"
    assert configure(identity, config, None, policy=str(named)).policy.id == "named"
    assert configure(identity, config, None, policy="networked").policy.id == "networked"


@pytest.mark.parametrize("profile", list(Profile))
def test_without_a_policy_the_pack_of_the_computer_s_profile_is_used(identity: Identity, config: Path, profile: Profile) -> None:
    written(config / "computer.yaml", f"level: 秘密\nprofile: {profile.value}\n")
    configured = configure(identity, config, None)
    assert configured.policy.id == profile.value
    assert f"agent policy show {profile.value} > {config / 'policy.yaml'}" in configured.notes[0].zh


def test_the_rules_are_bound_to_their_checks(identity: Identity, config: Path) -> None:
    written(config / "policy.yaml", POLICY.format(id="a"))
    assert [rule.check.id for rule in configure(identity, config, None).rules] == ["network.tunnel"]


@pytest.mark.parametrize("name", ["policy.yaml", "computer.yaml"])
@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.mkdir(),
        lambda path: path.symlink_to("nowhere"),
        lambda path: path.symlink_to(path),
        lambda path: path.write_text("id: ["),
    ],
    ids=["a folder", "a link to nothing", "a loop", "no YAML"],
)
def test_a_file_that_is_there_and_wrong_is_never_passed_over(
    identity: Identity, config: Path, name: str, make: Callable[[Path], None]
) -> None:
    make(config / name)
    with pytest.raises(ConfigError, match=name):
        configure(identity, config, None)


def test_an_exemption_that_has_ended_matters_only_on_the_day(identity: Identity, config: Path) -> None:
    exemption = "{subject: tun0, reason: a, by: b, until: 2026-03-01}"
    rule = f"{{check: network.tunnel, exemptions: [{exemption}]}}"
    written(config / "policy.yaml", f'id: a\nversion: "1"\nrules: [{rule}]\n')
    assert configure(identity, config, None).rules[0].exemptions
    with pytest.raises(ConfigError):
        configure(identity, config, None, today=date(2026, 3, 2))


# --- the computer -----------------------------------------------------------------------------------------------------------


def test_the_computer_is_what_the_command_line_the_file_or_the_office_says(
    identity: Identity, config: Path, tmp_path: Path
) -> None:
    office = enrolled(identity, level=Level.MIMI, profile=Profile.NETWORKED, department="办公室", person="张三")
    told = configure(office, config, None).computer
    assert (told.level, told.profile, told.department, told.person) == (Level.MIMI, Profile.NETWORKED, "办公室", "张三")
    written(config / "computer.yaml", "level: 机密\n")
    assert configure(office, config, None).computer.level is Level.JIMI
    named = written(tmp_path / "named.yaml", "level: 绝密\n")
    computer = configure(office, config, None, computer=named).computer
    assert (computer.level, computer.id) == (Level.JUEMI, identity.record.computer)


def test_a_level_that_nobody_set_is_remarked(identity: Identity, config: Path) -> None:
    written(config / "policy.yaml", POLICY.format(id="a"))
    (note,) = configure(identity, config, None).notes
    assert note.zh == f"未设定本机密级：请写入 {config / 'computer.yaml'}，例如 level: 机密"
    written(config / "computer.yaml", "level: 机密\n")
    assert configure(identity, config, None).notes == ()


def test_the_computer_s_own_register_goes_before_the_office_s(identity: Identity, config: Path) -> None:
    assert configure(identity, config, REGISTER).computer.register == REGISTER
    written(config / "computer.yaml", "level: 机密\nmedia: []\n")
    own = configure(identity, config, REGISTER).computer.register
    assert own is not None
    assert own.version == 0


@pytest.mark.parametrize(
    ("folders", "check", "notes"),
    [
        ("{scan: [/srv]}", "document.mark-missing", 1),
        ("{classified: [/srv]}", "document.mark-missing", 0),
        ("{scan: [/srv]}", "document.mark-malformed", 0),
    ],
)
def test_a_check_without_a_folder_to_speak_about_is_remarked(
    identity: Identity, config: Path, folders: str, check: str, notes: int
) -> None:
    written(config / "computer.yaml", "level: 机密\n")
    written(config / "policy.yaml", f'id: a\nversion: "1"\nfolders: {folders}\nrules: [{{check: {check}}}]\n')
    assert len(configure(identity, config, None).notes) == notes


# --- what is built from it ----------------------------------------------------------------------------------------------------


@pytest.fixture
def configured(identity: Identity, config: Path, tmp_path: Path) -> Configuration:
    written(config / "computer.yaml", "level: 机密\ndepartment: 办公室\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("x")
    folders = f"{{scan: [{tmp_path / 'docs'}]}}"
    written(config / "policy.yaml", f'id: a\nversion: "7"\nfolders: {folders}\nrules: [{{check: network.tunnel}}]\n')
    return configure(identity, config, None)


def test_a_report_s_header_says_computer_and_policy(configured: Configuration) -> None:
    header = configured.header
    assert (header.claim.level, header.claim.department) == (Level.JIMI, "办公室")
    assert (header.policy.id, header.policy.version, header.policy.sha256) == ("a", "7", configured.policy.sha256)


def test_every_source_is_opened_by_its_name(configured: Configuration, tmp_path: Path) -> None:
    with open_sources(configured, Coverage(), each=True) as sources:
        assert set(sources) == set(SUBJECTS)
        assert all(source.name == name for name, source in sources.items())
        assert [subject.key for subject in sources["documents"].present()] == [str(tmp_path / "docs" / "a.txt")]


@pytest.mark.parametrize("daemon", [True, False])
def test_media_come_with_what_is_remembered_of_them(
    configured: Configuration, monkeypatch: pytest.MonkeyPatch, daemon: bool
) -> None:
    stick = replace(device("d1"), volumes=(Volume(node="/dev/sdb", size=64),))
    monkeypatch.setattr(Reader, "present", lambda self: iter([stick]))
    with remember(configured).store as store, store.transaction():
        Passports(store).note(stick, None)
        store.remember(HEARTBEAT, utc_now())
    books = remember(configured)
    with books.store, open_sources(configured, Coverage(), books=books if daemon else None) as sources:
        (seen,) = sources["media"].present()
    assert isinstance(seen, Device)
    assert seen.past == Past(size=64)


def test_paths_stand_in_for_the_policy_s_folders(configured: Configuration, tmp_path: Path) -> None:
    other = written(tmp_path / "b.txt", "y")
    with open_sources(configured, Coverage(), each=True, paths=[other]) as sources:
        assert [subject.key for subject in sources["documents"].present()] == [str(other)]


def test_a_probe_that_is_misnamed_opens_nothing(configured: Configuration) -> None:
    with pytest.raises(ProbeError, match="somewhere"), open_sources(configured, Coverage(), probes=["somewhere"]):
        pass


def test_other_folders_or_probes_need_other_sources(configured: Configuration, identity: Identity, config: Path) -> None:
    def settings(old: str = "", new: str = "") -> object:
        text = (config / "policy.yaml").read_text(encoding="utf-8").replace(old, new)
        return configure(identity, config, None, policy=str(written(config / "other.yaml", text))).source_settings

    assert settings() == configured.source_settings
    assert settings("network.tunnel", "network.forwarding") == configured.source_settings
    assert settings("docs", "papers") != configured.source_settings
    assert settings("rules:", 'probes: ["127.0.0.1:1"]\nrules:') != configured.source_settings


def test_the_policy_s_probes_wait_for_their_check_and_those_of_the_command_line_do_not(
    configured: Configuration, identity: Identity, config: Path
) -> None:
    text = (config / "policy.yaml").read_text(encoding="utf-8")
    rule = "{check: network.internet-reachable, every: %s}"
    often, seldom = (
        configure(
            identity,
            config,
            None,
            policy=str(written(config / f"{every}.yaml", text.replace("{check: network.tunnel}", rule % every))),
        )
        for every in ("10m", "1h")
    )
    assert often.source_settings != seldom.source_settings
    with open_sources(seldom, Coverage(), probes=["127.0.0.1:1"]) as sources:
        for _ in range(2):
            (network,) = sources["network"].present()
            assert isinstance(network, Network)
            assert [probe.target for probe in network.probes] == ["127.0.0.1:1"]


def test_the_engine_takes_all_rules_or_some(configured: Configuration) -> None:
    assert configured.engine().rules == configured.rules
    assert configured.engine([]).rules == ()


def test_the_ledger_is_kept_in_the_state_folder(configured: Configuration) -> None:
    with remember(configured).store as store:
        store.remember("x", after(hours=1))
    with remember(configured).store as store:
        assert store.recall("x") is not None


def test_documents_alone_are_read_with_nothing_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path / "a.txt", "机密★10年\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    coverage = Coverage()
    for _ in range(2):
        with open_documents([file], coverage) as source:
            assert [document.level for document in source.present()] == [Level.JIMI]
    assert coverage.files_read == 2
    assert list(temporary.iterdir()) == []
