"""The figures of a registry that serves: its parts run, and measure what they say. No time is looked at."""

from bench import published, registering
from bench.race import Effort
from tests.databases import Embedded


def test_the_same_rows_are_registered_and_inserted() -> None:
    race = registering.measured(Embedded(), 20, 2, 1)
    assert [len(each) for each in (race.ours.clock, race.bare.busy, race.signatures, race.together.busy)] == [
        2,
        2,
        2,
        1,
    ]
    found = list(registering.of("SQLite", race))
    assert [(each.peer, each.goal) for each in found] == [
        ("bare `executemany`, by the clock", registering.GOAL),
        ("bare `executemany`", None),
        ("bare `executemany` and each signature checked", None),
        ("bare `executemany`, one at a time", None),
    ]
    assert found[0].ratio.middle > 0


def test_published_objects_are_asked_for_beside_constants_of_their_size() -> None:
    found = list(published.rows(Effort(1, 0, 0), 400, 5))
    assert [each.en.partition(",")[0] for each in found] == [
        "the registry's server gives a status list",
        "the registry's server gives a register's index",
        "the registry's server gives the bundle",
    ]
    assert all(len(each.ours) == len(each.theirs) == 1 for each in found)
