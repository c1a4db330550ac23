"""What others say in English is said in both languages, and names the nearest word that would be right."""

from __future__ import annotations

import errno
import os
import re
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
import pytest

from policies.mistakes import nearest, place, shape_mistake, system_reason, unknown_key, unknown_key_mistake, yaml_mistake
from policies.vocabulary import Level

QUOTED = re.compile(r"'[^']*'")
LATIN = re.compile(r"[A-Za-z]{2,}")


def chinese_only(text: str) -> bool:
    """No word of English outside quotes, but for names that are the same in both languages."""
    return not LATIN.search(QUOTED.sub("", text).replace("YAML", "").replace("UTF-8", "").replace("true 或 false", ""))


@dataclass(frozen=True)
class Inner:
    level: Level = Level.MIMI
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outer:
    count: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1
    ratio: Annotated[float, msgspec.Meta(gt=0)] = 0.5
    word: Annotated[str, msgspec.Meta(pattern="^x")] = "x"
    short: Annotated[str, msgspec.Meta(max_length=2)] = ""
    pair: tuple[int, int] = (0, 0)
    inner: tuple[Inner, ...] = ()
    maybe: Inner | None = None
    counts: dict[str, int] = field(default_factory=dict)


def complaint(value: Any) -> str:
    """What msgspec says of a value."""
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(value, Outer)
    return str(caught.value)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ({"count": "1"}, "'count' 应为整数，实为文字", "'count' must be a whole number, not text"),
        ({"count": True}, "'count' 应为整数，实为 true 或 false", "'count' must be a whole number, not true or false"),
        ({"count": 0}, "'count' 不得小于 1", "'count' must be at least 1"),
        ({"count": 10}, "'count' 不得大于 9", "'count' must be at most 9"),
        ({"ratio": 0.0}, "'ratio' 应大于 0.0", "'ratio' must be more than 0.0"),
        ({"word": "y"}, "'word' 应符合 '^x'", "'word' must match '^x'"),
        ({"short": "abc"}, "'short' 的长度不得大于 2", "the length of 'short' must be at most 2"),
        ({"pair": [1]}, "'pair' 的长度应为 2", "the length of 'pair' must be exactly 2"),
        ({"pair": [1, "x"]}, "'pair' 第 2 项应为整数", "item 2 of 'pair' must be a whole number"),
        ({"inner": [{"names": "x"}]}, "'names' 应为列表", "'names' must be a list"),
        ({"maybe": 3}, "'maybe' 应为键值表或空值", "'maybe' must be a mapping or nothing"),
        ({"counts": {"a": "x"}}, "'counts' 应为整数", "'counts' must be a whole number"),
        ({"inner": [{"level": "机蜜"}]}, "可用：公开、内部、秘密、机密、绝密", "use one of: 公开, 内部, 秘密, 机密, 绝密"),
        ({"maybe": {"level": "x"}}, "'level' 的值 'x' 无效；可用：公开", "'x' is no valid value of 'level'; use one of: 公开"),
        ([], "文件内容应为键值表，实为列表", "the file must be a mapping, not a list"),
    ],
)
def test_a_value_of_the_wrong_shape_is_explained(value: Any, zh: str, en: str) -> None:
    message = complaint(value)
    text = shape_mistake(message, Outer, place(message), place(message))
    assert zh in text.zh
    assert en in text.en
    assert chinese_only(text.zh)


def test_a_complaint_that_is_unknown_to_us_is_still_chinese() -> None:
    text = shape_mistake("Something new - at `$.count`", Outer, ("count",), ("count",))
    assert (text.zh, text.en) == ("'count' 的值无效", "'count' is not valid: Something new")


class Rule(msgspec.Struct, forbid_unknown_fields=True):
    check: str = ""
    every: str = ""


class File(msgspec.Struct, forbid_unknown_fields=True):
    id: str = ""
    rules: tuple[Rule, ...] = ()


@pytest.mark.parametrize(
    ("value", "key", "inside", "en"),
    [
        ({"idd": 1}, "idd", (), "unknown key 'idd'; did you mean 'id'?"),
        ({"rules": [{}, {"chek": 1}]}, "chek", ("rules", 1), "unknown key 'chek'; did you mean 'check'?"),
        ({"rules": [{"rulez": 1}]}, "rulez", ("rules", 0), "unknown key 'rulez'; use one of: check, every"),
        ({"a - at `b": 1}, None, None, ""),
    ],
)
def test_an_unknown_key_is_held_against_those_of_its_own_place(value: Any, key: str | None, inside: Any, en: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(value, File)
    message = str(caught.value)
    if key is None:
        assert unknown_key(message) is not None  # an odd key is named as far as it can be, without a crash
        return
    assert (unknown_key(message), place(message)) == (key, inside)
    text = unknown_key_mistake(key, File, inside)
    assert text.en == en
    assert chinese_only(text.zh.replace("check、every", ""))


def test_another_complaint_names_no_unknown_key() -> None:
    assert unknown_key("Expected `int`, got `str` - at `$.a`") is None


def test_an_unknown_key_of_a_type_without_keys_has_no_hint() -> None:
    assert unknown_key_mistake("x", File, ("id",)).en == "unknown key 'x'"


@pytest.mark.parametrize(
    ("word", "known", "en"),
    [
        ("standlone", ["standalone", "networked"], "; did you mean 'standalone'?"),
        ("zzz", ["a", "b"], "; use one of: a, b"),
        ("zzz", [], ""),
        ("zzz", list("abcdefghi"), ""),
    ],
)
def test_the_nearest_word_or_all_of_few(word: str, known: list[str], en: str) -> None:
    assert nearest(word, known).en == en


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.EISDIR, errno.ENOSPC, errno.ECONNREFUSED, errno.EPROTO])
def test_the_system_s_reason_is_said_in_both_languages(number: int) -> None:
    reason = system_reason(OSError(number, os.strerror(number)))
    assert chinese_only(reason.zh)
    assert reason.en == os.strerror(number)


def test_an_error_without_a_number_has_a_reason_too() -> None:
    assert system_reason(OSError()).en == "system error 0"


def test_what_libyaml_says_is_chinese_whether_we_know_it_or_not() -> None:
    assert chinese_only(yaml_mistake("did not find expected key").zh)
    assert yaml_mistake("something new").zh == "YAML 语法错误"
    assert yaml_mistake("something new").en == "not YAML: something new"
