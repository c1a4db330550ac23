"""Subjects: what names a thing, what a reader calls it, and a document's effective level."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from checks.subjects import Device, Document, Interface, Link, Mark, Network, Radio, Route, Subject, Volume
from policies.vocabulary import Level, MarkVerdict, Place, Regime

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def mark(level: Level | None, place: Place = Place.COVER, **values: Any) -> Mark:
    fields: dict[str, Any] = {"term": None, "verdict": MarkVerdict.VALID, "regime": Regime.STATE, "text": "x", **values}
    return Mark(level=level, place=place, **fields)


def document(*marks: Mark) -> Document:
    return Document(observed_at=NOW, path="/srv/a.docx", marks=marks)


def device(**values: Any) -> Device:
    return Device(observed_at=NOW, path="/sys/2", session="s1", bus="usb", **values)


@pytest.mark.parametrize(
    ("marks", "level"),
    [
        ([], None),
        ([mark(Level.JIMI)], Level.JIMI),
        ([mark(Level.MIMI, Place.HEADER), mark(Level.JUEMI, Place.ATTACHMENT), mark(Level.JIMI)], Level.JUEMI),
        ([mark(Level.NEIBU, regime=Regime.WORK)], Level.NEIBU),
        ([mark(Level.NEIBU, regime=Regime.WORK), mark(Level.MIMI, Place.BODY)], Level.MIMI),
        ([mark(Level.GONGKAI)], Level.GONGKAI),
        ([mark(None)], None),
        ([mark(None), mark(Level.MIMI)], Level.MIMI),
        *[([mark(Level.JUEMI, place)], None) for place in (Place.NAME, Place.METADATA, Place.HIDDEN, Place.DELETED)],
        ([mark(Level.JUEMI, Place.NAME), mark(Level.MIMI, Place.MEMBER)], Level.MIMI),
        ([mark(Level.JIMI, regime=Regime.TRADE)], None),
        ([mark(Level.JIMI, verdict=MarkVerdict.MALFORMED)], Level.JIMI),
        ([mark(Level.JIMI), mark(None, verdict=MarkVerdict.DECLASSIFIED)], None),
        ([mark(Level.JIMI), mark(None, Place.DELETED, verdict=MarkVerdict.DECLASSIFIED)], Level.JIMI),
        ([mark(Level.JIMI, member="a"), mark(None, member="b", verdict=MarkVerdict.DECLASSIFIED)], Level.JIMI),
        ([mark(Level.JIMI, member="a"), mark(None, member="a", verdict=MarkVerdict.DECLASSIFIED)], None),
    ],
)
def test_the_effective_level_is_the_highest_that_a_reader_sees(marks: list[Mark], level: Level | None) -> None:
    assert document(*marks).level is level


@pytest.mark.parametrize(
    ("subject", "key", "label"),
    [
        (Network(observed_at=NOW), "network", "network"),
        (Radio(observed_at=NOW, kind="wifi", name="wlan0", path="/sys/1"), "/sys/1", "wlan0"),
        (document(), "/srv/a.docx", "/srv/a.docx"),
        (
            Device(observed_at=NOW, path="/sys/2", session="s1", bus="usb", vendor_id="abcd", product_id="0001"),
            "s1",
            "usb abcd:0001",
        ),
        (Device(observed_at=NOW, path="/sys/2", session="s1", bus="usb", vendor="V", product="P", serial="7"), "s1", "V P [7]"),
        (Device(observed_at=NOW, path="/sys/2", session="s1", bus="usb", product="P"), "s1", "P"),
    ],
)
def test_what_names_a_thing_and_what_a_reader_calls_it(subject: Subject, key: str, label: str) -> None:
    assert (subject.key, subject.label) == (key, label)


def test_a_subject_without_a_key_of_its_own_is_none() -> None:
    with pytest.raises(TypeError, match="key"):
        Subject(observed_at=NOW)  # type: ignore[abstract]


@pytest.mark.parametrize(
    ("fields", "storage"),
    [
        ({}, False),
        ({"volumes": (Volume(node="/dev/sda"),)}, True),
        ({"interfaces": (Interface(number=0, code=0x08),)}, True),
        ({"interfaces": (Interface(number=0, code=0x03), Interface(number=1, code=0x06))}, True),
        ({"interfaces": (Interface(number=0, code=0x03),)}, False),
    ],
)
def test_what_can_hold_files(fields: dict[str, Any], storage: bool) -> None:
    assert device(**fields).is_storage is storage


@pytest.mark.parametrize(
    ("destination", "family", "default"),
    [("0.0.0.0/0", 4, True), ("::/0", 6, True), ("0.0.0.0/1", 4, False), ("10.0.0.0/8", 4, False), ("fe80::/64", 6, False)],
)
def test_a_default_route_takes_every_address(destination: str, family: int, default: bool) -> None:
    route = Route(destination=destination, table=254)
    assert (route.family, route.is_default) == (family, default)


def test_an_interface_is_found_by_its_index() -> None:
    network = Network(observed_at=NOW, links=(Link(index=2, name="eth0"), Link(index=3, name="eth1")))
    assert (network.link_name(3), network.link_name(9), network.link_name(None)) == ("eth1", "", "")
