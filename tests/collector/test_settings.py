from __future__ import annotations

from pathlib import Path

import pytest

from collector.settings import FILE, Settings, read
from policies.strict_yaml import ConfigError
from policies.vocabulary import Text


def test_a_missing_file_means_the_defaults(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings == Settings()
    assert (settings.listen, settings.port, settings.mark, str(settings.zone)) == ("127.0.0.1", 8443, "内部", "Asia/Shanghai")


def test_a_folder_that_may_not_be_looked_into_is_told_and_no_default_taken(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")  # stands for a folder without permission, which root does not know
    with pytest.raises(ConfigError) as caught:
        read(tmp_path / "loop")
    assert "cannot read the file" in caught.value.text.en


def test_everything_can_be_set(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        "listen: 10.0.0.5\nport: 443\ndatabase: sqlite:////srv/a.db\noffice: {zh: 保密办, en: office}\n"
        "mark: 秘密★1年\ntimezone: Asia/Urumqi\nsilent_after: 7\n"
    )
    assert read(tmp_path) == Settings(
        listen="10.0.0.5",
        port=443,
        database="sqlite:////srv/a.db",
        office=Text("保密办", "office"),
        mark="秘密★1年",
        timezone="Asia/Urumqi",
        silent_after=7,
    )


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        ("mark: 内部\nprot: 443\n", ":2:1", "did you mean 'port'"),
        ("port: 70000\n", ":1:7", "port"),
        ("port: eight\n", ":1:7", "a whole number"),
        ("mark: ''\n", ":1:7", "mark"),
        ("silent_after: 0\n", ":1:15", "silent_after"),
        ("listen: a\ntimezone: Asia/Nowhere\n", ":2:11", "Asia/Nowhere"),
        ("timezone: ../../etc/passwd\n", ":1:11", "unknown time zone"),
        ("port: 1\nport: 2\n", ":2:1", "duplicate"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, place: str, word: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ConfigError) as caught:
        read(tmp_path)
    assert f"{FILE}{place}" in caught.value.text.en
    assert word in caught.value.text.en
