from __future__ import annotations

import pytest

from checks.residues import Residue, residue_of
from tests.checks.test_catalog import CJK

HOME = "/home/zhang"

FOUND = {
    f"{HOME}/文档/~$报告.docx": Residue.LOCK,
    f"{HOME}/文档/.~lock.报告.odt#": Residue.LOCK,
    f"{HOME}/文档/.~报告.docx": Residue.LOCK,
    f"{HOME}/.config/libreoffice/4/user/backup/报告.odt_0.odt": Residue.BACKUP,
    f"{HOME}/.local/share/Kingsoft/office6/data/backup/报告.docx": Residue.BACKUP,
    f"{HOME}/文档/自动恢复.asd": Residue.BACKUP,
    f"{HOME}/文档/报告.wbk": Residue.BACKUP,
    f"{HOME}/文档/报告.docx.bak": Residue.BACKUP,
    f"{HOME}/文档/报告.BAK": Residue.BACKUP,
    f"{HOME}/文档/报告.txt~": Residue.BACKUP,
    f"{HOME}/文档/.报告.txt.swp": Residue.BACKUP,
    f"{HOME}/文档/#报告.txt#": Residue.BACKUP,
    f"{HOME}/文档/~WRD0001.tmp": Residue.BACKUP,
    f"{HOME}/文档/a1b2.tmp": Residue.TEMPORARY,
    "/media/stick/FILE0001.CHK": Residue.RECOVERED,
    f"{HOME}/.local/share/Trash/files/报告.docx": Residue.TRASH,
    "/media/stick/.Trash-1000/files/报告.docx": Residue.TRASH,
    "/media/stick/$RECYCLE.BIN/S-1-5/报告.docx": Residue.TRASH,
    f"{HOME}/.cache/thumbnails/large/abc.png": Residue.THUMBNAIL,
    "/var/spool/cups/d00012-001": Residue.PRINT_SPOOL,
    "/var/spool/cups-pdf/ANONYMOUS/报告.pdf": Residue.PRINT_SPOOL,
    "/tmp/报告.docx": Residue.TEMPORARY,
    "/var/tmp/a/报告.docx": Residue.TEMPORARY,
    f"{HOME}/.cache/mozilla/firefox/x/cache2/entries/AB12": Residue.CACHE,
    f"{HOME}/.config/google-chrome/Default/Cache/data_1": Residue.CACHE,
    f"{HOME}/下载/报告.pdf.part": Residue.DOWNLOAD,
    f"{HOME}/下载/报告.pdf.crdownload": Residue.DOWNLOAD,
    "/srv/lost+found/#12345": Residue.RECOVERED,
    f"{HOME}/recup_dir.1/f0001.docx": Residue.RECOVERED,
    f"{HOME}/.local/share/Trash/files/报告.docx.bak": Residue.TRASH,
}

KEPT = [
    f"{HOME}/文档/报告.docx",
    f"{HOME}/文档/tmp.docx",
    f"{HOME}/backup/报告.docx",
    f"{HOME}/tmp/报告.docx",
    f"{HOME}/文档/回收站/报告.docx",
    f"{HOME}/Trash/报告.docx",
    f"{HOME}/文档/part/报告.docx",
    f"{HOME}/文档/~",
    "/srv/classified/#1报告.docx",
    "/srv/tmpl/报告.docx",
    "",
]


@pytest.mark.parametrize("path", FOUND)
def test_a_residue_is_told_by_its_place_or_name(path: str) -> None:
    assert residue_of(path) is FOUND[path]


@pytest.mark.parametrize("path", KEPT)
def test_what_somebody_keeps_is_none(path: str) -> None:
    assert residue_of(path) is None


@pytest.mark.parametrize("kind", Residue)
def test_a_residue_has_a_name_in_both_languages(kind: Residue) -> None:
    assert CJK.search(kind.text.zh)
    assert not CJK.search(kind.text.en)


@pytest.mark.parametrize("kind", Residue)
def test_every_kind_is_found(kind: Residue) -> None:
    assert kind in FOUND.values()
