"""The cases of `tests/updates/`: what is held, what is fetched, and what becomes of each region. Data for any language.

`python -m tests.update_cases` writes the folder anew; it depends on nothing but the seeds in tests/world.py.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import cbor2

from credential import bundle, cose, policy, sign
from credential.bundle import Part
from credential.checkpoint import Committed
from credential.errors import ObjectError
from credential.model import IssuerState, Seconds, Status, rfc3339
from credential.published import LogHead, ObjectType
from credential.update import Answer, Kept
from tests.attacks.update_cases import attack_cases
from tests.jimei import CLAUSES, LISTS
from tests.update_case import Case
from tests.update_register import shards, withheld
from tests.update_states import (
    SHANGHAI,
    agreement,
    compromised,
    entries_of,
    many,
    of_fujian,
    part_of,
    partner,
    rotated,
    settled,
    successor,
    with_checkpoint,
)
from tests.wanted_cases import wanted_cases
from tests.world import (
    DAY,
    FILED,
    FUJIAN,
    GUANGDONG,
    ISSUER,
    NOW,
    SIGNED_AT,
    World,
    certificate,
    sign_it,
)

FOLDER: Final = Path(__file__).parent / "updates"


def cases() -> dict[str, Case]:
    """Every case by its name."""
    contents = (
        _taken,
        _benefits,
        _later,
        withheld,
        shards,
        _authenticity,
        _order,
        _together,
        _vanished,
        _revived,
        _survivors,
    )
    own = (*contents, _log, _dates, _epochs, _bins, _in_part, _regions, _left_behind)
    return {name: case for group in (*own, attack_cases) for name, case in group()}


def _taken() -> Iterator[tuple[str, Case]]:
    statuses = {7: Status.SUPERSEDED, 8: Status.REVOKED, 9: Status.SUPERSEDED, 10: Status.VALID, 11: Status.VALID}
    registered = {7: sign_it(), 11: sign_it(certificate(index=11, serial=4))}
    grown = settled(6, statuses=statuses, registered=registered, list_length=2048)
    yield "first", of_fujian("Nothing is held yet.", None, settled(), "updated")
    yield "same-again", of_fujian("The same bytes again.", settled(), settled(), "unchanged")
    yield (
        "newer",
        of_fujian("A longer list, every change that is allowed, a longer register.", settled(), grown, "updated"),
    )
    worthless = settled(9).part()._replace(status_lists=(b"",))
    yield "held-is-worthless", of_fujian("Held is what nobody can rely on.", worthless, settled(), "updated")
    other = settled(9, root_lifetime=DAY)
    yield "held-of-another-pin", of_fujian("Held is of another root.", other, settled(), "updated")
    end = settled(2**53 - 1)
    yield "end-of-the-sequence", of_fujian("The last number that an order can have.", settled(), end, "updated")


def _authenticity() -> Iterator[tuple[str, Case]]:
    following = settled(6)
    part = following.part()
    foreign = partner(seq=6).part()
    unsigned = sign.sign(b"x", "application/yinxin-trust+cose", following.keys("list", 1))
    thin = settled(6, list_threshold=1).part()._replace(roots=settled().part().roots)
    bent = bytearray(part.status_lists[0])
    bent[-1] ^= 1
    for name, about, bad, expected in (
        ("shard-too-large", "A shard over its cap.", part._replace(shards=(bytes(9_000),)), "OBJECT_TOO_LARGE"),
        ("list-malformed", "A trust list that is none.", part._replace(trust_list=unsigned), "OBJECT_MALFORMED"),
        (
            "list-of-another-region",
            "A status list of 44.",
            part._replace(status_lists=foreign.status_lists),
            "WRONG_REGION",
        ),
        (
            "root-skipped",
            "Version 3 after 1.",
            part._replace(roots=(part.roots[0], successor(following, 3))),
            "ROOT_SKIPPED",
        ),
        ("one-signature", "One signature where two are needed.", thin, "THRESHOLD_NOT_MET"),
        ("signature-broken", "A bit of a signature.", part._replace(status_lists=(bytes(bent),)), "THRESHOLD_NOT_MET"),
    ):
        yield name, of_fujian(about, settled(), bad, expected)
    yield (
        "another-pin",
        of_fujian("The pin is of another root.", settled(), part, "PIN_NOT_FOUND", pins=frozenset({bytes(32)})),
    )
    html = Case("A page of HTML in place of the bundle.", {FUJIAN: settled().part()}, b"<html>", "OBJECT_MALFORMED")
    yield "not-a-bundle", html
    cut = bundle.encode({FUJIAN: part})[:-40]
    yield "cut-short", replace(html, about="The bundle without its last 40 bytes.", fetched=cut)
    yield "nothing", replace(html, about="No bytes at all.", fetched=b"")
    behind = bundle.encode({FUJIAN: part}) + b"\0"
    yield "a-byte-behind", replace(html, about="A byte behind the bundle.", fetched=behind)


def _order() -> Iterator[tuple[str, Case]]:
    newer, older = settled(6), settled(4)
    yield "rollback", of_fujian("An older state, whole and well signed.", settled(), older, "ROLLBACK")
    mixed = newer.part()._replace(status_lists=older.part().status_lists)
    yield (
        "rollback-of-one-list",
        of_fujian("An older status list under a newer checkpoint.", settled(), mixed, "ROLLBACK"),
    )
    other = settled(statuses={7: Status.REVOKED})
    yield "equivocation", of_fujian("Two contents for one order.", settled(), other, "EQUIVOCATION")
    forked = settled(6, status_base="https://else.example/")
    pins = frozenset({settled().pin(), forked.pin()})
    yield (
        "equivocation-of-roots",
        of_fujian("Two roots of version 1, both pinned.", settled(), forked, "EQUIVOCATION", pins=pins),
    )
    twice = rotated(settled(6), settled())
    yield "root-rolled-back", of_fujian("The root of before the last ceremony.", twice, settled(7), "ROLLBACK")
    yield "next-root", of_fujian("A second version of the root.", settled(), twice, "updated")


def _together() -> Iterator[tuple[str, Case]]:
    part = settled(7).part()
    mixed = part._replace(status_lists=settled(6).part().status_lists)
    yield (
        "mix-and-match",
        of_fujian("A status list that the checkpoint does not name.", settled(), mixed, "MIX_AND_MATCH"),
    )
    yield (
        "bin-missing",
        of_fujian("A bin of the trust list is not there.", settled(), part._replace(bins=()), "MIX_AND_MATCH"),
    )
    other = settled(7, registered={8: sign_it(certificate(index=8))}).part()
    swapped = part._replace(registers=other.registers)
    yield "register-of-another", of_fujian("Another register index.", settled(), swapped, "MIX_AND_MATCH")
    yield (
        "bin-missing-at-first",
        of_fujian("The same, with nothing held.", None, part._replace(bins=()), "MIX_AND_MATCH"),
    )


def _vanished() -> Iterator[tuple[str, Case]]:
    def gone(about: str, fetched: World | Part, held: World | None = None) -> Case:
        return of_fujian(about, held or settled(), fetched, "ENTRY_VANISHED")

    yield "issuer-vanished", gone("The only issuer is gone.", settled(6, issuers=()))
    yield "key-vanished", gone("The issuer's key is gone.", settled(6, issuers=(ISSUER._replace(keys=()),)))
    for index in (7, 8, 9, 10):
        statuses = {place: status for place, status in settled().statuses.items() if place != index}
        about = f"The certificate at index {index} is not registered any more."
        yield f"status-{index}-vanished", gone(about, settled(6, statuses=statuses))
    without = settled(6).part()._replace(status_lists=())
    kept = [each for each in entries_of(without) if each.type is not ObjectType.STATUS_LIST]
    yield "status-list-not-there", gone("The checkpoint names a status list that is not there.", without)
    yield "status-list-vanished", gone("The status list is not even named.", with_checkpoint(settled(6), without, kept))
    other = {11: sign_it(certificate(index=11, serial=4))}
    yield "digest-vanished", gone("A digest is gone from the register.", settled(6, registered=other))
    yield "register-vanished", gone("The register is not named any more.", settled(6, registered=None))
    agreed = settled(agreements=(agreement(),))
    yield "agreement-vanished", gone("The agreement is gone.", settled(6, agreements=()), agreed)
    yield "recognition-vanished", gone("The recognition list is gone.", settled(6), agreed)


def _benefits() -> Iterator[tuple[str, Case]]:
    """A benefit policy goes the way of every list."""

    def case(about: str, fetched: World | Part, expected: str, held: World | Part | None = None) -> Case:
        return of_fujian(about, held or with_policy(), fetched, expected)

    newer, without = with_policy(6).part(), settled(6).part()
    yield "policy-newer", case("A newer policy.", newer, "updated")
    yield "policy-first", case("The region begins to publish one.", newer, "updated", settled())
    fewer = with_policy(6, clauses=CLAUSES[:1])
    yield "policy-with-fewer-clauses", case("Clauses may go: what is not there says nothing.", fewer, "updated")
    older = mixed_in(with_policy(6), newer, with_policy(4).part())
    yield "policy-rolled-back", case("Last year's policy under a newer checkpoint.", older, "ROLLBACK")
    other = mixed_in(with_policy(6), newer, with_policy(5, clauses=CLAUSES[:1]).part())
    yield "policy-equivocating", case("Another policy under the held number.", other, "EQUIVOCATION")
    unnamed = newer._replace(benefits=with_policy(7).part().benefits)
    yield "policy-not-named", case("Another policy than the checkpoint names.", unnamed, "MIX_AND_MATCH")
    yield (
        "policy-left-out",
        case("The checkpoint names it, and it is not there.", newer._replace(benefits=None), "ENTRY_VANISHED"),
    )
    yield "policy-vanished", case("It is not even named.", without, "ENTRY_VANISHED")
    early = with_policy().part()._replace(benefits=None)
    yield (
        "policy-vanished-unread",
        case("The checkpoint that is held names one; it does no more.", without, "ENTRY_VANISHED", early),
    )
    expired = with_policy(6, policy_lifetime=30)
    yield "expired-policy", case("The policy is expired.", expired, "EXPIRED")
    one = sign.sign(
        cose.decode_sign(newer.benefits or b"", policy.TYP).payload, policy.TYP, with_policy().keys("list", 1)
    )
    named = Committed(ObjectType.BENEFITS, 0, 1, 6, sha256(one).digest())
    once = mixed_in(with_policy(6), newer, with_checkpoint(with_policy(6), newer._replace(benefits=one), [named]))
    yield "policy-signed-once", case("One key of the list role signed it.", once, "THRESHOLD_NOT_MET")


def with_policy(seq: int = 5, **changes: Any) -> World:
    """Fujian in full, and a benefit policy."""
    return settled(seq, **{"clauses": CLAUSES, "shortage_lists": LISTS, **changes})


def mixed_in(of: World, part: Part, other: Part) -> Part:
    """The part with the other's policy, both under a new checkpoint."""
    (named,) = [each for each in entries_of(other) if each.type is ObjectType.BENEFITS]
    kept = [each for each in entries_of(part) if each.type is not ObjectType.BENEFITS]
    return with_checkpoint(of, part._replace(benefits=other.benefits), [*kept, named])


def _later() -> Iterator[tuple[str, Case]]:
    """What later versions of the format publish beside: taken along, its order kept, and never asked for."""

    def named(seq: int, order: tuple[int, int], content: bytes = bytes(32)) -> Part:
        part = settled(seq).part()
        return with_checkpoint(settled(seq), part, [*entries_of(part), Committed(11, 0, *order, content)])

    held = named(5, (1, 5))
    for name, fetched, expected in (
        ("newer", named(6, (1, 6)), "updated"),
        ("the-same", named(6, (1, 5)), "updated"),
        ("gone", settled(6), "updated"),
        ("rolled-back", named(6, (1, 4)), "ROLLBACK"),
        ("equivocating", named(6, (1, 5), bytes([1] * 32)), "EQUIVOCATION"),
    ):
        about = f"An object of a type that is not known here: {name.replace('-', ' ')}."
        yield f"later-type-{name}", of_fujian(about, held, fetched, expected)
    version, parts = cbor2.loads(bundle.encode({FUJIAN: settled(6).part()}))
    more = cbor2.dumps([version, {"35": {**parts["35"], 11: [b"x"], 2**53 - 1: None}}], canonical=True)
    about = "Entries of a part that are not known here are not stored."
    yield "later-entries", Case(about, {FUJIAN: settled(6).part()}, more, "unchanged")


def _revived() -> Iterator[tuple[str, Case]]:
    def back(about: str, fetched: World, held: World | None = None) -> Case:
        return of_fujian(about, held or settled(), fetched, "ENTRY_REVIVED")

    for index in (8, 9):
        for status in (Status.VALID, Status.SUSPENDED):
            fetched = settled(6, statuses={**settled().statuses, index: status})
            yield (
                f"status-{index}-{status.name.lower()}",
                back(f"Index {index} becomes {status.name.lower()}.", fetched),
            )
    void = ISSUER._replace(states=((FILED, IssuerState.VOID),))
    yield "void-issuer-revived", back("A void issuer is filed again.", settled(6), settled(issuers=(void,)))
    held = settled(issuers=(compromised(SIGNED_AT),))
    yield "key-clean-again", back("A compromised key is clean again.", settled(6), held)
    later = settled(6, issuers=(compromised(SIGNED_AT + 1),))
    yield "key-compromised-later", back("A key is compromised from a later time on.", later, held)
    sooner = settled(6, issuers=(compromised(SIGNED_AT - 1),))
    yield "key-compromised-sooner", of_fujian("From an earlier time on: allowed.", held, sooner, "updated")
    yield "list-shrunk", of_fujian("Half of the status list.", settled(), settled(6, list_length=512), "LIST_SHRUNK")
    long = settled(registered={7: sign_it(), 300: sign_it(certificate(index=300, serial=5))})
    yield "register-shrunk", of_fujian("Fewer shards than before.", long, settled(6), "LIST_SHRUNK")
    both = settled(6, list_length=512, statuses={7: Status.VALID})
    yield "vanished-and-shrunk", of_fujian("What vanished is said first.", settled(), both, "ENTRY_VANISHED")


def _survivors() -> Iterator[tuple[str, Case]]:
    """What fell with a compromised key does not stand again: its survivors may only become fewer."""
    one, two, three = (bytes([n] * 16) for n in (1, 2, 3))

    def state(seq: int, *standing: bytes, since: int = SIGNED_AT, is_held: bool = True) -> World:
        file = b"".join(standing)
        return settled(seq, issuers=(compromised(since, file),), survivors=(file,) if is_held and file else ())

    held = state(5, one, two)
    for name, about, fetched, expected in (
        ("added", "One more stands.", state(6, one, two, three), "ENTRY_REVIVED"),
        ("exchanged", "As many, and one is another.", state(6, one, three), "ENTRY_REVIVED"),
        ("fewer", "One falls that stood.", state(6, two), "updated"),
        ("fewer-and-another", "One fewer, and that is another.", state(6, three), "ENTRY_REVIVED"),
        ("fewer-and-withheld", "One fewer, and nobody can see which.", state(6, one, is_held=False), "ENTRY_REVIVED"),
        ("none", "All fall.", state(6), "updated"),
        ("added-sooner", "One more, since an earlier time.", state(6, one, two, three, since=0), "ENTRY_REVIVED"),
        ("torn", "The new file has half a digest.", state(6, one[:8]), "OBJECT_MALFORMED"),
    ):
        yield f"survivors-{name}", of_fujian(about, held, fetched, expected)
    unseen = state(5, one, two, is_held=False)
    yield "survivors-never-held", of_fujian("The old file was never held.", unseen, state(6, three), "updated")
    more = state(6, one, two, three)
    yield "survivors-never-held-added", of_fujian("The same, and more.", unseen, more, "ENTRY_REVIVED")
    fresh = rotated(replace(state(1, one, two, three), epoch=2), settled())
    yield "survivors-new-epoch", of_fujian("The root gave the list a new epoch.", held, fresh, "updated")


def _log() -> Iterator[tuple[str, Case]]:
    """What the heads of two logs show without a proof."""
    held = settled(log=LogHead(9, bytes(32)))
    for name, about, head, expected in (
        ("longer", "More leaves: sync takes it, and says that nothing is proven.", LogHead(10, bytes(32)), "updated"),
        ("same", "The same head.", LogHead(9, bytes(32)), "updated"),
        ("forked", "As many leaves, another root.", LogHead(9, bytes([1] * 32)), "EQUIVOCATION"),
        ("shrunk", "Fewer leaves.", LogHead(8, bytes(32)), "LIST_SHRUNK"),
        ("gone", "No log any more.", None, "ENTRY_VANISHED"),
    ):
        yield f"log-{name}", of_fujian(about, held, settled(6, log=head), expected)
    yield "log-first", of_fujian("The first head.", settled(), settled(6, log=LogHead(1, bytes(32))), "updated")
    fresh = rotated(settled(1, epoch=2, log=LogHead(1, bytes(32))), settled())
    yield "log-new-epoch", of_fujian("The root gave the checkpoint a new epoch.", held, fresh, "updated")


def _dates() -> Iterator[tuple[str, Case]]:
    expired: Mapping[str, Mapping[str, Any]] = {
        "checkpoint": {"checkpoint_issued": Seconds(NOW - 3 * DAY)},
        "status-list": {"status_lifetime": 30},
        "trust-list": {"list_lifetime": 30},
        "root": {"root_lifetime": 1},
    }
    for name, changes in expired.items():
        held = settled(root_lifetime=1) if name == "root" else settled()
        pins = frozenset({held.pin()})
        yield f"expired-{name}", of_fujian(f"The {name} is expired.", held, settled(6, **changes), "EXPIRED", pins=pins)
    ahead = settled(6, list_issued=Seconds(NOW + 300))
    yield "300-seconds-ahead", of_fujian("Dated 300 s ahead of the clock.", settled(), ahead, "updated")
    ahead = settled(6, list_issued=Seconds(NOW + 301))
    yield "301-seconds-ahead", of_fujian("Dated 301 s ahead of the clock.", settled(), ahead, "DATED_AHEAD")


def _epochs() -> Iterator[tuple[str, Case]]:
    forged = settled(1, epoch=2).part()._replace(roots=(settled().root_bytes(),))
    yield (
        "epoch-not-granted",
        of_fujian("A higher epoch that the root did not grant.", settled(), forged, "EPOCH_MISMATCH"),
    )
    everything = {**dict.fromkeys(range(1024), Status.REVOKED), 9: Status.SUPERSEDED}
    stolen = settled(2**53 - 1, statuses=everything)
    recovered = rotated(settled(1, epoch=2), settled())
    yield "new-epoch", of_fujian("All revoked by a thief; the root grants a new epoch.", stolen, recovered, "updated")
    yield "old-epoch", of_fujian("The thief's state again.", recovered, stolen, "ROLLBACK")
    emptied = rotated(settled(1, epoch=2, issuers=(), registered=None, statuses={}), settled())
    yield "new-epoch-and-empty", of_fujian("A new epoch may begin with nothing.", settled(), emptied, "updated")


def _bins() -> Iterator[tuple[str, Case]]:
    issuers = many(90)
    held = World(issuers=issuers)
    yield (
        "issuer-added",
        of_fujian("One more issuer, in a bin of its own.", held, World(seq=2, issuers=(*issuers, ISSUER)), "updated"),
    )
    for gone in (0, 39, 40, 89):
        rest = World(seq=2, issuers=issuers[:gone] + issuers[gone + 1 :])
        yield f"issuer-{gone}-vanished", of_fujian(f"Issuer {gone} of 90 is gone.", held, rest, "ENTRY_VANISHED")
    void = issuers[50]._replace(states=((FILED, IssuerState.VOID),))
    voided = World(seq=2, issuers=(*issuers[:50], void, *issuers[51:]))
    yield "issuer-50-void", of_fujian("Issuer 50 of 90 becomes void.", held, voided, "updated")
    yield "issuer-50-revived", of_fujian("And is filed again.", voided, replace(held, seq=3), "ENTRY_REVIVED")


def _in_part() -> Iterator[tuple[str, Case]]:
    """Whoever holds a few bins: what he holds may only advance, and nothing is asked of the others."""
    issuers = many(3)
    void = issuers[1]._replace(states=((FILED, IssuerState.VOID),))
    held = World(issuers=(issuers[0], void, issuers[2]), issuers_a_bin=1)
    newer = replace(held, seq=2, issuers=(issuers[0], void, *issuers[2:], ISSUER))
    revived, gone, merged = (
        replace(held, seq=2, issuers=issuers),
        replace(held, seq=2, issuers=(issuers[0], issuers[2])),
        replace(held, seq=2, issuers_a_bin=2),
    )
    for name, about, world, bins, expected in (
        ("newer", "The same bin, of a list that has grown.", newer, (1,), "updated"),
        ("more", "Another bin beside it.", newer, (1, 3), "updated"),
        ("without-it", "The bin that is held is left out.", newer, (0,), "MIX_AND_MATCH"),
        ("none", "No bin at all.", newer, (), "MIX_AND_MATCH"),
        ("revived", "The issuer of the bin that is held is void no more.", revived, (1,), "ENTRY_REVIVED"),
        ("gone", "The issuer is gone: the bin where it would be is held.", gone, (0,), "ENTRY_VANISHED"),
        ("gone-unseen", "The issuer is gone, and the bin where it would be is left out.", gone, (1,), "MIX_AND_MATCH"),
        ("merged", "Bins begin elsewhere: the issuer is in the first now.", merged, (0,), "updated"),
        ("merged-unseen", "The issuer is in the first now, which is left out.", merged, (1,), "MIX_AND_MATCH"),
    ):
        yield f"in-part-{name}", of_fujian(about, _only(held, 1), _only(world, *bins), expected, whole=False)
    yield "in-part-first", of_fujian("Nothing is held: one bin will do.", None, _only(held, 1), "updated", whole=False)
    yield "in-part-for-the-whole", of_fujian("One bin, for whoever takes all.", None, _only(held, 1), "MIX_AND_MATCH")
    yield "in-part-then-whole", of_fujian("All bins, after one.", _only(held, 1), newer, "updated")
    elsewhere = of_fujian(
        "Another issuer comes back: nobody who does not hold it can know.",
        _only(held, 0),
        _only(revived, 0),
        "updated",
        whole=False,
    )
    yield "in-part-revived-elsewhere", elsewhere
    without = _only(newer, 1)._replace(status_lists=())
    yield (
        "in-part-list-left-out",
        of_fujian("A held list is left out.", _only(held, 1), without, "ENTRY_VANISHED", whole=False),
    )


def _only(world: World, *places: int) -> Part:
    """The part with these of its bins."""
    part = world.part()
    return part._replace(bins=tuple(part.bins[place] for place in places))


def _regions() -> Iterator[tuple[str, Case]]:
    home = settled(agreements=(agreement(),))
    stranger = partner(SHANGHAI)
    three = {FUJIAN: home.part(), GUANGDONG: partner().part(), SHANGHAI: stranger.part()}
    yield "partner-and-stranger", Case("A partner is taken along, a stranger is not.", {}, three, "updated")
    held = {FUJIAN: home.part(), GUANGDONG: partner().part()}
    repealed = replace(home, seq=6, agreements=(agreement(pin=None),))
    yield (
        "agreement-without-pin",
        Case(
            "The home vouches for 44 no more: it stays as held.",
            held,
            {FUJIAN: repealed.part(), GUANGDONG: partner(seq=6).part()},
            "updated",
        ),
    )
    both = frozenset({home.pin(), stranger.pin()})
    yield (
        "two-homes",
        Case("Two pinned regions and no home: the partner is a stranger.", {}, three, "updated", pins=both),
    )
    yield "two-homes-one-named", Case("With a home, its partner is none.", {}, three, "updated", pins=both, home=FUJIAN)
    wrong = {GUANGDONG: settled(6).part()}
    yield (
        "under-another-region",
        Case("The pinned root under another region.", {FUJIAN: settled().part()}, wrong, "PIN_NOT_FOUND"),
    )


def _left_behind() -> Iterator[tuple[str, Case]]:
    """One bundle, in which a region is older than held, or is not at all."""
    home = settled(agreements=(agreement(),))
    newer, older = replace(home, seq=6), replace(home, seq=4)
    held = {FUJIAN: home.part(), GUANGDONG: partner().part()}

    def case(about: str, own: World | Part, theirs: World | Part, expected: str = "updated", **more: Any) -> Case:
        return Case(about, held, {FUJIAN: part_of(own), GUANGDONG: part_of(theirs)}, expected, **more)

    past = partner(seq=4)
    yield "partner-behind", case("An older partner beside a newer home: kept as held.", newer, past)
    yield "home-behind", case("An older home in its partner's bundle: kept as held.", older, partner(seq=6), "kept")
    yield "home-behind-unchanged", case("The same, and the partner as it is held.", older, partner(), "kept")
    yield "both-behind", case("Nothing of the bundle is new enough: ROLLBACK.", older, past, "ROLLBACK")
    later = Seconds(NOW + 3 * DAY)
    fresh = partner(seq=6, checkpoint_issued=later)
    yield "home-behind-and-old", case("What is held is not fresh either.", older, fresh, "ROLLBACK", now=later)
    noise = past.part()._replace(trust_list=b"")
    yield "partner-behind-and-noise", case("Noise is no earlier state.", newer, noise)
    torn = past.part()._replace(status_lists=partner(seq=3).part().status_lists)
    yield "partner-behind-and-mixed", case("An older one that was never published so: ROLLBACK.", newer, torn)
    other = partner(seq=4, list_issued=Seconds(SIGNED_AT))
    sides = with_checkpoint(replace(other, seq=3), other.part(), entries_of(other.part()))
    before = {**held, GUANGDONG: with_checkpoint(partner(), past.part(), entries_of(past.part()))}
    two = Case(
        "Older, and of one number with other bytes.", before, {FUJIAN: newer.part(), GUANGDONG: sides}, "updated"
    )
    yield "partner-behind-and-equivocating", two
    alone = Case("The mirror leaves the partner out: kept, and said.", held, {FUJIAN: newer.part()}, "updated")
    yield "partner-left-out", alone
    repealed = replace(newer, agreements=(agreement(pin=None),))
    unknown = Case("And nobody vouches for it any more.", held, {FUJIAN: repealed.part()}, "updated")
    yield "partner-left-out-and-unknown", unknown


def described(case: Case, put: Callable[[bytes], str]) -> dict[str, Any]:
    """The case as JSON; `put` keeps a bundle and says where."""
    fetched = case.fetched if isinstance(case.fetched, bytes) else bundle.encode(case.fetched)
    return {
        "about": case.about,
        "held": put(bundle.encode(case.held)) if case.held else None,
        "fetched": put(fetched),
        "pins": sorted(pin.hex() for pin in case.pins),
        "now": rfc3339(case.now),
        "home": case.home,
        "whole": case.whole,
        **outcome(case),
    }


def outcome(case: Case) -> dict[str, Any]:
    """What comes of it: why the whole is refused, or the answers, the strangers, and what is stored."""
    try:
        found = case.run()
    except ObjectError as error:
        nothing: dict[str, Any] = {"answers": {}, "strangers": [], "absent": [], "home_found": None, "stored": None}
        return {"refused": error.reason.value, **nothing}
    return {
        "refused": None,
        "answers": {region: _answer(answer) for region, answer in sorted(found.answers.items())},
        "strangers": list(found.strangers),
        "absent": list(found.absent),
        "home_found": found.home,
        "stored": sha256(bundle.encode(found.parts)).hexdigest() if found.parts else None,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    if isinstance(answer, ObjectError):
        return {"result": "refused", "reason": answer.reason.value, "new_epochs": [], "lost_shards": 0}
    if isinstance(answer, Kept):
        return {"result": "kept", "reason": None, "new_epochs": [], "lost_shards": 0}
    result, roles = "updated" if answer.changed else "unchanged", [role.name.lower() for role in answer.reset]
    return {"result": result, "reason": None, "new_epochs": roles, "lost_shards": answer.lost}


def write(folder: Path) -> None:
    """All cases into `folder`, in place of what was there."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "bundles").mkdir(parents=True)

    def put(data: bytes) -> str:
        name = f"bundles/{sha256(data).hexdigest()[:16]}.cbor"
        (folder / name).write_bytes(data)
        return name

    content = {name: described(case, put) for name, case in cases().items()}
    (folder / "cases.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    wanted = {name: each.described(put) for name, each in wanted_cases().items()}
    (folder / "wanted.json").write_text(json.dumps(wanted, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    write(FOLDER)
