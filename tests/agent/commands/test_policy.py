"""`agent policy`: the shipped packs as they are, and a clear word on a file that is wrong."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from checks.catalog import discover
from policies.policy import pack_text
from policies.vocabulary import Profile
from tests.agent.commands.running import LANGUAGES, agent, refused, write_policy


@pytest.mark.parametrize("pack", [profile.value for profile in Profile])
def test_a_pack_is_shown_with_its_comments_and_is_correct(tmp_path: Path, pack: str) -> None:
    shown = agent("policy", "show", pack)
    assert shown.stdout == pack_text(Profile(pack))
    assert "# " in shown.stdout
    file = tmp_path / "policy.yaml"
    file.write_text(shown.stdout, encoding="utf-8")
    for name in (pack, file):
        assert agent("policy", "check", name).stdout.startswith(f"{name}: correct, ")


def test_without_a_name_the_packs_are_listed() -> None:
    assert agent("policy", "show", lang="zh").stdout.splitlines()[0] == "standalone  涉密单机"
    assert [line.split()[0] for line in agent("policy", "show").stdout.splitlines()] == [profile.value for profile in Profile]


def test_a_correct_policy_is_told_with_the_checks_that_it_leaves_out() -> None:
    file = write_policy("network.tunnel", "document.mark-missing")
    correct, missing = agent("policy", "check", file).stdout.splitlines()
    assert correct == f"{file}: correct, 2 checks"
    assert missing.startswith("checks not in it: ")
    assert set(missing.partition(": ")[2].split(", ")) == set(discover()) - {"network.tunnel", "document.mark-missing"}


def test_a_correct_policy_is_told_in_chinese() -> None:
    file = write_policy("network.tunnel")
    assert agent("policy", "check", file, lang="zh").stdout.startswith(f"{file}：正确，共 1 项检查\n未启用的检查：")


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("", "文件", ""),
        ("id: [", "YAML", "YAML"),
        ('id: a\nversion: "1"\nrules: [{check: network.tunel}]', "3:17：没有名为", "3:17: there is no check"),
    ],
)
def test_a_wrong_policy_is_told_with_line_and_column(tmp_path: Path, text: str, zh: str, en: str) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(text, encoding="utf-8")
    chinese, english = (refused("policy", "check", file, lang=lang) for lang in LANGUAGES)
    assert f"{file}:" in chinese
    assert zh in chinese
    assert en in english


def test_an_exemption_that_has_ended_is_an_error_today() -> None:
    ended = date.today() - timedelta(days=2)  # noqa: DTZ011  the office's own day
    file = write_policy("network.tunnel")
    with file.open("a") as policy:
        policy.write(f"    exemptions: [{{subject: tun0, reason: a, by: b, until: {ended}}}]\n")
    assert f"豁免已于 {ended} 到期" in refused("policy", "check", file, lang="zh")


@pytest.mark.parametrize(("name", "word"), [("/no/such/policy.yaml", "不存在"), ("/", "是目录"), ("", "是目录")])
def test_what_is_no_file_is_told(name: str, word: str) -> None:
    assert refused("policy", "check", name, lang="zh").endswith(word)


def test_an_unknown_pack_is_answered_with_the_known_ones() -> None:
    assert "'standalone', 'networked', 'internal', 'internet'" in refused("policy", "show", "standalon")


def test_a_wrong_command_is_answered_with_the_nearest() -> None:
    assert refused("policy", "chek", lang="zh").endswith("没有命令 'chek'。 是否要写 'check'？")
