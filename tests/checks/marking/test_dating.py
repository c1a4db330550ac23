"""The document's own date: which lines give it, which of several it is, and what is only a date in the text."""

from __future__ import annotations

from datetime import date

import pytest

from checks.marking.dating import Dating, date_signs
from checks.marking.normalise import Folded
from policies.vocabulary import Place

DAY = date(2015, 3, 1)


def dated(*lines: str, place: Place = Place.BODY) -> date | None:
    dating, previous = Dating(), ""
    for line in lines:
        if next(date_signs(line), None) is not None:
            dating.pass_by(line, previous, place)
        previous = Folded(line).text[-40:]
    return dating.day


@pytest.mark.parametrize(
    "line",
    [
        "2015年3月1日",
        "　　　　　　　　　　2015年3月1日　　",
        "2015 年 3 月 1 日",
        "２０１５年３月１日",
        "二〇一五年三月一日",
        "二○一五年三月一日",
        "二Ｏ一五年三月一日",
        "2 0 1 5 年 3 月 1 日",
        "2015年3⽉1⽇",
        "（2015年3月1日）",
        "××市人民政府办公室　　2015年3月1日",
        "××市人民政府办公室　　2015年3月1日印发",
        "2015年3月1日印发",
        "××市人民政府办公室  2015年3月1日印发  （共印20份）",
        "成文日期：2015年3月1日",
        "成文日期：2015-03-01",
        "文号：×发〔2015〕3号  制发日期：2015.3.1",
        "印发日期：2015年3月1日",
        "簽發日期：二〇一五年三月一日",
        "印发时间 2015/3/1",
    ],
)
def test_a_line_that_gives_the_date_is_read(line: str) -> None:
    assert dated("关于做好有关工作的通知", line) == DAY


@pytest.mark.parametrize(
    "line",
    [
        "2015年3月1日，全市工作会议召开。",
        "会议于2015年3月1日",
        "本办法自2015年3月1日起施行。",
        "时间：2015年3月1日",
        "出生日期：2015年3月1日",
        "检查日期：2015年3月1日",
        "2015年3月",
        "2015-03-01",
        "2015年3月1日至2015年3月5日",
        "2015年2月30日",
        "1015年3月1日",
        "2015年3月1日印发的《通知》",
        "该通知由市政府于2015年3月1日印发",
        "2015年3月1日 星期日 晴",
        "机密★2015年3月1日",
    ],
)
def test_a_date_in_the_text_is_not_the_documents(line: str) -> None:
    assert dated("关于做好有关工作的通知", line) is None


@pytest.mark.parametrize("place", [Place.HEADER, Place.FOOTER, Place.CELL, Place.SLIDE, Place.HIDDEN, Place.METADATA, Place.NAME])
def test_a_date_alone_elsewhere_than_in_the_text_is_not_the_documents(place: Place) -> None:
    assert dated("2015年3月1日", place=place) is None


@pytest.mark.parametrize("place", [Place.CELL, Place.METADATA, Place.SLIDE])
def test_a_label_gives_the_date_anywhere(place: Place) -> None:
    assert dated("成文日期=2015-03-01", place=place) == DAY


def test_a_label_in_the_cell_before_gives_the_date() -> None:
    assert dated("成文日期", "2015年3月1日", place=Place.CELL) == DAY
    assert dated("到职日期", "2015年3月1日", place=Place.CELL) is None


def test_the_last_date_below_an_issuer_goes_before_others() -> None:
    assert dated("××省人民政府", "2014年1月1日", "大事记", "2016年5月1日", "××市保密局", "2015年3月1日", "2017年1月1日") == DAY


@pytest.mark.parametrize("issuer", ["××市人民政府办公厅", "中共××市委　××市人民政府", "市　长　　张三", "××公司（章）", "×××"])
def test_an_issuer_is_an_organ_or_somebody_who_signs(issuer: str) -> None:
    assert dated(issuer, "2015年3月1日", "附件：大事记", "2020年1月1日") == DAY


def test_the_last_of_dates_that_stand_alone_is_taken() -> None:
    assert dated("第一稿", "2014年3月1日", "第二稿", "2015年3月1日") == DAY


def test_the_record_at_the_end_is_used_where_nothing_else_is_or_where_it_shows_that_a_date_is_history() -> None:
    record = "××办公室　2015年3月1日印发"
    assert dated("正文。", record) == DAY
    assert dated("大事记", "1998年5月1日", record) == DAY
    assert dated("大事记", "2019年5月1日", record) == DAY
    assert dated("通知。", "2015年2月20日", record) == date(2015, 2, 20)


def test_a_label_goes_before_all() -> None:
    assert dated("成文日期：2015年3月1日", "××市人民政府", "2016年1月1日") == DAY


def test_a_date_that_a_sentence_was_broken_off_before_is_none() -> None:
    assert dated("各单位要按照有关规定认真组织清理检查，并将结果报送市保密局截止", "2015年3月1日") is None


def test_a_damaged_date_does_not_hide_a_good_one() -> None:
    assert dated("××市人民政府", "2015年3月1日", "××市人民政府", "2015年2月30日") == DAY
