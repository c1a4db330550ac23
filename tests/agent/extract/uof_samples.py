"""UOF made by hand: single files as in 1.x, packages as in 2.0 with its numbered names."""

from __future__ import annotations

from collections.abc import Mapping

from tests.agent.extract.parts import zipped

_FIRST = "http://schemas.uof.org/cn/2003/"
_SECOND = "http://schemas.uof.org/cn/2009/"


def single(inner: str, *, kind: str = "text", encoding: str = "UTF-8") -> bytes:
    """A 1.x file."""
    names = f'xmlns:uof="{_FIRST}uof" xmlns:字="{_FIRST}uof-wordproc" xmlns:表="{_FIRST}uof-spreadsheet"'
    names += f' xmlns:演="{_FIRST}uof-slideshow" xmlns:图="{_FIRST}graph"'
    root = f'<uof:UOF {names} uof:language="cn" uof:version="1.1" uof:mimetype="vnd.uof.{kind}">{inner}</uof:UOF>'
    return f'<?xml version="1.0" encoding="{encoding}"?>{root}'.encode("gb18030" if encoding != "UTF-8" else "utf-8")


def run(text: str, properties: str = "") -> str:
    """A 1.x run."""
    return f"<字:句><字:句属性>{properties}</字:句属性><字:文本串>{text}</字:文本串></字:句>"


def paragraph(*runs: str) -> str:
    """A 1.x paragraph; a run that is no markup is plain text."""
    return "<字:段落>" + "".join(r if r.startswith("<") else run(r) for r in runs) + "</字:段落>"


def body(*inner: str) -> bytes:
    """A 1.x text document."""
    return single(f"<uof:文字处理><字:主体>{''.join(inner)}</字:主体></uof:文字处理>")


def part(name: str, inner: str) -> str:
    """A part of a 2.0 package with its root element."""
    kinds = {"uof": "uof", "元": "metadata", "字": "wordproc", "表": "spreadsheet", "演": "presentation"}
    kinds |= {"图": "graph", "图形": "graphics", "规则": "rules", "式样": "styles", "对象": "objects"}
    names = " ".join(f'xmlns:{prefix}="{_SECOND}{word}"' for prefix, word in kinds.items())
    return f'<?xml version="1.0" encoding="UTF-8"?><{name} {names}>{inner}</{name}>'


def package(others: Mapping[str, str | bytes], kind: str = "text") -> bytes:
    """A 2.0 package."""
    root = part("uof:UOF_0000", "").replace("<uof:UOF_0000", f'<uof:UOF_0000 mimetype_0001="vnd.uof.{kind}" version_0003="2.0"')
    return zipped({"uof.xml": root, **others})


def numbered(text: str, properties: str = "") -> str:
    """A 2.0 paragraph."""
    return (
        f"<字:段落_416B><字:句_419D><字:句属性_4158>{properties}</字:句属性_4158>"
        f"<字:文本串_415B>{text}</字:文本串_415B></字:句_419D></字:段落_416B>"
    )
