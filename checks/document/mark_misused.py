"""What is no state secret bears no mark of one (MRK-01; 保守国家秘密法 art. 22 para. 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.marks import evidence, is_document, shown, unread
from checks.subjects import Document
from policies.computer import Computer
from policies.vocabulary import MarkVerdict, Regime, Severity, Text

_ADVICE = {
    Regime.WORK: Text(
        "工作秘密请只标“内部”或“内部事项 注意保管”",
        "mark a work secret 内部 or 内部事项 注意保管 and nothing more",
    ),
    Regime.TRADE: Text(
        "商业秘密请只标“核心商密”或“普通商密”及期限，不写★",
        "mark a trade secret 核心商密 or 普通商密 with its term and without ★",
    ),
    Regime.STATE: Text("不涉密的请删去★", "delete the ★ from what is no secret"),
}


@dataclass(frozen=True)
class MarkMisused(Check[Document]):
    """★, which is the state secret's own sign, beside 内部, 商密, 公开, 非密 and the like, where a reader sees it.

    Alone tells of such a mark: it has no level of a state secret, so that no other check counts it as one.
    """

    id: ClassVar[str] = "document.mark-misused"
    title: ClassVar[Text] = Text("非国家秘密不得使用国家秘密标志", "what is no state secret bears no mark of one")
    clauses: ClassVar[tuple[str, ...]] = ("MRK-01",)
    severity: ClassVar[Severity] = Severity.MINOR
    subject: ClassVar[type[Document]] = Document

    def applies(self, subject: Document, computer: Computer) -> bool:
        return is_document(subject)

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        return unread(subject)

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        marks = [mark for mark in shown(subject.marks) if mark.verdict is MarkVerdict.MISUSE]
        if marks:
            advice = [_ADVICE[regime] for regime in Regime if any(mark.regime is regime for mark in marks)]
            yield Violation(about=subject.path, message=_message(advice), evidence=evidence(marks))


def _message(advice: list[Text]) -> Text:
    zh, en = "；".join(text.zh for text in advice), "; ".join(text.en for text in advice)
    return Text(
        f"★只用于国家秘密，而此处的标志不是国家秘密标志。{zh}；确属国家秘密的，请按程序定密后标注“密级★保密期限”。",
        f"★ is for state secrets alone, and this mark names none: {en}; what is a state secret after all is to be classified and "
        "then marked level★term",
    )
