"""A virtual computer in QEMU: emulated altogether (TCG), so that it runs anywhere, and ten times slower than a real one.

It is booted once; the state after that is kept, and every scenario starts from a copy of a kept state within seconds. It has
USB 3, two slots for network cards, and neither a network nor a way out of its host.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.world import wait_until
from tests.vm.debian import digest
from tests.vm.guest import Guest
from tests.vm.image import BUILD, Image
from tests.vm.qmp import Qmp, QmpError

PATIENCE = 240.0
"""Seconds: some ten times what a boot takes on this emulation when nobody else uses the processor, and all else takes less."""
QEMU = "qemu-system-x86_64"
SLOTS = ("slot1", "slot2")


@dataclass(frozen=True)
class Machine:
    """A running machine: `qmp` is its hardware, `guest` the system that runs on it."""

    qmp: Qmp
    guest: Guest


@dataclass(frozen=True)
class State:
    """A machine as it was at one moment: its disk, with its memory in it as the snapshot `name`."""

    image: Image
    disk: Path
    name: str


def booted(image: Image) -> State:
    """The state after the boot."""

    def settle(machine: Machine) -> None:
        machine.guest.run("systemctl is-system-running --wait")

    return _keep("booted", image, digest(Path(__file__), image.disk), None, settle)


def later(name: str, before: State, work: Callable[[Machine], None], *described_in: Path) -> State:
    """The state after some work. It is kept until what came before, or a file that describes the work, has changed."""
    return _keep(name, before.image, digest(before.disk, *described_in), before, work)


@contextmanager
def restored(state: State) -> Iterator[Machine]:
    """A machine in a kept state, thrown away at the end. Its clock goes on from when the state was taken."""
    with tempfile.TemporaryDirectory(prefix="shoumi-vm-") as folder:
        disk = Path(folder) / "disk"
        shutil.copy(state.disk, disk)
        with _running(Path(folder), state.image, disk, "-loadvm", state.name) as machine:
            yield machine


def _keep(name: str, image: Image, key: str, before: State | None, work: Callable[[Machine], None]) -> State:
    kept = BUILD / f"{name}-{key}.qcow2"
    if not kept.exists():
        for old in BUILD.glob(f"{name}-*"):
            old.unlink()
        half = kept.with_suffix(".half")
        if before is None:
            make = ("qemu-img", "create", "-q", "-f", "qcow2", "-b", image.disk, "-F", "raw", half)
            subprocess.run(make, check=True)
        else:
            shutil.copy(before.disk, half)
        load = ("-loadvm", before.name) if before else ()
        with tempfile.TemporaryDirectory(prefix="shoumi-vm-") as folder, _running(Path(folder), image, half, *load) as machine:
            work(machine)
            machine.guest.run("sync")
            if before:
                machine.qmp.monitor(f"delvm {before.name}")
            machine.qmp.monitor(f"savevm {name}")
        half.rename(kept)
    return State(image, kept, name)


@contextmanager
def _running(folder: Path, image: Image, disk: Path, *more: str) -> Iterator[Machine]:
    """QEMU, with both lines to it open; killed at the end, whatever happens, and with this program if that is killed."""
    log = folder / "qemu.log"
    command = ["setpriv", "--pdeathsig", "KILL", *_command(folder, image, disk), *more]
    with log.open("wb") as output, ExitStack() as stack:
        process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        stack.callback(_end, process)
        lines = folder / "qmp", folder / "channel"
        wait_until(lambda: all(line.exists() for line in lines) or process.poll() is not None, "QEMU starts", PATIENCE)
        try:
            qmp = stack.enter_context(closing(Qmp(lines[0], PATIENCE)))
            guest = stack.enter_context(closing(Guest(lines[1], PATIENCE)))
        except (OSError, QmpError) as error:
            raise RuntimeError(f"QEMU did not start: {log.read_text(errors='replace')}") from error
        yield Machine(qmp, guest)


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    process.wait()


def _command(folder: Path, image: Image, disk: Path) -> list[str]:
    """The same devices at every start: a state fits only the machine that it was taken from."""
    slots = [word for i, name in enumerate(SLOTS, 1) for word in ("-device", f"pcie-root-port,id={name},chassis={i}")]
    return [
        QEMU,
        *("-nodefaults", "-display", "none", "-vga", "none", "-nic", "none"),
        *("-machine", "q35", "-global", "ICH9-LPC.disable_s3=0", "-smp", "2", "-m", "1024"),
        *("-accel", "tcg,thread=multi,tb-size=512", "-cpu", "max"),
        *("-kernel", str(image.kernel), "-initrd", str(image.initrd)),
        *("-append", "root=/dev/vda rw console=ttyS0 quiet mitigations=off"),
        *("-drive", f"if=none,id=system,file={disk},format=qcow2,cache=unsafe", "-device", "virtio-blk-pci,drive=system"),
        *("-object", "rng-random,id=rng,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng"),
        *("-device", "qemu-xhci,id=usb,p2=15,p3=15", *slots),
        *("-device", "virtio-serial-pci", "-chardev", f"socket,id=channel,path={folder}/channel,server=on,wait=off"),
        *("-device", "virtserialport,chardev=channel,name=shoumi.channel"),
        *("-qmp", f"unix:{folder}/qmp,server=on,wait=off", "-serial", f"file:{folder}/console.log"),
    ]
