"""The tables of every version so far, with data in: what an older version can hold is there after up and down.

Only the first version has no log. Who went back to it has lost what was published of it, and is told so: HISTORY.
"""

from itertools import pairwise

from sqlalchemy import Connection, MetaData, select

from credential.model import Status
from registry.figures import figures
from registry.store import migrate, revisions
from tests.registry.office import PORT, Office, batch, now, run

Rows = dict[str, list[str]]


def contents(connection: Connection) -> Rows:
    """Every row of every table that there is."""
    found = MetaData()
    found.reflect(connection)
    return {
        table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
        for table in found.sorted_tables
    }


def fill(office: Office) -> None:
    """Something in most tables."""
    common = ("--document", "闽人社〔2026〕1号", "--date", "2026-01-01")
    indices = office.indices(PORT, 4)
    assert office.register_documented(PORT, batch(indices), ["11010519491231123X", None, None, None]).status_code == 200
    assert office.change(PORT, indices[1], Status.REVOKED).status_code == 200
    run(office.data, "issuer", "division", "--code", PORT, "--division", "350200", "--name", "厦门", *LIN)
    run(office.data, "issuer", "withdraw", "--code", PORT, *common, *LIN)
    run(office.data, "operator", "add", "lin", "--display", "林敏", "--role", "keys", *common[:2], *LIN)
    figures.make(office.service.store, now())
    office.publish()


LIN = ("--operator", "lin")


def require_the_same_again(office: Office, newer: str, older: str) -> Rows:
    """What `older` holds is there after a step up and down again; the database is left at `older`."""
    engine = office.service.store.engine
    with engine.begin() as connection:
        migrate.take_back(connection, older)
        before = contents(connection)
    with engine.begin() as connection:
        migrate.bring_to(connection, newer)
    with engine.begin() as connection:
        migrate.take_back(connection, older)
        assert contents(connection) == before, older
    return before


def test_every_version_down_and_up_with_data(office: Office) -> None:
    fill(office)
    *steps, (second, first) = pairwise(revisions.revisions())
    for newer, older in steps:
        require_the_same_again(office, newer, older)
    run(office.data, "check-record")
    run(office.data, "publish", "--demo-keys")
    assert office.trust.status_lists[0].get(1) == Status.REVOKED
    assert office.indices(PORT, 1) == [4]
    with office.service.store.engine.begin() as connection:
        migrate.take_back(connection, second)
    kept = require_the_same_again(office, second, first)
    assert [len(kept[table]) for table in ("registered", "issuers", "status_history")] == [4, 2, 1]
    run(office.data, "check-record")
    run(office.data, "publish", "--demo-keys", expect=1)
