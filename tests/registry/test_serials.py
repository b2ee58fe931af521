"""Serials: granted once each, after all that were granted or registered; and the receipt of what was registered."""

import secrets
from base64 import b64decode
from typing import Any

from sqlalchemy import select

from credential import receipt
from credential.model import IssuerCode, date_from_day, day_of
from credential.reason import Reason
from credential.request import RegisterBatch, ReserveIndices, Serials
from credential.root import Role
from registry.opening import newest_root
from registry.publishing.publisher import Publisher
from registry.record import acts
from registry.roles import OnlineKeys, Opening, open_online
from registry.store.models import ActRow
from tests.credential.refusal import refused
from tests.registry.office import PORT, SKILLS, Office, batch, migrate, now, run, seal
from tests.registry.test_requests import problem
from tests.world import key

YEAR = date_from_day(day_of(now())).year % 100
SITE = IssuerCode("Y000035020002")


def serials(office: Office, *wanted: Serials, indices: int = 0, issuer: IssuerCode = PORT) -> list[tuple[int, int]]:
    """The first and the count of each that is granted."""
    answer = office.post("/v1/indices", seal(issuer, ReserveIndices(indices, wanted)))
    assert answer.status_code == 200, answer.text
    said = answer.get_json()["serials"]
    assert [(each["prefix"], each["year"], each["digit"], each["count"]) for each in said] == [*wanted]
    return [(each["first"], each["count"]) for each in said]


def of(digit: int, count: int, year: int = YEAR, prefix: IssuerCode = PORT) -> Serials:
    return Serials(prefix, year, digit, count)


def test_serials_follow_on_one_another_by_prefix_year_and_digit(office: Office) -> None:
    assert serials(office, of(3, 10), of(4, 2), indices=12) == [(1, 10), (1, 2)]
    assert serials(office, of(3, 5), of(3, 1, YEAR + 1)) == [(11, 5), (1, 1)]
    assert serials(office, of(3, 7, prefix=SKILLS), issuer=SKILLS) == [(1, 7)]
    assert office.indices(PORT, 1) == [12]


def test_one_request_has_one_answer_and_an_older_signer_the_older_one(office: Office) -> None:
    id_ = secrets.token_bytes(16)
    first, again = (office.post("/v1/indices", seal(PORT, ReserveIndices(2, (of(3, 2),)), id_=id_)) for _ in "12")
    assert first.get_json() == again.get_json()
    assert serials(office, of(3, 1)) == [(3, 1)]
    older = office.post("/v1/indices", seal(PORT, ReserveIndices(2)))
    assert sorted(older.get_json()) == ["runs", "uri_base"]
    other = office.post("/v1/indices", seal(PORT, ReserveIndices(2, (of(3, 3),)), id_=id_))
    assert (other.status_code, problem(other)) == (409, "id-reused")


def test_nothing_is_granted_behind_what_an_older_signer_registered(office: Office) -> None:
    assert office.register(PORT, *batch(office.indices(PORT, 2), first_serial=40)).status_code == 200
    assert serials(office, of(3, 3), of(4, 1)) == [(42, 3), (1, 1)]
    assert office.register(PORT, *batch(office.indices(PORT, 1), first_serial=7)).status_code == 200
    assert serials(office, of(3, 1)) == [(45, 1)]


def test_the_tables_begin_with_what_is_registered(office: Office) -> None:
    assert office.register(PORT, *batch(office.indices(PORT, 2), first_serial=40)).status_code == 200
    migrate(office, "0014")
    migrate(office, "head")
    assert serials(office, of(3, 1)) == [(42, 1)]


def test_only_as_many_as_there_are_all_or_nothing(office: Office) -> None:
    assert office.register(PORT, *batch(office.indices(PORT, 1), first_serial=999_990)).status_code == 200
    answer = office.post("/v1/indices", seal(PORT, ReserveIndices(5, (of(3, 10), of(4, 1)))))
    assert (answer.status_code, problem(answer)) == (409, "conflict")
    assert "SERIALS_USED_UP" in answer.get_json()["detail"]
    assert serials(office, of(3, 9), of(4, 1)) == [(999_991, 9), (1, 1)]
    assert office.indices(PORT, 1) == [1]


def test_only_under_one_s_own_codes(office: Office) -> None:
    asked = ReserveIndices(1, (of(3, 1, prefix=SITE),))
    answer = office.post("/v1/indices", seal(PORT, asked))
    assert (answer.status_code, problem(answer)) == (403, "wrong-issuer")
    opened = (
        "--code",
        PORT,
        "--site",
        SITE,
        "--document",
        "闽人社2号",
        "--date",
        date_from_day(day_of(now())).isoformat(),
    )
    for operator in ("lin", "huang"):
        run(office.data, "issuer", "site", "open", *opened, "--operator", operator)
    assert serials(office, of(3, 4, prefix=SITE)) == [(1, 4)]
    answer = office.post("/v1/indices", seal(SKILLS, asked))
    assert (answer.status_code, problem(answer)) == (403, "wrong-issuer")


# --- the receipt ------------------------------------------------------------------------------------------------------


def with_keys(office: Office, keys: OnlineKeys | None = None) -> OnlineKeys:
    """Let the service hold online keys, as `serve` does; those of the root unless others."""
    store, places = office.service.store, office.service.places
    held = keys or open_online(newest_root(store), [office.data / "keys"], Opening(None, demo=True))
    office.service.publisher = Publisher(store, places, held)
    return held


def register(office: Office, content: RegisterBatch, id_: bytes) -> dict[str, Any]:
    answer = office.post("/v1/batches", seal(PORT, content, id_=id_))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_receipt_is_the_leaf_signed_by_the_checkpoint_role(office: Office) -> None:
    keys, id_ = with_keys(office), secrets.token_bytes(16)
    content = RegisterBatch(tuple(batch(office.indices(PORT, 3))))
    first, again = (register(office, content, id_) for _ in "12")
    assert first == again
    data = b64decode(first["receipt"])
    found, message = receipt.decode(data)
    receipt.verify(message, office.trust.roots)
    with office.service.store.read() as session:
        act = session.scalars(select(ActRow).where(ActRow.what == acts.BATCH)).one()
        assert (found.leaf, found.place) == (acts.leaf_of(act), act.id - 1)
    assert (found.region, found.issuer, found.request, found.batch.size) == ("35", PORT, id_, 3)
    assert message.kid == keys.checkpoint.kid
    assert receipt.seal(found, keys.checkpoint) == data
    with refused(Reason.KEY_UNKNOWN):
        receipt.verify(message, [office.trust.root._replace(roles=_without(office))])


def _without(office: Office) -> Any:
    """The roles, as if the checkpoint's keys were the status keys."""
    first, second, third, fourth = office.trust.root.roles
    return first, second, third, fourth._replace(keys=office.trust.root.role(Role.STATUS).keys)


def test_no_receipt_without_the_key_that_the_published_root_names(office: Office) -> None:
    bare = register(office, RegisterBatch(tuple(batch(office.indices(PORT, 1)))), secrets.token_bytes(16))
    with_keys(office, OnlineKeys(key("status"), key("another checkpoint")))
    old = register(office, RegisterBatch(tuple(batch(office.indices(PORT, 1), 2))), secrets.token_bytes(16))
    assert ("receipt" in bare, "receipt" in old) == (False, False)
