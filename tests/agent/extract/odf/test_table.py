from __future__ import annotations

from agent.extract.odf.table import Columns


def test_cells_stand_in_the_columns_that_they_fill() -> None:
    columns = Columns()
    for times, hidden in ((2, False), (3, True), (1000, False)):
        columns.add(times, hidden=hidden)
    for _ in range(2):
        columns.begin_row()
        assert [columns.next_is_shown(times) for times in (2, 1, 2, 1)] == [True, False, False, True]


def test_a_cell_over_shown_and_hidden_columns_is_shown() -> None:
    columns = Columns()
    columns.hide(1, 2)
    assert columns.next_is_shown(2)


def test_a_column_may_be_named_by_its_number() -> None:
    columns = Columns()
    columns.hide(4, 1)
    columns.stand(4)
    assert not columns.next_is_shown(1)
