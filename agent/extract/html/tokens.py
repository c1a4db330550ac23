"""The tokens of HTML as it is written in the wild (HTML Living Standard 13.2.5, as far as text is concerned), piece by piece.

What no reader sees and no parser needs is left out: comments, scripts, style sheets, declarations.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

Token = tuple[str, str]
"""An element's name and its attributes as they stand; "/name" where it ends; "" and characters for text."""

_TAG = re.compile(
    r"""<(/?)([A-Za-z][^\s/>]*+)((?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|(?!["'])))*)>"""
    r"|<!\[CDATA\[((?:[^\]]++|\](?!\]>))*)\]\]>"
)
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]++)))?""")
_CDATA = "<![CDATA["
_COMMENT = re.compile("--!?>")
_CLOSE = re.compile(">")
_RAW = {name: re.compile(f"(?=</{''.join(f'[{c}{c.upper()}]' for c in name)}[\\s/>])") for name in ("script", "style", "xmp")}
_LONGEST_TAG = 256 << 10
_USUAL_TAG = 16 << 10
_MOST_SIGNS = 20_000  # each "=" of a tag takes memory until its end is found
_LONGEST_END = 16  # characters that may begin the end of what is left out
_LONGEST_REFERENCE = 40


class Tokens:
    """Fed with the pieces of one text in order. `cut`: the text ended within a tag, a comment or a script."""

    def __init__(self) -> None:
        self.cut = False
        self._rest = ""
        self._until: re.Pattern[str] | None = None

    def read(self, texts: Iterable[str]) -> Iterator[Token]:
        """The tokens of all pieces."""
        for text in texts:
            yield from self._feed(self._rest + text, last=False)
        yield from self._feed(self._rest, last=True)
        self.cut = self.cut or self._until is not None

    def _feed(self, data: str, *, last: bool) -> Iterator[Token]:
        at, self._rest = 0, ""
        while at < len(data):
            if self._until:
                at = self._left_out(data, at)
                continue
            if data[at] != "<":
                stop = _end_of_text(data, at, last=last)
                if stop > at:
                    yield "", data[at:stop]
                if stop < len(data) and data[stop] != "<":
                    self._rest = data[stop:]
                    return
                at = stop
            elif match := _tag_at(data, at):
                at = match.end()
                yield self._tag(match)
            elif not last and len(data) - at < _LONGEST_TAG and _may_go_on(data, at):
                self._rest = data[at:]
                return
            else:
                token, at = self._oddity(data, at)
                if token:
                    yield token

    def _tag(self, match: re.Match[str]) -> Token:
        slash, name, attributes, characters = match.groups()
        if characters is not None:
            return "", characters.replace("&", "&amp;")
        name = name.lower()
        if not slash:
            self._until = _RAW.get(name)
        return slash + name, attributes

    def _left_out(self, data: str, at: int) -> int:
        """Go on behind what is left out, or to the end of the data."""
        match = self._until.search(data, at) if self._until else None
        if match:
            self._until = None
            return match.end()
        self._rest = data[max(at, len(data) - _LONGEST_END) :]
        return len(data)

    def _oddity(self, data: str, at: int) -> tuple[Token | None, int]:
        """What begins like a tag and is none: a comment, a declaration, a tag without end, or the character itself."""
        if data.startswith("<!--", at):
            self._until = _COMMENT
            return None, at + 2
        if data.startswith(("<!", "<?"), at) or (data.startswith("</", at) and not data[at + 2 : at + 3].isspace()):
            self._until = _CLOSE
            return None, at + 2
        if _may_go_on(data, at) and at + 1 < len(data):
            return None, self._unclosed(data, at)
        return ("", "<"), at + 1

    def _unclosed(self, data: str, at: int) -> int:
        """Where to go on behind a tag that holds a very long picture, or of which a quotation mark or the end is missing."""
        self._until = _CLOSE
        if "data:" in data[at : at + _LONGEST_TAG]:
            return min(len(data) - 1, at + _LONGEST_TAG)
        self.cut = True
        return at + 1


def attributes_of(raw: str) -> dict[str, str]:
    """The attributes of a tag by their names in lower case, the first of each."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(raw):
        value = match[2] or match[3] or match[4] or ""
        found.setdefault(match[1].lower(), html.unescape(value) if "&" in value else value)
    return found


def _tag_at(data: str, at: int) -> re.Match[str] | None:
    """The tag that begins here, None where there is none or it has more attributes than any tag that was meant."""
    length = _USUAL_TAG
    match = _TAG.match(data, at, at + length)
    while match is None and at + length < len(data) and _may_go_on(data, at):
        length *= 4
        if data.count("=", at, at + length) > _MOST_SIGNS:
            return None
        match = _TAG.match(data, at, at + length)
    return match


def _may_go_on(data: str, at: int) -> bool:
    """Whether a tag or a declaration may begin here of which the end is still to come."""
    begun = data[at : at + len(_CDATA)]
    if begun.startswith("<!"):
        return _CDATA.startswith(begun) or begun in ("<!", "<!-")
    name = begun[1:].removeprefix("/")
    return not name or (name[0].isascii() and name[0].isalpha())


def _end_of_text(data: str, at: int, *, last: bool) -> int:
    """Where the next tag begins, or the reference that the end of the data cuts."""
    stop = data.find("<", at)
    if stop >= 0:
        return stop
    reference = -1 if last else data.rfind("&", max(at, len(data) - _LONGEST_REFERENCE))
    return reference if reference >= 0 and ";" not in data[reference:] else len(data)
