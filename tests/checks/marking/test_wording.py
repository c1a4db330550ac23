"""Every feature of the words round a candidate, where it holds and where it does not."""

from __future__ import annotations

import pytest

from checks.marking.forms import state_marks
from checks.marking.lines import Line
from checks.marking.setting import Setting
from checks.marking.window import Situation
from checks.marking.wording import WORDING
from tests.checks.marking.samples import line


def lines(*texts: str) -> tuple[Line, ...]:
    return tuple(line(text) for text in texts)


def holding(text: str, *, before: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> set[str]:
    situation = Situation(lines(text)[0], lines(*before), lines(*after), on_first_lines=True)
    where = Setting(next(iter(state_marks(situation.folded))), situation)
    return {name for name, holds in WORDING.items() if holds(where)}


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("机密★10年", set()),
        ("确定为机密", {"word-before"}),
        ("机密性", {"word-after"}),
        ("机密★10年的文件", {"word-after"}),
        ("机密★10年 文件柜", set()),
        ("（机密★5年）为进一步做好有关工作", set()),
        ("（机密★5年）与会人员名单", set()),
        ("（机密★5年）的标注方法", {"word-after"}),
        ("机密★5年为规范的标志", {"word-after"}),
        ("例如：机密★10年", {"example"}),
        ("（如机密★3个月）", {"example", "word-before"}),
        ("条例 机密★10年", set()),
        ("所谓“机密★10年”", {"quoted"}),
        ("「机密」", {"quoted"}),
        ("绝密 机密", {"several-levels"}),
        ("绝密★30年 机密★20年", set()),
        ("绝密★30年 机密★20年 秘密★10年", {"several-levels"}),
        ("A. 机密★10年", {"list-item"}),
        ("A 机密★10年", {"list-item"}),
        ("答案：C 机密★10年", {"list-item"}),
        ("（1）机密★10年", {"list-item"}),
        ("涉密计算机 机密级 编号：017", {"device-label"}),
    ],
)
def test_words_on_the_line_are_noticed(text: str, features: set[str]) -> None:
    assert holding(text) == features


@pytest.mark.parametrize(
    ("before", "after", "features"),
    [
        (("000023",), (), {"copy-number-above"}),
        ((), ("特　急",), {"urgency-below"}),
        ((), ("××局文件", "×发〔2024〕3号"), {"issuer-below"}),
        (("密级：",), (), {"label-above"}),
        (("标志的样式如下：",), (), {"example", "introduced"}),
        (("第一页上赫然写着：",), (), {"introduced"}),
        (("份号：",), (), set()),
        (("绝密",), ("秘密",), {"several-levels"}),
        (("本单位的各级领导干部和工作人员都必须严格遵守有关规定并保守",), (), {"continues-sentence"}),
        (("本单位的各级领导干部和工作人员都必须严格遵守有关规定的要求。",), (), set()),
        (("××省人民政府办公厅",), ("关于绝密文件管理工作有关问题的通知",), set()),
    ],
)
def test_words_on_the_lines_around_are_noticed(before: tuple[str, ...], after: tuple[str, ...], features: set[str]) -> None:
    assert holding("机密", before=before, after=after) == features
