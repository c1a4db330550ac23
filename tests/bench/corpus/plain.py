"""Files of text: code, logs, prose in every encoding, tables, settings, pages."""

from __future__ import annotations

import html as markup
import sysconfig
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from tests.bench.corpus.marks import Suited
from tests.bench.corpus.prose import traditional
from tests.bench.corpus.shape import Format, Marked, Plain, Source, Way

_LEVELS = ("INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR")
_PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="{charset}"><title>{title}</title>
<style>body{{font:14px/1.6 "Microsoft YaHei"}} .nav a{{padding:0 8px}} table td{{border:1px solid #ccc}}</style>
<script>var _hmt=_hmt||[];(function(){{var s=document.createElement("script");s.async=1;
document.head.appendChild(s)}})();</script>
</head><body><div class="nav"><a href="/">首页</a><a href="/news">动态</a><a href="/open">公开</a></div>
{body}
</body></html>
"""


@cache
def _library() -> tuple[str, ...]:
    """Real code: the standard library's own, the same for the same Python."""
    folder = Path(sysconfig.get_paths()["stdlib"])
    files = [
        file for name in (".", "email", "json", "asyncio", "http", "xml/etree") for file in sorted((folder / name).glob("*.py"))
    ]
    return tuple(file.read_text(encoding="utf-8") for file in files)


def _code(source: Source) -> str:
    lines = source.rng.choice(_library()).splitlines()
    count = source.prose.size(190, 6000)
    first = source.rng.randrange(max(1, len(lines) - count))
    chosen = lines[first : first + count]
    if source.rng.random() < 0.3:
        for _ in range(max(1, len(chosen) // 25)):
            chosen.insert(source.rng.randrange(len(chosen) + 1), f"    # {source.prose.sentence()}")
    return "\n".join(chosen) + "\n"


def _text(source: Source, median: int = 60) -> str:
    return "\n".join(source.prose.paragraphs(source.prose.size(median, 3000))) + "\n"


def _log(source: Source) -> str:
    rng, prose = source.rng, source.prose
    said = [
        *prose.sentences(4),
        *(f"request handled path=/api/v2/items/{rng.randrange(9999)} cost={rng.randrange(300)}ms" for _ in range(40)),
    ]
    lines, second = [], rng.randrange(80_000)
    for _ in range(prose.size(2600, 30_000)):
        second += rng.randrange(4)
        time = f"2026-03-{1 + second // 86400 % 28:02d} {second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
        lines.append(f"{time} {rng.choice(_LEVELS):5} [worker-{rng.randrange(16)}] {rng.choice(said)}")
    return "\n".join(lines) + "\n"


def _table(source: Source) -> str:
    rng, prose = source.rng, source.prose
    rows = [
        f"{n},{prose.phrase()},{rng.randrange(10**6)},{rng.random():.4f},2026-0{rng.randint(1, 9)}-{rng.randint(10, 28)}"
        for n in range(prose.size(300, 9000))
    ]
    return "\n".join(["编号,名称,数量,比例,日期", *rows]) + "\n"


def _settings(source: Source) -> str:
    pairs = [
        f'  "key_{n}": {{"name": "{source.prose.phrase()}", "value": {source.rng.randrange(10**6)}}}'
        for n in range(source.prose.size(60, 4000))
    ]
    return "{\n" + ",\n".join(pairs) + "\n}\n"


def _xml(source: Source) -> str:
    items = [
        f'  <item id="{n}"><name>{source.prose.phrase()}</name><note>{source.prose.sentence()}</note></item>'
        for n in range(source.prose.size(60, 2000))
    ]
    return '<?xml version="1.0" encoding="UTF-8"?>\n<items>\n' + "\n".join(items) + "\n</items>\n"


def _svg(source: Source) -> str:
    rng = source.rng
    shapes = [
        '<path d="M{:.2f},{:.2f}L{:.2f},{:.2f}" stroke="#345"/>'.format(*(rng.random() * 700 for _ in range(4)))
        for _ in range(source.prose.size(150, 5000))
    ]
    labels = [f'<text x="{rng.randrange(800)}" y="{rng.randrange(600)}">{source.prose.phrase()}</text>' for _ in range(6)]
    return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 600">' + "\n".join(labels + shapes) + "</svg>\n"


def _body(source: Source) -> str:
    title, *paragraphs = source.prose.paragraphs(source.prose.size(45, 1500))
    return f"<h1>{title}</h1>\n" + "\n".join(f'<p class="c{n % 9}">{markup.escape(p)}</p>' for n, p in enumerate(paragraphs))


def _page(source: Source, body: str | None = None, title: str | None = None, charset: str = "utf-8") -> bytes:
    page = _PAGE.format(charset=charset, title=title or source.prose.title(), body=_body(source) if body is None else body)
    return page.encode("gb18030" if charset == "gb2312" else charset)


def _first(text: Callable[[Source], str], encode: Callable[[str], bytes], before: str = "") -> Marked:
    """A maker of files whose first line is the mark."""
    return lambda source, mark: encode(f"{before}{mark}\n{text(source)}")


def _copied(text: Callable[[Source], str], encode: Callable[[str], bytes]) -> Marked:
    """A maker of files as GB/T 9704 lays them out: copy number, mark, urgency, issuer."""
    return lambda source, mark: encode(f"000{source.rng.randint(100, 999)}\n{mark}\n特急\n××单位文件\n{text(source)}")


def _deep(text: Callable[[Source], str], encode: Callable[[str], bytes]) -> Marked:
    """A maker of files with the mark on a line of its own, far down."""
    return lambda source, mark: encode(f"{text(source)}\n{mark}\n{text(source)}")


def _passage(text: Callable[[Source], str], encode: Callable[[str], bytes]) -> Marked:
    """A maker of files in which the mark heads a paragraph and speaks for that alone."""
    return lambda source, mark: encode(f"{text(source)}\n（{mark}）{source.prose.paragraph()}\n{text(source)}")


def _in(*codecs: str) -> Callable[[str], bytes]:
    """Text in one of some encodings, the same one for the same text."""
    return lambda text: text.encode(codecs[len(text) % len(codecs)], "ignore")


def _encoded(text: Callable[[Source], str], encode: Callable[[str], bytes]) -> Plain:
    return lambda source: encode(text(source))


def _prose_ways(text: Callable[[Source], str], encode: Callable[[str], bytes]) -> Mapping[str, Way]:
    return {
        "first line": Way(_first(text, encode)),
        "below a copy number": Way(_copied(text, encode)),
        "own line deep in the text": Way(_deep(text, encode), Suited.FULL),
        "before a paragraph": Way(_passage(text, encode), Suited.STATUTORY),
    }


def _hant(source: Source) -> str:
    return traditional(_text(source))


def _big5(text: str) -> bytes:
    return traditional(text).encode("big5")


_UTF8, _GB = _in("utf-8", "utf-8", "utf-8-sig"), _in("gb18030")
_UTF16, _BARE_UTF16 = _in("utf-16"), _in("utf-16-le", "utf-16-be")
_ENTITIES = str.maketrans({character: f"&#{ord(character)};" for character in "绝机秘密絕機祕年"} | {"★": "&starf;"})


def _line(mark: str) -> str:
    return f"<p>{mark}</p>"


def _pages(charset: str) -> Mapping[str, Way]:
    """Where a page may bear a mark."""

    def marked(line: Callable[[str], str]) -> Marked:
        return lambda source, mark: _page(source, line(mark) + _body(source), charset=charset)

    cell = "<table><tr><td>编号</td><td>{}</td></tr><tr><td>一</td><td>二</td></tr></table>"
    return {
        "first line": Way(marked(_line)),
        "entities": Way(marked(lambda mark: _line(mark.translate(_ENTITIES)))),
        "split over elements": Way(marked(lambda mark: _line("".join(f"<span>{c}</span>" for c in mark)))),
        "table": Way(marked(cell.format), Suited.FULL),
        "hidden": Way(marked('<div style="display:none">{}</div>'.format), Suited.STATUTORY, counts=False),
    }


FORMATS: Mapping[str, Format] = {
    "code": Format(".py", 6000, _encoded(_code, _UTF8), {"comment on top": Way(_first(_code, _UTF8, "# "), Suited.FULL)}),
    "log": Format(".log", 300, _encoded(_log, _UTF8), {"own line deep in the text": Way(_deep(_log, _UTF8), Suited.STATUTORY)}),
    "txt UTF-8": Format(".txt", 2050, _encoded(_text, _UTF8), _prose_ways(_text, _UTF8)),
    "txt GB18030": Format(".txt", 1700, _encoded(_text, _GB), _prose_ways(_text, _GB)),
    "txt Big5": Format(".txt", 200, _encoded(_hant, _big5), {"first line": Way(_first(_hant, _big5), Suited.STATUTORY)}),
    "txt UTF-16": Format(".txt", 290, _encoded(_text, _UTF16), _prose_ways(_text, _UTF16)),
    "txt UTF-16 without BOM": Format(".txt", 60, _encoded(_text, _BARE_UTF16), _prose_ways(_text, _BARE_UTF16)),
    "md": Format(".md", 500, _encoded(_text, _UTF8), {"first line": Way(_first(_text, _UTF8, "# "))}),
    "csv": Format(".csv", 450, _encoded(_table, _in("gb18030", "utf-8-sig")), {"first line": Way(_first(_table, _GB))}),
    "json": Format(".json", 400, _encoded(_settings, _UTF8), {}),
    "xml": Format(".xml", 300, _encoded(_xml, _UTF8), {}),
    "svg": Format(".svg", 150, _encoded(_svg, _UTF8), {}),
    "html UTF-8": Format(".html", 700, _page, _pages("utf-8")),
    "html GB2312": Format(".htm", 350, lambda source: _page(source, charset="gb2312"), _pages("gb2312")),
}
