"""The result for a terminal: the findings, what every check said, what could not be assessed, the totals."""

from __future__ import annotations

from agent.coverage import Coverage
from agent.scan import Result
from policies.report import CheckResult
from policies.table import printable, table
from policies.vocabulary import Language, Text, Verdict

_SHOWN = 10
"""So many files that were not read in full are named here."""

_SIGNS = {
    Verdict.COMPLIANT: "✓",
    Verdict.VIOLATION: "✗",
    Verdict.NOT_APPLICABLE: "-",
    Verdict.NOT_ASSESSED: "?",
    Verdict.ERROR: "!",
}


def render(result: Result, language: Language) -> str:
    """Findings first, worst on top."""
    parts = [_head(result, language), _findings(result, language), _checks(result, language), _summary(result, language)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(result: Result, language: Language) -> str:
    computer, policy = result.computer, result.policy
    host, name = printable(computer.hostname), f"{printable(policy.id)} {printable(policy.version)}"
    level = computer.level.text if computer.level else Text("未设定", "not set")
    when = result.started_at.astimezone().strftime("%Y-%m-%d %H:%M:%S %z")
    text = Text(
        f"计算机 {host}  密级 {level.zh}  类型 {computer.profile.text.zh}\n策略 {name}  {when}",
        f"computer {host}  level {level.en}  profile {computer.profile.text.en}\npolicy {name}  {when}",
    )
    return text.say(language)


def _findings(result: Result, language: Language) -> str:
    blocks = []
    for finding in result.findings:
        until = finding.exemption.until if finding.exemption else None
        excused = Text(f"（已豁免至 {until}）", f" (exempted until {until})").say(language) if until else ""
        head = f"[{finding.severity.text.say(language)}] {finding.check}  {printable(finding.subject)}{excused}"
        blocks.append(f"{head}\n    {printable(finding.message.say(language))}\n    {' '.join(finding.clauses)}")
    return "\n".join(blocks)


def _checks(result: Result, language: Language) -> str:
    heads = [Text("", ""), Text("检查", "check"), Text("结果", "outcome"), Text("发现", "findings"), Text("说明", "note")]
    rows = [_check_row(check, language) for check in result.checks]
    return table([head.say(language) for head in heads], rows)


def _check_row(check: CheckResult, language: Language) -> tuple[str, ...]:
    reason = check.reason.say(language) if check.reason else ""
    return (_SIGNS[check.verdict], check.check, check.verdict.text.say(language), str(check.findings), reason)


def _summary(result: Result, language: Language) -> str:
    counts = "  ".join(f"{severity.text.say(language)} {n}" for severity, n in result.totals.items())
    lines = [Text(f"合计：{counts}", f"totals: {counts}").say(language)]
    if result.coverage.files_seen:
        lines.append(_files(result.coverage).say(language))
    for file in result.coverage.unread[:_SHOWN]:
        lines.append(f"    {printable(file.path)}  {file.reason.text.say(language)}")
    if len(result.coverage.unread) > _SHOWN:
        lines.append(Text("    ……（--format html 或 json 列出更多）", "    ... (--format html or json lists more)").say(language))
    return "\n".join(lines)


def _files(coverage: Coverage) -> Text:
    unread = {reason: n for reason, n in coverage.files_not_assessed.items() if n}
    seen, read, same = coverage.files_seen, coverage.files_read, coverage.files_unchanged
    zh = "、".join(f"{reason.text.zh} {n}" for reason, n in unread.items()) or "无"
    en = ", ".join(f"{reason.text.en} {n}" for reason, n in unread.items()) or "none"
    return Text(
        f"文件：{seen} 个，本次读取 {read}，未变化 {same}；未能检查：{zh}",
        f"files: {seen}, read now {read}, unchanged {same}; not assessed: {en}",
    )
