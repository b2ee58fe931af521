"""A small registry over real HTTP, in memory: it keeps the promises that a signer relies on, and fails when told to."""

import json
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from time import time

from credential import approval, cose, documents, receipt, request, verify
from credential.documents import Documents
from credential.errors import CredentialError
from credential.issuer import OccupationReference, Scope
from credential.log import Leaf
from credential.model import KeyState, Region, Seconds, Status, rfc3339
from credential.reason import Reason
from credential.receipt import Receipt
from credential.request import (
    AnswerCorrection,
    ChangeStatus,
    ListCorrections,
    Outcome,
    RegisterBatch,
    Request,
    ReserveIndices,
    Serials,
)
from credential.sign import SigningKey
from signer.certificates.drafts import read_certificate
from tests.listening import listening
from tests.world import FILED, ISSUER, World, certificate_key, key

REQUEST_KEY = key("request")
APPROVER_KEY = key("approval")
"""What the demo keys' approver signs with; the registry has enrolled it."""
REGISTERED_AT = Seconds(1_780_272_000)


def world() -> World:
    """A region that publishes now, whose issuer may certify electricians, tally clerks up to level 3, and an honour."""
    now = Seconds(int(time()) - 60)
    scopes = (
        Scope(OccupationReference(2022, "6-31-01-03"), 1, FILED, None),
        Scope(OccupationReference(2022, "4-02-06-02"), 3, FILED, None),
        Scope(OccupationReference(0, "集美工匠"), 0, FILED, None),
    )
    issuer = ISSUER._replace(scopes=scopes, keys=(certificate_key("certificate", ((0, KeyState.ACTIVE),)),))
    return World(
        issuers=(issuer,),
        statuses={},
        root_issued=now,
        list_issued=now,
        status_issued=now,
        checkpoint_issued=now,
    )


@dataclass
class Fault:
    """What goes wrong on one path: `times` answers are lost after the work is done, or never begun."""

    path: str
    times: int
    after: bool = True
    status: int | None = None


@dataclass
class Registry:
    """The state. `world` is what it publishes."""

    world: World = field(default_factory=world)
    request_keys: tuple[bytes, ...] = (REQUEST_KEY.public,)
    first: int = 100
    granted: set[int] = field(default_factory=set)
    answers: dict[bytes, tuple[object, int, dict[str, object]]] = field(default_factory=dict)
    registered: dict[int, bytes] = field(default_factory=dict)
    statuses: dict[int, Status] = field(default_factory=dict)
    nonces: set[bytes] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    refuse_rows: tuple[int, ...] = ()
    alone: int = 1_000_000
    """How many certificates one request may change without an approval."""
    asked: list[str] = field(default_factory=list)
    documents: dict[int, str | None] = field(default_factory=dict)
    """By index: what an issuer says its holders' documents are."""
    evidence: list[bytes | None] = field(default_factory=list)
    """What came with each batch."""
    serials: dict[tuple[str, int, int], int] = field(default_factory=dict)
    """The last that was granted, by prefix, year and digit."""
    receipt_key: SigningKey | None = World().keys("checkpoint", 1)[0]
    """None in a registry that is older than receipts."""
    corrections: list[dict[str, str]] = field(default_factory=list)
    told: list[tuple[str, Outcome, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and body of a GET."""
        if path == "/v1/bundle":
            return 200, "application/cbor", self.current().bundle()
        if path == "/v1/region":
            facts = {"region": "35", "name": "福建", "pin": self.world.pin().hex(), "qr_host": "fj.example"}
            return 200, "application/json", json.dumps(facts).encode()
        return self.problem(404, "not-found")

    def current(self) -> World:
        """What is published now."""
        return replace(self.world, statuses=dict(self.statuses))

    def post(self, path: str, body: bytes, beside: Documents | None, given: bytes | None) -> tuple[int, str, bytes]:
        """Status, type and body of a POST: verified, and done once for each id."""
        with self.lock:
            asked, message = request.decode(body)
            try:
                request.verify(message, self.request_keys)
            except CredentialError:
                return self.problem(401, "wrong-key")
            if asked.nonce in self.nonces or abs(asked.time - time()) > request.MAX_AGE:
                return self.problem(401, "stale")
            self.nonces.add(asked.nonce)
            content = asked.encode_content()
            if asked.id in self.answers:
                known, status, answer = self.answers[asked.id]
                if known != content:
                    return self.problem(409, "id-reused")
                return status, "application/json", json.dumps(answer).encode()
            if not is_approved(asked, given) and changes_of(asked) > self.alone:
                return self.problem(403, "second-approver-needed")
            return self.first_time(path, asked, content, beside)

    def first_time(
        self, path: str, asked: Request, content: object, beside: Documents | None
    ) -> tuple[int, str, bytes]:
        """Do it."""
        match path, asked.content:
            case "/v1/indices", ReserveIndices(count, serials):
                answer = self.grant(count) | self.grant_serials(serials)
            case "/v1/batches", RegisterBatch(certificates, commitment, evidence):
                if (beside.commitment if beside else None) != commitment:
                    return self.problem(400, "malformed")
                errors = self.errors(certificates)
                if errors:
                    return self.problem(422, "batch-refused", errors)
                answer = self.register(certificates) | self.receipt_for(asked, certificates)
                self.evidence.append(evidence)
                indices = [read_certificate(data).status.idx for data in certificates]
                self.documents |= dict(zip(indices, beside.numbers, strict=True)) if beside else {}
            case "/v1/corrections", ListCorrections():
                answer = {"corrections": self.corrections}
            case "/v1/correction-answers", AnswerCorrection(case, outcome, words):
                self.told.append((case, outcome, words))
                answer = {"case": case, "outcome": outcome.name.lower(), "at": "2026-06-01T00:00:00Z"}
            case "/v1/status-changes", ChangeStatus(changes):
                if {self.statuses.get(each.entry.idx) for each in changes} & {None, Status.REVOKED, Status.SUPERSEDED}:
                    return self.problem(409, "conflict")
                self.statuses |= {each.entry.idx: each.status for each in changes}
                answer = {"changed": len(changes), "at": "2026-06-01T00:00:00Z"}
            case _:
                return self.problem(400, "wrong-action")
        self.answers[asked.id] = (content, 200, answer)
        return 200, "application/json", json.dumps(answer).encode()

    def grant(self, count: int) -> dict[str, object]:
        """Two runs where there is more than one, so that a signer must follow both."""
        if count == 0:
            return {"runs": [], "uri_base": self.world.status_base}
        half = count // 2
        runs = [{"list": 0, "first": self.first, "count": half}] if half else []
        runs.append({"list": 0, "first": self.first + half + 3, "count": count - half})
        self.granted |= set(range(self.first, self.first + half))
        self.granted |= set(range(self.first + half + 3, self.first + count + 3))
        self.first += count + 10
        return {"runs": runs, "uri_base": self.world.status_base}

    def grant_serials(self, wanted: tuple[Serials, ...]) -> dict[str, object]:
        """The next of each prefix, year and digit."""
        granted = []
        for each in wanted:
            last = self.serials.get(each[:3], 0)
            self.serials[each[:3]] = last + each.size
            place = {"prefix": each.prefix, "year": each.year, "digit": each.digit}
            granted.append({**place, "first": last + 1, "count": each.size})
        return {"serials": granted} if granted else {}

    def receipt_for(self, asked: Request, certificates: tuple[bytes, ...]) -> dict[str, object]:
        """The signed receipt, if this registry gives any."""
        if self.receipt_key is None:
            return {}
        ordered = sorted(certificates, key=lambda data: read_certificate(data).status.idx)
        batch = receipt.batch_of(cose.decode_sign1(data, None).to_be_signed for data in ordered)
        leaf = Leaf(REGISTERED_AT, receipt.WHAT, bytes(32), batch)
        made = Receipt(Region("35"), asked.issuer, asked.id, len(self.answers), leaf)
        return {"receipt": b64encode(receipt.seal(made, self.receipt_key)).decode()}

    def errors(self, certificates: tuple[bytes, ...]) -> list[dict[str, object]]:
        """Why each certificate cannot be registered."""
        trust = self.current().trust()
        found: list[dict[str, object]] = [
            {"row": row, "reason": "TEST", "detail": "told to refuse"} for row in self.refuse_rows
        ]
        for row, data in enumerate(certificates):
            verdict = verify.verify_bytes(data, trust, Seconds(int(time())))
            index = read_certificate(data).status.idx
            if verdict.reason is not Reason.NOT_YET_REGISTERED or index not in self.granted:
                found.append({"row": row, "reason": verdict.reason.value, "detail": ""})
        return found

    def register(self, certificates: tuple[bytes, ...]) -> dict[str, object]:
        """Register them; what one replaces is superseded."""
        for data in certificates:
            certificate = read_certificate(data)
            self.registered[certificate.status.idx] = data
            self.statuses[certificate.status.idx] = Status.VALID
            if certificate.extra.replaces is not None:
                self.statuses[certificate.extra.replaces.idx] = Status.SUPERSEDED
        return {"registered": len(certificates), "batch": "00", "registered_at": rfc3339(REGISTERED_AT)}

    def fault(self, path: str, *, after: bool) -> Fault | None:
        """The fault that this answer meets."""
        for each in self.faults:
            if each.path == path and each.after is after and each.times > 0:
                each.times -= 1
                return each
        return None

    def problem(self, status: int, slug: str, errors: object = None) -> tuple[int, str, bytes]:
        """A refusal (RFC 9457)."""
        told = {"type": f"urn:yinxin:problem:{slug}", "title": slug, "status": status, "detail": f"because {slug}"}
        body = told if errors is None else {**told, "errors": errors}
        return status, "application/problem+json", json.dumps(body).encode()


def is_approved(asked: Request, given: bytes | None) -> bool:
    """Whether the approver agreed to this very request."""
    if given is None:
        return False
    said, message = approval.decode(given)
    approval.verify(message, (APPROVER_KEY.public,))
    return (said.issuer, said.id, said.content) == (asked.issuer, asked.id, asked.content_hash)


def changes_of(asked: Request) -> int:
    """How many standing certificates a request changes or replaces."""
    match asked.content:
        case ChangeStatus(changes):
            return len(changes)
        case RegisterBatch(certificates):
            return sum(read_certificate(each).extra.replaces is not None for each in certificates)
        case _:
            return 0


@contextmanager
def served(registry: Registry) -> Iterator[str]:
    """The registry's address while it is served."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(lambda: registry.get(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kind, beside, given = self.headers["Content-Type"], None, None
            if kind == documents.MEDIA_TYPE:
                body, beside = documents.part(body)
            if kind == approval.MEDIA_TYPE:
                body, given, beside = approval.parts(body)
            assert kind in (request.MEDIA_TYPE, documents.MEDIA_TYPE, approval.MEDIA_TYPE)
            self.answer(lambda: registry.post(self.path, body, beside, given))

        def answer(self, make: Callable[[], tuple[int, str, bytes]]) -> None:
            registry.asked.append(self.path)
            before = registry.fault(self.path, after=False)
            reply = registry.problem(before.status or 503, "away") if before else make()
            after = None if before else registry.fault(self.path, after=True)
            if after is not None and after.status is None:
                self.close_connection = True
                return
            status, kind, data = registry.problem(after.status or 503, "lost") if after else reply
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            return

    with listening(Handler) as url:
        yield url
