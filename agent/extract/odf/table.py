"""Which columns of a table are hidden; in OpenDocument a column or a cell may stand for thousands (ODF 1.3 part 3, 9.1)."""

from __future__ import annotations

_MOST = 1024  # stretches of hidden columns


class Columns:
    """The columns of one table, told before its rows."""

    def __init__(self) -> None:
        self._hidden: list[tuple[int, int]] = []
        self._told = 0
        self._at = 0

    def add(self, times: int, *, hidden: bool) -> None:
        """The next so many columns."""
        first, self._told = self._told, self._told + times
        if hidden:
            self.hide(first, times)

    def hide(self, first: int, times: int) -> None:
        """So many columns from this one on, counted from 0."""
        if len(self._hidden) < _MOST:
            self._hidden.append((first, first + times))

    def stand(self, at: int) -> None:
        """The next cell stands in this column, counted from 0."""
        self._at = at

    def begin_row(self) -> None:
        """The next cell stands in the first column."""
        self._at = 0

    def next_is_shown(self, times: int) -> bool:
        """Whether the next cell, which fills so many columns, stands in one that is shown."""
        first, self._at = self._at, self._at + times
        return not any(begin <= first and self._at <= end for begin, end in self._hidden)
