from __future__ import annotations

import os
from pathlib import Path

import pytest

from policies.trusted import UntrustedError, refuse_others

NOBODY = 65534


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir(mode=0o755)
    path = tmp_path / "folder" / "file"
    path.touch(mode=0o644)
    return path


@pytest.mark.needs_root
def test_what_is_roots_alone_is_believed(file: Path) -> None:
    refuse_others(file)


@pytest.mark.needs_root
@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("mode", [0o775, 0o757, 0o777])
def test_what_others_may_write_to_is_refused_with_the_place_and_what_to_do(file: Path, depth: int, mode: int) -> None:
    place = (file, *file.parents)[depth]
    place.chmod(mode)
    with pytest.raises(UntrustedError) as caught:
        refuse_others(file)
    assert f"chmod go-w '{place}'" in caught.value.text.en
    assert f"chmod go-w '{place}'" in caught.value.text.zh


@pytest.mark.needs_root
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_what_belongs_to_another_user_is_refused(file: Path, depth: int) -> None:
    place = (file, *file.parents)[depth]
    os.chown(place, NOBODY, -1)
    with pytest.raises(UntrustedError, match=f"chown root '{place}'"):
        refuse_others(file)


@pytest.mark.needs_root
def test_a_link_is_judged_by_where_it_leads(file: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(file)
    os.chown(file, NOBODY, -1)
    with pytest.raises(UntrustedError):
        refuse_others(tmp_path / "link")


@pytest.mark.needs_root
def test_a_folder_for_everybody_with_the_sticky_bit_may_lie_on_the_way(file: Path) -> None:
    file.parent.chmod(0o1777)
    refuse_others(file)
    file.chmod(0o1666)
    with pytest.raises(UntrustedError):
        refuse_others(file)


def test_a_plain_users_files_are_that_users_affair(file: Path) -> None:
    file.chmod(0o666)
    refuse_others(file, uid=1000)


def test_what_is_not_there_cannot_be_judged(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        refuse_others(tmp_path / "none", uid=0)
