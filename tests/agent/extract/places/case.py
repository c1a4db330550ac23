"""One document with one mark at one place: what the table of places in the README is made of."""

from __future__ import annotations

import enum
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from policies.vocabulary import Place, Text, Unread

MARK = "机密★10年"
TITLE = "关于开展工作的通知"
LINES = tuple(f"第{number}项：请各单位按要求办理。" for number in "一二三四五六七八九十")
NAMED = "（机密★10年）通知"
DOCUMENTS = Path(__file__).parents[3] / "data" / "documents"

Make = Callable[[], bytes]


class Column(enum.Enum):
    """A kind of place, as the README's table has it."""

    TEXT = Text("首页、正文", "first lines, text")
    CELL = Text("单元格", "cells")
    MARGIN = Text("页眉页脚", "header, footer")
    BOX = Text("文本框", "text boxes")
    WATERMARK = Text("水印", "watermark")
    SLIDE = Text("幻灯片", "slides")
    MASTER = Text("母版、模板", "master, template")
    NOTE = Text("批注、备注、脚注", "comments, notes")
    PROPERTY = Text("属性、标签", "properties, labels")
    DELETED = Text("修订删除", "tracked deletion")
    HIDDEN = Text("隐藏内容", "hidden")
    INNER = Text("附件、内嵌文件", "files inside")
    SUBJECT = Text("主题", "subject")
    NAME = Text("文件名", "file name")


@dataclass(frozen=True, slots=True)
class Case:
    """A document whose only mark is `MARK` at one spot. `missed`: why it is not found there."""

    format: str
    spot: str
    column: Column
    place: Place
    make: Make
    missed: Text | None = None

    @property
    def label(self) -> str:
        """The case's name among the tests."""
        return f"{self.format}-{self.spot}"


@dataclass(frozen=True, slots=True)
class Told:
    """A document that is not read, and the reason that is told instead. `what`: how the README's list calls its kind."""

    spot: str
    format: str
    reason: Unread
    what: Text
    make: Make


def cases(format: str, *rows: tuple[str, Column, Place, Make]) -> list[Case]:
    """The cases of one format."""
    return [Case(format, spot, column, place, make) for spot, column, place, make in rows]


def added(package: bytes, parts: Mapping[str, bytes | str], kinds: Mapping[str, str] | None = None) -> bytes:
    """A zip package with more parts, or others in place of its own; `kinds`: their content types (Office Open XML)."""
    buffer = io.BytesIO()
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in (kinds or {}).items())
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "[Content_Types].xml":
                data = data.replace(b"</Types>", overrides.encode() + b"</Types>")
            if name not in parts:
                target.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
        for name, content in parts.items():
            target.writestr(name, content)
    return buffer.getvalue()


def with_texts(package: bytes, changes: Sequence[tuple[str, str]]) -> bytes:
    """A zip package with some texts in its XML parts replaced; each must be there."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        parts = {name: source.read(name) for name in source.namelist() if name.endswith(".xml")}
    return added(package, {name: data for name, data in _replaced(parts, changes).items() if data != parts[name]})


def _replaced(parts: Mapping[str, bytes], changes: Sequence[tuple[str, str]]) -> dict[str, bytes]:
    found = dict(parts)
    for old, new in changes:
        assert any(old.encode() in data for data in found.values()), old
        found = {name: data.replace(old.encode(), new.encode()) for name, data in found.items()}
    return found


def with_text(data: bytes, changes: Sequence[tuple[str, str]], encoding: str = "utf-8") -> bytes:
    """A file with some texts replaced; in two-byte text, whose places are counted, by texts of the same length."""
    for old, new in changes:
        assert old.encode(encoding) in data, old
        data = data.replace(old.encode(encoding), (new.ljust(len(old)) if encoding != "utf-8" else new).encode(encoding))
    return data
