"""What one cell of a ledger may hold: from a person's text to a value, or a clear refusal."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from policies.register import MediumState
from policies.vocabulary import Level, Profile, Text

E = TypeVar("E", Level, Profile, MediumState)

MAX_TEXT = 200
_SEPARATORS = re.compile(r"[;；、,，\n]")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\Z")


class CellError(ValueError):
    """A cell cannot be taken; `text` says why, without the place, which its reader knows."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def words(cell: str) -> str:
    """Any text up to MAX_TEXT characters."""
    if len(cell) > MAX_TEXT:
        raise CellError(Text(f"超过 {MAX_TEXT} 个字符", f"longer than {MAX_TEXT} characters"))
    if any(ord(character) < 32 for character in cell):
        raise CellError(Text("含有控制字符", "holds a control character"))
    return cell


def needed(cell: str) -> str:
    """A text that must not be empty."""
    if not cell:
        raise CellError(Text("不能为空", "must not be empty"))
    return words(cell)


def choice(kind: type[E]) -> Callable[[str], E]:
    """One of an enum's members by its stored, Chinese or English name."""
    names = {name.casefold(): member for member in kind for name in (member.value, member.text.zh, member.text.en)}

    def read(cell: str) -> E:
        if cell.casefold() in names:
            return names[cell.casefold()]
        zh, en = (", ".join(getattr(member.text, language) for member in kind) for language in ("zh", "en"))
        raise CellError(Text(f"应为以下之一：{zh}", f"must be one of: {en}"))

    return read


def usb_id(cell: str) -> str:
    """A USB vendor or product id: up to four hex digits, which spreadsheets like to strip of leading zeros."""
    bare = cell.lower().removeprefix("0x")
    if cell and not re.fullmatch(r"[0-9a-f]{1,4}", bare):
        raise CellError(Text("应为至多四位十六进制数", "must be up to four hex digits"))
    return bare.zfill(4) if cell else ""


def day(cell: str) -> date | None:
    """A date such as 2026-12-31, 2026/12/31 or 2026年12月31日; empty for none."""
    if not cell:
        return None
    try:
        found = _DAY.match(cell)
        if found is not None:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass  # no such day in the calendar: the same refusal
    raise CellError(Text("应为日期，如 2026-12-31", "must be a date such as 2026-12-31"))


def names(cell: str) -> tuple[str, ...]:
    """Names with ; or 、 or a comma between."""
    return tuple(dict.fromkeys(part.strip() for part in _SEPARATORS.split(cell) if part.strip()))


def shown(value: Any) -> str:
    """A value as it is written into a cell, so that the readers above take it back. Words are Chinese."""
    if isinstance(value, Level | Profile | MediumState):
        return value.text.zh
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, tuple):
        return ";".join(value)
    return "" if value is None else str(value)
