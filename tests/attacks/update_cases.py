"""The attacks of this folder that are all in their bytes, as cases of `tests/updates/`: every language answers them."""

from collections.abc import Iterator, Mapping
from typing import Any

from credential import cbor, cose, sign, status_list, trust_list
from credential.bundle import Part
from credential.model import AgreementState, Day, IssuerState, Region, Seconds, Status
from credential.recognition import Agreement
from credential.root import Role
from tests.attacks.simulator import Province, holders
from tests.update_case import Case
from tests.world import CERTIFICATE, DAY, FILED, FUJIAN, GUANGDONG, ISSUER, NOW, SIGNED_AT, key

ONLINE = (Role.STATUS, Role.CHECKPOINT)
END = 2**53 - 1
IDENTITY = bytes([1, *bytes(31)])
"""A point of order 1: anyone can sign under it."""
Named = Iterator[tuple[str, Case]]


def attack_cases() -> Named:
    """Every case by its name."""
    for group in (_mirror, _online_keys, _offline_keys, _inside, _partners):
        for name, case in group():
            yield f"attack-{name}", case


def _fujian() -> Province:
    """Index 7 stands, 8 is revoked; published twice."""
    made = Province.founded()
    made.certify(7)
    made.certify(8)
    made.publish()
    made.statuses[8] = Status.REVOKED
    made.publish()
    return made


def _case(about: str, of: Province, held: Part | None, fetched: Part, expected: str, **more: Any) -> Case:
    before = {} if held is None else {FUJIAN: held}
    return Case(about, before, {FUJIAN: fetched}, expected, pins=frozenset({of.pin}), **more)


def _mirror() -> Named:
    of = _fujian()
    held, old = of.last, of.published[0]
    later = of.fork().publish()
    mixed = later._replace(trust_list=old.trust_list, bins=old.bins)
    yield "old-trust-list", _case("An old trust list, a new checkpoint.", of, held, mixed, "ROLLBACK")
    mixed = held._replace(status_lists=old.status_lists)
    yield "newcomer-mixed", _case("The same of the status list, to a newcomer.", of, None, mixed, "MIX_AND_MATCH")
    frozen = _case("The same bytes, the checkpoint expired.", of, held, held, "EXPIRED", now=Seconds(NOW + 3 * DAY))
    yield "frozen", frozen
    back = _case("A clock set back by a day.", of, held, later, "DATED_AHEAD", now=Seconds(NOW - DAY))
    yield "clock-set-back", back
    own = of.thief()
    own.keys[Role.CHECKPOINT] = (key("mirror"),)
    named = mixed._replace(checkpoint=own.commit(mixed))
    yield "checkpoint-of-its-own", _case("Under a checkpoint of its own.", of, None, named, "THRESHOLD_NOT_MET")
    many = later._replace(roots=later.roots + (b"",) * 1_024)
    yield "too-many-roots", _case("1,025 versions of the root.", of, held, many, "OBJECT_TOO_LARGE")
    newer = of.fork()
    newer.ceremony(Role.STATUS)
    hidden = newer.publish()._replace(roots=of.roots)
    yield "root-withheld", _case("A new key, its root withheld.", of, held, hidden, "THRESHOLD_NOT_MET")


def _online_keys() -> Named:
    of = _fujian()
    held = of.last
    thief = of.thief(*ONLINE)
    thief.statuses[8] = Status.VALID
    other = thief.publish(seq=of.seq)
    yield "two-stories", _case("Another state under the held number.", of, held, other, "EQUIVOCATION")
    thief.keys.pop(Role.STATUS)
    named = thief.publish(seq=of.seq + 1)._replace(status_lists=other.status_lists)
    named = named._replace(checkpoint=thief.commit(named))
    yield "two-stories-of-a-list", _case("Of one list, under a newer checkpoint.", of, held, named, "EQUIVOCATION")
    alone = of.thief(Role.STATUS)
    alone.statuses[7] = Status.REVOKED
    yield "status-key-alone", _case("The status key alone.", of, held, alone.publish(), "MIX_AND_MATCH")
    crossed = of.thief(*ONLINE)
    crossed.keys[Role.LIST] = (*of.keys[Role.STATUS], *of.keys[Role.CHECKPOINT])
    yield "roles-crossed", _case("Online keys sign the lists.", of, held, crossed.publish(), "THRESHOLD_NOT_MET")
    yield from _recovered(of)
    claims = cbor.decode(cose.decode_sign1(held.status_lists[0], status_list.TYP).payload)
    assert isinstance(claims, dict)
    beyond = cbor.encode({**claims, -65538: [1, END]}).replace(END.to_bytes(8, "big"), (2**63).to_bytes(8, "big"))
    forged = held._replace(status_lists=(sign.sign1(beyond, status_list.TYP, of.keys[Role.STATUS][0]),))
    yield "beyond-the-last-number", _case("The sequence 2^63.", of, held, forged, "OBJECT_MALFORMED")


def _recovered(of: Province) -> Named:
    """After a ceremony for the online roles alone."""
    thief = of.thief(*ONLINE)
    thief.statuses = dict.fromkeys(range(1024), Status.REVOKED)
    stolen = thief.publish(seq=END)
    after = of.fork()
    after.ceremony(*ONLINE)
    good = after.fork().publish()
    yield "recovered", _case("All revoked; a new epoch of two roles.", of, stolen, good, "updated")
    yield "thief-again", _case("The thief's state after it.", of, good, stolen, "ROLLBACK")
    emptied = after.fork()
    emptied.issuers.clear()
    yield "recovered-but-emptied", _case("And no issuer any more.", of, stolen, emptied.publish(), "ENTRY_VANISHED")
    old = after.fork()
    old.keys = {role: of.keys[role] for role in ONLINE}
    yield "old-key-new-epoch", _case("The old keys in the new epoch.", of, good, old.publish(), "THRESHOLD_NOT_MET")


def _offline_keys() -> Named:
    of = _fujian()
    held = of.last
    one = of.thief(Role.LIST, *ONLINE, of_each=1)
    yield "one-list-key", _case("One list key of two.", of, held, one.publish(), "THRESHOLD_NOT_MET")
    root = of.thief(Role.ROOT, *ONLINE, of_each=1)
    root.ceremony(Role.ROOT, signers=(*root.keys[Role.ROOT], *holders(FUJIAN, Role.ROOT, 2)))
    yield "one-root-key", _case("One root key of two.", of, held, root.publish(), "THRESHOLD_NOT_MET")
    mute = of.fork()
    mute.ceremony(Role.ROOT, signers=of.keys[Role.ROOT][:2])
    yield "new-root-keys-mute", _case("The new root keys did not sign.", of, held, mute.publish(), "THRESHOLD_NOT_MET")
    part = of.fork().publish()
    payload = cose.decode_sign(part.trust_list, trust_list.TYP).payload
    mine = sign.signature_for(payload, trust_list.TYP, of.keys[Role.LIST][0])
    renamed = mine._replace(kid=of.keys[Role.LIST][1].kid)
    for name, about, both, expected in (
        ("signature-twice", "One signature twice.", (mine, mine), "OBJECT_MALFORMED"),
        ("signature-renamed", "Once more under another kid.", (mine, renamed), "THRESHOLD_NOT_MET"),
    ):
        signed = sign.assemble(payload, trust_list.TYP, sorted(both, key=lambda each: each.kid))
        yield name, _case(about, of, held, part._replace(trust_list=signed), expected)
    weak = of.fork()
    weak.issuers[ISSUER.code] = ISSUER._replace(keys=(*ISSUER.keys, ISSUER.keys[0]._replace(public=IDENTITY)))
    yield "weak-key", _case("A key under which anyone can sign.", of, held, weak.publish(), "OBJECT_MALFORMED")


def _inside() -> Named:
    of = _fujian()
    backup = of.fork()
    of.certify(9)
    of.publish()
    of.statuses[9] = Status.REVOKED
    held = of.publish()
    expected = ("ROLLBACK", "EQUIVOCATION", "ENTRY_VANISHED")
    for place, reason in enumerate(expected, 1):
        yield f"backup-{place}", _case(f"Publication {place} of an old backup.", of, held, backup.publish(), reason)
    backup.certify(9)
    yield "backup-4", _case("The index granted again.", of, held, backup.publish(), "ENTRY_REVIVED")
    clean = of.fork()
    of.compromise(SIGNED_AT)
    stolen = of.publish()
    clean.publish()
    yield "compromise-undone", _case("A stolen key is clean again.", of, stolen, clean.publish(), "ENTRY_REVIVED")
    yield from _rewritten()
    before = of.fork()
    of.decide(IssuerState.VOID, SIGNED_AT)
    void = of.publish()
    before.publish()
    yield "void-undone", _case("A void issuer is filed again.", of, void, before.publish(), "ENTRY_REVIVED")


def _rewritten() -> Named:
    """Two list keys write another file of survivors for a stolen key."""
    of = _fujian()
    forged = of.forge(7, person=CERTIFICATE.person._replace(name="张三"))
    honest = list(of.registered.values())
    of.compromise(SIGNED_AT, honest)
    held = of.publish()
    for name, about, standing in (
        ("one-more", "A forged one among the survivors.", [forged, *honest]),
        ("one-for-another", "In the place of an honest one.", [forged, honest[1]]),
        ("one-for-two", "In the place of both.", [forged]),
    ):
        thief = of.thief(Role.LIST, *ONLINE, of_each=2)
        thief.compromise(SIGNED_AT, standing)
        yield f"survivors-{name}", _case(about, of, held, thief.publish(), "ENTRY_REVIVED")


def _agreed(partner: Province) -> Agreement:
    states = ((FILED, AgreementState.IN_FORCE), (Day(FILED + 900), AgreementState.REPEALED))
    return Agreement(1, partner.region, (1, partner.pin), "互认协议", FILED, states, True, (), ())


def _partners() -> Named:
    home, partner = _fujian(), _partner(GUANGDONG)
    home.agreements = (_agreed(partner),)
    held = {FUJIAN: home.publish(), GUANGDONG: partner.publish()}

    def case(about: str, theirs: Mapping[Region, Part], expected: str = "updated") -> Case:
        return Case(about, held, {FUJIAN: home.fork().publish(), **theirs}, expected, pins=frozenset({home.pin}))

    ahead = partner.fork()
    ahead.now = Seconds(NOW + DAY)
    yield "partner-ahead", case("The partner's clock is ahead: DATED_AHEAD alone.", {GUANGDONG: ahead.publish()})
    noise = held[GUANGDONG]._replace(trust_list=b"\xff" * 99)
    yield "partner-noise", case("Its list is noise: OBJECT_MALFORMED alone.", {GUANGDONG: noise})
    friend = _partner(Region("31"))
    partner.agreements = (_agreed(friend),)
    along = {GUANGDONG: partner.publish(), friend.region: friend.publish()}
    yield "partners-friend", case("A third region that only the partner vouches for.", along)
    yield "partner-in-place", case("Its part in the home's place.", {FUJIAN: partner.last}, "PIN_NOT_FOUND")
    again = partner.fork()
    again.ceremony(*Role)
    again.ceremony(*Role)
    again.roots = again.roots[2:]
    home.agreements = (_agreed(again),)
    yield "partner-pinned-anew", case("The home names another root of it.", {GUANGDONG: again.publish()})


def _partner(region: Region) -> Province:
    return Province.founded(region=region, status_base=f"https://r{region}.example/s/", issuers={})
