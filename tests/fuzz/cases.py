"""From sound documents to damaged ones: the n-th case of a family is the same at every run with the same seed number."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from agent.extract.reading import Reading
from policies.vocabulary import Read
from tests.fuzz.families import Seed
from tests.fuzz.mutate import cut
from tests.fuzz.oracle import Case
from tests.fuzz.reader import Reader
from tests.fuzz.structure import cut_inside, mutated


class Cases:
    """The damaged files of one family."""

    def __init__(self, family: str, seeds: Sequence[Seed], sound: Sequence[Reading], number: int) -> None:
        self._family = family
        self._seeds = seeds
        self._sound = sound
        self._number = number

    def case(self, number: int) -> Case:
        """The case of a number from 0 on."""
        rng = Random(f"{self._number}/{self._family}/{number}")
        at = rng.randrange(len(self._seeds))
        seed, sound = self._seeds[at], self._sound[at]
        whole = seed.ends and sound.read is Read.FULL
        way = rng.random()
        if way < 0.1 and len(seed.data) > seed.keep:
            data = cut(rng, seed.data, seed.keep)
            missing = max(0, len(seed.data.rstrip(b"\0")) - len(data))  # what fills a last block up is not missed
            return Case(number=number, seed=seed.name, data=data, sound=sound, cut=whole, missing=missing)
        if way < 0.18 and whole and seed.parts_end:
            data = cut_inside(rng, seed.data, lambda part: cut(rng, part, seed.keep))
            if data != seed.data:
                return Case(number=number, seed=seed.name, data=data, sound=sound, cut=True)
        data = mutated(rng, seed.data, [other.data for other in self._seeds])
        return Case(number=number, seed=seed.name, data=data, sound=sound)


def read_sound(reader: Reader, seeds: Sequence[Seed]) -> list[Reading]:
    """The readings of the sound documents. Raises ValueError for one that is not read as it should be."""
    readings = []
    for seed in seeds:
        reading = reader.read(seed.data).reading
        if reading is None or (reading.reason and reading.reason.value) != seed.reason or not (seed.reason or reading.marks):
            raise ValueError(f"the sound document {seed.name} is not read: {reading and reading.reason}")
        readings.append(reading)
    return readings
