"""Facts as a file: what was recorded is judged as it was seen, and a file that is none is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.facts import SCHEMA, SUBJECTS, Facts, RecordedSource, encode, load, record
from agent.sources.base import Post, SourceUnavailable
from checks.subjects import (
    Adapter,
    Association,
    Contact,
    Interface,
    Link,
    Lookup,
    Mark,
    Network,
    Proxy,
    Radio,
    Resolver,
    Route,
    Subject,
    Translation,
    Volume,
)
from policies.strict_yaml import ConfigError
from policies.vocabulary import Level, MarkVerdict, Place, Read, Regime, Text, Unread
from tests.agent.judging import NOW, device, document

MARK = Mark(
    level=Level.JIMI,
    term="10年",
    verdict=MarkVerdict.VALID,
    regime=Regime.STATE,
    place=Place.MEMBER,
    text="机密★10年",
    member="a.txt",
)
UNSEEN = Text("没有权限", "no permission")
FACTS = Facts(
    recorded_at=NOW,
    hostname="host",
    agent="0.1.0",
    facts={
        "network": (
            Network(
                observed_at=NOW,
                links=(Link(index=2, name="eth0", lower=None),),
                routes=(Route(destination="0.0.0.0/0", table=254, link=2),),
                lookups=(Lookup(target="192.0.2.1", carried=True),),
                forwarding={"ipv4": True},
                contacts=(Contact(remote="192.0.2.1", protocol="tcp", port=80, answered=True, began_at=NOW),),
                resolvers=(Resolver(address="192.0.2.53", place="/etc/resolv.conf"),),
                proxies=(Proxy(host="10.1.2.9:3128", place="/etc/environment", name="http_proxy"),),
                nat=(Translation(family="ip", table="nat", chain="out", action="masquerade"),),
                adapters=(Adapter(kind="modem", name="m", path="/sys/4", interfaces=("ppp0",)),),
                missing={"connections": UNSEEN},
            ),
        ),
        "media": (
            device(serial="7", interfaces=(Interface(number=0, code=8),), volumes=(Volume(node="/dev/sdb", mounted_at=("/a",)),)),
        ),
        "documents": (document(marks=(MARK,)), document("/srv/b.zip", read=Read.NONE, reason=Unread.BOMB)),
        "hardware": (
            Radio(
                observed_at=NOW,
                kind="wifi",
                name="wlan0",
                path="/sys/3",
                blocked=None,
                associations=(Association(interface="wlan0", mode="managed", ssid="guest", bssid="02::"),),
            ),
        ),
    },
    unavailable={},
)


class Listed:
    """A source of given subjects, or one that cannot be read."""

    def __init__(self, name: str, *subjects: Subject, reason: Text | None = None) -> None:
        self.name = name
        self._subjects, self._reason = subjects, reason

    def present(self) -> Iterable[Subject]:
        yield from self._subjects
        if self._reason:
            raise SourceUnavailable(self._reason)

    def read(self, key: str) -> Subject | None:
        return None

    def watch(self, post: Post, ready: threading.Event) -> None:
        ready.set()

    def close(self) -> None:
        """Nothing is open."""


def written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "facts.json"
    path.write_bytes(data)
    return path


def test_every_kind_of_fact_is_read_as_it_was_recorded(tmp_path: Path) -> None:
    assert set(FACTS.facts) == set(SUBJECTS)
    assert load(written(tmp_path, encode(FACTS))) == FACTS


def test_a_record_is_readable_json_in_a_stable_order() -> None:
    text = encode(FACTS).decode()
    assert text == encode(FACTS).decode()
    assert text.startswith('{\n  "schema": "shoumi.facts/1",\n')
    assert "机密★10年" in text


def test_a_source_that_cannot_be_read_is_recorded_with_the_reason() -> None:
    facts = record(
        {"media": Listed("media", device()), "network": Listed("network", reason=UNSEEN)}, now=NOW, hostname="h", agent="1"
    )
    assert facts.facts == {"media": (device(),)}
    assert facts.unavailable == {"network": UNSEEN}


def test_a_source_that_fails_halfway_is_not_recorded_as_if_it_were_whole() -> None:
    facts = record({"media": Listed("media", device(), reason=UNSEEN)}, now=NOW, hostname="h", agent="1")
    assert (facts.facts, facts.unavailable) == ({}, {"media": UNSEEN})


# --- a record as a source -----------------------------------------------------------------------------------------------------


def test_a_record_gives_what_was_recorded() -> None:
    source = RecordedSource("documents", FACTS)
    assert tuple(source.present()) == FACTS.facts["documents"]
    assert source.read("/srv/b.zip") == FACTS.facts["documents"][1]
    assert source.read("/srv/none") is None


def test_nothing_changes_in_a_record() -> None:
    ready, posted = threading.Event(), list[object]()
    source = RecordedSource("media", FACTS)
    source.watch(posted.append, ready)
    source.close()
    assert ready.is_set()
    assert posted == []


@pytest.mark.parametrize(
    ("unavailable", "reason"),
    [({"network": UNSEEN}, UNSEEN), ({}, Text("事实文件中没有这类事实", "the facts file holds no such facts"))],
)
def test_what_was_not_recorded_is_unavailable_and_not_empty(unavailable: dict[str, Text], reason: Text) -> None:
    facts = Facts(recorded_at=NOW, hostname="h", agent="1", facts={}, unavailable=unavailable)
    with pytest.raises(SourceUnavailable) as caught:
        RecordedSource("network", facts).present()
    assert caught.value.reason == reason


def test_a_kind_recorded_as_empty_is_empty() -> None:
    facts = Facts(recorded_at=NOW, hostname="h", agent="1", facts={"media": ()})
    assert tuple(RecordedSource("media", facts).present()) == ()


# --- files that are no records --------------------------------------------------------------------------------------------------


def changed(**changes: Any) -> bytes:
    return msgspec.json.encode({**msgspec.json.decode(encode(FACTS)), **changes})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b'{"schema": "\xff"}',
        b"[" * 200_000,
        b'{"schema":' * 200_000,
        encode(FACTS)[:-3],
        changed(schema="shoumi.facts/2"),
        changed(schema=None),
        changed(recorded_at=None),
        changed(recorded_at="yesterday"),
        changed(hostname=7),
        changed(facts=None),
        changed(facts=[]),
        changed(facts="network"),
        changed(facts={"network": None}),
        changed(facts={"network": {}}),
        changed(facts={"network": 3}),
        changed(facts={"network": ["x"]}),
        changed(facts={"network": [{}]}),
        changed(facts={"weather": []}),
        changed(facts={"documents": [{"observed_at": "2026-06-01T00:00:00Z", "path": "/a", "read": "most"}]}),
        changed(unavailable={"network": "why"}),
        changed(unavailable=[]),
    ],
    ids=range(26),
)
def test_a_file_that_is_no_record_is_refused_in_both_languages(tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path, data)
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert caught.value.text.zh.startswith(f"{path}:1:1：不是事实文件")
    assert "not a facts file" in caught.value.text.en
    assert len(str(caught.value)) < 400


def test_a_file_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "none.json")
    assert caught.value.text.zh == f"{tmp_path / 'none.json'}:1:1：无法读取：不存在"


def test_a_record_of_a_later_version_s_fields_is_read(tmp_path: Path) -> None:
    raw = msgspec.json.decode(encode(FACTS))
    raw["facts"]["media"][0]["colour"] = "red"
    raw["weather"] = "rain"
    assert load(written(tmp_path, msgspec.json.encode(raw))) == FACTS


def test_the_schema_is_the_one_that_is_written() -> None:
    assert msgspec.json.decode(encode(FACTS))["schema"] == SCHEMA
