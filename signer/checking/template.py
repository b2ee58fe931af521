"""The command `template`: an empty roster for what this issuer may certify."""

from pathlib import Path

from credential.issuer import Issuer, OccupationReference
from credential.model import Day, IssuerKind, date_from_day, day_of
from signer import files
from signer.checking.rosters import known
from signer.context import Context
from signer.errors import Json, unavailable, usage
from signer.remote import published
from signer.roster import template as templates
from signer.roster import values
from signer.roster.catalogue import LOCAL_EDITION, built_in
from signer.roster.examples import Offered
from signer.roster.template import Scope


def template(context: Context, out: Path) -> Json:
    """Write an empty roster whose lists offer what this issuer may certify today."""
    newest = known(context)
    if newest is None:
        raise unavailable(
            "nothing-published",
            "还没有拿到登记机构公布的名单，不知道备案范围。请稍后再试。",
            "the registry's list is not here yet, so the scope is unknown. Try again later.",
        )
    if out.exists():
        raise usage(
            "exists",
            f"{out} 已存在，不会覆盖。请换个文件名。",
            f"{out} exists and is not overwritten. Name another file.",
        )
    issuer = published.require_issuer(newest, context.configuration)
    today = day_of(context.clock())
    scope = _scope_of(issuer, today)
    files.write_atomic(out, templates.template(scope, date_from_day(today)))
    context.voice.say(
        f"空白名册已写到 {out}，列出了 {len(scope.occupations)} 个备案职业。",
        f"an empty roster is in {out}; its lists offer the {len(scope.occupations)} occupations filed.",
    )
    shown = [{"edition": e.edition, "code": e.code, "title": e.title, "highest": e.highest} for e in scope.occupations]
    return {"template": str(out), "scope": shown, "honours": list(scope.honours)}


def _scope_of(issuer: Issuer, today: Day) -> Scope:
    """What is in the issuer's scope today; in the region's own list an honour is named where others have a code."""
    filed = sorted((scope for scope in issuer.scopes if scope.covers_day(today)), key=lambda each: each.occupation)
    named = {scope.occupation.code: scope for scope in filed if _is_honour(scope.occupation)}
    occupations = [
        Offered(s.occupation.edition, s.occupation.code, _title(s.occupation), s.highest)
        for s in filed
        if not _is_honour(s.occupation)
    ]
    return Scope(occupations, tuple(named), issuer.kind is IssuerKind.EMPLOYER)


def _is_honour(occupation: OccupationReference) -> bool:
    return occupation.edition == LOCAL_EDITION and not values.is_local_code(occupation.code)


def _title(occupation: OccupationReference) -> str:
    found = built_in().find(occupation.edition, occupation.code, None)
    return found[0].title if found else ""
