"""What a certificate would count as that nobody has shown: the rules are asked as they are about a real one.

A question that leaves the issuer open is asked of every issuer that the rules can tell apart: of each kind of issuer,
and of each one that a row names. Where they differ, so do the answers.
"""

from typing import NamedTuple

from credential.counting import agreements_of, count
from credential.issuer import OccupationReference
from credential.model import AgreementState, Day, IssuerCode, IssuerKind, Kind, Region, Seconds, day_of
from credential.reason import Recognition
from credential.recognition import Agreement, Candidate, Match, RecognisedAs, decide
from credential.trust import Trust


class Question(NamedTuple):
    """A certificate of `origin` that is shown in `home`.

    `rank` is a level or a post, None for kinds that have none. None leaves the issuer, or its kind, open.
    """

    origin: Region
    home: Region
    kind: Kind
    occupation: OccupationReference | None
    rank: int | None
    issued_on: Day
    issuer: IssuerCode | None = None
    issuer_kind: IssuerKind | None = None

    def turned(self) -> "Question":
        """The same of a certificate of `home` that is shown in `origin`, by any issuer."""
        return self._replace(origin=self.home, home=self.origin, issuer=None)


class Ruling(NamedTuple):
    """What a verifier would say. `rule` is the row that recognises or refuses it: its dates are the certificate's."""

    recognition: Recognition
    recognised_as: RecognisedAs | None
    rule: Match | None


class Answer(NamedTuple):
    """A ruling, and whose it is about: of these kinds of issuer the one named, or all whom no other answer names."""

    issuer: IssuerCode | None
    kinds: tuple[IssuerKind, ...]
    ruling: Ruling


class Supposition(NamedTuple):
    """The answers, one if the issuer makes no difference, and what they rest on.

    `agreement` is the one with the region, if any; `state` what it is today, or else will be first; `issued` when the
    agreements were issued, if they are held.
    """

    answers: tuple[Answer, ...]
    agreement: Agreement | None
    state: tuple[Day, AgreementState] | None
    issued: Seconds | None


def suppose(question: Question, trust: Trust, now: Seconds) -> Supposition:
    """What it would count as at `now`, if it were a certificate that stands."""
    table = agreements_of(question.home, trust) if question.origin != question.home else None
    agreement = table.with_partner(question.origin) if table else None
    open_answers = _answers(question, question.issuer, agreement, trust, now)
    answers = list(open_answers)
    if question.issuer is None:
        common = [(each.kinds, each.ruling) for each in open_answers]
        for code in _named(agreement):
            own = _answers(question, code, agreement, trust, now)
            if [(each.kinds, each.ruling) for each in own] != common:
                answers += own
    issued = table.head.issued if table else None
    return Supposition(tuple(answers), agreement, _state(agreement, day_of(now)), issued)


def _answers(
    question: Question, issuer: IssuerCode | None, agreement: Agreement | None, trust: Trust, now: Seconds
) -> list[Answer]:
    """One answer for all kinds of issuer that are told the same, in the order of the kinds."""
    kinds = tuple(IssuerKind) if question.issuer_kind is None else (question.issuer_kind,)
    rulings = {
        kind: _ruling(_candidate(question, issuer, kind), question.home, agreement, trust, now) for kind in kinds
    }
    distinct = list(dict.fromkeys(rulings.values()))
    return [Answer(issuer, tuple(kind for kind in kinds if rulings[kind] == each), each) for each in distinct]


def _candidate(question: Question, issuer: IssuerCode | None, kind: IssuerKind) -> Candidate:
    return Candidate(
        region=question.origin,
        issuer=issuer,
        issuer_kind=kind,
        kind=question.kind,
        occupation=question.occupation,
        rank=question.rank,
        issued_on=question.issued_on,
    )


def _ruling(candidate: Candidate, home: Region, agreement: Agreement | None, trust: Trust, now: Seconds) -> Ruling:
    found = count(candidate, home, trust, now)
    rule = None if agreement is None else _rule(agreement, candidate, found.recognition, day_of(now))
    return Ruling(found.recognition, found.recognised_as, rule)


def _rule(agreement: Agreement, candidate: Candidate, recognition: Recognition, today: Day) -> Match | None:
    found = decide(candidate, agreement, today)
    if found.recognition is not recognition or found.place is None:
        return None
    if recognition is Recognition.DENIED:
        return agreement.deny[found.place]
    return agreement.allow[found.place].match


def _named(agreement: Agreement | None) -> list[IssuerCode]:
    """The issuers that a row names, in ascending order."""
    if agreement is None:
        return []
    rules = (*agreement.deny, *(each.match for each in agreement.allow))
    return sorted({each.issuer for each in rules if isinstance(each.issuer, str)})


def _state(agreement: Agreement | None, today: Day) -> tuple[Day, AgreementState] | None:
    if agreement is None:
        return None
    begun = [each for each in agreement.states if each[0] <= today]
    return begun[-1] if begun else agreement.states[0]
