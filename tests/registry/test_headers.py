"""What every answer tells the browser that it must not do, whatever the address and whoever asks."""

from typing import Final

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from credential.model import Seconds
from registry.record.rights import OperatorRole
from tests.registry.office import PORT, Office, embedded_only, now
from tests.registry.people import BASE, ORIGIN, Desk, hire, sign_in

FILLED: Final = {"code": PORT, "number": "0", "name": "x", "sha256": "00", "old": "1", "size": "1", "digest": "00"}
ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}


def path_of(rule: Rule) -> str:
    """An address that the rule matches."""
    return "".join(part if is_text else FILLED.get(part, "x") for is_text, part in rule._trace)


def unsafe(answer: TestResponse, path: str) -> list[str]:
    """What about an answer's headers would let a page do more than it needs."""
    told = answer.headers
    found = [name for name, value in ALWAYS.items() if told.get(name) != value]
    camera = "camera=(self)" if path == "/v" else "camera=()"
    features = "display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    if told["Permissions-Policy"] != f"{camera}, {features}":
        found.append("Permissions-Policy")
    policy = dict(each.strip().partition(" ")[::2] for each in told["Content-Security-Policy"].split(";"))
    found += [
        f"{name} {value}" for name, value in policy.items() if "unsafe" in value or "*" in value or "http" in value
    ]
    if policy.get("default-src") != "'none'":
        found.append("default-src")
    if "script-src" in policy and path not in ("/v", "/v/recognition", "/v/x"):
        found.append("script-src")
    if path != "/worker.js" and policy.get("frame-ancestors") != "'none'":
        found.append("frame-ancestors")
    if told["Referrer-Policy"] != ("same-origin" if path.startswith("/console") else "no-referrer"):
        found.append("Referrer-Policy")
    return found


@embedded_only
def test_every_address_by_every_method(office: Office) -> None:
    holder = hire(office, "lin", OperatorRole.FILING, OperatorRole.KEYS, OperatorRole.SUPERVISION)
    desk = Desk.of(office, holder)
    asked = 0
    for rule in office.app.url_map.iter_rules():
        path = path_of(rule)
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            headers = {"Accept": "text/html", **ORIGIN}
            answer = desk.client.open(path, method=method, headers=headers, base_url=BASE)
            assert (method, path, unsafe(answer, path)) == (method, path, [])
            asked += 1
    assert asked > 80


@embedded_only
@pytest.mark.parametrize("path", ["/nothing", "/v1/nothing", "/console/nothing", "/static/nothing", "/static/../x"])
def test_what_is_not_there_too(office: Office, path: str) -> None:
    assert unsafe(office.client.get(path), "/console" if path.startswith("/console/") else path) in (
        [],
        ["Referrer-Policy"],
    )


@embedded_only
def test_the_cookie_is_for_this_site_over_https_and_for_no_script(office: Office) -> None:
    office.stopped = Seconds(now())
    holder = hire(office, "lin", OperatorRole.KEYS)
    client = office.app.test_client()
    sign_in(client, holder, office.stopped)
    (cookie,) = client._cookies.values()  # type: ignore[union-attr]
    assert (cookie.decoded_key, cookie.secure, cookie.http_only, cookie.same_site) == (
        "__Host-yinxin",
        True,
        True,
        "Strict",
    )
    assert (cookie.path, cookie.max_age, cookie.expires) == ("/", None, None)
