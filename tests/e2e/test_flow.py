"""The whole line with real programs: a fact becomes a finding, travels signed, and stands in the quarter's summary."""

from __future__ import annotations

import gzip
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from checks.document.mark_missing import MarkMissing
from policies.report import decode_envelope
from policies.vocabulary import Language
from tests.agent.office import make_ca
from tests.demo import samples
from tests.e2e.world import PATIENCE, Endpoint, Office, wait_until
from tests.netns import namespace, wire
from tests.umock import Bed

DOCUMENTS = ["document.mark-missing", "document.mark-malformed", "document.mark-detached", "document.level-above-computer"]
MEDIA = ["media.unregistered", "media.level-above-computer", *DOCUMENTS]
UNMARKED = "关于报送材料的通知\n\n请于月底前反馈。\n"
TEXT = ["关于召开工作会议的纪要", "为做好第四季度有关工作", "机密级文件的复制须经批准", "保密工作管理办法", "专项计划"]
"""Words that stand in the sample documents and in no file's name."""


@contextmanager
def reporting(
    folder: Path, checks: Sequence[str] = DOCUMENTS, within: Sequence[str] = (), environ: Mapping[str, str] | None = None
) -> Iterator[tuple[Office, Endpoint]]:
    """An office and a computer of sample documents, whose daemon has told all that it found."""
    with Office(folder / "office", within) as office, Endpoint(folder / "pc", within, environ) as computer:
        office.serve()
        samples.write(folder / "docs")
        computer.write_policy(folder / "docs", checks)
        computer.enrol(office, "pc-1")
        computer.start_daemon()
        computer.wait_for_whole_scan()
        computer.wait_until_all_is_told()
        yield office, computer


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Endpoint]]:
    """For tests that only look, or that must change nothing."""
    with reporting(tmp_path_factory.mktemp("settled")) as both:
        yield both


@pytest.fixture
def live(tmp_path: Path) -> Iterator[tuple[Office, Endpoint]]:
    """For tests that change something."""
    with reporting(tmp_path) as both:
        yield both


def spellings(text: str) -> set[bytes]:
    """A text as it may lie in a file."""
    return {text.encode(coding) for coding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "unicode-escape")}


def holds(data: bytes, text: str) -> bool:
    return any(spelling in data for spelling in spellings(text))


def kept_by(folder: Path) -> bytes:
    """Every byte of every file, deleted rows that still lie in a database and its log among them."""
    return b"\0".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def received_by(office: Office) -> bytes:
    """The reports as they came, unpacked."""
    bodies = [gzip.decompress(decode_envelope(raw).body) for (raw,) in office.rows("SELECT raw FROM envelope")]
    assert bodies
    return b"\0".join(bodies)


def test_the_quarters_summary_says_what_the_agent_itself_finds(settled: tuple[Office, Endpoint]) -> None:
    office, computer = settled
    own, summary = computer.scan(), office.summary()
    assert sum(own["totals"].values()) == 7
    assert summary["findings"] == own["totals"]
    by_check = {row["check"]: row["findings"] for row in summary["by_check"]}
    assert by_check == {check["id"]: check["findings"] for check in own["checks"] if check["findings"]}
    (department,) = summary["by_department"]
    assert department == {"department": "办公室", "computers": 1, **own["totals"]}
    assert summary["computers"] == {"registered": 1, "inspected": 1, "not_inspected": 0, "silent": 0, "unregistered": 0}
    assert summary["coverage"]["not_assessed"] == len([c for c in own["checks"] if c["id"] in DOCUMENTS])  # the corrupt file


def test_both_sides_hold_the_same_open_findings(settled: tuple[Office, Endpoint]) -> None:
    office, computer = settled
    assert office.open_findings() == set(computer.ledger())
    assert computer.run("status").returncode == 0


def test_the_office_follows_what_happens_to_documents_while_the_daemon_watches(
    live: tuple[Office, Endpoint], tmp_path: Path
) -> None:
    office, computer = live
    mended, deleted, written = (tmp_path / "docs" / name for name in ("未标密通知.txt", "保密制度.txt", "新写的通知.txt"))
    gone = computer.about(mended) | computer.about(deleted)
    assert len(gone) == 2
    mended.write_text("秘密★3年\n\n" + UNMARKED, encoding="utf-8")
    deleted.unlink()
    wait_until(lambda: office.open_findings().isdisjoint(gone), "the findings end at the office")
    written.write_text(UNMARKED, encoding="utf-8")
    wait_until(lambda: bool(computer.about(written) & office.open_findings()), "the new one reaches the office")
    summary = office.summary()
    assert (summary["cases"]["opened"], summary["cases"]["closed"], summary["cases"]["open"]) == (8, 2, 6)
    assert sum(summary["findings"].values()) == 8  # those that ended were findings of this quarter all the same


def test_a_policy_that_is_wrong_is_refused_and_told_and_a_right_one_taken(live: tuple[Office, Endpoint], tmp_path: Path) -> None:
    office, computer = live
    (computer.config / "policy.yaml").write_text("id: [broken\n", encoding="utf-8")
    computer.send(signal.SIGHUP)
    wait_until(lambda: computer.run("status").returncode == 1, "the status says that there is a problem")
    status = computer.status()
    assert (status["pid"], status["policy"]["version"]) == (computer.pid, "1")
    assert any("policy.yaml:2:1: not YAML" in problem["en"] for problem in status["problems"]), status["problems"]
    wait_until(lambda: bool(office.rows("SELECT 1 FROM gap WHERE source = 'policy'")), "the refusal reaches the office")
    written = tmp_path / "docs/新写的通知.txt"
    written.write_text(UNMARKED, encoding="utf-8")
    wait_until(lambda: bool(computer.about(written) & office.open_findings()), "the old policy is still in force")

    computer.write_policy(tmp_path / "docs", ["document.mark-malformed"], version="2")
    computer.send(signal.SIGHUP)
    wait_until(lambda: computer.status()["policy"]["version"] == "2", "the new policy is in force")
    wait_until(lambda: {f.check for f in computer.ledger().values()} == {"document.mark-malformed"}, "only its check judges")
    wait_until(lambda: office.open_findings() == set(computer.ledger()), "the office knows")
    assert computer.run("status").returncode == 0


def test_a_policy_of_other_folders_makes_the_daemon_begin_anew_as_the_same_process(
    live: tuple[Office, Endpoint], tmp_path: Path
) -> None:
    office, computer = live
    other = tmp_path / "other"
    other.mkdir()
    (other / "甲.txt").write_text(UNMARKED, encoding="utf-8")
    pid = computer.pid
    computer.write_policy(other, DOCUMENTS, version="2")
    computer.send(signal.SIGHUP)
    wait_until(lambda: {f.subject for f in computer.ledger().values()} == {str(other / "甲.txt")}, "only the new folder counts")
    (other / "乙.txt").write_text(UNMARKED, encoding="utf-8")
    wait_until(lambda: len(computer.ledger()) == 2, "the new folder is watched")
    wait_until(lambda: office.open_findings() == set(computer.ledger()), "the office knows")
    status = computer.status()
    assert (status["pid"], status["policy"]["version"], status["problems"]) == (pid, "2", [])
    assert computer.end_daemon() == 0


def test_a_daemon_that_ends_while_it_reports_leaves_no_process_behind(live: tuple[Office, Endpoint], tmp_path: Path) -> None:
    office, computer = live
    office.send(signal.SIGSTOP)  # the report is not answered
    (tmp_path / "docs/甲.txt").write_text(UNMARKED, encoding="utf-8")
    wait_until(lambda: computer.status()["outbox"]["unacknowledged"] == 1, "a report is under way")
    children = psutil.Process(computer.pid).children(recursive=True)
    assert children
    assert computer.end_daemon() == 0
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []


@pytest.mark.needs_root
@pytest.mark.needs_tool("ip")
def test_a_route_to_the_world_is_a_finding_for_as_long_as_it_is_there(tmp_path: Path) -> None:
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as other:
        within = ["ip", "netns", "exec", inside.name]
        wire(inside, other)
        inside.ip("addr", "add", "192.0.2.5/24", "dev", "eth0")
        with reporting(tmp_path, ["network.default-route"], within) as (office, computer):
            assert computer.ledger() == {}
            inside.ip("route", "add", "default", "via", "192.0.2.1")
            wait_until(lambda: len(office.open_findings()) == 1, "the route reaches the office")
            inside.ip("route", "del", "default")
            wait_until(lambda: not office.open_findings(), "its end reaches the office")
            assert office.summary()["findings"] == {"critical": 1, "major": 0, "minor": 0, "notice": 0}


@pytest.mark.needs_tool("umockdev-wrapper")
def test_the_media_register_reaches_the_agent_and_judges_what_is_plugged_in(tmp_path: Path) -> None:
    with Bed("stick") as bed, reporting(tmp_path, MEDIA, ["umockdev-wrapper"], bed.environ) as (office, computer):
        assert media_outcomes(computer) == {"not_assessed"}
        named = ["--serial", "60A44C413FDE", "--vendor-id", "0951", "--product-id", "1666", "--department", "办公室"]
        office.run("media", "add", "JZ-001", "--level", "绝密", *named)
        (tmp_path / "docs/甲.txt").write_text(UNMARKED, encoding="utf-8")  # the answer to any report brings the register
        wait_until((computer.state / "register.json").exists, "the register arrives")
        assert media_outcomes(computer) == {"compliant", "violation"}
        seen = "SELECT check_id FROM finding WHERE check_id LIKE 'media.%'"
        wait_until(lambda: office.rows(seen) == [("media.level-above-computer",)], "the stick is judged by it, and told")
        wait_until(lambda: office.summary()["media"]["sighted"] == 1, "the office knows that it was seen")


def media_outcomes(computer: Endpoint) -> set[str]:
    return {check["outcome"] for check in computer.scan("--only", "media.*")["checks"]}


def test_the_page_is_for_those_who_have_the_access_code(settled: tuple[Office, Endpoint]) -> None:
    office, _ = settled
    for code in ("", "AAAA-BBBB", office.access_code[:-1]):
        status, text = office.page("/", code)
        assert status == 401
        assert "document." not in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.ZH, ["季度保密检查", "办公室", "未消除的问题"]),
        (Language.EN, ["Quarterly secrecy inspection", "办公室", "Open findings"]),
    ],
)
def test_the_page_shows_the_findings_in_both_languages(
    settled: tuple[Office, Endpoint], language: Language, words: list[str]
) -> None:
    office, _ = settled
    status, text = office.page(f"/?lang={language.value}", office.access_code)
    assert status == 200
    assert [word for word in [*words, MarkMissing.title.say(language)] if word not in text] == []
    assert f'href="?quarter={office.summary()["quarter"]}' in text
    assert text.count('<td title="document.') == 7


def refused(computer: Endpoint, office: Office, token: str, ca: Path) -> str:
    """The one line that a failed enrolment says."""
    done = computer.run("enrol", office.url, "--token", token, "--ca", ca, check=False)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: ")
    return line


def test_a_token_that_is_wrong_or_used_is_refused_in_clear_words(settled: tuple[Office, Endpoint], tmp_path: Path) -> None:
    office, _ = settled
    used = office.token_for("pc-used")
    with Endpoint(tmp_path / "first") as first, Endpoint(tmp_path / "second") as second:
        assert "joined" in first.run("enrol", office.url, "--token", used, "--ca", office.ca).stdout
        assert "wrong, used or expired" in refused(second, office, used, office.ca)
        assert "wrong, used or expired" in refused(second, office, "ABCD-EFGH", office.ca)
        assert "joined" in refused(first, office, used, office.ca)  # it knows by itself


def test_a_collector_under_another_ca_is_not_believed(settled: tuple[Office, Endpoint], tmp_path: Path) -> None:
    office, _ = settled
    other, _ = make_ca(tmp_path, "other")
    token = office.token_for("pc-other-ca")
    with Endpoint(tmp_path / "pc") as computer:
        assert "does not fit the CA file" in refused(computer, office, token, other)
        assert "is not a PEM certificate" in refused(computer, office, token, Path("/etc/hostname"))
        computer.run("enrol", office.url, "--token", token, "--ca", office.ca)  # the token is still good


def test_a_second_daemon_is_refused_and_told_of_the_first(settled: tuple[Office, Endpoint]) -> None:
    _, computer = settled
    done = subprocess.run(
        computer.command("run"), env=computer.environ, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 2
    assert f"running already (process {computer.pid})" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_status_is_healthy_only_while_the_daemon_runs(tmp_path: Path) -> None:
    with Endpoint(tmp_path / "pc") as computer:
        computer.write_policy(tmp_path / "docs", DOCUMENTS)
        assert "the agent has never run" in unhealthy(computer)
        computer.start_daemon()
        computer.wait_for_whole_scan()
        assert computer.run("status").returncode == 0
        assert computer.end_daemon() == 0
        assert "the agent is not running" in unhealthy(computer)


def unhealthy(computer: Endpoint) -> str:
    """What the status says, which must be that something is wrong."""
    done = computer.run("status")
    assert done.returncode == 1
    return done.stdout


def test_the_office_never_learns_a_documents_name(settled: tuple[Office, Endpoint]) -> None:
    office, computer = settled
    names = sorted({Path(finding.subject).stem for finding in computer.ledger().values()})
    assert len(names) == 6
    page = office.page("/?lang=zh", office.access_code)[1].encode()
    everything = kept_by(office.state) + received_by(office) + office.log.read_bytes() + page
    assert [name for name in names if holds(everything, name)] == []
    assert holds(received_by(office), "…/#")


def test_nothing_of_a_documents_text_is_kept_or_told_anywhere(settled: tuple[Office, Endpoint], tmp_path: Path) -> None:
    office, computer = settled
    samples.write(tmp_path / "docs")
    texts = b"".join(file.read_bytes() for file in (tmp_path / "docs").glob("*.txt"))
    assert [word for word in TEXT[:-1] if not holds(texts, word)] == []
    assert computer.state.joinpath("index.db").exists()
    everything = b"\0".join(
        [kept_by(office.state), received_by(office), office.log.read_bytes(), kept_by(computer.state), computer.log.read_bytes()]
    )
    assert [word for word in TEXT if holds(everything, word)] == []
