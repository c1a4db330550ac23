"""Wireless hardware in trees that are laid out like the sysfs of real machines, and in this machine's own."""

from __future__ import annotations

import queue
import threading
from pathlib import Path

import pytest

from agent.sources.base import Blind, Change, SourceUnavailable
from agent.sources.hardware import HardwareSource
from checks.subjects import Association, Radio
from tests.netns import namespace, wire

PATIENCE = 30.0
PCI = "devices/pci0000:00/0000:00:1c.0/0000:02:00.0"
USB = "devices/pci0000:00/0000:00:14.0/usb1/1-7"


class Sysfs:
    """Lays out a tree as the kernel does: devices with attributes, and links to them from the classes and buses."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "class").mkdir()

    def device(self, path: str, subsystem: str, driver: str = "", **attributes: str) -> None:
        """A device on a bus."""
        folder = self._folder(path, attributes)
        self._link(folder / "subsystem", f"bus/{subsystem}")
        if driver:
            self._link(folder / "driver", f"bus/{subsystem}/drivers/{driver}")
        self._link(self.root / "bus" / subsystem / "devices" / folder.name, path)

    def entry(self, path: str, kind: str, **attributes: str) -> None:
        """A class entry below its device."""
        folder = self._folder(path, attributes)
        self._link(folder / "subsystem", f"class/{kind}")
        self._link(self.root / "class" / kind / folder.name, path)
        parent = folder.parent.parent if folder.parent.name == kind else folder.parent
        self._link(folder / "device", str(parent.relative_to(self.root)))

    def link(self, path: str, target: str) -> None:
        """A link from one place of the tree to another."""
        self._link(self.root / path, target)

    def _folder(self, path: str, attributes: dict[str, str]) -> Path:
        folder = self.root / path
        folder.mkdir(parents=True, exist_ok=True)
        for name, value in attributes.items():
            (folder / name).write_text(f"{value}\n")
        return folder

    def _link(self, place: Path, target: str) -> None:
        (self.root / target).mkdir(parents=True, exist_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(self.root / target)


@pytest.fixture
def sysfs(tmp_path: Path) -> Sysfs:
    return Sysfs(tmp_path)


def radios(sysfs: Sysfs) -> list[Radio]:
    return [radio for radio in HardwareSource(sys=sysfs.root).present() if isinstance(radio, Radio)]


def add_wifi_card(sysfs: Sysfs, *, soft: str = "0", hard: str = "0", carrier: str = "0") -> None:
    """A PCI Wi-Fi card as iwlwifi shows it."""
    sysfs.device(PCI, "pci", "iwlwifi", vendor="0x8086", device="0x2723", **{"class": "0x028000"})
    sysfs.entry(f"{PCI}/ieee80211/phy0", "ieee80211", index="0")
    sysfs.entry(f"{PCI}/net/wlp2s0", "net", carrier=carrier, uevent="DEVTYPE=wlan\nINTERFACE=wlp2s0")
    sysfs.link(f"{PCI}/net/wlp2s0/phy80211", f"{PCI}/ieee80211/phy0")
    sysfs.entry(f"{PCI}/ieee80211/phy0/rfkill0", "rfkill", type="wlan", soft=soft, hard=hard, name="phy0")


def add_bluetooth_adapter(sysfs: Sysfs) -> None:
    """A USB Bluetooth adapter as btusb shows it: two interfaces, one adapter, one switch."""
    sysfs.device(USB, "usb", "usb", idVendor="8087", idProduct="0029", manufacturer="Intel", product="AX200 Bluetooth")
    codes = {"bInterfaceClass": "e0", "bInterfaceSubClass": "01", "bInterfaceProtocol": "01"}
    sysfs.device(f"{USB}/1-7:1.0", "usb", "btusb", **codes)
    sysfs.device(f"{USB}/1-7:1.1", "usb", "btusb", **codes)
    sysfs.entry(f"{USB}/1-7:1.0/bluetooth/hci0", "bluetooth")
    sysfs.entry(f"{USB}/1-7:1.0/bluetooth/hci0/rfkill1", "rfkill", type="bluetooth", soft="0", hard="0", name="hci0")


def test_all_views_of_a_wifi_card_are_one_radio(sysfs: Sysfs) -> None:
    add_wifi_card(sysfs)
    (radio,) = radios(sysfs)
    assert (radio.kind, radio.bus, radio.ids, radio.driver) == ("wifi", "pci", "8086:2723", "iwlwifi")
    assert (radio.blocked, radio.active) == (False, False)
    assert radio.path == str(sysfs.root / PCI)


@pytest.mark.parametrize(("soft", "hard", "blocked"), [("0", "0", False), ("1", "0", True), ("0", "1", True)])
def test_a_switch_of_either_kind_blocks(sysfs: Sysfs, soft: str, hard: str, blocked: bool) -> None:
    add_wifi_card(sysfs, soft=soft, hard=hard)
    assert [radio.blocked for radio in radios(sysfs)] == [blocked]


def test_a_connected_wifi_card_is_active(sysfs: Sysfs) -> None:
    add_wifi_card(sysfs, carrier="1")
    assert [radio.active for radio in radios(sysfs)] == [True]


def test_a_bluetooth_adapter_is_one_radio_named_as_it_names_itself(sysfs: Sysfs) -> None:
    add_bluetooth_adapter(sysfs)
    (radio,) = radios(sysfs)
    assert (radio.kind, radio.name, radio.ids) == ("bluetooth", "Intel AX200 Bluetooth", "8087:0029")
    assert (radio.bus, radio.driver, radio.blocked, radio.active) == ("usb", "btusb", False, False)


def test_a_bluetooth_connection_makes_the_adapter_active(sysfs: Sysfs) -> None:
    add_bluetooth_adapter(sysfs)
    sysfs.entry(f"{USB}/1-7:1.0/bluetooth/hci0/hci0:42", "bluetooth")
    assert [radio.active for radio in radios(sysfs)] == [True]


def test_wifi_and_bluetooth_in_one_usb_device_are_two_radios(sysfs: Sysfs) -> None:
    add_bluetooth_adapter(sysfs)
    sysfs.device(f"{USB}/1-7:1.3", "usb", "mt7921u", bInterfaceClass="ff", bInterfaceSubClass="ff", bInterfaceProtocol="ff")
    sysfs.entry(f"{USB}/1-7:1.3/ieee80211/phy0", "ieee80211")
    found = radios(sysfs)
    assert sorted(radio.kind for radio in found) == ["bluetooth", "wifi"]
    assert len({radio.key for radio in found}) == 2


def test_a_card_without_a_driver_is_there_all_the_same(sysfs: Sysfs) -> None:
    sysfs.device(PCI, "pci", vendor="0x14c3", device="0x7961", **{"class": "0x028000"})
    (radio,) = radios(sysfs)
    assert (radio.kind, radio.ids, radio.driver, radio.blocked) == ("wifi", "14c3:7961", "", None)


@pytest.mark.parametrize(
    ("code", "kind"),
    [("0x0d0000", "infrared"), ("0x0d1100", "bluetooth"), ("0x0d4000", "wwan"), ("0x0d8000", "other"), ("0x020000", None)],
)
def test_pci_classes(sysfs: Sysfs, code: str, kind: str | None) -> None:
    sysfs.device(PCI, "pci", vendor="0x1234", device="0x5678", **{"class": code})
    assert [radio.kind for radio in radios(sysfs)] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("codes", "driver", "product", "kind"),
    [
        ("e00101", "", "", "bluetooth"),
        ("e00103", "rndis_host", "", "other"),
        ("020e00", "cdc_mbim", "", "wwan"),
        ("ffffff", "qmi_wwan", "", "wwan"),
        ("fe0200", "", "", "infrared"),
        ("030101", "usbhid", "USB Receiver", "other"),
        ("030101", "usbhid", "2.4G Wireless Mouse", "other"),
        ("030101", "usbhid", "无线键盘", "other"),
        ("030101", "usbhid", "USB Keyboard", None),
        ("080650", "usb-storage", "Wireless Disk", None),
    ],
)
def test_usb_classes(sysfs: Sysfs, codes: str, driver: str, product: str, kind: str | None) -> None:
    sysfs.device(USB, "usb", "usb", idVendor="1234", idProduct="5678", product=product)
    names = ("bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol")
    sysfs.device(f"{USB}/1-7:1.0", "usb", driver, **dict(zip(names, (codes[:2], codes[2:4], codes[4:]), strict=True)))
    assert [radio.kind for radio in radios(sysfs)] == ([kind] if kind else [])


def test_a_modem_is_one_radio_whatever_its_drivers_make_of_it(sysfs: Sysfs) -> None:
    sysfs.device(USB, "usb", "usb", idVendor="2c7c", idProduct="0125", manufacturer="Quectel", product="EC25")
    sysfs.device(f"{USB}/1-7:1.4", "usb", "qmi_wwan", bInterfaceClass="ff", bInterfaceSubClass="ff", bInterfaceProtocol="ff")
    sysfs.entry(f"{USB}/1-7:1.4/net/wwan0", "net", carrier="1", uevent="DEVTYPE=wwan")
    sysfs.entry(f"{USB}/1-7:1.4/wwan/wwan0", "wwan")
    (radio,) = radios(sysfs)
    assert (radio.kind, radio.name, radio.active) == ("wwan", "Quectel EC25", True)


def test_the_computers_own_switch_speaks_for_the_radio_of_its_kind(sysfs: Sysfs) -> None:
    add_wifi_card(sysfs)
    sysfs.device("devices/platform/thinkpad_acpi", "platform", "thinkpad_acpi")
    sysfs.entry("devices/platform/thinkpad_acpi/rfkill/rfkill5", "rfkill", type="wlan", soft="0", hard="1", name="tpacpi")
    (radio,) = radios(sysfs)
    assert radio.blocked is True


def test_a_switch_alone_tells_of_a_radio(sysfs: Sysfs) -> None:
    sysfs.device("devices/platform/hp-wmi", "platform", "hp-wmi")
    sysfs.entry("devices/platform/hp-wmi/rfkill/rfkill3", "rfkill", type="wwan", soft="1", hard="0", name="hp-wwan")
    (radio,) = radios(sysfs)
    assert (radio.kind, radio.blocked) == ("wwan", True)


def test_a_simulated_radio_is_seen(sysfs: Sysfs) -> None:
    place = "devices/virtual/mac80211_hwsim/hwsim0"
    sysfs.entry(place, "mac80211_hwsim")
    sysfs.entry(f"{place}/ieee80211/phy0", "ieee80211")
    sysfs.entry(f"{place}/net/wlan0", "net", carrier="1")
    sysfs.link(f"{place}/net/wlan0/phy80211", f"{place}/ieee80211/phy0")
    sysfs.entry(f"{place}/ieee80211/phy0/rfkill0", "rfkill", type="wlan", soft="0", hard="0")
    (radio,) = radios(sysfs)
    assert (radio.kind, radio.active, radio.blocked) == ("wifi", True, False)
    assert radio.path == str(sysfs.root / place)


def test_a_wired_adapter_is_no_radio(sysfs: Sysfs) -> None:
    sysfs.device(PCI, "pci", "e1000e", vendor="0x8086", device="0x15d8", **{"class": "0x020000"})
    sysfs.entry(f"{PCI}/net/enp2s0", "net", carrier="1", uevent="INTERFACE=enp2s0")
    assert radios(sysfs) == []


def test_a_radio_can_be_read_again_until_it_is_gone(sysfs: Sysfs) -> None:
    add_wifi_card(sysfs)
    source = HardwareSource(sys=sysfs.root)
    (radio,) = radios(sysfs)
    again = source.read(radio.key)
    assert isinstance(again, Radio)
    assert again.ids == radio.ids
    assert source.read("elsewhere") is None


def test_without_sysfs_the_source_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable) as refused:
        HardwareSource(sys=tmp_path).present()
    assert "/sys" in refused.value.reason.zh


def test_this_machines_radios_are_read_without_an_error() -> None:
    for radio in HardwareSource().present():
        assert isinstance(radio, Radio)
        assert Path(radio.path.partition("#")[0]).exists()


@pytest.mark.needs_root
@pytest.mark.needs_tool("ip")
def test_a_new_interface_is_announced() -> None:
    source = HardwareSource()
    posted: queue.SimpleQueue[Change | Blind] = queue.SimpleQueue()
    ready = threading.Event()
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as outside:
        watch = inside.start(lambda: source.watch(posted.put, ready))
        assert ready.wait(PATIENCE)
        wire(inside, outside)
        news = posted.get(timeout=PATIENCE)
        source.close()
        watch.result(PATIENCE)
    assert isinstance(news, Change)
    assert (news.source, news.key) == ("hardware", "")


JOINED = Association(interface="wlan0", mode="managed", ssid="guest", bssid="02:00:00:00:aa:01", peers=1)


def add_indexed_wifi_card(sysfs: Sysfs, flags: str = "0x1003") -> None:
    """A card whose interface has the index 7."""
    add_wifi_card(sysfs)
    folder = sysfs.root / PCI / "net/wlp2s0"
    (folder / "ifindex").write_text("7\n")
    (folder / "flags").write_text(f"{flags}\n")


def test_what_an_interface_is_joined_to_belongs_to_its_radio_by_the_index(sysfs: Sysfs) -> None:
    add_indexed_wifi_card(sysfs)
    add_bluetooth_adapter(sysfs)
    source = HardwareSource(sys=sysfs.root, wifi=lambda: {7: JOINED, 8: JOINED})
    found = {radio.kind: radio for radio in source.present() if isinstance(radio, Radio)}
    assert found["wifi"].associations == (JOINED,)
    assert found["bluetooth"].associations == ()


@pytest.mark.parametrize(("flags", "up"), [("0x1003", True), ("0x1002", False), ("", False)])
def test_an_enabled_interface_is_not_yet_a_connected_one(sysfs: Sysfs, flags: str, up: bool) -> None:
    add_indexed_wifi_card(sysfs, flags)
    assert [(radio.up, radio.active) for radio in radios(sysfs)] == [(up, False)]


def test_where_wifi_cannot_be_asked_its_radio_says_so(sysfs: Sysfs) -> None:
    def refuse() -> dict[int, Association]:
        raise PermissionError(1, "no")

    add_indexed_wifi_card(sysfs)
    add_bluetooth_adapter(sysfs)
    found = {
        radio.kind: set(radio.missing)
        for radio in HardwareSource(sys=sysfs.root, wifi=refuse).present()
        if isinstance(radio, Radio)
    }
    assert found == {"wifi": {"associations"}, "bluetooth": set()}
