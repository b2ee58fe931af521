"""The HTTP operations of `registry.http.routes`: each turns a request into a call, and the result into an answer."""

import json
import re
import time
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import version
from typing import Any, Final, NamedTuple, TypeVar, cast

from flask import Response, current_app, jsonify, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from credential import approval, documents, freshness, log
from credential import request as requests
from credential.documents import Documents
from credential.errors import CredentialError
from credential.model import Seconds, Status, rfc3339
from credential.numbers import parse_issuer_code
from credential.request import (
    AnswerCorrection,
    ChangeStatus,
    ListCorrections,
    RegisterBatch,
    Request,
    ReserveIndices,
)
from registry import current, settings
from registry.figures import figures
from registry.holders import corrections, holders, holding, lookup, passes
from registry.http import asking, packing
from registry.http.media import CBOR, STATUS_LIST, media_type
from registry.http.openapi import document as describe
from registry.http.routes import CSV, OCTETS, TEXT
from registry.http.service import Service
from registry.problems import Problem, Refused
from registry.publishing.snapshot import last_order
from registry.record import acts, tiles
from registry.register import indices, intake, receipts, registration, statuses
from registry.register.intake import Answer, Work
from registry.register.registration import Candidate
from registry.store.models import IssuerRow, RegionRow
from registry.store.publications import ObjectRow
from registry.supervision import complaints, published

EXTENSION: Final = "yinxin"
MAX_QUERY_BYTES: Final = 4_096
_C = TypeVar("_C", ReserveIndices, RegisterBatch, ChangeStatus, ListCorrections, AnswerCorrection)
_COSE: Final = "application/cose"
_FOREVER: Final = "public, max-age=31536000, immutable"
SOON: Final = "public, max-age=30"
_SHA256: Final = re.compile("[0-9a-f]{64}", re.ASCII)
_DIGEST: Final = re.compile("([0-9a-f]{32}){1,2}", re.ASCII)
_TILE: Final = re.compile(r"([0-9]|[1-5][0-9]|6[0-3]|entries)(/x[0-9]{3})*/[0-9]{3}(\.p/[1-9][0-9]{0,2})?", re.ASCII)


def service() -> Service:
    """The running application's service."""
    return cast(Service, current_app.extensions[EXTENSION])


def region() -> Response:
    """GET /v1/region."""
    data = json.dumps(_index(), ensure_ascii=False).encode()
    return public(data, "application/json", SOON)


def published_object(sha256: str) -> Response:
    """GET /v1/objects/{sha256}."""
    _index()
    if not _SHA256.fullmatch(sha256):
        raise Refused(Problem.NOT_FOUND)
    data = _object(bytes.fromhex(sha256))
    return public(data, media_type(data), _FOREVER)


def bundle() -> Response:
    """GET /v1/bundle."""
    try:
        data = service().places.bundle.read_bytes()
    except OSError:
        _index()
        raise
    return public(data, CBOR, SOON)


def status(number: int) -> Response:
    """GET /v1/status/{n} and /s/{n}."""
    for entry in _index()["objects"]:
        if entry["type"] == "status_list" and entry["list"] == number:
            return public(_object(bytes.fromhex(entry["sha256"])), STATUS_LIST, SOON)
    raise Refused(Problem.NOT_FOUND, f"状态列表 / status list {number}")


def log_checkpoint() -> Response:
    """GET /s/log/checkpoint."""
    return public(_log_file("checkpoint"), TEXT, SOON)


def log_tile(tile: str) -> Response:
    """GET /s/log/tile/{tile}."""
    if not _TILE.fullmatch(tile):
        raise Refused(Problem.NOT_FOUND)
    return public(_log_file(f"tile/{tile}"), OCTETS, _FOREVER)


def log_consistency(old: int, size: int) -> Response:
    """GET /v1/log/consistency/{old}/{size}."""
    published = _log_size()
    if not 0 < old <= size <= published:
        raise Refused(Problem.NOT_FOUND)
    nodes = tiles.nodes(service().places.log, published)
    return public(log.Consistency(old, size, log.consistency_path(old, size, nodes)).encode(), CBOR, _FOREVER)


def log_inclusion(size: int, digest: str) -> Response:
    """GET /v1/log/inclusion/{size}/{digest}."""
    published = _log_size()
    if not size <= published or not _DIGEST.fullmatch(digest):
        raise Refused(Problem.NOT_FOUND)
    nodes = tiles.nodes(service().places.log, published)
    with service().store.read() as session:
        proof = acts.inclusion(session, bytes.fromhex(digest), size, nodes)
    return public(proof.encode(), CBOR, _FOREVER)


def reserve_indices() -> Response:
    """POST /v1/indices."""

    def work(asked: Request, content: ReserveIndices, now: Seconds) -> Work:
        return lambda session, row, _: indices.reserve(session, row, asked, content, now)

    return _take_in(_sealed(), ReserveIndices, work)


def batches() -> Response:
    """POST /v1/batches."""
    sent = _sent()

    def work(asked: Request, content: RegisterBatch, now: Seconds) -> Work:
        holders.require_committed(content, sent.documents)
        candidates = _judge(asked, content, sent.documents, now)
        key = service().receipt_key

        def store(session: Session, row: RegionRow, _: Request) -> Answer:
            known = holders.settle(session, candidates)
            answer, act = registration.store(session, row, asked, content, candidates, known, sent.approval, now)
            return answer | receipts.of(asked, act, row.region, key)

        return store

    return _take_in(sent.request, RegisterBatch, work)


def status_changes() -> Response:
    """POST /v1/status-changes."""
    sent = _sent()
    if sent.documents is not None:
        raise Refused(Problem.MALFORMED, "这里不收证件号码 / no documents belong here")

    def work(asked: Request, content: ChangeStatus, now: Seconds) -> Work:
        return lambda session, row, _: statuses.change(session, row, asked, content, sent.approval, now)

    return _take_in(sent.request, ChangeStatus, work)


def list_corrections() -> Response:
    """POST /v1/corrections."""
    store, now, data = service().store, service().now(), _sealed()
    asked, message = intake.parse(data)
    _content(asked, ListCorrections)

    def work(session: Session, _row: RegionRow, asked: Request) -> Answer:
        return {"corrections": corrections.waiting(session, asked.issuer)}

    answer = jsonify(intake.look(store, asked, message, data, now, work))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def answer_correction() -> Response:
    """POST /v1/correction-answers."""

    def work(_: Request, content: AnswerCorrection, now: Seconds) -> Work:
        return lambda session, _row, asked: corrections.answer(session, asked.issuer, content, now)

    return _take_in(_sealed(), AnswerCorrection, work)


def holder() -> Response:
    """POST /v1/holder."""
    began = time.monotonic()
    claim = holding.parse(_asked())
    found = asking.held(service(), claim, began)
    if found is None:
        return _unshared({"found": False})
    now, issuer = service().now(), asking.issuer_name(service(), found)
    with service().store.read() as session:
        events = [holding.as_json(event) for event in holding.history(session, found, issuer)]
    return _unshared(
        {
            "found": True,
            "number": found.row.number,
            "status": Status(found.row.status).name.lower(),
            "text": found.text(service().settings.qr_host),
            "history": events,
            "pass": passes.seal(service().ring, found.entry, now),
        }
    )


def holder_correction() -> Response:
    """POST /v1/holder/corrections."""
    match _asked():
        case {"pass": str() as given, "what": str() as what, "said": str() as said, **more} if not more:
            held = asking.held_by_pass(service(), given)
            return _unshared({"case": asking.ask_correction(service(), held, *corrections.parse(what, said))})
    raise Refused(Problem.MALFORMED, '须为 {"pass", "what", "said"} / all three')


def complaint() -> Response:
    """POST /v1/complaints."""
    found = complaints.parse(_asked(complaints.MAX_BYTES))
    return _unshared({"case": asking.complain(service(), found)})


def complaint_case() -> Response:
    """POST /v1/complaints/case."""
    match _asked():
        case {"case": str() as number, **more} if not more and 0 < len(number) <= lookup.MAX_TYPED:
            found = asking.case(service(), number)
            return _unshared({"found": False} if found is None else complaints.as_json(found))
    raise Refused(Problem.MALFORMED, '须为 {"case": 受理号} / the case number')


def issuer_supervision(code: str) -> Response:
    """GET /v1/issuers/{code}/supervision."""
    issuer = parse_issuer_code(code)
    with service().store.read() as session:
        if issuer is None or session.get(IssuerRow, issuer) is None:
            raise Refused(Problem.NOT_FOUND)
        found = published.as_json(issuer, published.of(session, [issuer])[issuer])
    return public(json.dumps(found, ensure_ascii=False).encode(), "application/json", SOON)


def query() -> Response:
    """POST /v1/query."""
    return _unshared(asking.answer(service(), lookup.parse(_asked())))


def _asked(most: int = MAX_QUERY_BYTES) -> object:
    """The JSON of a question from the public, of `most` bytes at most, counted by its address."""
    if request.mimetype != "application/json":
        raise Refused(Problem.MEDIA_TYPE, "application/json")
    asking.limits().admit(request.remote_addr, service().now())
    data = _body()
    if len(data) > most:
        raise Refused(Problem.TOO_LARGE)
    try:
        value: object = json.loads(data)
    except (ValueError, RecursionError):
        raise Refused(Problem.MALFORMED, "不是 JSON / not JSON") from None
    return value


def _unshared(value: Answer) -> Response:
    """An answer that nobody on the way keeps."""
    answer = jsonify(value)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def statistics() -> Response:
    """GET /v1/statistics."""
    return public(json.dumps(_figures(), ensure_ascii=False).encode(), "application/json", SOON)


def statistics_csv() -> Response:
    """GET /v1/statistics.csv."""
    answer = public(figures.as_csv(_figures()).encode("utf-8-sig"), CSV, SOON)
    answer.headers["Content-Disposition"] = 'attachment; filename="statistics.csv"'
    return answer


def _figures() -> Answer:
    with service().store.read() as session:
        row = figures.newest(session)
    if row is None:
        raise Refused(Problem.UNAVAILABLE, "尚未统计 / not counted yet")
    return row.content


def service_status() -> Response:
    """GET /status.json."""
    now, lists = service().now(), tuple(freshness.listed(service().trust))
    found = {
        "now": rfc3339(now),
        "status": freshness.worst(lists, now).value,
        "lists": [each.data(now) for each in lists],
    }
    return public(json.dumps(found).encode(), "application/json", SOON)


def openapi() -> Response:
    """GET /openapi.json."""
    return public(json.dumps(describe(version("yinxin")), ensure_ascii=False).encode(), "application/json", SOON)


def healthz() -> Response:
    """GET /healthz."""
    return jsonify({"status": "ok"})


def readyz() -> Response:
    """GET /readyz: whether issuers' requests can be taken in; what is wrong in it, the log says."""
    published = _published_order()
    try:
        with service().store.read() as session:
            _require_not_behind(session, published)
            waiting = settings.filing_waits(session)
            _, seq = last_order(session)
    except DBAPIError:
        raise Refused(Problem.UNAVAILABLE, "数据库连不上 / the database cannot be reached") from None
    publisher = service().publisher
    if publisher is not None and publisher.fault is not None:
        raise Refused(Problem.UNAVAILABLE, "发布受阻 / publishing fails")
    return jsonify({"status": "ready", "seq": seq, "filing_waits_for_signatures": waiting})


def _sealed() -> bytes:
    """The body, which is a request."""
    if request.mimetype != _COSE:
        raise Refused(Problem.MEDIA_TYPE, requests.MEDIA_TYPE)
    return _body()


class Sent(NamedTuple):
    """A sealed request, and what came beside it."""

    request: bytes
    approval: bytes | None = None
    documents: Documents | None = None


def _sent() -> Sent:
    """The body, which is a request, or one with an approval or documents beside it."""
    try:
        match request.mimetype:
            case approval.MEDIA_TYPE:
                return Sent(*approval.parts(_body()))
            case documents.MEDIA_TYPE:
                sealed, beside = documents.part(_body())
                return Sent(sealed, None, beside)
            case _:
                return Sent(_sealed())
    except CredentialError as error:
        raise Refused(Problem.MALFORMED, str(error)) from None


def _take_in(data: bytes, kind: type[_C], prepare: Callable[[Request, _C, Seconds], Work]) -> Response:
    """Authenticate before any heavy work; authenticate again inside the transaction that does the work.

    What is asked is looked at first, for an answer that is kept is for the address that gave it.
    """
    store, now = service().store, service().now()
    asked, message = intake.parse(data)
    content = _content(asked, kind)
    published = _published_order()
    with store.read() as session:
        _require_not_behind(session, published)
        stored = intake.authenticate(session, asked, message, now)
    answer: Answer = stored or intake.answer(store, asked, message, data, now, prepare(asked, content, now))
    return jsonify(answer)


def _content(asked: Request, kind: type[_C]) -> _C:
    """What is asked, if it is for this address. Refused MALFORMED."""
    if isinstance(asked.content, kind):
        return asked.content
    raise Refused(Problem.MALFORMED, "这个地址不受理这种请求 / not a request for this address")


def _judge(asked: Request, content: RegisterBatch, beside: Documents | None, now: Seconds) -> list[Candidate]:
    candidates, faults = registration.judge_all(content.certificates, asked.issuer, service().trust, now)
    faults += holders.faults(candidates, beside)
    if faults:
        raise registration.refusal(faults)
    return candidates if beside is None else holders.identify(candidates, beside, service().ring)


def _body() -> bytes:
    """The request's body, whose length was stated. Refused LENGTH, TOO_LARGE, MALFORMED if it is shorter."""
    length = request.content_length
    if length is None or "HTTP_TRANSFER_ENCODING" in request.environ:
        raise Refused(Problem.LENGTH, "不接受分块传输 / chunked bodies are refused")
    data = request.get_data(cache=False)
    if len(data) != length:
        raise Refused(Problem.MALFORMED, "内容不完整 / the body is not whole")
    return data


def _index() -> dict[str, Any]:
    if not service().places.initialised:
        raise Refused(Problem.NOT_INITIALISED)
    return current.read_index(service().places)


def _log_size() -> int:
    """How many leaves the published log has; 0 if it was published before there was one."""
    size: int = _index().get("log", {}).get("size", 0)
    return size


def _log_file(name: str) -> bytes:
    _index()
    try:
        return (service().places.log / name).read_bytes()
    except OSError:
        raise Refused(Problem.NOT_FOUND) from None


def _published_order() -> tuple[int, int]:
    head = _index()["checkpoint"]
    return head["epoch"], head["seq"]


def _require_not_behind(session: Session, published: tuple[int, int]) -> None:
    """Refuse to work on an old backup: it would grant again the indices that were granted after it was made.

    `published` is read before the session begins, for a sequence is in the database before it is in public.
    """
    if max(published, settings.seen(session)) > last_order(session):
        raise Refused(
            Problem.UNAVAILABLE, "ROLLBACK: 数据库落后于已发布的内容 / the database is behind what is published"
        )


def _object(digest: bytes) -> bytes:
    """From the public folder; or from the database, if another host published it a moment ago."""
    try:
        return service().places.object(digest).read_bytes()
    except OSError:
        with service().store.read() as session:
            row = session.get(ObjectRow, digest)
    if row is None:
        raise Refused(Problem.NOT_FOUND)
    return row.data


def public(data: bytes, kind: str, caching: str) -> Response:
    """An answer that is everybody's, with its ETag."""
    answer = packing.answer(data, kind)
    answer.headers["Cache-Control"] = caching
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.set_etag(sha256(answer.data).hexdigest())
    return cast(Response, answer.make_conditional(request))


VIEWS: Final[dict[str, Callable[..., Response]]] = {
    "region": region,
    "object": published_object,
    "bundle": bundle,
    "status": status,
    "status_by_uri": status,
    "log_checkpoint": log_checkpoint,
    "log_tile": log_tile,
    "log_consistency": log_consistency,
    "log_inclusion": log_inclusion,
    "indices": reserve_indices,
    "batches": batches,
    "status_changes": status_changes,
    "corrections": list_corrections,
    "correction_answers": answer_correction,
    "query": query,
    "holder": holder,
    "holder_corrections": holder_correction,
    "complaints": complaint,
    "complaint_case": complaint_case,
    "issuer_supervision": issuer_supervision,
    "statistics": statistics,
    "statistics_csv": statistics_csv,
    "service_status": service_status,
    "openapi": openapi,
    "healthz": healthz,
    "readyz": readyz,
}
"""By the names of `registry.http.routes`."""
