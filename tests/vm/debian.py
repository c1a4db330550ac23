"""Makes the Debian that the product is installed on: its packages, its stock kernel, a small initrd, a line for orders.

Takes a minute and a half, so that it is kept by a digest of this file and of the channel's.
Needs root and mmdebstrap, and asks nobody but Debian's mirror. For amd64.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
CHANNEL = HERE / "channel.py"

SUITE = "bookworm"
PACKAGES = (
    *("systemd", "systemd-sysv", "udev", "dbus", "kmod", "procps", "linux-image-amd64", "initramfs-tools", "zstd"),
    *("python3", "python3-venv", "libarchive13", "sqlite3"),  # what the agent needs, and what looks into its ledger
    *("iproute2", "usbutils", "umockdev", "hostapd", "iw", "wpasupplicant", "rfkill"),
    *("dosfstools", "e2fsprogs"),  # mkfs
)
# Texts, and of the kernel's modules those of hardware that is never plugged in here: half of the disk.
WITHOUT = (
    *(f"/usr/share/{name}/*" for name in ("man", "doc", "locale")),
    *(f"/lib/modules/*/kernel/drivers/{name}/*" for name in ("gpu", "infiniband", "media", "staging")),
)
# Timers that would load the computer in the middle of a scenario, and services that wait for what is not there.
MASKED = (
    *("apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "e2scrub_reap.service"),
    *("fstrim.timer", "systemd-timesyncd.service", "systemd-networkd.service", "proc-sys-fs-binfmt_misc.automount"),
    *("wpa_supplicant.service", "hostapd.service", "modprobe@drm.service", "modprobe@efi_pstore.service", "getty@tty1.service"),
)
MODULES = ("virtio_pci", "virtio_blk", "ext4", "crc32c_generic")
CHANNEL_DEVICE = "dev-virtio\\x2dports-shoumi.channel.device"
CHANNEL_UNIT = f"""\
[Unit]
Description=Does what a test orders
Requires={CHANNEL_DEVICE}
After={CHANNEL_DEVICE}

[Service]
ExecStart=/usr/bin/python3 -I /usr/local/lib/channel.py
Restart=always

[Install]
WantedBy=multi-user.target
"""
FILES = {
    "etc/hostname": "pc-1\n",
    "etc/fstab": "/dev/vda / ext4 defaults 0 1\n",
    "etc/initramfs-tools/conf.d/small": "MODULES=list\nCOMPRESS=zstd\n",
    "etc/initramfs-tools/modules": "\n".join(MODULES) + "\n",
    "etc/udev/rules.d/70-channel.rules": 'SUBSYSTEM=="virtio-ports", TAG+="systemd"\n',
    "etc/systemd/system/channel.service": CHANNEL_UNIT,
}


def base(folder: Path) -> Path:
    """A folder with `root`, `vmlinuz` and `initrd`, made below `folder` where it is not there yet."""
    kept = folder / f"base-{digest(Path(__file__), CHANNEL)}"
    if not kept.exists():
        for old in folder.glob("base-*"):
            shutil.rmtree(old)
        half = kept.with_suffix(".half")  # whoever is interrupted leaves nothing under the true name
        half.mkdir(parents=True)
        _make(half)
        half.rename(kept)
    return kept


def digest(*parts: Path) -> str:
    """A name by what is in the files; a folder counts by its name, which is such a digest already."""
    value = hashlib.sha256()
    for part in parts:
        value.update(part.name.encode() + b"\0" + (part.read_bytes() if part.is_file() else b""))
    return value.hexdigest()[:16]


def run(*command: str | Path) -> None:
    """Run a command in silence. Raises CalledProcessError, after what it said was shown."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    if done.returncode:
        sys.stderr.write(done.stdout)
        raise subprocess.CalledProcessError(done.returncode, [str(word) for word in command])


def inside(root: Path, *command: str) -> None:
    """Run a command in a tree as if it were the computer's own, with a /proc that goes when it ends; systemctl only sets up."""
    clean = "env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin SYSTEMD_OFFLINE=1"
    enter = f'mount -t proc proc "$0/proc" && exec chroot "$0" {clean} "$@"'
    run("unshare", "--mount", "sh", "-c", enter, root, *command)


def _make(half: Path) -> None:
    root = half / "root"
    without = [f"--dpkgopt=path-exclude={pattern}" for pattern in WITHOUT]
    run("mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", f"--include={','.join(PACKAGES)}", *without, SUITE, root)
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    shutil.copy(CHANNEL, root / "usr/local/lib/channel.py")
    inside(root, "systemctl", "enable", "channel.service")
    inside(root, "systemctl", "mask", *MASKED)
    inside(root, "mkinitramfs", "-o", "/boot/initrd.small", next((root / "lib/modules").iterdir()).name)
    shutil.copy(next(root.glob("boot/vmlinuz-*")), half / "vmlinuz")
    shutil.copy(root / "boot/initrd.small", half / "initrd")
    for spent in (*root.glob("boot/initrd*"), *root.glob("var/lib/apt/lists/*_*"), *root.glob("var/cache/apt/*.bin")):
        spent.unlink()
