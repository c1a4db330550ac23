"""The sharper question: where its answer is no, no weight makes a mark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.marking.candidate import Shape
from checks.marking.features import FEATURES, THRESHOLD
from checks.marking.reader import read_marks
from checks.marking.standing import could_stand
from checks.marking.text import Block
from policies.vocabulary import Place
from tests.checks.marking.test_rows import ON_THE_COVER, OTHER_REGIMES

_FRAGMENTS = """机密 秘密 绝密 機密 ★ 10年 ★10年 长期 ★长期 密级 密级： 密级: 【密级】 （ ） ( ) [ ] | 内部 内部资料 注意保存
工作秘密
商业秘密 核心商密 普通商业秘密 ▲ 属于 属 国家秘密 级 注： 本页 第三段 解密 □ ☑ √ 文件 通知 关于 的 各单位 、 ， 。 ： “ ” 000001
SECRET CONFIDENTIAL 启用前 公开★ 敏感★ 非密★ 涉密 急件 指人专办 / - · * # 1. 一、 A. 等级 classification:
本件已于2020年1月1日解密
不得复制 亲启 妥善保管 不得外传 參考 使用 事项 級 三十年 永久 半年 至2030年 保密期限10年
材料 檔案 資料 國家 內部 祕密 商密 〔 〕 「 ％"""
FRAGMENTS = [*_FRAGMENTS.split(), *" 　\n\t\u200b机秘绝密内部级属于核心普通商业工作"]
PLACES = [place for place in Place if place is not Place.NAME]  # names are short: they are asked the wider question


@given(st.lists(st.sampled_from([*FRAGMENTS, *ON_THE_COVER, *OTHER_REGIMES]), max_size=9), st.sampled_from(PLACES), st.booleans())
def test_where_none_could_stand_there_is_no_mark(pieces: list[str], place: Place, bold: bool) -> None:
    cover = Block("机密★10年", Place.COVER, page=1)
    for kept in (pieces, ["".join(pieces)]):
        if not could_stand(kept):
            assert read_marks([Block("".join(pieces), place, bold=bold)]) == []
            assert read_marks([cover, Block("".join(pieces), place, bold=bold)]) == read_marks([cover])
            assert read_marks([Block(piece, place, bold=bold) for piece in kept]) == []


def test_within_a_sentence_only_a_sentence_can_be_a_mark() -> None:
    """What `could_stand` rests upon: the features that remain to a candidate which directly follows a word."""
    shapes = [FEATURES[shape.value].weight for shape in Shape if shape is not Shape.SENTENCE]
    others = FEATURES["within-sentence"].weight + FEATURES["prominent-place"].weight + FEATURES["in-brackets"].weight
    assert max(shapes) + others < THRESHOLD


@pytest.mark.parametrize(
    "text",
    [
        *("单位内部管理", "国家秘密", "没有秘密可言", "满足机密性要求", "机关保密工作", "分为绝密、机密、秘密三级", "是“机密”级"),
        *("保守国家秘密。机密级由", "个人隐私和商业秘密受保护，内部人员", "有密码", "内容全部"),
        *("第24条 机密级国家秘密", "内部审计发现的问题", "一、要点。\n绝密级事项的统计"),
    ],
)
def test_a_word_within_a_sentence_does_not_stand(text: str) -> None:
    assert not could_stand([text])


@pytest.mark.parametrize(
    "pieces",
    [
        ["通知", "机密"],
        ["【密级】机密关于"],
        ["10年★", "机密本件"],
        ["工", "作秘密"],
        ["普", "通商业秘密"],
        ["本页属于机密级国家秘密"],
        ["正文机", "密", "★10年"],
        ["关于", "内", "部资料"],
        ["SEC", "RET"],
        ["机", "甲乙丙", "密"],
    ],
)
def test_what_lies_apart_may_stand(pieces: list[str]) -> None:
    assert could_stand(pieces)
