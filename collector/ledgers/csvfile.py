"""Ledgers as CSV files, as spreadsheets write and read them: UTF-8 or GB18030, headers in Chinese or English.

A file is taken whole or not at all, and every bad row is told at once, with row, column and value.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collector.ledgers.cells import CellError, shown
from policies.vocabulary import Language, Text

MAX_BYTES = 32 << 20
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Field:
    """A column. `read` turns a cell into a value or raises CellError; a field without reader is written, not read.

    An optional field that a file does not have is read from an empty cell.
    """

    name: str
    header: Text
    read: Callable[[str], Any] | None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file: its number as a spreadsheet shows it, and its values by the fields' names."""

    row: int
    values: Mapping[str, Any]


class LedgerError(ValueError):
    """A ledger cannot take what it was given; each of `texts` tells one reason."""

    def __init__(self, *texts: Text) -> None:
        super().__init__("; ".join(text.en for text in texts))
        self.texts = texts


def read(data: bytes, name: str, fields: Sequence[Field]) -> list[Line]:
    """Every row that is not empty. Raises LedgerError, telling all that is wrong."""
    rows = _rows(data, name)
    if not rows:
        raise LedgerError(Text(f"{name}：文件是空的", f"{name}: the file is empty"))
    columns = _columns(rows[0], name, fields)
    lines: list[Line] = []
    errors: list[Text] = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        values, wrong = _values(row, columns, fields)
        lines.append(Line(number, values))
        errors += [at(name, number, field, cell, text) for field, cell, text in wrong]
    if errors:
        raise LedgerError(*errors)
    return lines


def at(name: str, row: int, field: Field, cell: str, text: Text) -> Text:
    """A reason with its place."""
    return Text(
        f"{name} 第 {row} 行“{field.header.zh}”列，值“{cell}”：{text.zh}",
        f"{name}, row {row}, column '{field.header.en}', value '{cell}': {text.en}",
    )


def repeated(lines: Iterable[Line], name: str, key: Field) -> list[Text]:
    """A reason for every row whose key has stood in a row above it."""
    seen: set[str] = set()
    errors = []
    for line in lines:
        value = line.values[key.name]
        if value in seen:
            errors.append(at(name, line.row, key, value, Text("重复", "occurs twice")))
        seen.add(value)
    return errors


def write(fields: Sequence[Field], items: Iterable[Mapping[str, Any]], language: Language) -> bytes:
    """A file that a spreadsheet opens rightly: UTF-8 with its mark, and no cell that it would run as a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([field.header.say(language) for field in fields])
    for item in items:
        writer.writerow([_harmless(shown(item[field.name])) for field in fields])
    return out.getvalue().encode("utf-8-sig")


def _rows(data: bytes, name: str) -> list[list[str]]:
    if len(data) > MAX_BYTES:
        raise LedgerError(Text(f"{name}：文件超过 {MAX_BYTES} 字节", f"{name}: larger than {MAX_BYTES} bytes"))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(data.decode(encoding), newline=""), strict=True))
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise LedgerError(Text(f"{name}：不是 CSV 文件（{error}）", f"{name}: not a CSV file ({error})")) from None
    raise LedgerError(Text(f"{name}：编码既非 UTF-8 也非 GB18030", f"{name}: neither UTF-8 nor GB18030"))


def _columns(heads: Sequence[str], name: str, fields: Sequence[Field]) -> dict[str, int]:
    """Where each field stands. Raises LedgerError for a header that is unknown, twice there or missing."""
    known = {text.casefold(): field.name for field in fields for text in (field.name, field.header.zh, field.header.en)}
    columns: dict[str, int] = {}
    errors: list[Text] = []
    for position, head in enumerate(heads):
        field = known.get(head.strip().casefold())
        if field is None and head.strip():
            errors.append(_unknown_column(name, head, fields))
        elif field in columns:
            errors.append(Text(f"{name}：“{head}”列重复", f"{name}: column '{head}' occurs twice"))
        elif field is not None:
            columns[field] = position
    errors += [
        Text(f"{name}：缺少“{field.header.zh}”列", f"{name}: column '{field.header.en}' is missing")
        for field in fields
        if field.required and field.name not in columns
    ]
    if errors:
        raise LedgerError(*errors)
    return columns


def _unknown_column(name: str, head: str, fields: Sequence[Field]) -> Text:
    known = Text("、".join(field.header.zh for field in fields), ", ".join(field.header.en for field in fields))
    return Text(f"{name}：未知的列“{head}”；可用：{known.zh}", f"{name}: unknown column '{head}'; known: {known.en}")


def _values(
    row: Sequence[str], columns: Mapping[str, int], fields: Sequence[Field]
) -> tuple[dict[str, Any], list[tuple[Field, str, Text]]]:
    """The values of a row, and what is wrong with it."""
    values: dict[str, Any] = {}
    wrong: list[tuple[Field, str, Text]] = []
    for field in fields:
        if field.read is None:
            continue
        position = columns.get(field.name, len(row))
        cell = _unescaped(row[position]) if position < len(row) else ""
        try:
            values[field.name] = field.read(cell)
        except CellError as error:
            wrong.append((field, cell, error.text))
    return values, wrong


def _harmless(cell: str) -> str:
    """A spreadsheet shows what follows an apostrophe as text and never computes it."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _unescaped(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
