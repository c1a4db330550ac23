from __future__ import annotations

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.markup import parse
from agent.extract.ofd.content import Resources
from agent.extract.ofd.resources import ResourceReader
from policies.vocabulary import Unread
from tests.agent.extract.ofd_samples import Ofd, text


def told(inner: str) -> Resources:
    resources = Resources()
    reader = ResourceReader(resources)
    for _ in parse([Ofd().part("Res", inner).encode()], Budget(), reader.start, reader.end, reader.data):
        pass
    return resources


def test_bold_fonts_are_told_by_their_names() -> None:
    fonts = [
        "FontName='黑体'",
        "FontName='方正黑体_GBK'",
        "FontName='SimHei'",
        "FontName='x' Bold='true'",
        "FontName='Arial-Bold'",
        "FontName='宋体'",
    ]
    inner = "".join(f"<ofd:Font ID='{number}' {font}/>" for number, font in enumerate(fonts))
    assert told(f"<ofd:Fonts>{inner}</ofd:Fonts>").bold_fonts == {"0", "1", "2", "3", "4"}


def test_the_text_of_composite_units_is_kept() -> None:
    units = "".join(
        f"<ofd:CompositeGraphicUnit ID='{n}'><ofd:Content>{text(t, 1, 1)}</ofd:Content></ofd:CompositeGraphicUnit>"
        for n, t in ((7, "机密"), (8, "公开"))
    )
    found = told(f"<ofd:CompositeGraphicUnits>{units}</ofd:CompositeGraphicUnits>").units
    assert {number: [run.text for run in runs] for number, runs in found.items()} == {"7": ["机密"], "8": ["公开"]}


def test_units_without_end_are_too_large() -> None:
    unit = "<ofd:CompositeGraphicUnit ID='1'>" + text("密" * 10_000, 1, 1) + "</ofd:CompositeGraphicUnit>"
    with pytest.raises(Unreadable) as raised:
        told(unit * 6)
    assert raised.value.reason is Unread.TOO_LARGE
