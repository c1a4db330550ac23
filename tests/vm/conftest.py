"""The computers that scenarios begin with. Each scenario has one of its own, restored from a state that was kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vm import computer as computers
from tests.vm.computer import Computer
from tests.vm.image import build
from tests.vm.machine import QEMU, State, booted, restored

HERE = Path(__file__).parent
TOOLS = (QEMU, "qemu-img", "mmdebstrap", "mkfs.ext4", "setpriv", "unshare", "ip")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every scenario needs the same."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.needs_root)
            item.add_marker(pytest.mark.needs_tool(*TOOLS))


@pytest.fixture(scope="session")
def after_boot() -> State:
    return booted(build())


@pytest.fixture(scope="session")
def after_start(after_boot: State) -> State:
    return computers.watching(after_boot)


@pytest.fixture
def idle(after_boot: State, tmp_path: Path) -> Iterator[Computer]:
    """A computer on which the agent is installed, neither configured nor started; its clock is right."""
    with restored(after_boot) as machine:
        machine.guest.set_clock()
        yield Computer(machine, tmp_path)


@pytest.fixture
def watching(after_start: State, tmp_path: Path) -> Iterator[Computer]:
    """A computer of the default configuration whose agent watches. Its clock goes on from the morning when it began to: one that
    is set makes the agent look at everything again."""
    with restored(after_start) as machine:
        yield Computer(machine, tmp_path)
