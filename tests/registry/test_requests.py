"""The issuers' interface over HTTP: who may ask, what is remembered, what is refused."""

import json
import secrets

import pytest
from werkzeug.test import TestResponse

from credential.model import Entry, Extra, IssuerCode, Status, StatusReference
from credential.request import RegisterBatch, ReserveIndices
from credential.trust import Trust
from credential.verify import verify_bytes
from tests.registry.office import (
    PORT,
    SKILLS,
    Office,
    batch,
    certificate,
    certificate_key,
    now,
    request_key,
    seal,
    signed,
)
from tests.world import key


def problem(answer: TestResponse) -> str:
    body = answer.get_json()
    assert answer.content_type == "application/problem+json"
    return str(body["type"]).removeprefix("urn:yinxin:problem:")


def test_a_batch_is_registered_published_and_verifies(office: Office) -> None:
    indices = office.indices(PORT, 3)
    rows = batch(indices)
    answer = office.register(PORT, *rows)
    assert answer.status_code == 200
    assert answer.get_json()["registered"] == 3
    office.publish()
    trust = Trust(office.trust.root.head.region, {office.trust.root.head.region: office.trust})
    verdicts = [verify_bytes(row, trust, now()) for row in rows]
    assert [(each.reason.value, each.as_of.registration) for each in verdicts] == [("ACCEPTED", "register")] * 3


def test_indices_are_granted_once_each(office: Office) -> None:
    first = office.indices(PORT, 5)
    second = office.indices(SKILLS, 7)
    assert first == [0, 1, 2, 3, 4]
    assert second == [5, 6, 7, 8, 9, 10, 11]


def test_the_grant_names_its_uri(office: Office) -> None:
    answer = office.post("/v1/indices", seal(PORT, ReserveIndices(154)))
    assert answer.get_json() == {
        "runs": [{"list": 0, "first": 0, "count": 154}],
        "uri_base": "https://fj.example/s/",
    }


def test_a_grant_runs_over_into_the_next_list(office: Office) -> None:
    for _ in range(10):
        office.indices(PORT, 100_000)
    answer = office.post("/v1/indices", seal(PORT, ReserveIndices(100_000)))
    left = (1 << 20) - 1_000_000
    assert answer.get_json()["runs"] == [
        {"list": 0, "first": 1_000_000, "count": left},
        {"list": 1, "first": 0, "count": 100_000 - left},
    ]
    office.publish()
    assert {number: each.length for number, each in office.trust.status_lists.items()} == {
        0: 1 << 20,
        1: -(-(100_000 - left) // 256) * 256,
    }


def test_a_replayed_batch_has_the_same_answer_and_adds_nothing(office: Office) -> None:
    body = seal(PORT, RegisterBatch(tuple(batch(office.indices(PORT, 2)))))
    first = office.post("/v1/batches", body)
    again = office.post("/v1/batches", body)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.get_json() == again.get_json()
    assert office.count("registered") == 2


def test_a_digest_of_evidence_is_in_the_record_and_not_in_the_log(office: Office) -> None:
    content = RegisterBatch(tuple(batch(office.indices(PORT, 1))), None, bytes(range(32)))
    assert office.post("/v1/batches", seal(PORT, content)).status_code == 200
    with office.service.store.engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT detail FROM acts WHERE what = 'batch.register'").one()
    detail = row[0] if isinstance(row[0], dict) else json.loads(row[0])
    assert detail == {"count": 1, "evidence": bytes(range(32)).hex()}


def test_the_same_request_sealed_anew_has_the_first_answer(office: Office) -> None:
    content = RegisterBatch(tuple(batch(office.indices(PORT, 1))))
    id_ = secrets.token_bytes(16)
    answers = [office.post("/v1/batches", seal(PORT, content, id_=id_)) for _ in range(2)]
    assert answers[0].get_json() == answers[1].get_json()


@pytest.mark.parametrize("path", ["/v1/batches", "/v1/status-changes", "/v1/corrections", "/v1/correction-answers"])
def test_a_kept_answer_is_for_the_address_that_gave_it(office: Office, path: str) -> None:
    sealed = seal(PORT, ReserveIndices(3))
    assert office.post("/v1/indices", sealed).status_code == 200
    answer = office.post(path, sealed)
    assert (answer.status_code, problem(answer)) == (400, "malformed")


def test_one_id_with_other_content_is_refused(office: Office) -> None:
    id_ = secrets.token_bytes(16)
    assert office.post("/v1/indices", seal(PORT, ReserveIndices(1), id_=id_)).status_code == 200
    answer = office.post("/v1/indices", seal(PORT, ReserveIndices(2), id_=id_))
    assert (answer.status_code, problem(answer)) == (409, "id-reused")


def test_one_issuer_cannot_ask_for_another(office: Office) -> None:
    answer = office.post("/v1/indices", seal(SKILLS, ReserveIndices(1), by=request_key(PORT)))
    assert (answer.status_code, problem(answer)) == (403, "wrong-issuer")


def test_one_issuer_cannot_register_anothers_certificate(office: Office) -> None:
    (index,) = office.indices(SKILLS, 1)
    answer = office.register(SKILLS, signed(certificate(index, 1, PORT)))
    assert (answer.status_code, problem(answer)) == (403, "wrong-issuer")
    assert [(e["row"], e["reason"]) for e in answer.get_json()["errors"]] == [(0, "WRONG_ISSUER")]


def test_an_index_of_another_issuer_is_refused(office: Office) -> None:
    (index,) = office.indices(SKILLS, 1)
    answer = office.register(PORT, signed(certificate(index, 1)))
    assert (answer.status_code, problem(answer)) == (403, "wrong-issuer")
    assert [(e["row"], e["reason"]) for e in answer.get_json()["errors"]] == [(0, "INDEX_NOT_GRANTED")]


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_stale_time_is_refused(office: Office, seconds: int) -> None:
    office.stopped = now()
    answer = office.post("/v1/indices", seal(PORT, ReserveIndices(1), at=office.stopped + seconds))
    assert (answer.status_code, problem(answer)) == (401, "stale-time")


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_time_within_the_limit_is_taken(office: Office, seconds: int) -> None:
    office.stopped = now()
    answer = office.post("/v1/indices", seal(PORT, ReserveIndices(1), at=office.stopped + seconds))
    assert answer.status_code == 200


def test_a_nonce_serves_once(office: Office) -> None:
    nonce = secrets.token_bytes(16)
    assert office.post("/v1/indices", seal(PORT, ReserveIndices(1), nonce=nonce)).status_code == 200
    answer = office.post("/v1/indices", seal(PORT, ReserveIndices(1), nonce=nonce))
    assert (answer.status_code, problem(answer)) == (401, "nonce-reused")


def test_a_request_by_a_certificate_key_is_refused(office: Office) -> None:
    answer = office.post("/v1/indices", seal(PORT, ReserveIndices(1), by=certificate_key(PORT)))
    assert (answer.status_code, problem(answer)) == (403, "certificate-key-used")


def test_a_request_by_an_unknown_key_is_refused(office: Office) -> None:
    answer = office.post("/v1/indices", seal(PORT, ReserveIndices(1), by=key("stranger")))
    assert (answer.status_code, problem(answer)) == (401, "unknown-signer")


def test_a_request_by_an_unknown_issuer_is_refused(office: Office) -> None:
    answer = office.post("/v1/indices", seal(IssuerCode("Y000035029999"), ReserveIndices(1), by=key("stranger")))
    assert (answer.status_code, problem(answer)) == (401, "unknown-signer")


def test_a_flipped_bit_is_refused(office: Office) -> None:
    body = bytearray(seal(PORT, ReserveIndices(1)))
    body[-1] ^= 1
    answer = office.post("/v1/indices", bytes(body))
    assert (answer.status_code, problem(answer)) == (401, "signature-invalid")


def test_a_certificate_signed_by_the_request_key_is_refused(office: Office) -> None:
    (index,) = office.indices(PORT, 1)
    answer = office.register(PORT, signed(certificate(index, 1), by=request_key(PORT)))
    assert answer.status_code == 422
    assert [(e["row"], e["reason"]) for e in answer.get_json()["errors"]] == [(0, "KEY_UNKNOWN")]


def test_one_bad_row_stores_nothing_and_is_named(office: Office) -> None:
    indices = office.indices(SKILLS, 3)
    rows = [signed(certificate(index, serial, SKILLS)) for serial, index in enumerate(indices[:2], 1)]
    rows.insert(1, signed(certificate(indices[2], 9, SKILLS, level=2)))
    answer = office.register(SKILLS, *rows)
    assert (answer.status_code, problem(answer)) == (422, "rows-refused")
    assert [(e["row"], e["reason"]) for e in answer.get_json()["errors"]] == [(1, "SCOPE_LEVEL")]
    assert office.count("registered") == 0


def test_a_number_stands_once(office: Office) -> None:
    first, second = office.indices(PORT, 2)
    assert office.register(PORT, signed(certificate(first, 1))).status_code == 200
    answer = office.register(PORT, signed(certificate(second, 1)))
    assert (answer.status_code, problem(answer)) == (409, "conflict")
    assert [(e["row"], e["reason"]) for e in answer.get_json()["errors"]] == [(0, "NUMBER_STANDING")]


def test_a_number_twice_in_one_batch_is_refused(office: Office) -> None:
    first, second = office.indices(PORT, 2)
    answer = office.register(PORT, signed(certificate(first, 1)), signed(certificate(second, 1)))
    assert answer.status_code == 409
    assert [(e["row"], e["reason"]) for e in answer.get_json()["errors"]] == [(1, "TWICE_IN_BATCH")]


@pytest.mark.parametrize("published", [False, True])
def test_an_index_serves_once(office: Office, published: bool) -> None:
    (index,) = office.indices(PORT, 1)
    assert office.register(PORT, signed(certificate(index, 1))).status_code == 200
    if published:
        office.publish()
    answer = office.register(PORT, signed(certificate(index, 2)))
    assert answer.status_code == 409
    assert [(e["row"], e["reason"]) for e in answer.get_json()["errors"]] == [(0, "INDEX_USED")]


def test_a_correction_supersedes_what_it_replaces(office: Office) -> None:
    old, new = office.indices(PORT, 2)
    assert office.register(PORT, signed(certificate(old, 1))).status_code == 200
    corrected = certificate(new, 1, extra=Extra(replaces=Entry(0, old)))
    assert office.register(PORT, signed(corrected)).status_code == 200
    office.publish()
    listed = office.trust.status_lists[0]
    assert (listed.get(old), listed.get(new), listed.get(2)) == (
        Status.SUPERSEDED,
        Status.VALID,
        Status.NOT_REGISTERED,
    )


def test_a_correction_must_name_what_stands(office: Office) -> None:
    old, other, new = office.indices(PORT, 3)
    assert office.register(PORT, signed(certificate(old, 1)), signed(certificate(other, 2))).status_code == 200
    answer = office.register(PORT, signed(certificate(new, 1, extra=Extra(replaces=Entry(0, other)))))
    assert [(e["row"], e["reason"]) for e in answer.get_json()["errors"]] == [(0, "REPLACES_WRONG")]
    assert office.count("status_history") == 0


def test_a_foreign_status_uri_is_refused(office: Office) -> None:
    (index,) = office.indices(PORT, 1)
    foreign = certificate(index, 1, status=StatusReference(index, "https://gd.example/s/0"))
    answer = office.register(PORT, signed(foreign))
    assert [(e["row"], e["reason"]) for e in answer.get_json()["errors"]] == [(0, "STATUS_URI_FOREIGN")]


def test_statuses_change_and_never_come_back(office: Office) -> None:
    first, second = office.indices(PORT, 2)
    assert office.register(PORT, *batch([first, second])).status_code == 200
    steps = [(first, Status.SUSPENDED), (first, Status.VALID), (second, Status.REVOKED)]
    assert [office.change(PORT, index, status).status_code for index, status in steps] == [200, 200, 200]
    answer = office.change(PORT, second, Status.VALID)
    assert (answer.status_code, problem(answer)) == (409, "conflict")
    assert answer.get_json()["errors"][0]["reason"] == "TRANSITION"
    office.publish()
    listed = office.trust.status_lists[0]
    assert (listed.get(first), listed.get(second)) == (Status.VALID, Status.REVOKED)


def test_one_issuer_cannot_revoke_for_another(office: Office) -> None:
    (index,) = office.indices(PORT, 1)
    assert office.register(PORT, signed(certificate(index, 1))).status_code == 200
    answer = office.change(SKILLS, index, Status.REVOKED)
    assert (answer.status_code, problem(answer)) == (403, "wrong-issuer")


def test_bytes_that_are_no_request(office: Office) -> None:
    for body in (b"\xff", json.dumps({}).encode(), seal(PORT, ReserveIndices(1))[:-1]):
        answer = office.post("/v1/indices", body)
        assert (answer.status_code, problem(answer)) == (400, "malformed")


def test_a_request_at_the_wrong_address(office: Office) -> None:
    answer = office.post("/v1/batches", seal(PORT, ReserveIndices(1)))
    assert (answer.status_code, problem(answer)) == (400, "malformed")
    assert office.count("requests") == 0
