"""The names of OpenDocument elements and attributes (ODF 1.3 part 3) with their usual prefixes, whatever prefix a file uses."""

from __future__ import annotations

import functools
from collections.abc import Mapping

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_OWN_WORDS = {"drawing": "draw", "xsl-fo-compatible": "fo", "svg-compatible": "svg"}
_FOREIGN = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://www.w3.org/1999/xlink": "xlink",
    "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0": "loext",
}


@functools.lru_cache(maxsize=2048)
def short(tag: str) -> str:
    """ "namespace local" as "prefix:local"; a name of no known namespace has no prefix."""
    namespace, _, name = tag.rpartition(" ")
    if namespace.startswith(_ODF):
        word = namespace[len(_ODF) :].partition(":")[0]
        return f"{_OWN_WORDS.get(word, word)}:{name}"
    prefix = _FOREIGN.get(namespace)
    return f"{prefix}:{name}" if prefix else name


def shortened(attributes: Mapping[str, str]) -> dict[str, str]:
    """Attributes by their short names."""
    return {short(name): value for name, value in attributes.items()}


def count(value: str) -> int:
    """A number of repetitions, at least one and bounded."""
    return max(1, min(int(value), 1 << 20)) if value.isascii() and value.isdigit() and len(value) < 9 else 1
