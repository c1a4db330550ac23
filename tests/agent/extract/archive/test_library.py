from __future__ import annotations

from agent.extract.archive import library as archive_library
from agent.extract.archive.library import available, load


def test_the_library_of_this_computer_is_there() -> None:
    assert available()
    assert {"read_support_format_7zip", "read_support_filter_zstd"} <= archive_library.FUNCTIONS.keys()


def test_a_computer_without_the_library_has_no_functions() -> None:
    assert load("libno-such-archive.so.13") == {}


def test_another_library_of_that_name_has_no_functions() -> None:
    assert load("libc.so.6") == {}
