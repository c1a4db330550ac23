"""Names of USB vendors and devices, by the list that is shipped and by one that the system has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent.sources.usb_names import OWN, named, names

LIST = """\
# a comment

0951  Kingston Technology
\t1666  DataTraveler 100 G3/G4/SE9 G2/50 Kyson
\t\t01  an interface
\t1689  DataTraveler SE9
0952  Another
\t1666  Its own 1666
C 08  Mass Storage
\t06  SCSI
"""


@pytest.mark.parametrize(
    ("vendor_id", "product_id", "expected"),
    [
        ("0951", "1666", ("Kingston Technology", "DataTraveler 100 G3/G4/SE9 G2/50 Kyson")),
        ("0951", "1689", ("Kingston Technology", "DataTraveler SE9")),
        ("0952", "1666", ("Another", "Its own 1666")),
        ("0951", "ffff", ("Kingston Technology", "")),
        ("0952", "1689", ("Another", "")),
        ("ffff", "1666", ("", "")),
        ("", "", ("", "")),
    ],
)
def test_a_device_is_looked_for_below_its_vendor(vendor_id: str, product_id: str, expected: tuple[str, str]) -> None:
    assert named(LIST.splitlines(keepends=True), vendor_id, product_id) == expected


def test_the_shipped_list_names_what_is_sold() -> None:
    vendor, product = names("0951", "1666", (OWN,))
    assert vendor.startswith("Kingston")
    assert "DataTraveler" in product
    assert names("0FCE", "0166", (OWN,))[0].startswith("Sony Ericsson")


def test_the_shipped_list_is_dated_and_says_under_which_licence_it_is() -> None:
    head = OWN.read_text(encoding="utf-8")[:2500]
    assert re.search(r"# Version: 20\d\d\.\d\d\.\d\d", head)
    assert "3-clause BSD" in head
    assert "THIS SOFTWARE IS PROVIDED BY THE REGENTS" in head


def test_the_system_s_list_goes_first_and_ours_fills_its_gaps(tmp_path: Path) -> None:
    system = tmp_path / "usb.ids"
    system.write_text("0951  Newer name\n", encoding="utf-8")
    assert names("0951", "1666", (system, OWN))[0] == "Newer name"
    assert "DataTraveler" in names("0951", "1666", (system, OWN))[1]
    assert names("0951", "1666", (tmp_path / "none",)) == ("", "")
