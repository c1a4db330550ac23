"""What USB vendors and devices are called that do not say it themselves: by the system's list of USB IDs, or our dated copy.

The list is read anew for each name that is asked for, which takes some milliseconds: an idle daemon holds none of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

OWN = Path(__file__).with_name("usb.ids")
SYSTEM = Path("/usr/share/misc/usb.ids")
_KEPT = 32


@lru_cache(maxsize=_KEPT)
def names(vendor_id: str, product_id: str, lists: tuple[Path, ...] = (SYSTEM, OWN)) -> tuple[str, str]:
    """Vendor and product of these ids (four hex digits), each "" where no list names it."""
    vendor = product = ""
    for file in lists:
        try:
            with file.open(encoding="utf-8", errors="replace") as lines:
                found = named(lines, vendor_id.lower(), product_id.lower())
        except OSError:
            continue
        vendor, product = vendor or found[0], product or found[1]
        if vendor and product:
            break
    return vendor, product


def named(lines: Iterable[str], vendor_id: str, product_id: str) -> tuple[str, str]:
    """The same from the lines of one list: "1234  Vendor", and below it "\\t5678  Device"."""
    vendor = ""
    for line in lines:
        if vendor and line.startswith(f"\t{product_id}  "):
            return vendor, line[7:].strip()
        if line[:1] not in ("", "\t", "#", "\n"):
            if vendor:
                break
            if line.startswith(f"{vendor_id}  "):
                vendor = line[6:].strip()
    return vendor, ""
