"""Office prose at random: sentences, paragraphs and titles, always the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.corpus.words import BAIT, ORDINARY, QUIZ, SECRECY, TELLING, TRADITIONAL, WORDS

_POOL = 24_000
_ORDINARY_WEIGHT = 3000
_BAITED = 0.04
_BAIT_AMONG_SENTENCES = 0.05
_ABOUT_SECRECY = 0.003
_TITLES = (
    "关于{v}{n}{n}工作的通知",
    "{a}{n}{v}情况报告",
    "{p}{n}项目实施方案",
    "{t}{n}工作总结",
    "{n}管理办法",
    "{d}{n}台账说明",
)
_SLOTS = "nvadptmqk"


def filled(template: str, rng: random.Random) -> str:
    """A template with a word in each slot, each drawn by itself."""
    out, rest = [], template
    while (at := rest.find("{")) >= 0:
        slot = rest[at + 1]
        out += [rest[:at], rng.choice(WORDS[slot]) if slot in _SLOTS else str(rng.randint(1, 60))]
        rest = rest[at + 3 :]
    return "".join(out) + rest


@dataclass(frozen=True, slots=True)
class Pools:
    """Sentences to draw from: making each anew would take hours."""

    ordinary: Sequence[str]
    secrecy: Sequence[str]

    @classmethod
    def of(cls, seed: int) -> Pools:
        """The pools of a corpus."""
        rng = random.Random(f"{seed}/prose")
        each = _ORDINARY_WEIGHT / len(ORDINARY)
        templates, weights = [*ORDINARY, *TELLING], [each] * len(ORDINARY) + [float(weight) for weight in TELLING.values()]
        drawn = rng.choices(templates, weights, k=_POOL)
        secret = [filled(template, rng) for _ in range(20) for template in SECRECY]
        return cls([filled(template, rng) for template in drawn], secret)


class Prose:
    """The text of one file. Some files are about secrecy, some hold a line that only looks like a mark."""

    def __init__(self, pools: Pools, rng: random.Random) -> None:
        self.rng = rng
        self.about_secrecy = rng.random() < _ABOUT_SECRECY
        self._pool = pools.secrecy if self.about_secrecy else pools.ordinary
        self._bait = rng.random() < _BAITED

    def size(self, median: int, most: int, spread: float = 0.9) -> int:
        """A size as files have it: many small ones, few large ones."""
        return min(most, max(1, round(self.rng.lognormvariate(0, spread) * median)))

    def title(self) -> str:
        """A heading."""
        return filled(self.rng.choice(_TITLES), self.rng)

    def sentence(self) -> str:
        """One sentence; in a file that has bait, now and then the bait."""
        if self._bait and self.rng.random() < _BAIT_AMONG_SENTENCES:
            return self.rng.choice(BAIT)
        return self.rng.choice(self._pool)

    def sentences(self, count: int) -> list[str]:
        """So many sentences."""
        return self.rng.choices(self._pool, k=count)

    def paragraph(self) -> str:
        """One to six sentences."""
        return "".join(self.rng.choices(self._pool, k=self.rng.randint(1, 6)))

    def paragraphs(self, count: int) -> list[str]:
        """A title and so many paragraphs; somewhere among them the bait, where this file has one."""
        found = [self.title(), *(self.paragraph() for _ in range(count))]
        if self._bait:
            at = self.rng.randint(1, len(found))
            found[at:at] = QUIZ.splitlines() if self.about_secrecy else [self.rng.choice(BAIT)]
        return found

    def phrase(self) -> str:
        """A few words, as in a table's cell."""
        return self.rng.choice(WORDS["a"]) + self.rng.choice(WORDS["n"]) + self.rng.choice(WORDS["v"])


def traditional(text: str) -> str:
    """A text in traditional characters, as far as this corpus needs it: what Big5 does not have is left out."""
    return text.translate(TRADITIONAL).encode("big5", "ignore").decode("big5")
