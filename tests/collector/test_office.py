from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from collector.auth import digest
from collector.office import OfficeError, create, open_office
from collector.settings import Settings
from tests.collector.samples import NOON

SETTINGS = Settings()


def test_an_office_is_made_and_opened(tmp_path: Path) -> None:
    code = create(tmp_path / "a" / "office", SETTINGS, [], NOON)
    office = open_office(tmp_path / "a" / "office", SETTINGS)
    office.store.close()
    assert office.access == digest(code)
    assert stat.S_IMODE(office.folder.stat().st_mode) == 0o700


def test_the_access_code_is_kept_nowhere(tmp_path: Path) -> None:
    code = create(tmp_path / "office", SETTINGS, [], NOON)
    assert all(code.encode() not in path.read_bytes() for path in (tmp_path / "office").iterdir())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    create(tmp_path, SETTINGS, [], NOON)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(OfficeError, match="not overwritten"):
        create(tmp_path, SETTINGS, [], NOON)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_without_office_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(OfficeError) as caught:
        open_office(tmp_path, SETTINGS)
    assert "collector init" in caught.value.text.zh


def test_the_umask_is_as_before(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        create(tmp_path / "office", SETTINGS, [], NOON)
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)


def test_a_name_that_no_certificate_can_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="neither a host name nor an IP address"):
        create(tmp_path / "office", SETTINGS, ["服务器"], NOON)


@pytest.mark.needs_root
def test_the_services_user_owns_what_root_prepares(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    create(folder, SETTINGS, [], NOON)
    assert {path.stat().st_uid for path in folder.iterdir()} == {65534}
