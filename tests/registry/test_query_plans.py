"""Whatever the service looks up in a table that grows, an index leads to it: asked of both databases by EXPLAIN."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from credential import cose
from credential.model import Seconds, Status
from credential.published import ObjectType
from credential.request import AnswerCorrection, ListCorrections, Outcome
from registry.current import read_index
from registry.issuer_keys import compromise
from registry.record import acts
from registry.store.models import (
    ActRow,
    Base,
    CorrectionRow,
    OnRecordRow,
    RegisteredRow,
    RequestRow,
    RunRow,
    StatusHistoryRow,
    StatusListRow,
)
from registry.store.publications import PublicationRow
from tests.registry.office import PORT, SKILLS, Office, batch, certificate, certificate_key, copy, seal, signed
from tests.registry.plans import reads
from tests.registry.test_holders import NAME, NUMBER

pytestmark = pytest.mark.xdist_group("plans")
"""One process: what is published at the end is what was asked for before it."""

LISTS: Final = 10
BATCHES: Final = 40
"""In each list."""
ROWS: Final = 10
"""In each batch."""
GROWING: Final = frozenset(
    each.__tablename__
    for each in (
        *(ActRow, CorrectionRow, OnRecordRow, PublicationRow),
        *(RegisteredRow, RequestRow, RunRow, StatusHistoryRow),
    )
)


@pytest.fixture(scope="module")
def filled(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A registry with one person's certificate, and some thousands of rows in every table that grows."""
    office = Office(copy(built, tmp_path_factory.mktemp("plans") / "data"))
    data = signed(certificate(office.indices(PORT, 3)[0], 1))
    assert office.register_documented(PORT, [data], [NUMBER]).status_code == 200
    office.publish()
    office.service.store.write(fill)
    office.publish()
    with office.service.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    yield office
    office.close()


def fill(session: Session) -> None:
    """Rows like the first of each table, as many as a registry has after some time."""
    batches = [(number, place) for number in range(1, LISTS + 1) for place in range(BATCHES)]
    rows = [(number, place, place * ROWS + row) for number, place in batches for row in range(ROWS)]
    one, asked, published = (_first(session, table) for table in (RegisteredRow, RequestRow, PublicationRow))
    checkpoint = published | {"type": int(ObjectType.CHECKPOINT), "list": 0}
    change = {"before": 0, "after": 1, "reason": 0, "at": 0, "request": b""}

    def put(table: type[Base], values: list[dict[str, Any]]) -> None:
        session.execute(insert(table), values)

    put(StatusListRow, [{"number": number, "change": 0} for number in range(1, LISTS + 1)])
    put(RequestRow, [asked | {"issuer": _issuer(each[0]), "id": _id(*each), "nonce": _id(*each)} for each in batches])
    put(RunRow, [{"list": number, "end": 0, "granted_at": 0} for number in range(1, LISTS + 1)])
    put(RunRow, [_run(*each) for each in batches])
    put(RegisteredRow, [one | _registered(*each) for each in rows])
    put(StatusHistoryRow, [change | {"list": number, "index": index} for number, _, index in rows])
    put(CorrectionRow, [_correction(number, index) for number, _, index in rows])
    put(OnRecordRow, [_on_record(place) for place in range(4_000)])
    put(PublicationRow, [checkpoint | {"seq": seq, "epoch": 0} for seq in range(4_000)])
    for each in batches:
        acts.record(session, acts.Act(_issuer(each[0]), acts.BATCH, _id(*each).hex()), Seconds(0))


def _first(session: Session, table: type[Base]) -> dict[str, Any]:
    """The values of a row of the table."""
    return dict(session.execute(select(*table.__table__.columns).limit(1)).mappings().one())


def _id(number: int, place: int) -> bytes:
    return number.to_bytes(8) + place.to_bytes(8)


def _issuer(number: int) -> str:
    """Whose a list is: one issuer has a tenth of everything."""
    return PORT if number == 1 else SKILLS


def _run(number: int, place: int) -> dict[str, Any]:
    granted = {"issuer": _issuer(number), "request": _id(number, place), "granted_at": 0}
    return {"list": number, "first": place * ROWS, "end": (place + 1) * ROWS, **granted}


def _registered(number: int, place: int, index: int) -> dict[str, Any]:
    own = _id(number, index)
    status = Status.VALID if index % 100 else Status.REVOKED
    where = {"list": number, "index": index, "run_end": (place + 1) * ROWS}
    by = {"issuer": _issuer(number), "request": _id(number, place)}
    return where | by | {"number": own.hex(), "digest": own, "holder": own, "status": int(status)}


def _correction(number: int, index: int) -> dict[str, Any]:
    outcome = {"outcome": 1, "answer": "x", "answered_at": 1} if index % 100 else {"outcome": None}
    said = {"issuer": _issuer(number), "case": f"{number}-{index}", "what": "name", "said": "x", "asked_at": 0}
    return {"list": number, "index": index, "answer": None, "answered_at": None, **said, **outcome}


def _on_record(place: int) -> dict[str, Any]:
    said = dict.fromkeys(("name", "issuer", "occupation", "level"), "x")
    return {"number": f"old {place}", "issued_on": "2001-01-01", "imported_at": 0, **said}


def _get(office: Office, path: str) -> None:
    assert office.client.get(path).status_code == 200, path


def _ask(office: Office, path: str, **asked: str) -> dict[str, Any]:
    answer = office.client.post(path, json=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def by_number(office: Office) -> None:
    assert _ask(office, "/v1/query", number=certificate(0, 1).number, name=NAME)["found"]
    assert not _ask(office, "/v1/query", number="old 7", name=NAME)["found"]


def by_document(office: Office) -> None:
    assert _ask(office, "/v1/query", document=NUMBER, name=NAME)["found"]


def by_holder(office: Office) -> None:
    held = _ask(office, "/v1/holder", document=NUMBER, name=NAME, number=certificate(0, 1).number)
    _ask(office, "/v1/holder/corrections", **{"pass": held["pass"]}, what="name", said="x")


def by_digest(office: Office) -> None:
    with office.service.store.read() as session:
        digest = session.get_one(RegisteredRow, (0, 0)).digest
    size = read_index(office.service.places)["log"]["size"]
    _get(office, f"/v1/log/inclusion/{size}/{digest.hex()}")


def by_request(office: Office) -> None:
    assert office.register(PORT, *batch([1, 2], 50)).status_code == 200


def by_entry(office: Office) -> None:
    assert office.change(PORT, 0, Status.SUSPENDED).status_code == 200


def by_issuer(office: Office) -> None:
    for path, content in (
        ("/v1/corrections", ListCorrections()),
        ("/v1/correction-answers", AnswerCorrection("A" * 10, Outcome.DECLINED, "x")),
    ):
        assert office.post(path, seal(PORT, content)).status_code in (200, 404)


def by_key(office: Office) -> None:
    with office.service.store.read() as session:
        compromise.impact_of(session, PORT, cose.kid(certificate_key(PORT).public), Seconds(0))


def ready(office: Office) -> None:
    _get(office, "/readyz")


def published(office: Office) -> None:
    office.publish()


TO_BE_ANSWERED: Final = {"publications": {"type, list"}, "requests": {"issuer, id", "issuer, nonce"}}
LOOK_UPS: Final[Mapping[Callable[[Office], None], Mapping[str, set[str]]]] = {
    by_number: {"registered": {"number"}, "on_record": {"number"}},
    by_document: {"registered": {"holder"}},
    by_holder: {
        "registered": {"number", "list, index"},
        "status_history": {"list, index"},
        "corrections": {"list, index"},
    },
    by_digest: {"registered": {"list, index", "digest", "issuer, request"}, "acts": {"subject"}},
    by_request: TO_BE_ANSWERED | {"registered": {"number", "list, index"}, "index_runs": {"issuer"}},
    by_entry: TO_BE_ANSWERED | {"registered": {"list, index"}},
    by_issuer: TO_BE_ANSWERED | {"corrections": {"issuer, outcome", "case"}, "registered": {"list, index"}},
    by_key: {"registered": {"issuer, key"}},
    ready: {"publications": {"type, list"}},
    published: {
        "publications": {"type, list", "type, list, epoch, seq"},
        "index_runs": {"list"},
        "registered": {"list", "list, index"},
        "acts": {"id"},
    },
}


@pytest.mark.parametrize("look_up", LOOK_UPS, ids=lambda each: each.__name__)
def test_an_index_leads_to_every_row_that_is_looked_up(filled: Office, look_up: Callable[[Office], None]) -> None:
    found: dict[str, set[str]] = {}
    for table, columns in reads(filled.service.store, lambda: look_up(filled)):
        if table in GROWING:
            found.setdefault(table, set()).add(columns)
    assert found == LOOK_UPS[look_up]
