"""Numbers as people write them in a period: Arabic digits, Chinese numerals, their formal (大写) forms."""

from __future__ import annotations

_CHINESE = "[零〇一二两三四五六七八九十百廿卅壹贰叁肆伍陆柒捌玖拾佰]"

NUMBER = rf"(?:[0-9](?: {{0,2}}[0-9]){{0,7}}|{_CHINESE}(?: {{0,2}}{_CHINESE}){{0,7}})"
"""A pattern for what `value` reads, letter-spaced or not."""

_DIGITS = {c: i for row in ("零一二三四五六七八九", "〇壹贰叁肆伍陆柒捌玖") for i, c in enumerate(row)} | {"两": 2}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100}
_SHORT = str.maketrans({"廿": "二十", "卅": "三十"})


def is_chinese(number: str) -> bool:
    """Whether a number is written with Chinese numerals."""
    return bool(number) and not number[0].isdecimal()


def value(number: str) -> int | None:
    """The value of a number, spaces left aside; None where the numerals do not make one (十百, 五二十)."""
    digits = number.replace(" ", "")
    if digits.isdecimal():
        return int(digits)
    digits = digits.translate(_SHORT)
    if digits and all(c in _DIGITS for c in digits):
        return int("".join(str(_DIGITS[c]) for c in digits))
    return _positional(digits)


def _positional(digits: str) -> int | None:
    """A number with 十 and 百. Each unit must be smaller than the one before."""
    total, pending, last = 0, None, 1000
    for c in digits:
        if c in _DIGITS:
            if pending:
                return None
            pending = _DIGITS[c]
        elif c in _TENS and _TENS[c] < last:
            last = _TENS[c]
            total, pending = total + (1 if pending is None else pending) * last, None
        else:
            return None
    return total + (pending or 0) if last < 1000 else None
