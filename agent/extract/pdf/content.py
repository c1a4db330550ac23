"""The text that a PDF's content streams show (ISO 32000-1, 7.8 and 9.4): in the order of the stream, without positions.

It comes in pieces. What one operator shows is one: its characters follow one another wherever they are set.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from agent.extract.base import Budget
from agent.extract.pdf.fonts import SIGNS, Decode, decoder
from agent.extract.pdf.objects import Objects
from agent.extract.pdf.syntax import (
    Dictionary,
    Ref,
    Stream,
    Unsure,
    Value,
    hexadecimal,
    literal,
    name,
    text,
    without_escaped_marks,
)

_WHITE = rb"\0\t\n\f\r "
_REGULAR = rb"[^\0\t\n\f\r ()<>\[\]{}/%]"
# Each alternative begins with a plain character, so that the search skips what begins no token; q, Q and BI are told by the
# character after them. Parentheses and backslashes of a string's own are written otherwise before (`_tokens`): a pattern that
# goes through escapes one by one keeps a state for each of them. A string that does not end takes the rest.
_NESTED = rb"\([^()]*+\)"
_STRING = rb"\([^()]*+(?:%s[^()]*+){0,99}\)" % _NESTED
_IN_DICTIONARY = rb"[^<>()]++|\([^()]*+(?:%s[^()]*+){0,9}\)|<[^<>]*+>" % _NESTED
_TIED = rb"(?:(?=[%(w)b]{0,9}[-+]?[0-9]{0,2}(?:\.[0-9]{0,9})?[%(w)b]{0,9}(\(|<[^<]))|)" % {b"w": _WHITE}
"""Something, where an array's next string follows no more than a tenth of a character away."""
_SHOWN = re.compile(
    rb"<<(?:%(d)b|<<(?:%(d)b){0,99}>>){0,99}>>|<([0-9A-Fa-f%(w)b]*+)>%(t)b|\(([^()\\\r]*+)\)%(t)b"
    rb"|\(([^()]*+(?:%(s)b[^()]*+){0,999})\)%(t)b"
    rb"|/(%(r)b++)[%(w)b]++[-+.0-9]++[%(w)b]++Tf(?!%(r)b)|/(%(r)b++)[%(w)b]++Do(?!%(r)b)"
    rb"|q(?<!%(r)bq)(?<!/q)(?!%(r)b)(?=(.))|Q(?<!%(r)bQ)(?<!/Q)(?!%(r)b)(?=(.))|BI(?<!%(r)bBI)(?<!/BI)(?!%(r)b)(?=(.))"
    rb"|%%[^\r\n]*+|\((.)(?:.*+)" % {b"w": _WHITE, b"r": _REGULAR, b"d": _IN_DICTIONARY, b"s": _STRING, b"t": _TIED},
    re.DOTALL,
)
_SIZE = re.compile(rb"([-+.0-9]+)[%b]+Tf(?!%b)" % (_WHITE, _REGULAR))
_SPACING = re.compile(rb"([-+.0-9]+)[%b]+Tc(?!%b)" % (_WHITE, _REGULAR))
_SPACED = re.compile(rb'"(?<=[)>%b]")' % _WHITE)
_TOGETHER = 0.1  # of a character: what stands no further apart stands together
_REPLACEMENT = re.compile(rb"/ActualText[%b]*(?:<([0-9A-Fa-f%b]*+)>|\(([^()]*+)\))" % (_WHITE, _WHITE))
_PAINTING = re.compile(rb"(?<!%(r)b)(?:[sSfF]|[fbB]\*|[bB]|Do|sh|EI|T[jJ]|'|\")(?!%(r)b)" % {b"r": _REGULAR})
_DEEPEST_FORM = 12
_DEEPEST_STATE = 512
_MOST_FONTS = 500
_AT_ONCE = 256 << 10
_MOST_TOKENS = 200_000
_LONGEST = 4 << 20
_SIGNS = frozenset(SIGNS)


@dataclass(slots=True)
class _State:
    """What a content stream has come to: the pieces of text before, and the strings that begin the next one."""

    in_form: bool
    font: Decode | None = None
    out: list[str] = field(default_factory=list)
    strings: list[bytes] = field(default_factory=list)
    saved: list[Decode | None] = field(default_factory=list)

    def read(self) -> None:
        """Put the strings into words: what stands together is one piece."""
        if self.strings:
            if self.font is not None:
                self.out.append(self.font(b"".join(self.strings)))
            elif self.in_form:  # the font of the stream that draws the form
                raise Unsure
            self.strings = []

    def switch(self, font: Decode | None) -> None:
        """Another font from here on."""
        if font is not self.font:
            self.read()
            self.font = font

    def save(self) -> None:
        """Operator q."""
        self.saved.append(self.font)
        if len(self.saved) > _DEEPEST_STATE:
            raise Unsure

    def restore(self) -> None:
        """Operator Q."""
        if self.saved:
            self.switch(self.saved.pop())


@dataclass(frozen=True, slots=True)
class _Scope:
    """What the names in a content stream mean, and how deep it lies in forms."""

    resources: Dictionary
    fonts: Dictionary
    forms: Dictionary
    depth: int


class Contents:
    """Reads content streams of one document; its fonts and forms are read once. `fonts`: those that were there to be used."""

    def __init__(self, objects: Objects, budget: Budget) -> None:
        self._objects = objects
        self._budget = budget
        self.fonts: set[Ref] = set()
        self._decoders: dict[Ref, Decode] = {}
        self._forms: dict[int, list[str] | None] = {}

    def pieces(self, content: bytes, resources: Dictionary, depth: int = 0) -> list[str]:
        """What a content stream shows: the characters of a piece stand together. Raises Unsure, Damaged, Unreadable."""
        self._budget.nested(depth)
        if depth > _DEEPEST_FORM:
            raise Unsure
        if b"ActualText" in content:
            _refuse_signs(without_escaped_marks(content))
        fonts, forms = (self._objects.dictionary(resources.get(kind)) for kind in ("Font", "XObject"))
        scope = _Scope(resources, fonts, forms, depth)
        self.fonts.update(value for value in scope.fonts.values() if isinstance(value, Ref))
        if len(self.fonts) > _MOST_FONTS:
            raise Unsure
        shown = self._shown(content, scope)
        size = sum(map(len, shown))
        if size > _LONGEST:
            raise Unsure
        self._budget.spend(size)
        return list("".join(shown)) if _is_loose(content) else shown

    def _shown(self, content: bytes, scope: _Scope) -> list[str]:
        state = _State(in_form=scope.depth > 0)
        decoders: dict[bytes, Decode] = {}
        for digits, more, plain, and_more, escaped, still_more, font, form, save, restore, picture, unclosed in _tokens(content):
            if digits or plain or escaped:
                state.strings.append(hexadecimal(digits) if digits else plain or literal(escaped))
                if not (more or and_more or still_more):
                    state.read()
            elif font:
                decode = decoders.get(font) or decoders.setdefault(font, self._font(scope.fonts.get(name(font))))
                if decode is not state.font:
                    state.switch(decode)
            elif save:
                state.save()
            elif restore:
                state.restore()
            elif form:
                state.read()
                state.out += self._form(scope.forms.get(name(form)), scope.resources, scope.depth)
            elif picture or unclosed:  # the bytes of a picture look like anything
                raise Unsure
        state.read()
        return state.out

    def form(self, value: Value) -> list[str]:
        """What an appearance of an annotation shows."""
        return self._form(value, {}, 0)

    def _form(self, value: Value, outer: Dictionary, depth: int) -> list[str]:
        """What a form shows, nothing for a picture."""
        if not isinstance(value, Ref):
            return []
        if value.number not in self._forms:
            self._forms[value.number] = None
            self._forms[value.number] = self._read_form(self._objects.get(value), outer, depth)
        shown = self._forms[value.number]
        if shown is None:  # a form within itself
            raise Unsure
        return shown

    def _read_form(self, form: Value, outer: Dictionary, depth: int) -> list[str]:
        if not isinstance(form, Stream) or self._objects.get(form.dictionary.get("Subtype")) == "Image":
            return []
        resources = self._objects.dictionary(form.dictionary["Resources"]) if "Resources" in form.dictionary else outer
        self.refuse_replaced(resources)
        return self.pieces(self._objects.data(form), resources, depth + 1)

    def refuse_replaced(self, resources: Dictionary) -> None:
        """Raises Unsure where a named property list gives other text than the glyphs."""
        properties = self._objects.dictionary(resources.get("Properties"))
        if any("ActualText" in self._objects.dictionary(value) for value in properties.values()):
            raise Unsure

    def _font(self, value: Value) -> Decode:
        if isinstance(value, Ref) and value in self._decoders:
            return self._decoders[value]
        font = self._objects.dictionary(value)
        if not font:
            raise Unsure
        decode = decoder(self._objects, font)
        if isinstance(value, Ref):
            self._decoders[value] = decode
        return decode


def paints(content: bytes) -> bool:
    """Whether a content stream may show anything at all."""
    return _PAINTING.search(content) is not None


def _is_loose(content: bytes) -> bool:
    """Whether characters of one string may stand apart, or over one another: by the spacing of characters."""
    if _SPACED.search(content):
        return True
    if b"Tc" not in content:
        return False
    spacing, sizes = ([abs(_number(given)) for given in found.findall(content)] for found in (_SPACING, _SIZE))
    return max(spacing, default=0.0) > _TOGETHER * min(sizes, default=0.0)


def _number(given: bytes) -> float:
    """An operand; one that is no number is beyond every bound."""
    try:
        return float(given)
    except ValueError:
        return math.inf


def _tokens(content: bytes) -> Iterable[Sequence[bytes]]:
    """All at once is faster, one by one is smaller. Raises Unsure where there are too many."""
    content = without_escaped_marks(content)
    return _SHOWN.findall(content) if len(content) <= _AT_ONCE else _one_by_one(content)


def _one_by_one(content: bytes) -> Iterator[Sequence[bytes]]:
    for number, match in enumerate(_SHOWN.finditer(content)):
        if number > _MOST_TOKENS:
            raise Unsure
        yield match.groups(b"")


def _refuse_signs(content: bytes) -> None:
    """Raises Unsure where text that is given in place of glyphs holds signs, or is not there to be looked at."""
    found = _REPLACEMENT.findall(content)
    given = "".join(text(hexadecimal(digits) if digits else literal(escaped)) for digits, escaped in found)
    if len(found) != content.count(b"ActualText") or not _SIGNS.isdisjoint(given):
        raise Unsure
