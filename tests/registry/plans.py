"""How a database finds what a look-up asks it for: by which columns of an index in each table, or by reading it all."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, event

from registry.store.engine import Store
from tests.registry.office import EMBEDDED

WHOLE: Final = "whole"
_READING: Final = re.compile(r"(SEARCH|SCAN) (\w+)(?:.*\((.*)\))?")
_OF_SQLITE: Final = re.compile(r"(\w+)[=<>]")
_OF_POSTGRESQL: Final = re.compile(r'(?:^| AND )\(*"?(\w+)"?\)?(?:::\w+)? (?:[=<>]|IS )')

Explain = Callable[[Connection, str, Any], Iterator["Read"]]


class Read(NamedTuple):
    """One table that is read, and the columns of the index that lead to its rows; WHOLE if all of it is read."""

    table: str
    by: str


def reads(store: Store, work: Callable[[], object]) -> frozenset[Read]:
    """Every way in which tables are read for `work`."""
    explain: Explain = _by_sqlite if store.engine.dialect.name == EMBEDDED else _by_postgresql
    asked = _statements(store, work)
    with store.engine.connect() as connection:
        return frozenset(each for statement, values in asked for each in explain(connection, statement, values))


def _statements(store: Store, work: Callable[[], object]) -> list[tuple[str, Any]]:
    """What the database is asked for `work`, with the values."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if statement.startswith(("SELECT", "UPDATE")):
            asked.append((statement, values[0] if isinstance(values, list) else values))

    event.listen(store.engine, "before_cursor_execute", note)
    work()
    event.remove(store.engine, "before_cursor_execute", note)
    return asked


def _by_sqlite(connection: Connection, statement: str, values: Any) -> Iterator[Read]:
    for *_, detail in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values):
        if found := _READING.match(detail):
            yield Read(found[2], _columns(_OF_SQLITE, found[3] or "") if found[1] == "SEARCH" else WHOLE)


def _by_postgresql(connection: Connection, statement: str, values: Any) -> Iterator[Read]:
    (said,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one()
    yield from _of_node(said["Plan"], "")


def _of_node(node: dict[str, Any], table: str) -> Iterator[Read]:
    table = node.get("Relation Name", table)
    if node["Node Type"] == "Seq Scan":
        yield Read(table, WHOLE)
    elif "Index Name" in node:
        yield Read(table, _columns(_OF_POSTGRESQL, node.get("Index Cond", "")))
    for each in node.get("Plans", ()):
        yield from _of_node(each, table)


def _columns(pattern: re.Pattern[str], condition: str) -> str:
    return ", ".join(dict.fromkeys(pattern.findall(condition.replace("rowid", "id")))) or WHOLE
