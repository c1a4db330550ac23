"""Writes sample documents as an office would have them: marked well, marked badly, unmarked, about secrecy but not secret."""

from __future__ import annotations

from pathlib import Path

from docx import Document as Word
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

_BODY = "各处室：为做好第四季度有关工作，现将有关事项通知如下。请于月底前反馈落实情况。"
_RULES = "涉密计算机不得接入互联网。机密级文件的复制须经批准，秘密级文件的保管人应当逐件登记。"


def write(folder: Path) -> None:
    """Fill a folder. Every file is made now; nothing is canned."""
    folder.mkdir(parents=True)
    (folder / "会议纪要.txt").write_text(f"机密★10年\n\n关于召开工作会议的纪要\n\n{_BODY}\n", encoding="utf-8")
    (folder / "旧系统导出.txt").write_text(f"秘密★1年\n\n通知\n\n{_BODY}\n", encoding="gb18030")
    (folder / "未标密通知.txt").write_text(f"关于报送材料的通知\n\n{_BODY}\n", encoding="utf-8")
    (folder / "保密制度.txt").write_text(f"保密工作管理办法\n\n第一条 {_RULES}\n", encoding="utf-8")
    _docx(folder / "实施方案.docx", ["机密★5年", "实施方案", _BODY])
    _docx(folder / "模板未填.docx", ["机密★××年", "情况报告", _BODY])
    _docx(folder / "（秘密★1年）工作总结.docx", ["工作总结", _BODY])
    _pdf(folder / "最高级计划.pdf", ["绝密★30年", "专项计划", _BODY])
    _pdf(folder / "公开简报.pdf", ["工作简报", _BODY])
    (folder / "损坏.pdf").write_bytes(b"%PDF-1.7\n" + b"\x00\xff" * 200)


def _docx(path: Path, paragraphs: list[str]) -> None:
    document = Word()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(path))


def _pdf(path: Path, lines: list[str]) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path), pagesize=A4)
    for number, line in enumerate(lines):
        canvas.setFont("STSong-Light", 16 if number == 0 else 12)
        canvas.drawString(72, A4[1] - 72 - 30 * number, line)
    canvas.save()
