"""The element names of UOF (标文通): GB/T 20916-2007 (1.x) and its second edition (2.0), as one vocabulary.

2.0 says 字:是否粗体_4130 where 1.x says 字:粗体: the number at the end and the question in front are taken off. What is listed
here was checked against the converters of LibreOffice and of the standard's own translator; text elsewhere is not known for sure.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from policies.vocabulary import Place

_NUMBER = re.compile("_[0-9A-F]{4}$")

TEXT = "文本串"
PARAGRAPH = "段落"
RUN = "句"
CELL = "单元格"
CELL_DATA = "数据"
SHAPE = "图形"
ANCHOR = "锚点"
ROOTS = ("UOF",)
PROPERTIES = "元数据"
OWN_PROPERTY = "用户自定义元数据"
OBJECTS = ("其他对象", "对象数据")
STYLES = ("句式样", "段落式样")
MARGINS: Mapping[str, Place] = {
    **dict.fromkeys(("首页页眉", "奇数页页眉", "偶数页页眉"), Place.HEADER),
    **dict.fromkeys(("首页页脚", "奇数页页脚", "偶数页页脚"), Place.FOOTER),
    "母版": Place.HEADER,
    "批注": Place.BODY,
    "幻灯片备注": Place.BODY,
}
SILENT = frozenset(
    {
        *("名称", "类别", "生成软件", "项目符号", "编号格式表示", "前导符", "字体族", "格式码", "路径", "目标", "提示"),
        *("分隔符", "区域公式", "公式", "数据源", "系列值", "系列名", "作者", "姓名"),
    }
)
"""Elements whose text names things and is not shown as text."""

WORD_ART = "艺术字"


@functools.lru_cache(maxsize=2048)
def plain(tag: str) -> str:
    """A name without namespace, number and question."""
    return _NUMBER.sub("", tag.rpartition(" ")[2]).removeprefix("是否")


def plain_attributes(attributes: Mapping[str, str]) -> dict[str, str]:
    """Attributes by their plain names."""
    return {plain(name): value for name, value in attributes.items()}


def is_true(value: str) -> bool:
    """How UOF says yes."""
    return value.strip().lower() in ("true", "1", "on")
