"""Tests of the media source: real events through umockdev and from the kernel, and this computer as it is."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from agent.sources import devices, udev
from agent.sources.base import Blind, Change, SourceUnavailable
from agent.sources.media import LOST, MediaSource, Plugged, in_company
from checks.subjects import Device, Other, Past, Volume
from tests.agent.judging import device as sample
from tests.umock import WAIT_SECONDS, Bed, Seen

needs_umockdev = pytest.mark.needs_tool("umockdev-wrapper")

BUS = "/sys/devices/pci0000:00/0000:00:14.0/usb1"
STICK = f"{BUS}/1-1"
DISK = f"{STICK}/1-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb"
PARTITION = f"{DISK}/sdb1"
CARD_SLOT = f"{BUS}/1-5/1-5:1.0/host7/target7:0:0/7:0:0:0/block/sdc"
DISC = "/sys/devices/pci0000:00/0000:00:17.0/ata3/host2/target2:0:0/2:0:0:0/block/sr1"


def test_without_sysfs_nothing_is_known_and_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable):
        MediaSource(sysfs=tmp_path / "none").present()


@contextmanager
def watching(source: MediaSource) -> Iterator[list[Change | Blind]]:
    """What a source posts, in this process, from when it is ready on."""
    posted: list[Change | Blind] = []
    ready = threading.Event()
    thread = threading.Thread(target=source.watch, args=(posted.append, ready))
    thread.start()
    assert ready.wait(WAIT_SECONDS)
    try:
        yield posted
    finally:
        source.close()
        thread.join(WAIT_SECONDS)
        assert not thread.is_alive()


# --- what comes and goes ------------------------------------------------------------------------------------------------------


@needs_umockdev
def test_an_event_that_changes_nothing_posts_nothing() -> None:
    with Bed("stick") as bed, bed.watch() as watcher:
        for path, action in ((STICK, "bind"), (STICK, "change"), (DISK, "change"), (PARTITION, "add")):
            bed.announce(path, action)
        bed.add("keyboard")
        assert watcher.device().product == "USB Keyboard"


@needs_umockdev
def test_a_stick_is_posted_at_once_and_again_when_its_disk_appears() -> None:
    with Bed() as bed, bed.watch() as watcher:
        bed.add("stick-device")
        first = watcher.next()
        assert first.device is not None
        assert (first.key, first.device.serial) == (first.device.session, "60A44C413FDE")
        assert first.device.missing == {"volumes": devices.NO_DISK_YET}
        bed.add("stick-disk")
        complete = watcher.until_volume("/dev/sdb1")
        assert (complete.session, complete.missing) == (first.key, {})


@needs_umockdev
def test_unplugging_tells_which_plug_in_ended() -> None:
    with Bed("stick") as bed, bed.watch() as watcher:
        (stick,) = bed.present()
        bed.unplug(STICK)
        ended = watcher.next()
        assert (ended.key, ended.device) == (stick.session, None)


@needs_umockdev
def test_plugging_in_again_is_another_session() -> None:
    with Bed() as bed, bed.watch() as watcher:
        bed.add("phone-mtp")
        first = last = watcher.next()
        bed.unplug(f"{BUS}/1-2")
        while last.device is not None:
            last = watcher.next()
        bed.add("phone-mtp", devnum="60")
        assert watcher.next().key != first.key == last.key


@needs_umockdev
def test_a_device_replaced_behind_our_back_ends_one_session_and_begins_another() -> None:
    with Bed("stick") as bed, bed.watch() as watcher:
        (stick,) = bed.present()
        bed.set(STICK, "devnum", "99")
        bed.announce(STICK, "change")
        ended, begun = watcher.next(), watcher.next()
        assert (ended.key, ended.device) == (stick.session, None)
        assert begun.device is not None
        assert begun.key != stick.session


@needs_umockdev
def test_a_device_that_came_and_went_before_it_could_be_read_is_posted_all_the_same() -> None:
    with Bed() as bed, bed.watch() as watcher:
        with watcher.stopped():
            bed.add("phone-mtp")
            bed.drop(f"{BUS}/1-2")
        came, went = watcher.next(), watcher.next()
        assert came.device is not None
        assert (came.device.serial, came.device.is_storage) == ("1A2B3C4D5E6F", True)
        assert (went.key, went.device) == (came.key, None)


@needs_umockdev
def test_a_hub_that_comes_and_goes_is_not_posted() -> None:
    with Bed() as bed, bed.watch() as watcher:
        with watcher.stopped():
            bed.add("cameras")
            bed.drop(f"{BUS}/1-7")
            bed.drop(f"{BUS}/1-8")
        products = {seen.device.product for seen in (watcher.next() for _ in range(4)) if seen.device}
        assert products == {"Integrated_Camera", "Dock_Camera"}


@needs_umockdev
def test_a_disk_inside_the_computer_is_not_posted() -> None:
    with Bed() as bed, bed.watch() as watcher:
        bed.add("fixed-disks", "keyboard")
        assert watcher.device().product == "USB Keyboard"


# --- media in drives and readers ----------------------------------------------------------------------------------------------


@needs_umockdev
def test_a_card_put_into_a_reader_is_posted() -> None:
    with Bed("reader") as bed, bed.watch() as watcher:
        bed.set(CARD_SLOT, "size", "62333952")
        bed.set(CARD_SLOT, "diskseq", "33")
        bed.announce(CARD_SLOT, "change")
        slot = watcher.device().volumes[0]
        assert (slot.size, slot.sequence) == (62333952 * 512, 33)


@needs_umockdev
def test_a_disc_comes_and_goes_while_its_drive_stays() -> None:
    with Bed() as bed:
        bed.add("optical-disc-unknown", size="2097151")
        with bed.watch() as watcher:
            bed.set(DISC, "size", "9180416")
            bed.announce(DISC, "change")
            come = watcher.next()
            bed.set(DISC, "size", "2097151")
            bed.announce(DISC, "change")
            gone = watcher.next()
    assert come.device is not None
    assert come.device.bus == "optical"
    assert (gone.key, gone.device) == (come.key, None)


@needs_umockdev
def test_a_storage_device_whose_disk_never_comes_is_posted_as_settled() -> None:
    with Bed() as bed, bed.watch(settle_seconds=0.2) as watcher:
        bed.add("stick-device")
        assert watcher.device().missing == {"volumes": devices.NO_DISK_YET}
        bed.set(STICK, "power/connected_duration", "30000")
        settled = watcher.device()
        while settled.missing:
            settled = watcher.device()
        assert settled.volumes == ()


@needs_umockdev
def test_a_stick_that_is_being_unplugged_is_not_posted_without_its_disk() -> None:
    with Bed("stick") as bed, bed.watch() as watcher:
        bed.unplug(PARTITION, DISK, STICK)
        seen = watcher.next()
        while seen.device is not None:
            assert seen.device.volumes
            seen = watcher.next()


@needs_umockdev
def test_a_device_that_lost_its_disk_and_stays_is_posted_in_the_end() -> None:
    with Bed("stick") as bed, bed.watch() as watcher:
        bed.unplug(PARTITION, DISK)
        seen = watcher.device()
        while seen.volumes:
            seen = watcher.device()
        assert seen.path == STICK


@pytest.mark.needs_root
@pytest.mark.needs_tool("umockdev-wrapper", "unshare", "nsenter", "mount")
def test_a_mount_is_posted_without_any_device_event(tmp_path: Path) -> None:
    with Bed("stick") as bed, bed.watch(within=["unshare", "--mount"]) as watcher:
        mount = ["mount", "-t", "tmpfs", "/dev/sdb1", str(tmp_path)]  # a mount in the source's own namespace, by the stick's name
        subprocess.run(["nsenter", "--mount", "--target", str(watcher.pid), *mount], check=True)
        assert watcher.device().volumes[1].mounted_at == (str(tmp_path),)
        assert watcher.next() == Seen("", None, "documents")  # what lies on it is to be read
        subprocess.run(["nsenter", "--mount", "--target", str(watcher.pid), "umount", str(tmp_path)], check=True)
        assert not watcher.device().is_mounted
        assert watcher.next() == Seen("", None, "documents")


# --- what lies beside it ------------------------------------------------------------------------------------------------------


@needs_umockdev
def test_a_second_medium_is_posted_with_the_first_and_the_first_with_the_second() -> None:
    with Bed("stick") as bed, bed.watch() as watcher:
        first = next(iter(bed.present()))
        bed.add("usb-disk")
        second, again = watcher.device(), watcher.device()
        while again.path == second.path:
            second, again = again, watcher.device()
        assert second.others == (Other(ids=first.ids),)
        assert (again.path, again.others) == (first.path, (Other(ids=second.ids),))
        assert {len(device.others) for device in bed.present()} == {1}


@needs_umockdev
def test_a_medium_that_is_alone_again_is_posted() -> None:
    with Bed("stick") as bed, bed.watch() as watcher:
        bed.add("phone-mtp")
        while not (seen := watcher.device()).volumes or not seen.others:
            continue
        bed.unplug(f"{BUS}/1-2")
        alone = watcher.next()
        while alone.device is None or alone.device.others:
            alone = watcher.next()
        assert alone.device.path == STICK


def test_only_storage_devices_are_company() -> None:
    one, other, keyboard = sample(), sample(path="/b", serial="2"), sample(path="/c", serial="3")
    stick, disk = (replace(d, volumes=(Volume(node="/dev/sdb", mounted_at=("/a",)),)) for d in (one, other))
    found = {device.path: device.others for device in in_company([disk, keyboard, stick])}
    assert found == {stick.path: (Other(ids=disk.ids, mounted=True),), "/b": (Other(ids=stick.ids, mounted=True),), "/c": ()}


# --- what is remembered, and what happened before -------------------------------------------------------------------------------


def test_what_is_remembered_of_a_device_is_added_to_it() -> None:
    seen: list[Device] = []

    def complete(device: Device) -> Device:
        seen.append(device)
        return replace(device, past=Past(size=7))

    present = list(MediaSource(complete=complete).present())
    assert [device for device in present if isinstance(device, Device) and device.past != Past(size=7)] == []
    assert len(seen) == len(present)


def test_what_came_and_went_before_the_watch_is_posted_first() -> None:
    gone = sample()
    source = MediaSource(unwatched=lambda: [gone], complete=lambda device: replace(device, past=Past(size=7)))
    with watching(source) as posted:
        pass
    told = [change for change in posted if isinstance(change, Change)]
    assert [(change.key, change.subject) for change in told[:2]] == [
        (gone.key, replace(gone, past=Past(size=7))),
        (gone.key, None),
    ]


# --- this computer ------------------------------------------------------------------------------------------------------------


def test_this_computer_can_be_looked_at() -> None:
    source = MediaSource()
    assert all(isinstance(device, Device) and source.read(device.key) for device in source.present())


def test_an_unknown_key_is_gone() -> None:
    assert MediaSource().read("no such session") is None


def test_the_source_says_where_its_events_come_from(tmp_path: Path) -> None:
    assert MediaSource(control=tmp_path).netlink_source == "udev"
    assert MediaSource(control=tmp_path / "absent").netlink_source == "kernel"


def test_close_ends_the_watch_and_may_be_repeated() -> None:
    source = MediaSource()
    with watching(source):
        source.close()


def test_a_source_closed_before_its_watch_does_not_watch() -> None:
    source = MediaSource()
    source.close()
    source.watch(lambda event: None, threading.Event())


def test_an_idle_source_has_nothing_to_wake_up_for(tmp_path: Path) -> None:
    reader = devices.Reader(udev.open_context())
    plugged = Plugged(reader, "media", lambda event: None, devices.SETTLE)
    assert plugged.patience() is None or any(device.missing for device in reader.present())


@pytest.mark.needs_root
def test_events_that_the_kernel_threw_away_are_a_gap_and_the_watch_goes_on(tmp_path: Path) -> None:
    source = MediaSource(control=tmp_path / "absent", receive_buffer=1)
    with watching(source) as posted:
        for _ in range(1_000_000):
            Path("/sys/devices/virtual/mem/null/uevent").write_text("change")
            if posted:
                break
    (blind, *_) = posted
    assert isinstance(blind, Blind)
    assert (blind.source, blind.reason) == ("media", LOST)
