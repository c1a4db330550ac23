"""Located text: what an extractor gives to the grammar."""

from __future__ import annotations

from dataclasses import dataclass

from policies.vocabulary import Place

LONGEST_LINE = 2000
"""Longer lines are prose; they are read in slices of so many characters, so that memory stays bounded."""

OVERLAP = 80
"""Characters that two slices share: more than the longest mark, so that a cut cannot hide one."""


@dataclass(frozen=True, slots=True)
class Block:
    """One located piece of text, usually a paragraph; an extractor yields blocks in reading order.

    `page` counts from 1; 0 means not paginated or unknown. `large` is 16 pt or more. `left` tells whether the text stands flush
    left, None where that is not known. `member` names the part of a container, `within` tells what it is to it (a
    member, an attachment). `part` tells apart the renditions of one document, such as the two bodies of a mail: each begins
    with a cover of its own.
    """

    text: str
    place: Place
    page: int = 1
    member: str | None = None
    bold: bool = False
    large: bool = False
    struck: bool = False
    left: bool | None = None
    within: Place | None = None
    part: int = 0
