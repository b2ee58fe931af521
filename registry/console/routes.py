"""The console's addresses, and what every answer of it has."""

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Flask, Response

from registry.console import desk, door, guard, issuers, keys, own, revocations, second_word
from registry.console.show import show
from registry.console.supervision import routes as supervision
from registry.http.limits import shared
from registry.http.views import EXTENSION
from registry.problems import Problem, Refused

console: Final = Blueprint("console", __name__, url_prefix="/console")
_GET: Final[dict[str, tuple[str, Callable[..., Any]]]] = {
    "home": ("/", desk.home),
    "record": ("/record", desk.record),
    "account": ("/account", own.account),
    "sign_in": ("/sign-in", door.sign_in),
    "set_up": ("/setup", door.set_up),
    "issuers": ("/issuers", issuers.issuers),
    "issuer": ("/issuers/<code>", issuers.issuer),
    "matter": ("/issuers/<code>/<slug>", issuers.matter),
    "file": ("/file", issuers.file),
    "filing": ("/filings/<code>", issuers.review),
    "key_matter": ("/issuers/<code>/keys/<kid>/<slug>", keys.key_matter),
    "hand_in": ("/enrolments", keys.hand_in),
    "enrolment": ("/enrolments/<digest>", keys.enrolment),
    "revoke": ("/revoke", revocations.revoke),
    "proposal": ("/proposals/<int:number>", second_word.proposal),
    **supervision.GET,
}
_POST: Final[dict[str, tuple[str, Callable[..., Any]]]] = {
    "enter": ("/sign-in", door.enter),
    "leave": ("/sign-out", door.leave),
    "set_up_step": ("/setup", door.set_up_step),
    "change_password": ("/account/password", own.change_password),
    "do_matter": ("/issuers/<code>/<slug>", issuers.do_matter),
    "do_file": ("/file", issuers.do_file),
    "approve_filing": ("/filings/<code>", issuers.approve),
    "discard_filing": ("/filings/<code>/discard", issuers.send_back),
    "do_key_matter": ("/issuers/<code>/keys/<kid>/<slug>", keys.do_key_matter),
    "check_enrolment": ("/enrolments", keys.check),
    "approve_enrolment": ("/enrolments/<digest>", keys.approve),
    "discard_enrolment": ("/enrolments/<digest>/discard", keys.send_back),
    "do_revoke": ("/revoke", revocations.do_revoke),
    "confirm_proposal": ("/proposals/<int:number>", second_word.confirm_proposal),
    "discard_proposal": ("/proposals/<int:number>/discard", second_word.discard_proposal),
    **supervision.POST,
}
for _method, _routes in (("GET", _GET), ("POST", _POST)):
    for _name, (_path, _view) in _routes.items():
        console.add_url_rule(_path, _name, _view, methods=[_method])
console.before_request(guard.check)
console.after_request(guard.add_headers)


@console.errorhandler(Refused)
def explain(refused: Refused) -> Response:
    """A refusal as a page of the console."""
    answer = show("refused.html", refused.problem.value.status, refused=refused)
    if refused.problem is Problem.TOO_MANY:
        answer.headers["Retry-After"] = "60"
    return answer


def register(app: Flask) -> None:
    """Add the console to `app`."""
    app.extensions[guard.LIMITER] = shared(app.extensions[EXTENSION], "sign-in", guard.ATTEMPTS_A_MINUTE, 60)
    app.register_blueprint(console)
