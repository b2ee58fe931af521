"""What the public pages say about issuers, taken from the signed objects themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import claims, cose
from credential.errors import CredentialError, ObjectError
from credential.issuer import CertificateKey, Issuer, OccupationReference
from credential.model import Day, IssuerCode, IssuerState, KeyState, Occupation, Seconds
from credential.numbers import parse_issuer_code
from credential.trust import RegionTrust
from credential.trust_list import BinReference
from registry.problems import Problem, Refused
from registry.store.models import RegisteredRow

PAGE: Final = 20
"""Issuers a page."""
TITLE_SAMPLE: Final = 200
"""Registered certificates that are looked at, at most, to learn what an issuer calls its occupations."""
Named = Mapping[OccupationReference, str]


def every_issuer(trust: RegionTrust) -> tuple[Issuer, ...]:
    """Every issuer of the trust list. Refused UNAVAILABLE if a part of it is not held as it was signed."""
    try:
        return tuple(trust.issuers)
    except ObjectError as error:
        raise _does_not_hold(error) from None


def find_issuer(trust: RegionTrust, code: str) -> Issuer | None:
    """The issuer of this code, if the trust list has one. Refused UNAVAILABLE if its part is not held as signed."""
    known = parse_issuer_code(code)
    try:
        return None if known is None else trust.issuers.get(known)
    except ObjectError as error:
        raise _does_not_hold(error) from None


@dataclass(frozen=True, slots=True)
class Standing:
    """An issuer's state and the day since when; no state before its filing takes effect on that day."""

    state: IssuerState | None
    since: Day


def standing(issuer: Issuer, today: Day) -> Standing:
    """How the issuer stands today. Void counts at once, whatever its date."""
    if issuer.is_void:
        day, state = issuer.states[-1]
        return Standing(state, day)
    past = [each for each in issuer.states if each[0] <= today]
    return Standing(past[-1][1], past[-1][0]) if past else Standing(None, issuer.states[0][0])


@dataclass(frozen=True, slots=True)
class KeyStanding:
    """A key's state and the instant since when."""

    state: KeyState
    since: Seconds


def key_standing(key: CertificateKey, now: Seconds) -> KeyStanding:
    """How the key stands now; before its first state it is pending."""
    if key.compromised_since is not None:
        return KeyStanding(KeyState.COMPROMISED, key.compromised_since)
    past = [each for each in key.states if each[0] <= now]
    return KeyStanding(past[-1][1], past[-1][0]) if past else KeyStanding(KeyState.PENDING, key.states[0][0])


_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[_Item]):
    """Some of `total` items: page `number` of `count`, from 1 on."""

    items: tuple[_Item, ...]
    number: int
    count: int
    total: int


def page_of(items: Sequence[_Item], number: int) -> Page[_Item] | None:
    """Page `number`; None if there is no such page. Nothing at all is one empty page."""
    count = max(1, -(-len(items) // PAGE))
    if not 1 <= number <= count:
        return None
    start = (number - 1) * PAGE
    return Page(tuple(items[start : start + PAGE]), number, count, len(items))


class Roll:
    """Every issuer of the trust list, decoded once as long as the list is the same: other objects change more often."""

    def __init__(self) -> None:
        self._held: tuple[tuple[BinReference, ...], tuple[Issuer, ...]] = ((), ())

    def of(self, trust: RegionTrust) -> tuple[Issuer, ...]:
        """Every issuer. Refused UNAVAILABLE if a part is not held as it was signed."""
        bins, found = self._held
        if trust.trust_list.bins != bins:
            found = every_issuer(trust)
            self._held = (trust.trust_list.bins, found)
        return found


class Titles:
    """What issuers' registered certificates call their occupations: the trust list has edition and code only.

    What was read is kept as long as the same objects are published.
    """

    def __init__(self) -> None:
        self._held: tuple[RegionTrust | None, dict[IssuerCode, Named]] = (None, {})

    def of(self, session: Session, trust: RegionTrust, issuer: IssuerCode) -> Named:
        """The titles of one issuer's occupations, as far as a sample of its certificates shows them."""
        published, known = self._held
        if published is not trust:
            self._held = (trust, known := {})
        if issuer not in known:
            known[issuer] = _read_titles(session, issuer)
        return known[issuer]


def _read_titles(session: Session, issuer: IssuerCode) -> Named:
    """One certificate is read for each occupation that the sample has."""
    columns = (RegisteredRow.edition, RegisteredRow.occupation, RegisteredRow.data)
    rows = session.execute(select(*columns).where(RegisteredRow.issuer == issuer).limit(TITLE_SAMPLE))
    of_each = {(edition, occupation): data for edition, occupation, data in rows}
    named = (_occupation(data) for data in of_each.values())
    return {OccupationReference(each.edition, each.code): each.title for each in named if each is not None}


def _does_not_hold(error: ObjectError) -> Refused:
    return Refused(Problem.UNAVAILABLE, f"已发布的内容不成立 / what is published does not hold: {error}")


def _occupation(data: bytes) -> Occupation | None:
    try:
        message = cose.decode_sign1(data, typ=None)
        return claims.decode_body(claims.decode_outer(message.payload)).occupation
    except CredentialError:
        return None
