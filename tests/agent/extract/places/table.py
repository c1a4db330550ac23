"""The table of formats and places in the README, computed from the cases that the tests prove."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from policies.vocabulary import Language, Text, Unread
from tests.agent.extract.places import binary, fixed, marked_up, office, open_document, packed, unread
from tests.agent.extract.places.case import Case, Column, Told

CASES: list[Case] = [
    *(*office.CASES, *binary.CASES, *open_document.CASES, *fixed.CASES, *marked_up.CASES, *packed.CASES, *unread.CASES)
]
TOLD: list[Told] = unread.TOLD
ROWS: list[tuple[Text, tuple[str, ...]]] = [
    (Text("DOCX、DOCM、DOTX、DOTM", "DOCX, DOCM, DOTX, DOTM"), ("docx",)),
    (Text("XLSX、XLSM、XLTX、XLTM", "XLSX, XLSM, XLTX, XLTM"), ("xlsx",)),
    (Text("PPTX、PPTM、PPSX、POTX", "PPTX, PPTM, PPSX, POTX"), ("pptx",)),
    (Text("DOC、DOT、WPS、WPT", "DOC, DOT, WPS, WPT"), ("doc",)),
    (Text("XLS、XLT、ET、ETT", "XLS, XLT, ET, ETT"), ("xls",)),
    (Text("PPT、PPS、DPS、DPT", "PPT, PPS, DPS, DPT"), ("ppt",)),
    (Text("ODT、FODT", "ODT, FODT"), ("odt", "fodt")),
    (Text("ODS、FODS", "ODS, FODS"), ("ods", "fods")),
    (Text("ODP、ODG、FODP、FODG", "ODP, ODG, FODP, FODG"), ("odp", "fodp", "odg", "fodg")),
    (Text("PDF", "PDF"), ("pdf",)),
    (Text("OFD", "OFD"), ("ofd",)),
    (Text("UOF（UOT、UOS、UOP）", "UOF (UOT, UOS, UOP)"), ("uof",)),
    (Text("RTF", "RTF"), ("rtf",)),
    (Text("HTML、MHTML", "HTML, MHTML"), ("html", "mhtml")),
    (Text("Word 2003 XML、平面 OPC", "Word 2003 XML, flat OPC"), ("wordml",)),
    (Text("Excel 2003 XML", "Excel 2003 XML"), ("sheetml",)),
    (Text("EML、MBOX、MSG、winmail.dat", "EML, MBOX, MSG, winmail.dat"), ("eml", "mbox", "msg", "tnef")),
    (
        Text("ZIP、RAR、7Z、TAR、CAB、ISO、CPIO、LHA、DEB、RPM、OLE", "ZIP, RAR, 7Z, TAR, CAB, ISO, CPIO, LHA, DEB, RPM, OLE"),
        ("zip", "rar", "7z", "tar", "cab", "iso", "cpio", "lha", "deb", "rpm", "ole"),
    ),
    (
        Text("GZ、BZ2、XZ、LZMA、ZST、LZ4、LZIP、Z", "GZ, BZ2, XZ, LZMA, ZST, LZ4, LZIP, Z"),
        ("gz", "bz2", "xz", "lzma", "zst", "lz4", "lzip", "z"),
    ),
    (Text("签名文件（P7M、PGP 明文签名）", "signed files (P7M, clear PGP)"), ("cms", "pgp")),
    (Text("TXT、CSV、Markdown、源代码", "TXT, CSV, Markdown, source code"), ("txt",)),
    (Text("XML", "XML"), ("xml",)),
    (Text("SVG", "SVG"), ("svg",)),
    (Text("图片", "pictures"), ("image",)),
]
READMES = {Language.EN: "README.md", Language.ZH: "README.zh-CN.md"}
_READ, _MISSED, _NONE = "✓", "✗", "–"
_BEGIN, _END = "<!-- formats -->", "<!-- /formats -->"
_LEGEND = Text(
    "✓ 读取，– 该格式无此位置，✗ 不读取。文件名一律检查。文件名、属性、隐藏和已删除的内容中的标志会列出，但不计入文件的密级。",
    "✓ read, – the format has no such place, ✗ not read. A file's own name is always read. Marks in names, properties, hidden and"
    " deleted text are listed but do not make the document classified.",
)
_INSTEAD = Text("不读取而明确报告的：", "Told instead of read:")
_FORMAT = Text("格式", "format")


def table(language: Language) -> str:
    """What stands between the marks in the README of that language."""
    notes: list[str] = []
    head = [_FORMAT, *(column.value for column in Column)]
    lines = [_line(text.say(language) for text in head), _line("---" if n == 0 else ":-:" for n in range(len(head)))]
    for name, formats in ROWS:
        own = [case for case in CASES if case.format in formats]
        lines.append(_line([name.say(language), *(_cell(own, column, notes, language) for column in Column)]))
    explained = [f"{_raised(number)} {note}" for number, note in enumerate(notes, 1)]
    paragraphs = [_LEGEND.say(language), *explained, _INSTEAD.say(language), "\n".join(_instead(language))]
    return "\n\n".join(["\n".join(lines), *paragraphs])


def _line(cells: Iterator[str] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cases: list[Case], column: Column, notes: list[str], language: Language) -> str:
    own = [case for case in cases if case.column is column]
    missed = [case.missed.say(language) for case in own if case.missed]
    notes += [note for note in dict.fromkeys(missed) if note not in notes]
    marks = "".join(_raised(notes.index(note) + 1) for note in dict.fromkeys(missed))
    if column is Column.NAME:
        return _READ
    return f"{_MISSED}{marks}" if missed else _READ if own else _NONE


def _raised(number: int) -> str:
    return f"<sup>{number}</sup>"


def _instead(language: Language) -> Iterator[str]:
    """A line for each reason."""
    called = Text("{}（`{}`）：{}", "{} (`{}`): {}").say(language)
    between = Text("；", "; ").say(language)
    for reason in Unread:
        kinds = dict.fromkeys(told.what.say(language) for told in TOLD if told.reason is reason)
        if kinds:
            yield "- " + called.format(reason.text.say(language), reason.value, between.join(kinds))


def written(text: str) -> str | None:
    """What stands between the marks in a README now, None where they are not there."""
    match = re.search(f"{re.escape(_BEGIN)}\n(.*?)\n{re.escape(_END)}", text, re.DOTALL)
    return match[1] if match else None


def rewrite(root: Path) -> None:
    """Put the tables into both READMEs."""
    for language, name in READMES.items():
        path = root / name
        text = path.read_text(encoding="utf-8")
        before, _, rest = text.partition(_BEGIN)
        path.write_text(f"{before}{_BEGIN}\n{table(language)}\n{_END}{rest.partition(_END)[2]}", encoding="utf-8")
