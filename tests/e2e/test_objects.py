"""A large registry in the page: its objects are fetched one by one, and only those that a certificate takes."""

import json
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

import pytest
from playwright.sync_api import Request

from bench import province, traffic
from credential import bundle, directory, qr_text
from credential.model import AgreementState, Day, IssuerCode, IssuerState, Status
from credential.published import ObjectType
from credential.recognition import Agreement
from tests.e2e.browser import Tab
from tests.e2e.site import Answer, Site
from tests.e2e.worlds import stand_in, today
from tests.world import FILED, FUJIAN, GUANGDONG, ISSUER, World, certificate, certificate_key, sign_it

pytestmark = pytest.mark.xdist_group("story")
NEIGHBOUR: Final = ISSUER._replace(code=IssuerCode("Y000035090909"), keys=(certificate_key("neighbour"),))
SIGNED_NEXT_DOOR: Final = sign_it(
    certificate(index=8)._replace(issuer=NEIGHBOUR.code, number=f"{NEIGHBOUR.code}263000001"), "neighbour"
)
NEIGHBOURS: Final = qr_text.encode("fj.example", SIGNED_NEXT_DOOR)
OWN: Final = qr_text.encode("fj.example", sign_it())


def serve_objects(site: Site, home: World, *others: World) -> dict[str, ObjectType]:
    """Lets the site serve these regions object by object, as a large registry does; what each address has."""
    parts = {world.region: world.part() for world in (home, *others)}
    found = directory.encode(directory.of(parts, 1_000_000))
    stand_in(site, home)
    site.instead["/v1/bundle"] = Answer(b"", 500)
    site.instead["/v1/region"] = Answer(json.dumps(found).encode(), kind="application/json", packed=True)
    kinds: dict[str, ObjectType] = {}
    for part in parts.values():
        for data in bundle.objects_in(part):
            address = f"/v1/objects/{sha256(data).hexdigest()}"
            site.instead[address] = Answer(data, packed=True)
            kinds[address] = ObjectType.BIN if data in part.bins else ObjectType.SHARD
            kinds[address] = ObjectType.TRUST_LIST if data == part.trust_list else kinds[address]
    return kinds


def large(seq: int = 1, **changes: Any) -> World:
    """A region of ten thousand issuers, of which two have certificates."""
    issuers = {each.code: each for each in (*province.issuers(), ISSUER, NEIGHBOUR)}
    statuses = {7: Status.VALID, 8: Status.VALID}
    registered = {7: sign_it(), 8: SIGNED_NEXT_DOOR}
    return today(seq, issuers=tuple(sorted(issuers.values())), statuses=statuses, registered=registered, **changes)


def asked_for(site: Site, kinds: Mapping[str, ObjectType], kind: ObjectType) -> int:
    """How many objects of this kind the browser asked for."""
    return sum(kinds.get(each.split()[1]) is kind for each in site.asked)


def test_a_phone_takes_little_of_a_large_trust_list_and_keeps_it(tab: Tab, site: Site) -> None:
    kinds = serve_objects(site, large())
    finished: list[Request] = []

    def note(request: Request) -> None:
        finished.append(request)

    tab.page.on("requestfinished", note)
    tab.open(OWN)
    tab.ready()
    assert tab.verdict() == ("accepted", "ACCEPTED")
    moved = {each.url.removeprefix(site.url): each.sizes()["responseBodySize"] for each in finished}
    of_trust_list = {kinds[path]: size for path, size in moved.items() if kinds.get(path) in TRUST_LIST}
    assert set(of_trust_list) == TRUST_LIST
    assert 10_000 < sum(of_trust_list.values()) <= traffic.PHONE_MOST
    site.stop()
    try:
        tab.open(OWN)
        tab.settle()
        assert tab.verdict() == ("accepted", "ACCEPTED")
        tab.turn(NEIGHBOURS)
        tab.page.wait_for_selector(".verdict.undecided")
        assert "手上还没有核验这份证书所需的资料" in tab.text()
    finally:
        site.start()
    site.asked.clear()
    tab.page.click(".verdict button")
    tab.page.wait_for_selector(".verdict.accepted")
    assert (asked_for(site, kinds, ObjectType.TRUST_LIST), asked_for(site, kinds, ObjectType.BIN)) == (0, 1)


TRUST_LIST: Final = {ObjectType.TRUST_LIST, ObjectType.BIN}


def few(seq: int = 1, **changes: Any) -> World:
    """A region whose two issuers are in a bin each."""
    statuses = {7: Status.VALID, 8: Status.VALID}
    return today(seq, issuers=(ISSUER, NEIGHBOUR), issuers_a_bin=1, statuses=statuses, **changes)


def test_a_garbled_object_is_refused_and_what_is_held_stays(tab: Tab, site: Site) -> None:
    serve_objects(site, few())
    tab.open(OWN)
    tab.ready()
    for path, kind in serve_objects(site, few(2)).items():
        if kind is ObjectType.TRUST_LIST:
            body = site.instead[path].body
            site.instead[path] = Answer(body[:-1] + bytes([body[-1] ^ 1]))
    tab.open(OWN)
    tab.says("35 MIX_AND_MATCH", ".refusal")
    assert tab.verdict() == ("accepted", "ACCEPTED")


def test_the_issuer_that_was_checked_cannot_come_back_and_the_other_is_not_asked_for(tab: Tab, site: Site) -> None:
    void = ISSUER._replace(states=(*ISSUER.states, (Day(FILED + 400), IssuerState.VOID)))
    kinds = serve_objects(site, today(1, issuers=(void, NEIGHBOUR), issuers_a_bin=1))
    tab.open(OWN)
    tab.ready()
    assert tab.verdict() == ("rejected", "ISSUER_VOID")
    assert asked_for(site, kinds, ObjectType.BIN) == 1
    serve_objects(site, few(2))
    tab.open(OWN)
    tab.says("35 ENTRY_REVIVED", ".refusal")
    assert tab.verdict() == ("rejected", "ISSUER_VOID")


def test_a_partner_is_fetched_when_its_certificate_is_shown(tab: Tab, site: Site) -> None:
    at = int(time.time()) - 60
    states = ((FILED, AgreementState.IN_FORCE),)
    agreement = Agreement(3, FUJIAN, (1, today().pin()), "闽粤互认协议", FILED, states, True, (), ())
    home = today(issued=at, region=GUANGDONG, issuers=(), status_base="https://gd.example/s/", agreements=(agreement,))
    kinds = serve_objects(site, home, few(issued=at))
    tab.open()
    tab.ready()
    assert asked_for(site, kinds, ObjectType.TRUST_LIST) == 1
    tab.open(OWN)
    tab.page.wait_for_selector(".verdict.accepted")
    assert asked_for(site, kinds, ObjectType.TRUST_LIST) == 2
    assert asked_for(site, kinds, ObjectType.BIN) == 1
