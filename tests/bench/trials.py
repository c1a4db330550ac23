"""What is done to a computer to see how soon its daemon knows: a route, a file, a stick comes and goes."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from docx import Document as Word

from agent.sources.netlink import NETLINK_ROUTE, heard, subscribe
from tests.e2e.world import Endpoint
from tests.netns import Namespace, internet, namespace
from tests.umock import Bed

PATIENCE = 120.0
"""Seconds that the kernel, or the daemon, may take at most."""
_IPV4_ROUTE = 1 << 6
_STICK = "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1"
_OWN_REGISTER = "media:\n  - {number: U-1, level: 绝密, serial: 60A44C413FDE}\n"
_TEXT = "关于报送材料的通知\n\n请各处室于月底前反馈落实情况。\n"


@dataclass(frozen=True)
class Trial:
    """`come` brings about what `check` finds, `go` ends it; both answer when that had happened, by the monotonic clock.

    Without a `go_name` the finding is an incident, which has no end.
    """

    come_name: str
    go_name: str
    check: str
    goal: str
    come: Callable[[], float]
    go: Callable[[], float]


@dataclass(frozen=True)
class Place:
    """Where a daemon is to run, and what can happen there. `documents`: its folder of classified files."""

    endpoint: Endpoint
    documents: Path
    trials: list[Trial] = field(default_factory=list)


MakePlace = Callable[[Path], AbstractContextManager[Place]]


@contextmanager
def routes(folder: Path) -> Iterator[Place]:
    """A namespace in which a default route comes and goes. The clock starts when a bare listener has heard of it."""
    with (
        namespace(ipv6=False) as inside,
        internet(inside),
        Endpoint(folder, ["ip", "netns", "exec", inside.name]) as endpoint,
        inside.call(lambda: subscribe(NETLINK_ROUTE, _IPV4_ROUTE, 1 << 20)) as listener,
    ):

        def change(verb: str) -> float:
            list(heard(listener))
            with ThreadPoolExecutor(1) as pool:  # beside it: the clock must not wait for the end of ip(8)
                changed = pool.submit(_route, inside, verb)
                if not select.select([listener], [], [], PATIENCE)[0]:
                    raise TimeoutError("the kernel never announced the route")
                at = time.monotonic()
                changed.result()
            return at

        trial = Trial(
            "a route comes",
            "a route goes",
            "network.default-route",
            "goal 50 ms",
            lambda: change("add"),
            lambda: change("del"),
        )
        yield Place(endpoint, folder / "docs", [trial])


def _route(inside: Namespace, verb: str) -> str:
    return inside.ip("route", verb, "default", "via", "198.51.100.1")


@contextmanager
def files(folder: Path) -> Iterator[Place]:
    """Root, and so fanotify: nothing is waited for on purpose."""
    with Endpoint(folder) as endpoint:
        documents = folder / "docs"
        yield Place(endpoint, documents, [_text(documents, "fanotify"), _word(documents, "fanotify")])


@contextmanager
def files_by_inotify(folder: Path) -> Iterator[Place]:
    """Without the right to fanotify."""
    with Endpoint(folder, ["setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin"]) as endpoint:
        documents = folder / "docs"
        yield Place(endpoint, documents, [_text(documents, "inotify")])


def _text(folder: Path, how: str) -> Trial:
    file = folder / "通知.txt"

    def write() -> float:
        file.write_text(_TEXT, encoding="utf-8")
        return time.monotonic()

    return Trial(
        f"an unmarked text is closed ({how})",
        f"it is removed ({how})",
        "document.mark-missing",
        "goal 1 s",
        write,
        lambda: _remove(file),
    )


def _word(folder: Path, how: str) -> Trial:
    """Its mark is above what the computer may hold."""
    file, document = folder / "计划.docx", Word()
    for line in ("绝密★30年", "专项计划", *_TEXT.splitlines()):
        document.add_paragraph(line)

    def write() -> float:
        document.save(str(file))
        return time.monotonic()

    return Trial(
        f"a .docx marked too high is closed ({how})",
        f"it is removed ({how})",
        "document.level-above-computer",
        "goal 1 s",
        write,
        lambda: _remove(file),
    )


def _remove(file: Path) -> float:
    file.unlink()
    return time.monotonic()


@contextmanager
def sticks(folder: Path) -> Iterator[Place]:
    """A make-believe sysfs (umockdev) for the whole daemon. The clock starts before the first of the stick's events: it has them
    all, from the USB device to the partition, in one go, and with them what umockdev takes to make the files.
    """
    with Bed() as bed, Endpoint(folder, ["umockdev-wrapper"], bed.environ) as endpoint:
        with (endpoint.config / "computer.yaml").open("a", encoding="utf-8") as computer:
            computer.write(_OWN_REGISTER)

        numbers = count(10)

        def plug_in() -> float:
            at = time.monotonic()
            bed.add("stick", devnum=str(next(numbers)))  # as the kernel counts them: by the same number it would be no new stick
            return at

        def unplug() -> float:
            at = time.monotonic()
            bed.unplug(_STICK)
            return at

        trial = Trial(
            "a stick comes (umockdev)",
            "",
            "media.level-above-computer",
            "goal 250 ms",
            plug_in,
            unplug,
        )
        yield Place(endpoint, folder / "docs", [trial])
