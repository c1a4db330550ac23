from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from collector.export.table import render
from collector.ingest import Ingest
from collector.quarter import parse
from collector.store.store import Store
from collector.summary import summarise
from policies.vocabulary import Language, Text
from tests.collector.samples import NOON, Sender, finding, report

SHANGHAI = ZoneInfo("Asia/Shanghai")
TITLES = {"network.default-route": Text("存在默认路由", "a default route exists")}


def rendered(store: Store, language: Language) -> list[str]:
    with store.read() as connection:
        summary = summarise(connection, parse("2026Q4", SHANGHAI), NOON, silent_after=30, mark="内部")
    return render(summary, TITLES, SHANGHAI, language).splitlines()


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            Language.ZH,
            [
                "季度保密检查汇总 2026Q4",
                "2026-10-01 00:00 – 2027-01-01 00:00  生成时间 2026-11-01 12:00",
                "计算机    应检 1  已检 0  未检 1  失联 0  未登记 0",
                "network.default-route  1     1       存在默认路由",
                "NET-01  1",
            ],
        ),
        (
            Language.EN,
            [
                "Quarterly secrecy inspection 2026Q4",
                "Findings      critical 1  major 0  minor 0  notice 0",
                "network.default-route  1         1          a default route exists",
                "2026Q4   1",
            ],
        ),
    ],
)
def test_the_figures_are_readable(store: Store, sender: Sender, ingest: Ingest, language: Language, lines: list[str]) -> None:
    ingest.accept(sender.envelope(1, report([finding("a")])))
    text = rendered(store, language)
    assert text[0] == "内部"
    assert [line for line in lines if line not in text] == []


def test_an_empty_office_has_figures_too(store: Store) -> None:
    assert "问题      严重 0  较重 0  一般 0  提示 0" in rendered(store, Language.ZH)
