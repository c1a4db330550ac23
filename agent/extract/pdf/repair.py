"""How long PDFium would repair a file whose tables are damaged.

For each stream that does not end where its length says, it looks through what is left of the file for the words that end one, and
through all of it where these are missing: as many times as the file has streams.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from agent.extract.base import Budget

_MOST = 512 << 20  # bytes that are looked through; they take 2 s
_AT_ONCE = 1 << 20
_LONGEST = 512  # bytes of a stream's dictionary that are looked at
_WHITE = rb"\0\t\n\f\r "
_WORD = re.compile(  # PDFium takes for an end what has white space around it
    rb"(?<![a-z])(?P<stream>stream)(?:\r\n|\n|\r|(?=[^a-z]))|(?<![^%(w)b])(?:(?P<end>endstream)|endobj)(?![^%(w)b])"
    % {b"w": _WHITE}
)
_LENGTH = re.compile(rb"/Length[%(w)b]*+(\d{1,10})(?![\d%(w)b]*+R)" % {b"w": _WHITE})
_ENDS = re.compile(rb"[%b]{0,4}endstream" % _WHITE)


def takes_too_long(file: BinaryIO, budget: Budget) -> bool:
    """Whether PDFium had better not try."""
    size = file.seek(0, 2)
    searched = streams = objects = before = 0
    for start, match in _words(file, size, budget):
        here = start + match.start()
        searched += (here - before) * (streams + objects)
        before = here
        if searched > _MOST:
            return True
        if match["end"]:
            streams = 0
        elif not match["stream"]:
            objects = 0
        elif not _ends_in_time(file, match, start):
            streams, objects = streams + 1, objects + 1
    return searched + (size - before) * (streams + objects) > _MOST


def _words(file: BinaryIO, size: int, budget: Budget) -> Iterator[tuple[int, re.Match[bytes]]]:
    """Every word, and where in the file the bytes begin in which it was found; there is some room before it."""
    for begin in range(0, size, _AT_ONCE):
        budget.tick()
        start = max(0, begin - _LONGEST)
        for match in _WORD.finditer(_slice(file, start, begin - start + _AT_ONCE + _LONGEST)):
            if begin <= start + match.start() < begin + _AT_ONCE:
                yield start, match


def _ends_in_time(file: BinaryIO, match: re.Match[bytes], start: int) -> bool:
    """Whether a stream is as long as its dictionary says."""
    dictionary = match.string[max(0, match.start() - _LONGEST) : match.start()]
    told = _LENGTH.search(dictionary, max(0, dictionary.rfind(b" obj")))
    return told is not None and _ENDS.match(_slice(file, start + match.end() + int(told[1]), 16)) is not None


def _slice(file: BinaryIO, start: int, size: int) -> bytes:
    file.seek(start)
    return file.read(size)
