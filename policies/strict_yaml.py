"""YAML without surprises, and errors that name file, line and column.

PyYAML reads YAML 1.1: it takes the last of two equal keys, `yes` for true, `012` for ten and `12:30` for 750. A policy must not
depend on that, so every such thing is refused here, as are aliases, tags and anything else that a configuration does not need.
"""

from __future__ import annotations

import difflib
import enum
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from policies.vocabulary import Level, Paths, Profile, Severity, Text

T = TypeVar("T")
Steps = tuple["str | int", ...]

MAX_BYTES = 1 << 20
"""A configuration file larger than this is refused."""
_MAX_DEPTH = 20

_CHOICES: Mapping[str, type[enum.Enum]] = {"level": Level, "severity": Severity, "profile": Profile, "paths": Paths}

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+\Z")
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class ConfigError(ValueError):
    """A configuration file says something that cannot be taken; `text` tells what, `spot` where."""

    def __init__(self, spot: Spot, text: Text) -> None:
        super().__init__(f"{spot}: {text.en}")
        self.spot = spot
        self.text = Text(f"{spot}：{text.zh}", f"{spot}: {text.en}")


@dataclass(frozen=True)
class Loaded:
    """A document as plain values, and where each value and each key of it stands."""

    file: str
    data: Any
    values: Mapping[Steps, Spot] = field(default_factory=dict)
    keys: Mapping[Steps, Spot] = field(default_factory=dict)
    sha256: str = ""

    def spot(self, *steps: str | int) -> Spot:
        """Where a value stands, or the nearest thing around it that does."""
        while steps and steps not in self.values:
            steps = steps[:-1]
        return self.values.get(steps, Spot(self.file, 1, 1))

    def structure(self, kind: type[T], *at: str | int) -> T:
        """The value at a path as a typed object. Raises ConfigError."""
        data = self.data
        for step in at:
            data = data[step]
        try:
            return msgspec.convert(data, type=kind)
        except msgspec.ValidationError as error:
            raise self._explain(str(error), kind, at) from None

    def _explain(self, message: str, kind: type[Any], at: Steps) -> ConfigError:
        what, _, where = message.partition(" - at `")
        steps = (*at, *_steps(where.rstrip("`")))
        if unknown := re.match(r"Object contains unknown field `(.*)`", what):
            key = unknown.group(1)
            return ConfigError(self.keys.get((*steps, key), self.spot(*steps)), _unknown_key(key, _field_names(kind)))
        return ConfigError(self.spot(*steps), _say(what, str(steps[-1]) if steps else ""))


def nearest(word: str, known: list[str]) -> Text:
    """The part of a message that names the nearest valid word, or all of them where there are few."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return Text(f"；是否要写 '{close[0]}'？", f"; did you mean '{close[0]}'?")
    if len(known) <= 8:
        return Text(f"；可用：{'、'.join(known)}", f"; use one of: {', '.join(known)}")
    return Text("", "")


def load(path: Path) -> Loaded:
    """Read a file. Raises ConfigError, also for a file that cannot be read."""
    start = Spot(str(path), 1, 1)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "?"
        raise ConfigError(start, Text(f"无法读取文件：{reason}", f"cannot read the file: {reason}")) from None
    if len(raw) > MAX_BYTES:
        raise ConfigError(start, Text(f"文件超过 {MAX_BYTES} 字节", f"the file is larger than {MAX_BYTES} bytes"))
    try:
        return parse(raw.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ConfigError(Spot(str(path), line, 1), Text("文件不是 UTF-8 编码", "the file is not UTF-8")) from None


def parse(text: str, file: str) -> Loaded:
    """Read a text that came from `file`. Raises ConfigError."""
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        spot = Spot(file, mark.line + 1, mark.column + 1) if mark else Spot(file, 1, 1)
        raise ConfigError(spot, Text(f"YAML 语法错误：{error.problem}", f"not YAML: {error.problem}")) from None
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise ConfigError(Spot(file, line, 1), Text("文件含有控制字符", "the file holds a control character")) from None
    if node is None:
        raise ConfigError(Spot(file, 1, 1), Text("文件是空的", "the file is empty"))
    reader = _Reader(file)
    data = reader.read(node, ())
    return Loaded(file, data, reader.values, reader.keys, hashlib.sha256(text.encode()).hexdigest())


class _Reader:
    """Turns nodes into plain values, strictly, and remembers where each stood."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._seen: set[int] = set()
        self.values: dict[Steps, Spot] = {}
        self.keys: dict[Steps, Spot] = {}

    def read(self, node: yaml.Node, steps: Steps) -> Any:
        spot = self._spot(node)
        self.values[steps] = spot
        if id(node) in self._seen:
            raise ConfigError(spot, Text("不允许使用别名（*名称）", "aliases (*name) are not allowed"))
        self._seen.add(id(node))
        if len(steps) > _MAX_DEPTH:
            raise ConfigError(spot, Text("嵌套过深", "nested too deeply"))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, steps)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*steps, i)) for i, item in enumerate(node.value)]
        return _scalar(node, spot)

    def _mapping(self, node: yaml.MappingNode, steps: Steps) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            spot = self._spot(key_node)
            key = key_node.value
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != _TAG + "str":
                raise ConfigError(spot, Text("键必须是普通文字", "a key must be plain text"))
            if key in result:
                first = self.keys[(*steps, key)].line
                raise ConfigError(
                    spot, Text(f"键 '{key}' 重复，首次出现在第 {first} 行", f"duplicate key '{key}', first in line {first}")
                )
            self.keys[(*steps, key)] = spot
            result[key] = self.read(value_node, (*steps, key))
        return result

    def _spot(self, node: yaml.Node) -> Spot:
        return Spot(self._file, node.start_mark.line + 1, node.start_mark.column + 1)


def _scalar(node: yaml.Node, spot: Spot) -> Any:
    text = str(node.value)
    tag = node.tag.removeprefix(_TAG)
    if tag in ("str", "timestamp"):
        return text
    if tag == "null":
        return None
    if tag == "bool" and text in ("true", "false"):
        return text == "true"
    if tag == "int" and _INT.match(text):
        return int(text)
    if tag == "float" and _FLOAT.match(text):
        return float(text)
    if tag in ("bool", "int", "float"):
        raise ConfigError(spot, _ambiguous(text, tag))
    raise ConfigError(spot, Text(f"不允许使用标签 {node.tag}", f"the tag {node.tag} is not allowed"))


def _ambiguous(text: str, tag: str) -> Text:
    if tag == "bool":
        return Text(
            f"'{text}' 有歧义：请写 true 或 false，文字请加引号", f"'{text}' is ambiguous: write true or false, or quote it"
        )
    return Text(f"'{text}' 有歧义：数字请写十进制，文字请加引号", f"'{text}' is ambiguous: write a decimal number, or quote it")


def _steps(path: str) -> Steps:
    """The steps of a path as msgspec writes it: `$.rules[0].severity`."""
    return tuple(int(index) if index else name for name, index in re.findall(r"\.([^.\[\]`]+)|\[(\d+)\]", path))


def _field_names(kind: type[Any]) -> list[str]:
    """Every key that may stand somewhere in a typed object."""
    names: list[str] = []
    todo: list[Any] = [msgspec.inspect.type_info(kind)]
    while todo:
        info = todo.pop()
        names += [f.encode_name for f in getattr(info, "fields", ())]
        todo += [f.type for f in getattr(info, "fields", ())]
        todo += [getattr(info, part) for part in ("item_type", "value_type") if hasattr(info, part)]
        todo += list(getattr(info, "types", ())) + list(getattr(info, "item_types", ()))
    return sorted(set(names))


def _unknown_key(key: str, known: list[str]) -> Text:
    hint = nearest(key, known)
    return Text(f"未知的键 '{key}'{hint.zh}", f"unknown key '{key}'{hint.en}")


_TYPES = {
    "str": Text("文字（必要时加引号）", "text (in quotes where needed)"),
    "int": Text("整数", "a whole number"),
    "float": Text("数字", "a number"),
    "bool": Text("true 或 false", "true or false"),
    "array": Text("列表", "a list"),
    "object": Text("键值表", "a mapping"),
    "null": Text("空值", "nothing"),
    "date": Text("日期（如 2026-12-31）", "a date (such as 2026-12-31)"),
}


def _say(what: str, name: str) -> Text:
    """A message of msgspec's in our words."""
    if wrong := re.match(r"Expected `([^`]*)`, got `([^`]*)`", what):
        wanted, got = (_types(group) for group in wrong.groups())
        return Text(f"'{name}' 应为{wanted.zh}，实为{got.zh}", f"'{name}' must be {wanted.en}, not {got.en}")
    if missing := re.match(r"Object missing required field `(.*)`", what):
        return Text(f"缺少必填项 '{missing.group(1)}'", f"'{missing.group(1)}' is missing")
    if bad := re.match(r"Invalid enum value '(.*)'", what):
        known = [member.value for member in _CHOICES.get(name, ())]
        hint = nearest(bad.group(1), known)
        return Text(f"'{name}' 的值 '{bad.group(1)}' 无效{hint.zh}", f"'{bad.group(1)}' is no valid {name}{hint.en}")
    if what.startswith("Invalid RFC3339"):
        return Text(f"'{name}' 应为日期（如 2026-12-31）", f"'{name}' must be a date (such as 2026-12-31)")
    return Text(f"'{name}' 无效：{what}", f"'{name}' is not valid: {what}")


def _types(names: str) -> Text:
    parts = [_TYPES.get(name.strip(), Text(name, name)) for name in names.split("|")]
    return Text("或".join(p.zh for p in parts), " or ".join(p.en for p in parts))
