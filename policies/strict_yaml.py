"""YAML without surprises, and errors that name file, line and column.

PyYAML reads YAML 1.1: it takes the last of two equal keys, `yes` for true, `012` for ten and `12:30` for 750. A policy must not
depend on that, so every such thing is refused here, as are aliases, tags and anything else that a configuration does not need.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from policies.folders import config_folder
from policies.mistakes import Steps, place, shape_mistake, system_reason, unknown_key, unknown_key_mistake, yaml_mistake
from policies.trusted import refuse_others
from policies.vocabulary import Text

T = TypeVar("T")

MAX_BYTES = 1 << 20
"""A configuration file larger than this is refused."""
_MAX_DEPTH = 20

_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}\Z")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_CONTROL_CHARACTER = Text("文件含有控制字符", "the file holds a control character")
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
        inside = place(message)
        steps = (*at, *inside)
        key = unknown_key(message)
        if key is not None:
            return ConfigError(self.keys.get((*steps, key), self.spot(*steps)), unknown_key_mistake(key, kind, inside))
        return ConfigError(self.spot(*steps), shape_mistake(message, kind, inside, steps))


def is_there(path: Path) -> bool:
    """Whether there is a file to load. One that may not be looked at is there: `load` then tells why it cannot be read."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def load(path: Path) -> Loaded:
    """Read a file. Raises ConfigError, also for a file that cannot be read.

    Root believes a file of the configuration folder only where no other user can have written it; one that is named outright is
    believed like any command.
    """
    start = Spot(str(path), 1, 1)
    try:
        if path.parent == config_folder():
            refuse_others(path)
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = system_reason(error)
        raise ConfigError(start, Text(f"无法读取文件：{reason.zh}", f"cannot read the file: {reason.en}")) from None
    if len(raw) > MAX_BYTES:
        raise ConfigError(start, Text(f"文件超过 {MAX_BYTES} 字节", f"the file is larger than {MAX_BYTES} bytes"))
    try:
        return parse(raw.decode(), str(path))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ConfigError(Spot(str(path), line, 1), Text("文件不是 UTF-8 编码", "the file is not UTF-8")) from None


def parse(text: str, file: str) -> Loaded:
    """Read a text that came from `file`. Raises ConfigError."""
    try:
        _refuse_extras(text, file)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        spot = Spot(file, mark.line + 1, mark.column + 1) if mark else Spot(file, 1, 1)
        raise ConfigError(spot, yaml_mistake(error.problem or "")) from None
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        raise ConfigError(Spot(file, line, 1), _CONTROL_CHARACTER) from None
    if node is None:
        raise ConfigError(Spot(file, 1, 1), Text("文件是空的", "the file is empty"))
    reader = _Reader(file)
    data = reader.read(node, ())
    return Loaded(file, data, reader.values, reader.keys, hashlib.sha256(text.encode()).hexdigest())


def _refuse_extras(text: str, file: str) -> None:
    """Refuse anchors, aliases, tags and deep nesting before libyaml builds nodes: it would recurse without a limit."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if anchor := getattr(event, "anchor", None):
            what = Text(f"不允许使用锚点和别名（'{anchor}'）", f"anchors and aliases are not allowed ('{anchor}')")
            raise ConfigError(_spot(file, event), what)
        if tag := getattr(event, "tag", None):
            raise ConfigError(_spot(file, event), Text(f"不允许使用标签 '{tag}'", f"the tag '{tag}' is not allowed"))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise ConfigError(_spot(file, event), Text("嵌套过深", "nested too deeply"))


def _spot(file: str, thing: yaml.Event | yaml.Node) -> Spot:
    mark = thing.start_mark
    return Spot(file, mark.line + 1, mark.column + 1) if mark else Spot(file, 1, 1)


class _Reader:
    """Turns nodes into plain values, strictly, and remembers where each stood."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.values: dict[Steps, Spot] = {}
        self.keys: dict[Steps, Spot] = {}

    def read(self, node: yaml.Node, steps: Steps) -> Any:
        spot = _spot(self._file, node)
        self.values[steps] = spot
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, steps)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*steps, i)) for i, item in enumerate(node.value)]
        return _scalar(node, spot)

    def _mapping(self, node: yaml.MappingNode, steps: Steps) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            spot = _spot(self._file, key_node)
            key = key_node.value
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != _TAG + "str":
                raise ConfigError(spot, Text("键必须是普通文字", "a key must be plain text"))
            _refuse_controls(key, spot)
            if key in result:
                first = self.keys[(*steps, key)].line
                raise ConfigError(
                    spot, Text(f"键 '{key}' 重复，首次出现在第 {first} 行", f"duplicate key '{key}', first in line {first}")
                )
            self.keys[(*steps, key)] = spot
            result[key] = self.read(value_node, (*steps, key))
        return result


def _refuse_controls(text: str, spot: Spot) -> None:
    """Refuse control characters that a quoted text's escapes brought in: a NUL in a path, a terminal's commands in a name."""
    if _CONTROLS.search(text):
        raise ConfigError(spot, _CONTROL_CHARACTER)


def _scalar(node: yaml.Node, spot: Spot) -> Any:
    text = str(node.value)
    tag = node.tag.removeprefix(_TAG)
    _refuse_controls(text, spot)
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
    raise ConfigError(spot, _ambiguous(text, tag))


def _ambiguous(text: str, tag: str) -> Text:
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    if tag == "bool":
        return Text(
            f"'{shown}' 有歧义：请写 true 或 false，文字请加引号", f"'{shown}' is ambiguous: write true or false, or quote it"
        )
    return Text(f"'{shown}' 有歧义：数字请写十进制，文字请加引号", f"'{shown}' is ambiguous: write a decimal number, or quote it")
