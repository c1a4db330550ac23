"""Who a device is: bus, ids, names and serial number, as the device itself, its bus or udev tells."""

from __future__ import annotations

from dataclasses import dataclass

from agent.sources.blocks import is_optical
from agent.sources.udev import Node, attribute
from agent.sources.usb_names import names


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The fields of `checks.subjects.Device` that name it; ids in hex digits, each "" where it has none."""

    bus: str
    vendor_id: str = ""
    product_id: str = ""
    vendor: str = ""
    product: str = ""
    serial: str = ""


def of_usb(node: Node) -> Identity:
    """From the strings and numbers in the device's own descriptor; names that it does not give, from the list of USB IDs."""
    path, known = node.sys_path, node.properties
    vendor_id = attribute(path, "idVendor") or known.get("ID_VENDOR_ID", "")
    product_id = attribute(path, "idProduct") or known.get("ID_MODEL_ID", "")
    vendor, product = attribute(path, "manufacturer"), attribute(path, "product")
    listed = ("", "") if vendor and product else names(vendor_id, product_id)
    return Identity(
        bus="usb",
        vendor_id=vendor_id,
        product_id=product_id,
        vendor=vendor or listed[0] or known.get("ID_VENDOR", ""),
        product=product or listed[1] or known.get("ID_MODEL", ""),
        serial=attribute(path, "serial"),
    )


def of_usb_event(event: Node) -> Identity:
    """Of a USB device that is gone already, from the event that told of its coming (PRODUCT is "781/5567/100")."""
    known = event.properties
    vendor_id, product_id, *_ = [*known.get("PRODUCT", "").split("/"), ""]
    return Identity(
        bus="usb",
        vendor_id=known.get("ID_VENDOR_ID") or vendor_id.zfill(4),
        product_id=known.get("ID_MODEL_ID") or product_id.zfill(4),
        vendor=known.get("ID_VENDOR", ""),
        product=known.get("ID_MODEL", ""),
        serial=known.get("ID_SERIAL_SHORT", ""),
    )


def of_disk(disk: Node) -> Identity:
    """Of a removable medium that is not on USB."""
    card = disk.find_parent("mmc")
    return _of_card(card.sys_path) if card else _of_drive(disk)


def _of_card(path: str) -> Identity:
    """An SD card's identity is its CID register: maker, application id, product name and serial number."""
    maker, application = (attribute(path, name).removeprefix("0x") for name in ("manfid", "oemid"))
    return Identity(
        bus="mmc", vendor_id=maker, product_id=application, product=attribute(path, "name"), serial=attribute(path, "serial")
    )


def _of_drive(disk: Node) -> Identity:
    known, parent = disk.properties, next(iter(disk.ancestors))
    vendor = known.get("ID_VENDOR") or attribute(parent.sys_path, "vendor")
    product = known.get("ID_MODEL") or attribute(parent.sys_path, "model") or disk.sys_name
    if is_optical(disk):
        return Identity(bus="optical", vendor=vendor, product=product)  # the serial number would be the drive's, not the disc's
    serial = known.get("ID_SERIAL_SHORT") or attribute(parent.sys_path, "serial")
    return Identity(bus=known.get("ID_BUS") or parent.subsystem or "", vendor=vendor, product=product, serial=serial)
