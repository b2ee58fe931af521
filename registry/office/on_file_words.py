"""What is on file of an issuer, a line each, as `issuer show` tells it."""

from collections.abc import Iterator, Sequence
from typing import Final

from credential import cose
from credential.issuer import Issuer
from credential.model import Day, IssuerCode, date_from_day, rfc3339
from registry import words
from registry.issuer_keys.approvers import OnFile
from registry.issuers.institution_words import AUTHORITY, CREDIT_CODE, PARENT
from registry.issuers.institutions import Institution
from registry.office import directory
from registry.office.act_words import labelled, scope_in_words, site_in_words
from registry.words import Words

_NONE: Final = Words("无", "none")
_NOT_ON_FILE: Final = Words("未登记", "not on file")
_NAME: Final = Words("名称", "name")
_STATE: Final = Words("状态", "state")
_BRANCH: Final = Words("分支机构", "branch")
_DIVISION: Final = Words("行政区划", "division")
_SCOPE: Final = Words("备案范围", "scope")
_SITE: Final = Words("站点", "site")
_KEYS: Final = Words("证书密钥", "certificate keys")
_APPROVER: Final = Words("复核人", "approver")


def lines(
    issuer: Issuer, institution: Institution, branches: Sequence[tuple[IssuerCode, str]], today: Day
) -> Iterator[Words]:
    """Who it is and how it stands today; then what is filed, each with its dates."""
    yield _today(issuer, today)
    yield from _dated(_NAME, [(day, _same(name)) for day, name in issuer.names])
    yield from _dated(_STATE, [(day, words.ISSUER_STATE[state]) for day, state in issuer.states])
    yield from _institution(institution)
    yield from (labelled(_BRANCH, Words(f"{name}（{code}）", f"{name} ({code})")) for code, name in branches)
    yield from (labelled(_SCOPE, scope_in_words(each)) for each in issuer.scopes)
    yield from (labelled(_SITE, site_in_words(each)) for each in issuer.sites)
    yield labelled(_KEYS, _same(str(len(issuer.keys))))


def approvers(found: Sequence[OnFile]) -> Iterator[Words]:
    """The people who approve what the issuer asks for, with their keys' fingerprints; that there is none."""
    if not found:
        yield labelled(_APPROVER, _NONE)
    for each in found:
        since, fingerprint = rfc3339(each.active_from), cose.fingerprint(each.public)
        end = Words("", "")
        if each.retired_at is not None:
            until = rfc3339(each.retired_at)
            end = Words(f"，{until} 停用", f", retired {until}")
        yield labelled(
            _APPROVER,
            Words(
                f"{each.name}，自 {since} 起{end.zh}；指纹 {fingerprint}",
                f"{each.name}, from {since} on{end.en}; fingerprint {fingerprint}",
            ),
        )


def _today(issuer: Issuer, today: Day) -> Words:
    standing, kind = directory.standing(issuer, today), words.ISSUER_KIND[issuer.kind]
    state = words.NOT_IN_FORCE if standing.state is None else words.ISSUER_STATE[standing.state]
    name, since = issuer.name_on(today), date_from_day(standing.since)
    return Words(
        f"{name}（{issuer.code}），{kind.zh}，{state.zh}，自 {since}。",
        f"{name} ({issuer.code}), {kind.en}, {state.en}, since {since}.",
    )


def _institution(institution: Institution) -> Iterator[Words]:
    for what, history in ((CREDIT_CODE, institution.credit_codes), (AUTHORITY, institution.authorities)):
        yield from _dated(what, [(day, _same(value)) for day, value in history])
        if not history:
            yield labelled(what, _NOT_ON_FILE)
    parents = [(day, _NONE if parent is None else _same(parent)) for day, parent in institution.parents]
    yield from _dated(PARENT, parents)
    if institution.division is not None:
        yield labelled(_DIVISION, _same(f"{institution.division.name} {institution.division.code}"))


def _dated(what: Words, history: Sequence[tuple[Day, Words]]) -> Iterator[Words]:
    for day, value in history:
        since = date_from_day(day)
        yield labelled(what, Words(f"{value.zh}，自 {since} 起", f"{value.en}, from {since} on"))


def _same(value: str) -> Words:
    return Words(value, value)
