"""What is wrong with a configuration file, in both languages: our words for what msgspec, libyaml and the system say."""

from __future__ import annotations

import difflib
import enum
import errno
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from policies.trusted import UntrustedError
from policies.vocabulary import Text

Steps = tuple["str | int", ...]


def nearest(word: str, known: Sequence[str]) -> Text:
    """The part of a message that names the nearest valid word, or all of them where there are few."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return Text(f"；是否要写 '{close[0]}'？", f"; did you mean '{close[0]}'?")
    if 0 < len(known) <= 8:
        return Text(f"；可用：{'、'.join(known)}", f"; use one of: {', '.join(known)}")
    return Text("", "")


# --- the system ---------------------------------------------------------------------------------------------------------

_SYSTEM: Mapping[int, str] = {
    errno.ENOENT: "不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "是目录",
    errno.ENOTDIR: "路径中有一级不是目录",
    errno.EEXIST: "已存在",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "文件系统只读",
    errno.ENAMETOOLONG: "名称过长",
    errno.ELOOP: "符号链接成环",
    errno.EIO: "读写出错",
    errno.EBUSY: "正在使用",
    errno.EPIPE: "对方已关闭",
    errno.ETIMEDOUT: "超时",
    errno.ECONNREFUSED: "连接被拒绝",
    errno.ECONNRESET: "连接被中断",
    errno.ENETUNREACH: "网络不可达",
    errno.EHOSTUNREACH: "主机不可达",
    errno.EADDRINUSE: "地址已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}


def system_reason(error: OSError) -> Text:
    """Why a file could not be read or written, or an address not be reached."""
    if isinstance(error, UntrustedError):
        return error.text
    number = error.errno or 0
    return Text(_SYSTEM.get(number, f"系统错误 {number}"), error.strerror or f"system error {number}")


# --- YAML ---------------------------------------------------------------------------------------------------------------

_YAML: Mapping[str, str] = {
    "did not find expected ',' or ']'": "列表缺少 ',' 或 ']'",
    "did not find expected ',' or '}'": "键值表缺少 ',' 或 '}'",
    "did not find expected key": "此处应为键，请检查缩进",
    "did not find expected '-' indicator": "此处应为 '-'，请检查缩进",
    "did not find expected node content": "此处缺少内容",
    "did not find expected <document start>": "前面的内容已经结束",
    "could not find expected ':'": "缺少 ':'",
    "mapping values are not allowed in this context": "此处不能有 ':'，含 ':' 的文字请加引号",
    "block sequence entries are not allowed in this context": "此处不能有列表项 '-'",
    "found character that cannot start any token": "此处不能有这个字符：缩进只用空格，文字请加引号",
    "found a tab character that violates indentation": "缩进只用空格，不用制表符",
    "found unexpected end of stream": "引号没有结束",
    "found unknown escape character": "引号中有未知的转义",
    "but found another document": "一个文件只能有一个文档",
}


def yaml_mistake(problem: str) -> Text:
    """What libyaml could not read."""
    zh = _YAML.get(problem)
    return Text(f"YAML 语法错误：{zh}" if zh else "YAML 语法错误", f"not YAML: {problem}")


# --- shapes -------------------------------------------------------------------------------------------------------------


def unknown_key(message: str) -> str | None:
    """The key that msgspec complains of as unknown, or None where it complains of something else."""
    found = re.match(r"Object contains unknown field `(.*?)`(?: - at `|\Z)", message)
    return found.group(1) if found else None


def place(message: str) -> Steps:
    """The steps to the value that msgspec complains of, from a path such as `$.rules[0].severity`."""
    _, _, path = message.rpartition(" - at `")
    return tuple(int(index) if index else name for name, index in re.findall(r"\.([^.\[\]`]+)|\[(\d+)\]", path))


def unknown_key_mistake(key: str, kind: type[Any], inside: Steps) -> Text:
    """A key that the part of `kind` at `inside` does not have."""
    hint = nearest(key, [part.encode_name for choice in _at(kind, inside) for part in getattr(choice, "fields", ())])
    return Text(f"未知的键 '{key}'{hint.zh}", f"unknown key '{key}'{hint.en}")


def shape_mistake(message: str, kind: type[Any], at: Steps, names: Steps) -> Text:
    """A value that does not fit `kind` at `at`; `names` are the steps from the file's top, for the reader."""
    what, name = message.partition(" - at `")[0], _name(names)
    if wrong := re.match(r"Expected `([^`]*)`, got `([^`]*)`", what):
        wanted, got = (_types(group) for group in wrong.groups())
        quote = Text("（必要时加引号）", " (in quotes where needed)") if "str" in wrong.group(1) else Text("", "")
        return Text(f"{name.zh}应为{wanted.zh}{quote.zh}，实为{got.zh}", f"{name.en} must be {wanted.en}{quote.en}, not {got.en}")
    if missing := re.match(r"Object missing required field `(.*)`", what):
        return Text(f"缺少必填项 '{missing.group(1)}'", f"'{missing.group(1)}' is missing")
    if bad := re.match(r"Invalid enum value '(.*)'\Z", what, re.DOTALL):
        hint = nearest(bad.group(1), [str(member.value) for member in _members(kind, at)])
        return Text(f"{name.zh}的值 '{bad.group(1)}' 无效{hint.zh}", f"'{bad.group(1)}' is no valid value of {name.en}{hint.en}")
    if what.startswith("Invalid RFC3339"):
        return Text(f"{name.zh}应为日期（如 2026-12-31）", f"{name.en} must be a date (such as 2026-12-31)")
    return _bound_mistake(what, name)


_BOUNDS: Mapping[str, Text] = {
    ">=": Text("不得小于", "at least"),
    ">": Text("应大于", "more than"),
    "<=": Text("不得大于", "at most"),
    "<": Text("应小于", "less than"),
    "": Text("应为", "exactly"),
}


def _bound_mistake(what: str, name: Text) -> Text:
    if bound := re.match(r"Expected `\w+` (of length )?(>=|<=|>|<|)\s*(-?[\d.]+)", what):
        length, sign, limit = bound.groups()
        of = Text("的长度", "the length of ") if length else Text("", "")
        return Text(f"{name.zh}{of.zh}{_BOUNDS[sign].zh} {limit}", f"{of.en}{name.en} must be {_BOUNDS[sign].en} {limit}")
    if pattern := re.match(r"Expected `str` matching regex '(.*)'", what):
        return Text(f"{name.zh}应符合 '{pattern.group(1)}'", f"{name.en} must match '{pattern.group(1)}'")
    return Text(f"{name.zh}的值无效", f"{name.en} is not valid: {what}")


_TYPES: Mapping[str, Text] = {
    "str": Text("文字", "text"),
    "int": Text("整数", "a whole number"),
    "float": Text("数字", "a number"),
    "bool": Text(" true 或 false", "true or false"),
    "array": Text("列表", "a list"),
    "object": Text("键值表", "a mapping"),
    "null": Text("空值", "nothing"),
    "date": Text("日期（如 2026-12-31）", "a date (such as 2026-12-31)"),
}


def _types(names: str) -> Text:
    parts = [_TYPES.get(name.strip(), Text(f" '{name.strip()}' ", name.strip())) for name in names.split("|")]
    return Text("或".join(p.zh for p in parts), " or ".join(p.en for p in parts))


def _name(steps: Steps) -> Text:
    """What a reader calls the value at the end of the steps."""
    key = next((step for step in reversed(steps) if isinstance(step, str)), None)
    if key is None:
        return Text("文件内容", "the file")
    if isinstance(steps[-1], int):
        return Text(f"'{key}' 第 {steps[-1] + 1} 项", f"item {steps[-1] + 1} of '{key}'")
    return Text(f"'{key}' ", f"'{key}'")


def _at(kind: type[Any], steps: Steps) -> list[Any]:
    """What may stand at the end of the steps, as msgspec sees the types; a union gives several."""
    found = list(_choices(msgspec.inspect.type_info(kind)))
    for step in steps:
        found = [choice for info in found for part in _parts(info, step) for choice in _choices(part)]
    return found


def _parts(info: Any, step: str | int) -> Iterator[Any]:
    if isinstance(step, str):
        yield from (part.type for part in getattr(info, "fields", ()) if part.encode_name == step)
    elif hasattr(info, "item_type"):
        yield info.item_type
    else:
        yield from getattr(info, "item_types", ())[step : step + 1]


def _choices(info: Any) -> Sequence[Any]:
    return getattr(info, "types", (info,))


def _members(kind: type[Any], at: Steps) -> list[enum.Enum]:
    return [member for info in _at(kind, at) if isinstance(info, msgspec.inspect.EnumType) for member in info.cls]
