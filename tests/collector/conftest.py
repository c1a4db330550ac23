"""An office in a temporary folder, with a clock that is set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.ingest import Ingest
from collector.office import Office, create, open_office
from collector.settings import Settings
from collector.store.store import Store
from tests.collector.live import LiveServer
from tests.collector.samples import NOON, Clock, Sender, join

SETTINGS = Settings(port=0)


@pytest.fixture
def clock() -> Clock:
    """A clock at noon."""
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    store = Store(f"sqlite:///{tmp_path / 'store.db'}", patience=0.2)
    store.migrate()
    yield store
    store.close()


@pytest.fixture
def sender(store: Store) -> Sender:
    """A computer that has joined."""
    return join(store)


@pytest.fixture
def ingest(store: Store, clock: Clock) -> Ingest:
    """The way in."""
    return Ingest(store, clock)


@pytest.fixture
def code() -> list[str]:
    """Where the office puts its access code."""
    return []


@pytest.fixture
def office(tmp_path: Path, code: list[str]) -> Iterator[Office]:
    """A whole office."""
    code.append(create(tmp_path / "office", SETTINGS, [], NOON))
    office = open_office(tmp_path / "office", SETTINGS)
    yield office
    office.store.close()


@pytest.fixture(scope="module")
def live_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, str, LiveServer]]:
    """An office, its access code and its server in a process of its own."""
    state = tmp_path_factory.mktemp("state")
    code = create(state / "collector", SETTINGS, [], NOON)
    office = open_office(state / "collector", SETTINGS)
    with LiveServer(state) as server:
        yield office, code, server
    office.store.close()
