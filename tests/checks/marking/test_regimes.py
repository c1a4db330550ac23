"""Marks of work secrets and trade secrets, and the misuse of the star."""

from __future__ import annotations

import pytest

from checks.marking.normalise import Folded
from checks.marking.regimes import other_marks
from policies.vocabulary import MarkVerdict, Regime


@pytest.mark.parametrize(
    ("text", "part", "regime", "verdict", "term"),
    [
        ("内部", "内部", Regime.WORK, MarkVerdict.OTHER, None),
        ("內 部", "内 部", Regime.WORK, MarkVerdict.OTHER, None),
        ("【内部】", "【内部】", Regime.WORK, MarkVerdict.OTHER, None),
        ("内部资料，请注意保存", "内部资料,请注意保存", Regime.WORK, MarkVerdict.OTHER, None),
        ("内部★3年", "内部★3年", Regime.WORK, MarkVerdict.MISUSE, "3年"),
        ("工作秘密", "工作秘密", Regime.WORK, MarkVerdict.OTHER, None),
        ("普通商密▲3年", "普通商密▲3年", Regime.TRADE, MarkVerdict.OTHER, "3年"),
        ("核心商密★5年", "核心商密★5年", Regime.TRADE, MarkVerdict.MISUSE, "5年"),
        ("核心商密 长期", "核心商密 长期", Regime.TRADE, MarkVerdict.OTHER, "长期"),
        ("核心商业秘密", "核心商业秘密", Regime.TRADE, MarkVerdict.OTHER, None),
        ("商业秘密★", "商业秘密★", Regime.TRADE, MarkVerdict.MISUSE, None),
        ("公开★", "公开★", Regime.STATE, MarkVerdict.MISUSE, None),
        ("密级：内部", "密级:内部", Regime.WORK, MarkVerdict.OTHER, None),
        ("Confidential", "Confidential", Regime.TRADE, MarkVerdict.OTHER, None),
        ("TOP SECRET", "TOP SECRET", Regime.TRADE, MarkVerdict.OTHER, None),
        ("[CONFIDENTIAL]", "[CONFIDENTIAL]", Regime.TRADE, MarkVerdict.OTHER, None),
    ],
)
def test_a_mark_of_another_regime_is_read(text: str, part: str, regime: Regime, verdict: MarkVerdict, term: str | None) -> None:
    folded = Folded(text)
    (made,) = other_marks(folded)
    assert folded.text[made.start : made.end] == part
    assert (made.regime, made.verdict, made.term) == (regime, verdict, term)


@pytest.mark.parametrize(
    "text", ["公开", "非公开★", "公开★★★★★", "商业秘密", "敏感", "Secret", "top secret plans", "机密★10年", ""]
)
def test_everyday_words_are_no_mark(text: str) -> None:
    assert list(other_marks(Folded(text))) == []
