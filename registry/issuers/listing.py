"""The trust list's issuers as the database has them."""

from collections import defaultdict
from collections.abc import Collection
from hashlib import sha256
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential.bins import decode_bin, encode_bin
from credential.errors import CredentialError
from credential.issuer import CertificateKey, Issuer, OccupationReference, Scope, Site, Survivors
from credential.model import Day, IssuerCode, IssuerKind, IssuerState, KeyState, Seconds
from credential.register import DIGEST_BYTES
from registry.problems import Problem, Refused
from registry.store.models import (
    CertificateKeyRow,
    IssuerRow,
    KeyStateRow,
    NameRow,
    ScopeRow,
    SiteRow,
    StateRow,
)

_Row = TypeVar("_Row", NameRow, StateRow, ScopeRow, SiteRow, CertificateKeyRow)


def issuers(session: Session, only: Collection[IssuerCode] | None = None) -> list[Issuer]:
    """Every approved issuer, or `only` these, with certificate keys only: request keys are nobody else's business."""
    names = _by_issuer(session, NameRow, NameRow.day, only=only)
    states = _by_issuer(session, StateRow, StateRow.day, only=only)
    scopes = _by_issuer(session, ScopeRow, ScopeRow.id, only=only)
    sites = _by_issuer(session, SiteRow, SiteRow.code, SiteRow.first, only=only)
    keys = _by_issuer(session, CertificateKeyRow, CertificateKeyRow.kid, only=only)
    histories = _key_histories(session, only)
    filed = select(IssuerRow).order_by(IssuerRow.code)
    return [
        Issuer(
            code=IssuerCode(row.code),
            names=tuple((Day(each.day), each.name) for each in names[row.code]),
            kind=IssuerKind(row.kind),
            states=tuple((Day(each.day), IssuerState(each.state)) for each in states[row.code]),
            scopes=tuple(_scope(each) for each in scopes[row.code]),
            sites=tuple(Site(IssuerCode(s.code), Day(s.first), _day(s.last)) for s in sites[row.code]),
            keys=tuple(_key(each, histories[each.public]) for each in keys[row.code]),
        )
        for row in session.scalars(filed if only is None else filed.where(IssuerRow.code.in_(only)))
    ]


def require_readable(session: Session, code: IssuerCode) -> None:
    """Refuse an entry that no verifier could read: once on file it would stop every publication."""
    session.flush()
    own = issuers(session, [code])
    occupations = sorted({scope.occupation for each in own for scope in each.scopes})
    places = {occupation: place for place, occupation in enumerate(occupations)}
    try:
        decode_bin(encode_bin(own, places), occupations)
    except CredentialError as error:
        raise Refused(Problem.REFUSED, f"核验方读不了这样的备案 / no verifier could read this: {error}") from None


def survivor_files(session: Session) -> tuple[bytes, ...]:
    """The files of digests that stand under compromised keys; empty ones need no file."""
    rows = session.scalars(select(CertificateKeyRow.survivors).where(CertificateKeyRow.survivors.is_not(None))).all()
    return tuple(sorted({row for row in rows if row}))


def _by_issuer(session: Session, table: type[_Row], *order: Any, only: Collection[str] | None) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = defaultdict(list)
    rows = select(table).order_by(*order)
    for row in session.scalars(rows if only is None else rows.where(table.issuer.in_(only))):
        found[row.issuer].append(row)
    return found


def _key_histories(session: Session, only: Collection[str] | None) -> dict[bytes, list[tuple[Seconds, KeyState]]]:
    found: dict[bytes, list[tuple[Seconds, KeyState]]] = defaultdict(list)
    rows = select(KeyStateRow).order_by(KeyStateRow.at)
    if only is not None:
        rows = rows.join(CertificateKeyRow).where(CertificateKeyRow.issuer.in_(only))
    for row in session.scalars(rows):
        found[row.public].append((Seconds(row.at), KeyState(row.state)))
    return found


def _scope(row: ScopeRow) -> Scope:
    return Scope(OccupationReference(row.edition, row.occupation), row.highest, Day(row.first), _day(row.last))


def _key(row: CertificateKeyRow, history: list[tuple[Seconds, KeyState]]) -> CertificateKey:
    if row.compromised_since is None or row.survivors is None:
        return CertificateKey(row.public, tuple(history))
    ended = (Seconds(row.compromised_since), KeyState.COMPROMISED)
    survivors = Survivors(sha256(row.survivors).digest(), len(row.survivors) // DIGEST_BYTES)
    return CertificateKey(row.public, (*history, ended), survivors)


def _day(value: int | None) -> Day | None:
    return None if value is None else Day(value)
