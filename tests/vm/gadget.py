"""USB devices that QEMU does not know: the computer plugs them into itself, by the kernel's gadget drivers and dummy_hcd."""

from __future__ import annotations

from collections.abc import Sequence

from tests.vm.guest import Guest

_FOLDER = "/sys/kernel/config/usb_gadget/one"
# HID 1.11, appendix B.1: a boot keyboard.
_KEYBOARD = (
    r"\005\001\011\006\241\001\005\007\031\340\051\347\025\000\045\001\165\001\225\010\201\002\225\001\165\010\201\003"
    r"\225\005\165\001\005\010\031\001\051\005\221\002\225\001\165\003\221\003\225\006\165\010\025\000\045\145\005\007"
    r"\031\000\051\145\201\000\300"
)
FUNCTIONS = {
    "mass_storage.0": "truncate -s 16M /var/tmp/gadget.img; echo /var/tmp/gadget.img > $f/lun.0/file",
    "hid.0": f"echo 1 > $f/protocol; echo 1 > $f/subclass; echo 8 > $f/report_length; printf '{_KEYBOARD}' > $f/report_desc",
    "acm.0": "",  # a modem that takes AT commands
    "ncm.0": "",  # a network card
}


def plug_in(guest: Guest, serial: str, functions: Sequence[str]) -> None:
    """A device with all these functions (see FUNCTIONS) and the ids of a well-known stick; without a serial number for ""."""
    number = f"echo {serial} > strings/0x409/serialnumber" if serial else ":"
    lines = [
        "set -e; modprobe dummy_hcd; modprobe libcomposite",
        f"mkdir -p {_FOLDER}/strings/0x409 {_FOLDER}/configs/c.1; cd {_FOLDER}",
        f"echo 0x0951 > idVendor; echo 0x1666 > idProduct; {number}",
        "echo Kingston > strings/0x409/manufacturer; echo DataTraveler > strings/0x409/product",
        *(f"f=functions/{name}; mkdir $f; {FUNCTIONS[name]}\nln -s $f configs/c.1/" for name in functions),
        "echo dummy_udc.0 > UDC",
    ]
    guest.run("\n".join(lines))


def pull_out(guest: Guest) -> None:
    """Take it away again."""
    guest.run(f"echo > {_FOLDER}/UDC")
