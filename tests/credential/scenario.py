"""One certificate, one region, one moment, all well; and every fault that the steps know, to be combined."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import cbor2

from credential import claims, cose, qr_text
from credential.errors import ObjectError
from credential.issuer import CertificateKey, Issuer, OccupationReference, Survivors
from credential.model import (
    Certificate,
    Day,
    IssuerCode,
    IssuerState,
    KeyState,
    LevelCertificate,
    Occupation,
    Post,
    PostAppointment,
    Seconds,
    Status,
    StatusReference,
    day_of,
)
from credential.reason import Reason, SyncReason
from credential.trust import Trust
from credential.verify import Verdict, verify
from tests.world import CERTIFICATE, CODE, DAY, FUJIAN, NOW, World, key


@dataclass(frozen=True)
class Envelope:
    """A COSE_Sign1 of which any part can be wrong; the signature is right for the rest unless it is what is wrong."""

    tags: tuple[int, ...] = (18,)
    header: Mapping[object, object] = field(default_factory=dict)
    unprotected: Mapping[object, object] = field(default_factory=dict)
    more: tuple[object, ...] = ()
    signature: Callable[[bytes], bytes] = lambda signature: signature


@dataclass(frozen=True)
class Scenario:
    """What is shown to whom, when. `number` is prefix, year and level of the certificate's number."""

    certificate: Certificate = CERTIFICATE
    number: tuple[str, str, str] = (CODE, "26", "3")
    claims: Mapping[int, object] = field(default_factory=dict)
    body: Mapping[int, object] = field(default_factory=dict)
    envelope: Envelope = Envelope()
    trailing: bytes = b""
    prefix: str = "https://fj.example/v#"
    suffix: str = ""
    world: World = field(default_factory=World)
    trust: Callable[[Trust], Trust] = lambda trust: trust
    now: Seconds = NOW

    @property
    def issuer(self) -> Issuer:
        """The first issuer of the list."""
        return self.world.issuers[0]

    def payload(self) -> bytes:
        """The claims, with the changes to them."""
        number = f"{''.join(self.number)}000001"
        found = cbor2.loads(claims.encode(self.certificate._replace(number=number)))
        found.update(self.claims)
        for place, value in self.body.items():
            found[claims.BODY][place] = value
        return cbor2.dumps(found, canonical=True)

    def data(self) -> bytes:
        """The certificate's bytes."""
        signer, envelope = key("issuer"), self.envelope
        header = {cose.ALG: cose.ED25519, cose.KID: signer.kid, **envelope.header}
        protected = cbor2.dumps(header, canonical=True)
        payload = self.payload()
        signature = envelope.signature(signer.sign(cose.to_be_signed_sign1(protected, payload)))
        item: object = [protected, dict(envelope.unprotected), payload, signature, *envelope.more]
        for tag in reversed(envelope.tags):
            item = cbor2.CBORTag(tag, item)
        return cbor2.dumps(item, canonical=True) + self.trailing

    def text(self) -> str:
        """The QR's text."""
        return self.prefix + qr_text.encode_digits(self.data()) + self.suffix

    def verdict(self) -> Verdict:
        """What the check says."""
        return verify(self.text(), self.trust(self.world.trust()), self.now)


Fault = Callable[[Scenario], Scenario]


def _world(scenario: Scenario, **changes: Any) -> Scenario:
    return replace(scenario, world=replace(scenario.world, **changes))


def _certificate(scenario: Scenario, **changes: Any) -> Scenario:
    return replace(scenario, certificate=scenario.certificate._replace(**changes))


def _envelope(scenario: Scenario, **changes: Any) -> Scenario:
    return replace(scenario, envelope=replace(scenario.envelope, **changes))


def _issuer(scenario: Scenario, **changes: Any) -> Scenario:
    return _world(scenario, issuers=(scenario.issuer._replace(**changes),))


def _number(scenario: Scenario, place: int, value: str) -> Scenario:
    number = [*scenario.number]
    number[place] = value
    return replace(scenario, number=(number[0], number[1], number[2]))


def _status(status: Status) -> Fault:
    return lambda s: _world(s, statuses={7: status})


def _states(*states: tuple[int, IssuerState]) -> Fault:
    """The filing's history, in days after the first."""
    return lambda s: _issuer(s, states=tuple((Day(s.issuer.names[0][0] + day), state) for day, state in states))


def _region_missing(_: Trust) -> Trust:
    return Trust(FUJIAN, {})


def _region_broken(_: Trust) -> Trust:
    return Trust(FUJIAN, {FUJIAN: ObjectError(SyncReason.THRESHOLD_NOT_MET)})


def _void(scenario: Scenario) -> Scenario:
    states = scenario.issuer.states
    return _issuer(scenario, states=(*states, (Day(states[-1][0] + 1_000), IssuerState.VOID)))


def _compromised(since: Callable[[Seconds], int], survivors: Survivors) -> Fault:
    def apply(scenario: Scenario) -> Scenario:
        (old,) = scenario.issuer.keys
        honest = tuple(each for each in old.states if each[1] is not KeyState.COMPROMISED)
        moment = Seconds(since(scenario.certificate.issued_at))
        states = (*honest, (moment, KeyState.COMPROMISED))
        return _issuer(scenario, keys=(CertificateKey(old.public, states, survivors),))

    return apply


def _key_from_later(scenario: Scenario) -> Scenario:
    active = (Seconds(scenario.certificate.issued_at + 1), KeyState.ACTIVE)
    return _issuer(scenario, keys=(CertificateKey(scenario.issuer.keys[0].public, (active,)),))


def _filed_later(scenario: Scenario) -> Scenario:
    later = Day(day_of(scenario.certificate.issued_at) + 1)
    return _issuer(scenario, states=((later, IssuerState.FILED),))


def _scopes(**changes: Any) -> Fault:
    return lambda s: _issuer(s, scopes=tuple(each._replace(**changes) for each in s.issuer.scopes))


def _scope_ended(scenario: Scenario) -> Scenario:
    return _scopes(last=Day(scenario.certificate.issued_on - 1))(scenario)


def _post_ended(scenario: Scenario) -> Scenario:
    subject = scenario.certificate.subject
    occupation = subject.occupation if isinstance(subject, LevelCertificate) else Occupation(2022, "x", "x", None)
    post = PostAppointment(occupation, Post.CHIEF_TECHNICIAN, scenario.now)
    return _certificate(scenario, subject=post)


def _signed_eight_days_earlier(scenario: Scenario) -> Scenario:
    signed = scenario.certificate.issued_at - 8 * DAY
    earlier = _certificate(scenario, issued_at=Seconds(signed), issued_on=day_of(Seconds(signed)))
    return _status(Status.NOT_REGISTERED)(earlier)


def _signed_later_than_now(scenario: Scenario) -> Scenario:
    return _certificate(scenario, issued_at=Seconds(scenario.now + 301))


def _dated_after_signing(scenario: Scenario) -> Scenario:
    return _certificate(scenario, issued_on=Day(day_of(scenario.certificate.issued_at) + 1))


def _uri(uri: str) -> Fault:
    return lambda s: _certificate(s, status=StatusReference(7, uri))


def _renamed(scenario: Scenario) -> Scenario:
    return _issuer(scenario, code=IssuerCode("Y000035020999"))


def _root_expired(scenario: Scenario) -> Scenario:
    return _world(scenario, root_lifetime=scenario.now - scenario.world.root_issued)


def _trust_list_expired(scenario: Scenario) -> Scenario:
    return _world(scenario, list_lifetime=scenario.now - scenario.world.list_issued)


def _status_expired(scenario: Scenario) -> Scenario:
    return _world(scenario, status_lifetime=scenario.now - scenario.world.status_issued)


FAULTS: dict[Reason, Fault] = {
    # 1
    Reason.QR_TOO_LONG: lambda s: replace(s, suffix="&" + "x" * 4296),
    Reason.QR_PREFIX: lambda s: replace(s, prefix="http://fj.example/v#"),
    Reason.QR_DIGITS: lambda s: replace(s, suffix="x"),
    Reason.QR_GROUP: lambda s: replace(s, prefix=s.prefix + "9" * 17),
    # 2
    Reason.TOO_LARGE: lambda s: replace(s, trailing=bytes(1024)),
    Reason.CBOR_TRAILING: lambda s: replace(s, trailing=b"\0"),
    # 3
    Reason.COSE_TAG: lambda s: _envelope(s, tags=(61, 18)),
    Reason.COSE_SHAPE: lambda s: _envelope(s, more=(b"",)),
    Reason.UNPROTECTED_NOT_EMPTY: lambda s: _envelope(s, unprotected={4: bytes(8)}),
    Reason.WRONG_TYPE: lambda s: _envelope(s, header={**s.envelope.header, 16: "application/statuslist+cwt"}),
    Reason.ALG_REFUSED: lambda s: _envelope(s, header={**s.envelope.header, 1: -8}),
    Reason.HEADER_SHAPE: lambda s: _envelope(s, header={**s.envelope.header, 2: [4]}),
    Reason.SIGNATURE_LENGTH: lambda s: _envelope(s, signature=lambda signature: signature[:63]),
    # 4
    Reason.CLAIMS_SHAPE: lambda s: replace(s, claims={**s.claims, 7: b"id"}),
    # 5
    Reason.REGION_UNKNOWN: lambda s: replace(s, trust=_region_missing),
    Reason.CHAIN_INVALID: lambda s: replace(s, trust=_region_broken),
    Reason.CLOCK_SUSPECT: lambda s: _world(s, checkpoint_issued=Seconds(s.now + 301)),
    # 6, 7
    Reason.ISSUER_UNKNOWN: _renamed,
    Reason.KEY_UNKNOWN: lambda s: _issuer(s, keys=()),
    Reason.SIGNATURE_INVALID: lambda s: _envelope(s, signature=lambda sig: sig[:-1] + bytes([sig[-1] ^ 1])),
    # 8
    Reason.UNSUPPORTED: lambda s: replace(s, body={**s.body, -2: 6}),
    Reason.BODY_SHAPE: lambda s: replace(s, body={**s.body, 3: "123"}),
    Reason.NAME_REFUSED: lambda s: _certificate(s, person=s.certificate.person._replace(name="陈\u202e强")),
    Reason.NUMBER_ISSUER: lambda s: _number(s, 0, "Y000035020102"),
    Reason.NUMBER_YEAR: lambda s: _number(s, 1, "25"),
    Reason.NUMBER_LEVEL: lambda s: _number(s, 2, "4"),
    Reason.STATUS_URI_FOREIGN: _uri("https://fj.example.evil/s/0"),
    # 9
    Reason.ISSUED_IN_FUTURE: _signed_later_than_now,
    Reason.DATE_AFTER_SIGNING: _dated_after_signing,
    # 10
    Reason.ISSUER_VOID: _void,
    Reason.KEY_COMPROMISED: _compromised(lambda issued_at: issued_at, Survivors(bytes(32), 1)),
    Reason.SURVIVORS_MISSING: _compromised(lambda issued_at: issued_at + 1, Survivors(bytes(32), 1)),
    # 11
    Reason.KEY_NOT_ACTIVE: _key_from_later,
    Reason.ISSUER_NOT_FILED: _filed_later,
    Reason.ISSUER_SUSPENDED: _states((0, IssuerState.FILED), (1, IssuerState.SUSPENDED)),
    Reason.ISSUER_WITHDRAWN: _states((0, IssuerState.FILED), (1, IssuerState.WITHDRAWN)),
    # 12
    Reason.SCOPE_OCCUPATION: _scopes(occupation=OccupationReference(2015, "6-31-01-03")),
    Reason.SCOPE_LEVEL: _scopes(highest=4),
    Reason.SCOPE_DATE: _scope_ended,
    # 13
    Reason.POST_ENDED: _post_ended,
    # 14
    Reason.STATUS_MISSING: _uri("https://fj.example/s/1"),
    Reason.REVOKED: _status(Status.REVOKED),
    Reason.SUPERSEDED: _status(Status.SUPERSEDED),
    Reason.SUSPENDED: _status(Status.SUSPENDED),
    Reason.NOT_REGISTERED: _signed_eight_days_earlier,
    Reason.NOT_YET_REGISTERED: _status(Status.NOT_REGISTERED),
    Reason.INDEX_MISMATCH: lambda s: _world(s, registered={7: replace(s, body={1: "honest"}).data()}),
    # 15
    Reason.ROOT_EXPIRED: _root_expired,
    Reason.TRUST_LIST_EXPIRED: _trust_list_expired,
    Reason.STATUS_EXPIRED: _status_expired,
}
"""Every fault by the reason that it must give, in the order of the steps; those of one step in the format's order."""

NEGATIVE_BY_TRUST_LIST = (
    Reason.ISSUER_UNKNOWN,
    Reason.KEY_UNKNOWN,
    Reason.KEY_NOT_ACTIVE,
    Reason.ISSUER_NOT_FILED,
    Reason.ISSUER_SUSPENDED,
    Reason.ISSUER_WITHDRAWN,
    Reason.SCOPE_OCCUPATION,
    Reason.SCOPE_LEVEL,
    Reason.SCOPE_DATE,
)
NEGATIVE_BY_STATUS_LIST = (Reason.SUSPENDED, Reason.NOT_REGISTERED)
