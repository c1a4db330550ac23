"""The result as one self-contained HTML page, to print or carry away. It lists classified files, so it bears a mark."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from agent.coverage import MOST_LISTED, Coverage
from agent.scan import Result
from policies.finding import Finding
from policies.report import CheckResult
from policies.table import printable
from policies.vocabulary import Language, Level, Severity, Text

_STYLE = """
body{font:14px/1.6 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",sans-serif;color:#1b1f24}
body{margin:2em auto;max-width:70em}
.mark{font-weight:700;font-size:16pt}
h1{font-size:1.5em;margin:.6em 0 .2em}h2{font-size:1.15em;margin:1.6em 0 .4em}
table{border-collapse:collapse;width:100%}caption{text-align:left;color:#57606a}
th,td{border:1px solid #d0d7de;padding:.35em .6em;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#f6f8fa}
.tiles{display:flex;gap:1em;margin:1em 0}
.tile{border:1px solid #d0d7de;border-top:4px solid #57606a;padding:.5em 1.2em;min-width:6em}
.tile b{display:block;font-size:1.8em}
.critical{border-top-color:#a40e26}.major{border-top-color:#bc4c00}
.minor{border-top-color:#9a6700}.notice{border-top-color:#0969da}
@media print{body{margin:0;max-width:none}tr{break-inside:avoid}}
"""


def render(result: Result, language: Language) -> str:
    """A page without scripts and without anything from outside."""

    def t(zh: str, en: str) -> str:
        return Text(zh, en).say(language)

    title = t("保密检查结果", "Secrecy check")
    when = result.finished_at.astimezone().strftime("%Y-%m-%d %H:%M %z")
    lines = [
        f'<!doctype html><html lang="{language.value}"><meta charset="utf-8">',
        f"<title>{title}</title><style>{_STYLE}</style>",
        f'<p class="mark">{page_mark(result).value}</p><h1>{title} · {_e(result.computer.hostname)}</h1>',
        f"<p>{t('策略', 'policy')} {_e(result.policy.id)} {_e(result.policy.version)} · {when}</p>",
        f'<div class="tiles">{"".join(_tile(s, n, language) for s, n in result.totals.items())}</div>',
        _table(t("发现", "Findings"), _finding_heads(language), [_finding_row(f, language) for f in result.findings]),
        _table(t("各项检查", "Checks"), _check_heads(language), [_check_row(c, language) for c in result.checks]),
        *_unread(result.coverage, language),
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def page_mark(result: Result) -> Level:
    """The mark of a page about this computer: its own level, and at least 内部."""
    return max(Level.NEIBU, result.computer.level or Level.NEIBU)


def _tile(severity: Severity, count: int, language: Language) -> str:
    return f'<div class="tile {severity.value}"><b>{count}</b>{severity.text.say(language)}</div>'


def _finding_heads(language: Language) -> list[str]:
    heads = (
        Text("严重程度", "Severity"),
        Text("检查", "Check"),
        Text("对象", "Subject"),
        Text("说明", "Message"),
        Text("条款", "Clauses"),
    )
    return [head.say(language) for head in heads]


def _finding_row(finding: Finding, language: Language) -> list[str]:
    message = finding.message.say(language)
    if finding.exemption:
        until = finding.exemption.until
        message += Text(f"（已豁免至 {until}）", f" (exempted until {until})").say(language)
    return [finding.severity.text.say(language), finding.check, finding.subject, message, " ".join(finding.clauses)]


def _check_heads(language: Language) -> list[str]:
    heads = (
        Text("检查", "Check"),
        Text("内容", "Demand"),
        Text("结果", "Outcome"),
        Text("发现", "Findings"),
        Text("说明", "Note"),
    )
    return [head.say(language) for head in heads]


def _check_row(check: CheckResult, language: Language) -> list[str]:
    reason = check.reason.say(language) if check.reason else ""
    return [check.check, check.title.say(language), check.verdict.text.say(language), str(check.findings), reason]


def _unread(coverage: Coverage, language: Language) -> Iterator[str]:
    """The files that a person must look at, since the scan could not."""
    if not coverage.unread:
        return
    heads = [Text("文件", "File"), Text("原因", "Reason")]
    rows = [[file.path, file.reason.text.say(language)] for file in coverage.unread]
    title = Text("未能完整读取的文件", "Files not read in full")
    if len(rows) == MOST_LISTED:
        title = Text(f"未能完整读取的文件（前 {MOST_LISTED} 个）", f"Files not read in full (the first {MOST_LISTED})")
    yield _table(title.say(language), [head.say(language) for head in heads], rows)


def _table(title: str, heads: list[str], rows: list[list[str]]) -> str:
    head = "".join(f'<th scope="col">{_e(cell)}</th>' for cell in heads)
    body = "\n".join(f"<tr>{''.join(f'<td>{_e(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<h2>{title} · {len(rows)}</h2><table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


def _e(text: str) -> str:
    return escape(printable(text))
