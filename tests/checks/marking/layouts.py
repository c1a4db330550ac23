"""Marked documents in the layouts of offices: each with the marks that an inspector finds in it."""

from __future__ import annotations

from checks.marking.text import Block
from policies.vocabulary import Place

Found = tuple[str | None, str | None, str, str]
"""Level, term, verdict and place of a mark."""

_PROSE = (
    "为贯彻落实上级部署，切实做好有关工作，经研究，现就有关事项通知如下：",
    "一、提高认识。各单位要充分认识做好这项工作的重要意义，加强组织领导，落实工作责任。",
    "二、明确任务。要按照职责分工，细化工作措施，按时完成各项任务，重大事项及时请示报告。",
    "三、严格保密。涉密文件、资料要按照保密规定管理，严禁在互联网上存储、处理、传递。",
)
_END = ("××市人民政府办公室", "2023年6月15日")


def _body(*lines: str) -> list[Block]:
    return [Block(line, Place.BODY) for line in lines]


def _cells(*cells: str, page: int = 1) -> list[Block]:
    return [Block(cell, Place.CELL, page) for cell in cells]


def _pages(place: Place, text: str, pages: int = 3) -> list[Block]:
    return [
        block
        for page in range(1, pages + 1)
        for block in (Block(text, place, page), *(Block(p, Place.BODY, page) for p in _PROSE))
    ]


LAYOUTS: dict[str, tuple[list[Block], list[Found]]] = {
    "a red-head document": (
        _body("000123", "机密★5年", "特急", "××市人民政府文件", "×政发〔2023〕12号", "关于有关工作的通知", *_PROSE, *_END),
        [("机密", "5年", "valid", "cover")],
    ),
    "a red-head document with a letter-spaced mark": (
        _body("份号：000123", "机 密 ★ 5 年", "加　急", "××局文件", *_PROSE, *_END),
        [("机密", "5年", "valid", "cover")],
    ),
    "one plain text": (
        [Block("\n".join(["000123", "机密★5年", "", "××市人民政府文件", "", *_PROSE, *_END]), Place.BODY)],
        [("机密", "5年", "valid", "cover")],
    ),
    "copy number and mark on one line, the urgency at its end": (
        _body("000123        机密★5年        特急", "××市人民政府文件", *_PROSE, *_END),
        [("机密", "5年", "deviation", "cover")],
    ),
    "a letter, the mark below the head": (
        _body("××市保密局", "秘密★1年                  ×保函〔2023〕7号", "关于商请协助检查的函", *_PROSE, *_END),
        [("秘密", "1年", "valid", "cover")],
    ),
    "a telegram": (
        _body("发电单位：××市委办公室    签批：张三", "等级：特提    机密★3年    ×机发1号", "紧急通知", *_PROSE),
        [("机密", "3年", "valid", "cover")],
    ),
    "a cipher telegram of former days": (
        _body("中共××省委办公厅", "密码电报", "绝　密", "×电〔1998〕12号", *_PROSE, "中共××省委办公厅", "1998年5月6日"),
        [("绝密", None, "legacy", "cover")],
    ),
    "a former document with the mark at the right": (
        [
            Block("秘密", Place.BODY, left=False, bold=True),
            *_body("××省人民政府文件", "×政〔2005〕8号", "关于有关问题的批复", *_PROSE, "××省人民政府", "二○○五年八月十二日"),
        ],
        [("秘密", None, "legacy", "cover")],
    ),
    "a document since the term must be stated": (
        _body("机密★", "××局文件", *_PROSE, "××局", "2024年10月8日"),
        [("机密", None, "deviation", "cover")],
    ),
    "the mark in brackets after the title": (
        _body("关于某某工作情况的报告（秘密★3年）", *_PROSE, *_END),
        [("秘密", "3年", "deviation", "cover")],
    ),
    "the mark in brackets below the title": (
        _body("关于某某工作情况的报告", "（机密★10年）", *_PROSE, *_END),
        [("机密", "10年", "deviation", "cover")],
    ),
    "the mark in a heavy bracket before the title": (
        _body("【机密★10年】关于某某工作情况的报告", *_PROSE, *_END),
        [("机密", "10年", "deviation", "cover")],
    ),
    "a running header on each page": (_pages(Place.HEADER, "机密★10年"), [("机密", "10年", "valid", "header")]),
    "a running header beside the document's name": (
        _pages(Place.HEADER, "××工程可行性研究报告\t机密★10年"),
        [("机密", "10年", "valid", "header")],
    ),
    "a footer with page numbers": (_pages(Place.FOOTER, "秘密★5年    第 2 页 共 9 页"), [("秘密", "5年", "valid", "footer")]),
    "a watermark": (_pages(Place.WATERMARK, "机密"), [("机密", None, "deviation", "watermark")]),
    "a text box on the cover": (
        [Block("绝密★30年", Place.TEXTBOX), *_body("××方案", *_PROSE)],
        [("绝密", "30年", "valid", "textbox")],
    ),
    "a report with a form on its cover": (
        [*_body("研究报告"), *_cells("密级", "机密★10年", "编号", "017", "份数", "5"), *_body("二〇二三年六月", *_PROSE)],
        [("机密", "10年", "deviation", "cell")],
    ),
    "a form with level and term apart": (
        [*_body("项目任务书"), *_cells("项目名称", "某某项目", "密级", "机密", "保密期限", "10年"), *_body(*_PROSE)],
        [("机密", "10年", "deviation", "cell")],
    ),
    "a form with labels above the values": (
        [*_body("技术文件"), *_cells("密级", "保密期限", "份号", "秘密", "5年", "000012"), *_body(*_PROSE)],
        [("秘密", "5年", "deviation", "cell")],
    ),
    "a markdown table": (
        _body("# 技术方案", "| 密级 | 机密★10年 |", "| --- | --- |", "| 编号 | 017 |", *_PROSE),
        [("机密", "10年", "deviation", "cover")],
    ),
    "a row of tabbed fields": (
        _body("项目编号：017\t密级：机密\t保密期限：10年", "××项目建议书", *_PROSE),
        [("机密", "10年", "deviation", "cover")],
    ),
    "labels over two lines": (
        _body("密级：机密", "保密期限：10年", "××项目建议书", *_PROSE),
        [("机密", "10年", "deviation", "cover")],
    ),
    "a form with boxes": (
        _body("××审批表", "密级：□绝密 □机密 ☑秘密", "保密期限：3年", *_PROSE),
        [("秘密", "3年", "deviation", "cover")],
    ),
    "a title slide": (
        [Block("机密★5年", Place.SLIDE), Block("××工作汇报", Place.SLIDE), *(Block(line, Place.SLIDE, 2) for line in _PROSE)],
        [("机密", "5年", "valid", "slide")],
    ),
    "a mark on every slide": (
        [block for page in range(1, 9) for block in (Block("汇报要点", Place.SLIDE, page), Block("秘密★1年", Place.SLIDE, page))],
        [("秘密", "1年", "valid", "slide")],
    ),
    "a level alone on the title slide": (
        [Block("机密", Place.SLIDE), Block("××工作汇报", Place.SLIDE), Block("汇报人：张三", Place.SLIDE)],
        [("机密", None, "deviation", "slide")],
    ),
    "a spreadsheet with the mark in its first cell": (
        _cells("机密★5年", "序号", "单位", "人数", "1", "甲", "12", "2", "乙", "9"),
        [("机密", "5年", "valid", "cell")],
    ),
    "a spreadsheet with the mark beside its title": (
        _cells("××情况统计表", "秘密★3年", "序号", "单位", "人数", "1", "甲", "12"),
        [("秘密", "3年", "valid", "cell")],
    ),
    "a spreadsheet with the mark on its second sheet": (
        [*_cells("说明", "见附表"), *_cells("绝密★30年", "序号", "单位", page=2)],
        [("绝密", "30年", "valid", "cell")],
    ),
    "a marked ledger": (
        _cells("机密★1年", "序号", "文件名称", "密级", "份数", "1", "某请示", "秘密★3年", "2"),
        [("机密", "1年", "valid", "cell")],
    ),
    "a list of meeting papers, each with its mark": (
        _body("会议材料之一", "机密★会议结束前", "关于某某工作的汇报", *_PROSE)
        + _body("会议材料之二", "秘密★1年", "关于某某方案的说明", *_PROSE),
        [("机密", "会议结束前", "valid", "cover"), ("秘密", "1年", "valid", "body")],
    ),
    "an examination paper": (
        _body("绝密★启用前", "2023年普通高等学校招生全国统一考试", "语　文", "注意事项：", "1．答卷前，考生务必填写姓名。"),
        [("绝密", "启用前", "valid", "cover")],
    ),
    "an examination paper with the mark before its title": (
        _body("绝密★考试结束前  全国2023年4月高等教育自学考试", "某某学试题", "课程代码：00001"),
        [("绝密", "考试结束前", "valid", "cover")],
    ),
    "a map or chart, marked below its title": (
        _body("××市管线分布图", "机密★长期", "比例尺 1:2000"),
        [("机密", "长期", "valid", "cover")],
    ),
    "secret passages in a marked report": (
        _body("机密★5年", "××局关于有关情况的报告", "现将有关情况报告如下：", "（秘密）一、总体情况。全年工作平稳有序。", *_PROSE,
              "（机密★5年）二、有关数据。各项数据见附表。", "注：本页第三自然段属于机密级国家秘密"),
        [("机密", "5年", "valid", "cover"), ("秘密", None, "partial", "body"), ("机密", "5年", "partial", "body"),
         ("机密", None, "partial", "body")],
    ),
    "secret passages in a report without a mark": (
        _body("××局关于有关情况的报告", "现将有关情况报告如下：", "（机密★5年）一、总体情况。全年工作平稳有序。", *_PROSE),
        [("机密", "5年", "partial", "body")],
    ),
    "a declassified document": (
        _body("机密★5年", "解密", "××局文件", *_PROSE, *_END),
        [(None, None, "declassified", "cover")],
    ),
    "a document declassified by a stamp with its day": (
        _body("机密★5年    已解密（2020年1月1日）", "××局文件", *_PROSE),
        [(None, None, "declassified", "cover")],
    ),
    "a changed mark": (
        [Block("机密★10年", Place.BODY, struck=True), *_body("秘密★5年", "××局文件", *_PROSE)],
        [("秘密", "5年", "changed", "cover")],
    ),
    "a mail": (
        [Block("【秘密★1年】关于报送材料的通知", Place.SUBJECT), *_body("各单位：", *_PROSE)],
        [("秘密", "1年", "deviation", "subject")],
    ),
    "a document in traditional characters": (
        _body("000123", "機密★10年", "特急", "××局檔案", "關於做好有關工作的通知", "二○一五年三月一日"),
        [("机密", "10年", "valid", "cover")],
    ),
    "an annex with a mark of its own": (
        _body("机密★5年", "××局文件", *_PROSE, *_END, "附件1", "秘密★3年", "××情况汇总表"),
        [("机密", "5年", "valid", "cover"), ("秘密", "3年", "valid", "body")],
    ),
    "an internal paper": (_body("内部资料", "注意保存", "工作简报", *_PROSE), [("内部", None, "other", "cover")]),
    "an internal paper on one line": (
        _body("内部资料　注意保存", "工作简报", "第3期", *_PROSE),
        [("内部", None, "other", "cover")],
    ),
    "a work secret": (_body("内部事项　注意保管", "××局文件", *_PROSE), [("内部", None, "other", "cover")]),
    "a trade secret": (_body("核心商密▲长期", "××集团公司文件", *_PROSE), [(None, "长期", "other", "cover")]),
    "a work secret that takes the star": (_body("工作秘密★3年", "××局文件", *_PROSE), [("内部", "3年", "misuse", "cover")]),
    "a foreign paper": (
        _body("CONFIDENTIAL", "Mutual Non-Disclosure Agreement", "This Agreement is made between the parties."),
        [(None, None, "other", "cover")],
    ),
    "a foreign header on each page": (_pages(Place.HEADER, "STRICTLY CONFIDENTIAL"), [(None, None, "other", "header")]),
    "a contract marked by its owner": (
        _body("机密", "技术开发合同", "甲方：××公司", "乙方：××研究院", *_PROSE),
        [("机密", None, "deviation", "cover")],
    ),
    "a mark in full-width brackets and digits": (
        _body("〔机密★１０年〕", "××局文件", *_PROSE),
        [("机密", "10年", "deviation", "cover")],
    ),
    "a mark spelled glyph by glyph": (
        _body(*"机密★10年", "××局文件", *_PROSE),
        [("机密", "10年", "valid", "cover")],
    ),
    "a mark after a long run of blank lines": (
        [Block("\n" * 60 + "机密★10年\n" + "\n" * 40 + "××局文件\n" + "\n".join(_PROSE), Place.BODY)],
        [("机密", "10年", "valid", "cover")],
    ),
    "a mark with its English beside it": (
        _body("TOP SECRET / 绝密★30年", "Joint exercise plan", *_PROSE),
        [("绝密", "30年", "valid", "cover")],
    ),
    "properties of the file": (
        [Block("密级=秘密★3年", Place.METADATA, page=0), *_body("通知", *_PROSE)],
        [("秘密", "3年", "deviation", "metadata")],
    ),
}  # fmt: skip
