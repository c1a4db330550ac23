"""The agent as systemd runs it, hardened by the project's own unit, on Debian's own kernel."""

from __future__ import annotations

import re

from tests.vm.computer import AGENT, CLASSIFIED, UNIT, Computer
from tests.vm.image import GUIDE

ABOVE = "document.level-above-computer"


def starting_lines() -> str:
    """The guide's commands that configure and start the agent: the second block under its heading."""
    part = GUIDE.read_text(encoding="utf-8").split("## On each computer")[1]
    blocks: list[str] = re.findall(r"^```\n(.*?)^```", part, re.DOTALL | re.MULTILINE)
    return blocks[1]


def drop(computer: Computer, name: str, text: str) -> str:
    """Put a document into the classified folder."""
    path = f"{CLASSIFIED}/{name}"
    computer.guest.write(path, text)
    return path


def test_a_computer_set_up_by_the_guide_is_watched_and_clean(idle: Computer) -> None:
    told = idle.guest.run(f"set -e\n{starting_lines()}")
    assert told.rstrip().endswith("healthy")
    idle.start()
    status = idle.agent("status")
    assert (status["healthy"], status["running"], status["problems"]) == (True, True, [])
    assert {name: source["watching"] for name, source in status["sources"].items()} == dict.fromkeys(
        ("documents", "hardware", "media", "network"), True
    )
    assert set(status["open"].values()) == {0}
    assert idle.unit("UnitFileState") == "enabled"


def test_every_protection_of_the_parser_is_in_force_and_files_are_watched_by_fanotify(watching: Computer) -> None:
    parser = watching.agent("status")["parser"]
    assert len(parser) >= 9
    assert all(parser.values()), parser
    pid = watching.unit("MainPID")
    assert watching.guest.run(f"grep -l fanotify /proc/{pid}/fdinfo/*").count("\n") == 1
    assert "Seccomp:\t2\n" in watching.guest.run(f"cat /proc/{pid}/status")


def test_a_document_that_appears_in_a_classified_folder_is_judged_at_once(watching: Computer) -> None:
    with watching.span() as span:
        path = drop(watching, "计划.txt", "绝密★30年\n\n关于某事的计划\n")
        [finding] = watching.found(ABOVE)
    assert span.holds(finding)
    assert finding.subject == path
    assert finding.evidence["marks"] == ["绝密★30年"]
    watching.guest.run(f"rm {path}")
    watching.gone(ABOVE)


def test_what_becomes_of_a_document_is_followed(watching: Computer) -> None:
    path = drop(watching, "通知.txt", "关于放假的通知\n")
    [finding] = watching.found("document.mark-missing")
    assert finding.subject == path
    drop(watching, "通知.txt", "机密★5年\n\n关于放假的通知\n")
    watching.gone("document.mark-missing")
    watching.guest.run(f"mv {path} {CLASSIFIED}/改名.txt && rm {CLASSIFIED}/改名.txt")
    drop(watching, "另一.txt", "另一通知\n")
    [other] = watching.found("document.mark-missing")
    assert other.subject == f"{CLASSIFIED}/另一.txt"


def test_an_agent_that_is_killed_is_started_again_tells_the_gap_and_watches_on(watching: Computer) -> None:
    pid = watching.unit("MainPID")
    watching.guest.run(f"systemctl kill --signal=KILL {UNIT}")
    watching.wait_until(lambda: watching.unit("ActiveState") == "active" and watching.unit("MainPID") != pid, "it is back")
    assert watching.unit("NRestarts") == "1"
    assert [gap.source for gap in watching.gaps()] == ["agent"]
    drop(watching, "计划.txt", "绝密★30年\n\n关于某事的计划\n")
    watching.found(ABOVE)


def test_a_broken_policy_is_refused_and_the_old_one_stays_in_force(watching: Computer) -> None:
    watching.guest.write("/etc/shoumi/policy.yaml", "rules: 1\n")
    watching.guest.run(f"systemctl reload {UNIT}")
    watching.wait_until(lambda: "refused" in watching.guest.run(f"{AGENT} status", codes=(0, 1)), "it is refused")
    drop(watching, "计划.txt", "绝密★30年\n\n关于某事的计划\n")
    watching.found(ABOVE)
