"""Small cells cannot be worked out: not from the total, and not by who knows the rule."""

from collections import defaultdict
from itertools import product

import pytest

from registry.figures.suppression import Cell, hidden, may_be_shown


def cells(*counts: int) -> list[Cell]:
    return [Cell(str(place), count, count, 0) for place, count in enumerate(counts)]


def test_nothing_small_nothing_hidden() -> None:
    assert hidden(cells(10, 11, 500), 10) == frozenset()


def test_a_small_cell_takes_others_with_it() -> None:
    assert hidden(cells(3, 500, 20, 12), 10) == {"0", "2", "3"}


def test_two_small_cells_are_not_enough_if_they_tell_each_other() -> None:
    assert hidden(cells(1, 1, 30, 40), 10) == {"0", "1", "2"}


def test_few_people_with_many_certificates_are_a_small_cell() -> None:
    assert "a" in hidden([Cell("a", 400, 4, 0), Cell("b", 500, 490, 0), Cell("c", 600, 600, 0)], 10)


def test_certificates_of_unknown_holders_may_each_be_a_person() -> None:
    assert hidden([Cell("a", 10, 0, 10), Cell("b", 50, 50, 0)], 10) == frozenset()


@pytest.mark.parametrize(
    ("counts", "shown"), [((3,), False), ((1, 1), False), ((10,), True), ((9, 14), True), ((), True)]
)
def test_a_total_of_too_few_is_not_shown(counts: tuple[int, ...], shown: bool) -> None:
    assert may_be_shown(cells(*counts), 10) is shown


@pytest.mark.parametrize(("k", "lines", "largest"), [(2, 4, 7), (3, 2, 9), (3, 3, 9), (3, 4, 9), (4, 3, 12)])
def test_no_table_gives_a_hidden_cell_away(k: int, lines: int, largest: int) -> None:
    """Every table that could be there: whoever sees total and shown cells has two numbers left for each hidden one."""
    seen = defaultdict(list)
    for counts in product(range(1, largest + 1), repeat=lines):
        table = cells(*counts)
        if not may_be_shown(table, k):
            continue
        left_out = hidden(table, k)
        shown = tuple(None if str(place) in left_out else count for place, count in enumerate(counts))
        seen[sum(counts), shown].append(counts)
    told = [
        (total, shown, place)
        for (total, shown), tables in seen.items()
        for place, count in enumerate(shown)
        if count is None and total < largest and len({counts[place] for counts in tables}) < 2
    ]
    assert told == []
    assert len(seen) > lines
