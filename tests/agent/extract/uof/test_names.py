from __future__ import annotations

import pytest

from agent.extract.uof.names import is_true, plain, plain_attributes


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("http://schemas.uof.org/cn/2003/uof-wordproc 文本串", "文本串"),
        ("http://schemas.uof.org/cn/2009/wordproc 文本串_415B", "文本串"),
        ("http://schemas.uof.org/cn/2009/wordproc 是否粗体_4130", "粗体"),
        ("urn:uof UOF_0000", "UOF"),
        ("字号_412D", "字号"),
        ("X_12", "X_12"),
    ],
)
def test_both_editions_have_one_name_for_a_thing(tag: str, expected: str) -> None:
    assert plain(tag) == expected


def test_attributes_have_plain_names_too() -> None:
    assert plain_attributes({"urn:x 名称": "甲", "是否隐藏_E73C": "true"}) == {"名称": "甲", "隐藏": "true"}


@pytest.mark.parametrize(
    ("value", "expected"), [("true", True), (" 1 ", True), ("on", True), ("false", False), ("", False), ("0", False)]
)
def test_yes_is_said_in_several_ways(value: str, expected: bool) -> None:
    assert is_true(value) is expected
