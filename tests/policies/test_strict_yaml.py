"""YAML without surprises: every trap of YAML 1.1 is refused, and every error names file, line and column."""

from __future__ import annotations

import contextlib
import hashlib
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.strict_yaml import MAX_BYTES, ConfigError, Spot, is_there, load, parse
from policies.vocabulary import Level

QUOTED = re.compile(r"'[^']*'")
SAME_IN_BOTH = re.compile(r"YAML|UTF-8|true|false")

AMBIGUOUS_NUMBERS = [
    "012",
    "0x1f",
    "0b11",
    "1_000",
    "12:30",
    "190:20:30",
    "12:30.5",
    "1.5e+3",
    ".5",
    "1.",
    ".inf",
    "-.INF",
    ".nan",
    "+0x1",
    "0777",
    "=",
    "<<",
]

REFUSED = [
    # two equal keys
    ("a: 1\na: 2", "2:1", "duplicate key 'a', first in line 1"),
    ("a:\n  b: 1\n  c: 2\n  b: 3", "4:3", "duplicate key 'b', first in line 2"),
    ("{a: 1, 'a': 2}", "1:8", "duplicate key 'a', first in line 1"),
    ('a: 1\n"\\x61": 2', "2:1", "duplicate key 'a'"),
    # truth by other names
    *[
        (f"a: {word}", "1:4", f"'{word}' is ambiguous: write true or false")
        for word in ["yes", "Yes", "NO", "no", "on", "On", "OFF", "off", "True", "FALSE"]
    ],
    ("a: [x, yes]", "1:8", "'yes' is ambiguous"),
    # numbers that are none, or others than they seem
    *[(f"a: {word}", "1:4", f"'{word}' is ambiguous: write a decimal number") for word in AMBIGUOUS_NUMBERS],
    ("a: " + "9" * 5000, "1:4", "9999…' is ambiguous"),
    ("a: 1." + "9" * 400, "1:4", "is ambiguous"),
    # keys that are no plain text
    ("on: 1", "1:1", "a key must be plain text"),
    ("1: a", "1:1", "a key must be plain text"),
    ("~: a", "1:1", "a key must be plain text"),
    (": a", "1:1", "did not find expected key"),
    ("2026-12-31: a", "1:1", "a key must be plain text"),
    ("? [a]\n: b", "1:3", "a key must be plain text"),
    ("a:\n  <<: {b: 1}", "2:3", "a key must be plain text"),
    # what a configuration does not need
    ("a: &x 1\nb: *x", "1:4", "anchors and aliases are not allowed ('x')"),
    ("a: *x", "1:4", "anchors and aliases"),
    ("a: &x [*x]", "1:4", "anchors and aliases"),
    ("&x a: 1", "1:1", "anchors and aliases"),
    ("a: !foo {b: 1}", "1:4", "the tag '!foo' is not allowed"),
    ("a:\n  - !foo [1]", "2:5", "the tag '!foo' is not allowed"),
    ("a: !!str 12", "1:4", "the tag 'tag:yaml.org,2002:str' is not allowed"),
    ("a: !!null x", "1:4", "the tag"),
    ("a: ! 12", "1:4", "the tag '!' is not allowed"),
    ("!!map {a: 1}", "1:1", "the tag"),
    ("a: !!python/object/apply:os.system [id]", "1:4", "the tag"),
    # no YAML at all
    ("a: [1", "2:1", "did not find expected ',' or ']'"),
    ("a: {b: 1", "2:1", "did not find expected ',' or '}'"),
    ("a: b: c", "1:5", "mapping values are not allowed"),
    ("a: 1\nb", "3:1", "could not find expected ':'"),
    ("a:\n\tb: 1", "2:1", "cannot start any token"),
    ("a: @x", "1:4", "cannot start any token"),
    ("a: 'x", "1:6", "unexpected end of stream"),
    ("a: 1\n b: 2", "2:3", "mapping values are not allowed"),
    ("- a\nb: 1", "2:1", "did not find expected '-' indicator"),
    ("a: 1\n---\nb: 2", "2:1", "another document"),
    ("a: 1\n}", "2:1", "not YAML"),
    # control characters, raw and by an escape
    ("a: b\nc: \x01", "2:1", "control character"),
    ("a: 中文\nb: \x7f", "2:1", "control character"),
    ("a: \x9b", "1:1", "control character"),
    ('a: "\\e[2J"', "1:4", "control character"),
    ('a: "/srv\\0"', "1:4", "control character"),
    ('"a\\x07": 1', "1:1", "control character"),
    # deep, to overrun a parser's stack
    ("[" * 100 + "]" * 100, "1:21", "nested too deeply"),
    ("[" * 300_000, "1:21", "nested too deeply"),
    ("{a: " * 100 + "1" + "}" * 100, "1:81", "nested too deeply"),
    ("\n".join(" " * depth + "-" for depth in range(100)), "21:21", "nested too deeply"),
    # nothing
    ("", "1:1", "the file is empty"),
    ("# a comment\n\n", "1:1", "the file is empty"),
]


def refusal(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        parse(text, "policy.yaml")
    return caught.value


@pytest.mark.parametrize(("text", "place", "fragment"), REFUSED, ids=[repr(text[:24]) for text, _, _ in REFUSED])
def test_a_surprise_is_refused_with_its_place(text: str, place: str, fragment: str) -> None:
    error = refusal(text)
    assert str(error.spot) == f"policy.yaml:{place}"
    assert fragment in error.text.en
    assert error.text.en == str(error)
    assert error.text.en.startswith(f"policy.yaml:{place}: ")
    assert error.text.zh.startswith(f"policy.yaml:{place}：")


@pytest.mark.parametrize(("text", "place", "fragment"), REFUSED, ids=[repr(text[:24]) for text, _, _ in REFUSED])
def test_a_refusal_in_chinese_holds_no_english(text: str, place: str, fragment: str) -> None:
    said = refusal(text).text.zh.partition("：")[2]
    assert re.search("[\u4e00-\u9fff]", said)
    assert not re.search("[A-Za-z]{2,}", SAME_IN_BOTH.sub("", QUOTED.sub("", said)))


@pytest.mark.parametrize("text", [text for text, _, _ in REFUSED], ids=lambda text: repr(text[:24]))
def test_a_message_stays_short_whatever_the_file_holds(text: str) -> None:
    assert len(str(refusal(text))) < 200


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: true\nb: false", {"a": True, "b": False}),
        ("a: 0\nb: -7\nc: +7\nd: 1.5\ne: -0.25", {"a": 0, "b": -7, "c": 7, "d": 1.5, "e": -0.25}),
        ("a: 'yes'\nb: \"012\"\nc: '12:30'", {"a": "yes", "b": "012", "c": "12:30"}),
        ("a: ~\nb:\nc: null", {"a": None, "b": None, "c": None}),
        ("a: 2026-12-31\nb: 2026-12-31 10:00:00", {"a": "2026-12-31", "b": "2026-12-31 10:00:00"}),
        (
            "a: y\nb: n\nc: 1e3\nd: 0o12\ne: 1.2.3\nf: 10m",
            {"a": "y", "b": "n", "c": "1e3", "d": "0o12", "e": "1.2.3", "f": "10m"},
        ),
        ("a: |\n  x\n  y\n", {"a": "x\ny\n"}),
        ("密级: 机密\nb: 😀", {"密级": "机密", "b": "😀"}),
        ("[a, {b: [c]}]", ["a", {"b": ["c"]}]),
        ("%YAML 1.1\n---\na: 1\n...\n", {"a": 1}),
        ("a: 123456789012345678", {"a": 123456789012345678}),
        ("null", None),
    ],
)
def test_plain_values_are_taken_as_they_read(text: str, data: object) -> None:
    assert parse(text, "f").data == data


def test_every_value_and_key_has_its_place() -> None:
    loaded = parse("a: 1\nrules:\n  - check: x\n    with: {n: 密, m: 2}\n", "f")
    assert loaded.spot("rules", 0, "check") == Spot("f", 3, 12)
    assert loaded.spot("rules", 0, "with", "m") == Spot("f", 4, 21)
    assert loaded.keys["rules", 0, "with", "m"] == Spot("f", 4, 18)
    assert loaded.spot() == Spot("f", 1, 1)


def test_a_missing_value_is_placed_at_what_is_around_it() -> None:
    loaded = parse("rules:\n  - check: x\n", "f")
    assert loaded.spot("rules", 0, "every") == loaded.spot("rules", 0) == Spot("f", 2, 5)
    assert loaded.spot("nothing", 3) == Spot("f", 1, 1)


@given(st.text(alphabet=st.characters(codec="utf-8")) | st.text(alphabet=":-[]{}&*!|>'\"%@#?, \n\tay01~<=."))
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    with contextlib.suppress(ConfigError):
        parse(text, "f")


# --- files ------------------------------------------------------------------------------------------------------------------


def file_refusal(path: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return caught.value


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(b"\xef\xbb\xbfid: x\n")
    assert load(path).data == {"id": "x"}
    assert load(path).keys[("id",)] == Spot(str(path), 1, 1)


def test_windows_line_ends_change_no_place(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(b"a: 1\r\nb: yes\r\n")
    assert str(file_refusal(path).spot) == f"{path}:2:4"


def test_the_digest_is_over_the_file_s_bytes(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes("\ufeffid: 单机\r\n# 注\n".encode())
    assert load(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_that_is_too_large_is_refused_and_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert "larger than" in file_refusal(path).text.en


def test_a_file_of_just_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(b"a: 1\n#".ljust(MAX_BYTES, b"x"))
    assert load(path).data == {"a": 1}


@pytest.mark.parametrize("data", ["编号: 涉密单机\n".encode("gb18030"), "id: x\n".encode("utf-16"), b"a: 1\nb: \xff\n"])
def test_a_file_in_another_encoding_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(data)
    error = file_refusal(path)
    assert "not UTF-8" in error.text.en
    assert error.spot.line == data[: data.find(b"\xff") if b"b: \xff" in data else 0].count(b"\n") + 1


def test_a_file_that_does_not_exist_is_named(tmp_path: Path) -> None:
    error = file_refusal(tmp_path / "none.yaml")
    assert error.text.zh == f"{tmp_path / 'none.yaml'}:1:1：无法读取文件：不存在"
    assert error.text.en.endswith("cannot read the file: No such file or directory")


def test_only_what_is_known_to_be_missing_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    names = ("a.yaml", "b.yaml", "a.yaml/c.yaml", "loop/a.yaml")
    assert [is_there(tmp_path / name) for name in names] == [True, False, False, True]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert file_refusal(tmp_path).text.zh.endswith("是目录")


# --- typed ------------------------------------------------------------------------------------------------------------------


class Part(msgspec.Struct, forbid_unknown_fields=True):
    level: Level
    words: tuple[str, ...] = ()


class Whole(msgspec.Struct, forbid_unknown_fields=True):
    part: Part
    count: int = 0


@pytest.mark.parametrize(
    ("text", "place", "fragment"),
    [
        ("part: {level: 机密}\ncount: '3'", "2:8", "'count' must be a whole number, not text"),
        ("part: {level: 机密, words: [a, 1]}", "1:30", "item 2 of 'words' must be text (in quotes where needed), not a whole"),
        ("part: {level: secret}", "1:15", "'secret' is no valid value of 'level'; use one of: 公开, 内部"),
        ("part: {words: [a]}", "1:7", "'level' is missing"),
        ("part:\n  level: 机密\n  world: [a]", "3:3", "unknown key 'world'; did you mean 'words'?"),
        ("part: {level: 机密}\ncuont: 1", "2:1", "unknown key 'cuont'; did you mean 'count'?"),
        ("count: 1", "1:1", "'part' is missing"),
        ("[1]", "1:1", "the file must be a mapping, not a list"),
        ("null", "1:1", "the file must be a mapping, not nothing"),
        ("part:", "1:6", "'part' must be a mapping, not nothing"),
    ],
)
def test_a_wrong_type_is_refused_at_the_value(text: str, place: str, fragment: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, "f").structure(Whole)
    assert str(caught.value.spot) == f"f:{place}"
    assert fragment in caught.value.text.en
    assert re.search("[\u4e00-\u9fff]", caught.value.text.zh)


def test_a_part_of_a_file_is_explained_by_its_place_in_the_whole() -> None:
    loaded = parse("outer:\n  - part:\n      level: 机密\n      word: a\n", "f")
    with pytest.raises(ConfigError) as caught:
        loaded.structure(Whole, "outer", 0)
    assert str(caught.value.spot) == "f:4:7"
    assert "did you mean 'words'?" in caught.value.text.en


@pytest.mark.needs_root
def test_root_does_not_believe_a_configuration_that_others_may_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUMI_CONFIG", str(tmp_path))
    path = tmp_path / "policy.yaml"
    path.write_text("a: 1")
    assert load(path).data == {"a": 1}
    path.chmod(0o666)
    with pytest.raises(ConfigError, match="chmod go-w") as caught:
        load(path)
    assert str(caught.value.spot) == f"{path}:1:1"
    monkeypatch.setenv("SHOUMI_CONFIG", str(tmp_path / "elsewhere"))
    assert load(path).data == {"a": 1}
