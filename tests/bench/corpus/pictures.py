"""Pictures for documents and for themselves: a few real ones, each file's own by what is appended to it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

_SIZES = (64, 160, 320, 480, 640, 800, 1024)


def _picture(rng: random.Random, size: int, kind: str) -> bytes:
    """Noise over shapes: compresses about as a photograph (JPEG) or a screenshot (PNG) does."""
    small = Image.frombytes("RGB", (size // 8, size // 8), rng.randbytes(3 * (size // 8) ** 2))
    image = small.resize((size, size), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y = rng.randrange(size), rng.randrange(size)
        draw.rectangle((x, y, x + rng.randrange(size // 4), y + rng.randrange(size // 8)), fill=rng.randrange(1 << 24))
    buffer = BytesIO()
    image.save(buffer, kind, **({"quality": 80} if kind == "JPEG" else {"compress_level": 3}))
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Pictures:
    """Some pictures of each kind, the small ones first."""

    jpeg: Sequence[bytes]
    png: Sequence[bytes]

    @classmethod
    def of(cls, seed: int) -> Pictures:
        """The pictures of a corpus."""
        rng = random.Random(f"{seed}/pictures")
        return cls([_picture(rng, size, "JPEG") for size in _SIZES * 3], [_picture(rng, size, "PNG") for size in _SIZES[:-2]])

    def photograph(self, rng: random.Random) -> bytes:
        """A JPEG; no two are the same."""
        return rng.choice(self.jpeg) + rng.randbytes(rng.randint(8, 64))

    def screenshot(self, rng: random.Random) -> bytes:
        """A PNG; no two are the same."""
        return rng.choice(self.png) + rng.randbytes(rng.randint(8, 64))
