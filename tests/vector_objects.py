"""Cases of what a region publishes: every object bent in one place, everything else signed and named as it should be.

A verifier that forgot the rule would accept; where the rule is that something is no fault, it must.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

import cbor2

from credential import bundle, checkpoint, cose, qr_text, recognition, root, sign, status_list, trust_list
from credential.bundle import Part
from credential.checkpoint import Committed
from credential.issuer import CertificateKey, OccupationReference, Scope, Survivors
from credential.model import (
    AgreementState,
    Certificate,
    Day,
    IssuerCode,
    KeyState,
    Kind,
    PostAppointment,
    Region,
    Seconds,
    Status,
    StatusReference,
    start_of,
)
from credential.published import SIZE_CAP, ObjectType
from credential.reason import Recognition
from credential.register import digest_of
from credential.root import RoleKeys
from credential.sign import SigningKey
from tests.credential.certificates import EXAMPLES
from tests.credential.objects import BAD_POINTS
from tests.credential.test_recognition import MATCHES, OTHER_KINDS, ROW, STATES, _agreement
from tests.vector import Vector
from tests.world import (
    CERTIFICATE,
    CODE,
    FILED,
    FUJIAN,
    GUANGDONG,
    ISSUED_ON,
    ISSUER,
    NOW,
    ROOTED_AT,
    SIGNED_AT,
    World,
    certificate_key,
    key,
    sign_it,
)

Payload = dict[Any, Any]
Change = Callable[[Payload], object]
Vectors = Iterator[tuple[str, Vector]]

_WORLD: Final = World(registered={7: sign_it()}, agreements=())
_PART: Final = _WORLD.part()
_BAD: Final = "CHAIN_INVALID"
_GOOD: Final = "ACCEPTED"
_AHEAD: Final = "CLOCK_SUSPECT"


def object_vectors() -> Vectors:
    """Every case by its name."""
    yield from _roots()
    yield from _root_chains()
    yield from _trust_lists()
    yield from _bins()
    yield from _status_lists()
    yield from _checkpoints()
    yield from _registers()
    yield from _survivors()
    yield from _recognition_lists()
    yield from _regions()
    yield from _recognised()
    yield from _epochs()
    yield from _kids()


# --- making a part whole again ----------------------------------------------------------------------------------------


def _committed(kind: ObjectType, data: bytes, number: int = 0, seq: int = 1, epoch: int = 1) -> Committed:
    return Committed(kind, number, epoch, seq, sha256(data).digest())


def _entries(part: Part, version: int = 1) -> list[Committed]:
    """What a checkpoint names of `part`."""
    found = [
        _committed(ObjectType.ROOT, part.roots[-1], seq=version),
        _committed(ObjectType.TRUST_LIST, part.trust_list),
    ]
    found += [_committed(ObjectType.STATUS_LIST, data, number) for number, data in enumerate(part.status_lists)]
    if part.recognition is not None:
        found.append(_committed(ObjectType.RECOGNITION, part.recognition))
    return found + [_committed(ObjectType.REGISTER, data, number) for number, data in enumerate(part.registers)]


def _part(version: int = 1, **changes: Any) -> Part:
    """The plain part with other objects in it, and a checkpoint that names them."""
    part = _PART._replace(**changes)
    return part._replace(checkpoint=_WORLD.checkpoint_bytes(_entries(part, version)))


def _case(
    part: Part,
    reason: str,
    about: str,
    *,
    pin: bytes | None = None,
    data: bytes | None = None,
    now: Seconds = NOW,
) -> Vector:
    text = qr_text.encode("fj.example", data or sign_it())
    container = bundle.encode({FUJIAN: part})
    answer = Recognition.HOME if reason == _GOOD else None
    return Vector(text, container, pin or root.pin_of(part.roots[0]), now, FUJIAN, reason, about, answer)


def _bent(payload: bytes, change: Change) -> bytes:
    claims = cbor2.loads(payload)
    change(claims)
    return cbor2.dumps(claims, canonical=True)


def _to(label: int, value: object) -> Change:
    return lambda claims: claims.__setitem__(label, value)


def _many(payload: bytes, typ: str, role: str, count: int = 2) -> bytes:
    return sign.sign(payload, typ, _WORLD.keys(role, 3)[:count])


# --- root -------------------------------------------------------------------------------------------------------------


def _root(change: Change, keys: Sequence[SigningKey] = _WORLD.keys("root", 2)) -> bytes:
    return sign.sign(_bent(_WORLD.root().encode(), change), root.TYP, keys)


def _both(first: Change, second: Change) -> Change:
    return lambda claims: (first(claims), second(claims))


def _role(place: int, at: int, value: object) -> Change:
    """Another epoch (0), threshold (1) or keys (2) of the role at `place`."""
    return lambda claims: claims[10][place].__setitem__(at, value)


def _keys(place: int, *more: bytes) -> Change:
    return lambda claims: claims[10][place][2].extend(more)


def _roots() -> Vectors:
    first, second = (each.public for each in _WORLD.keys("list", 2))
    cases: Mapping[str, tuple[Change, str]] = {
        "unchanged": (lambda _: None, _GOOD),
        "a label too many": (_to(12, 0), _BAD),
        "a fifth role": (lambda claims: claims[10].append([1, 1, [key("x").public]]), _BAD),
        "threshold 0": (_role(0, 1, 0), _BAD),
        "a threshold of true": (_role(0, 1, True), _BAD),
        "a role of 32 keys": (_keys(1, *(key(str(n)).public for n in range(29))), _GOOD),
        "a role of 33 keys": (_keys(1, *(key(str(n)).public for n in range(30))), _BAD),
        "a status threshold of 2": (lambda c: (_keys(2, key("x").public)(c), _role(2, 1, 2)(c)), _BAD),
        "two status keys": (_keys(2, key("x").public), _GOOD),
        "one key twice in a role": (_keys(1, first), _BAD),
        "one key in two roles": (_keys(0, second), _BAD),
        "another epoch than the root role's": (_to(2, 2), _BAD),
        "another epoch, and the root role's too": (lambda c: (_to(2, 2)(c), _role(0, 0, 2)(c)), _BAD),
        "issued 300 seconds ahead": (_to(4, NOW + 300), _GOOD),
        "issued 301 seconds ahead": (_to(4, NOW + 301), _AHEAD),
        "another region": (_to(1, "44"), _BAD),
        "a region of three": (_to(1, "350"), _BAD),
        "expires before it is issued": (_to(5, 0), "ROOT_EXPIRED"),
        **{f"a key: {name}": (_keys(1, point), _BAD) for name, point in BAD_POINTS.items()},
    }
    for name, (change, reason) in cases.items():
        data = _root(change)
        yield f"root-{name}", _case(_part(roots=(data,)), reason, f"The root: {name}.")
    yield from _status_bases()
    yield from _root_signatures()


def _status_bases() -> Vectors:
    for base, reason in (
        ("https://a.example/statu/", _GOOD),
        ("https://a.example/status/", _BAD),
        ("https://", _GOOD),
        ("https://fj.example/s", _BAD),
        ("http://fj.example/s/", _BAD),
        ("HTTPS://fj.example/s/", _BAD),
        ("https://福福a.example/", _GOOD),
        ("https://福福ab.example/", _BAD),
    ):
        world = World(status_base=base)
        data = sign_it(CERTIFICATE._replace(status=StatusReference(7, f"{base}0")))
        yield (
            f"root-base-{base}-{len(base.encode())}",
            _case(world.part(), reason, f"The status base {base}.", data=data),
        )


def _root_signatures() -> Vectors:
    payload = _WORLD.root().encode()
    keys = _WORLD.keys("root", 3)
    signatures = sorted((sign.signature_for(payload, root.TYP, each) for each in keys), key=lambda each: each.kid)
    wrong = signatures[2]._replace(signature=bytes(64))
    stranger = sign.signature_for(payload, root.TYP, key("stranger"))

    def ordered(*found: Any) -> bytes:
        item = cbor2.loads(sign.assemble(payload, root.TYP, found))
        entries = [cbor2.loads(sign.assemble(payload, root.TYP, [each])).value[3][0] for each in found]
        return cbor2.dumps(cbor2.CBORTag(98, [*item.value[:3], entries]), canonical=True)

    yield "root-all-signed", _case(_part(roots=(ordered(*signatures),)), _GOOD, "The root, signed by all three.")
    for name, found, reason in (
        ("signed once", signatures[:1], _BAD),
        ("signed by nobody", [], _BAD),
        ("two signatures and a wrong one", [signatures[0], signatures[1], wrong], _GOOD),
        ("one signature and a wrong one", [signatures[0], wrong], _BAD),
        ("two signatures and a stranger's", sorted([*signatures[:2], stranger], key=lambda e: e.kid), _GOOD),
        ("signatures in falling order", [signatures[1], signatures[0]], _BAD),
        ("one signature twice", [signatures[0], signatures[0], signatures[1]], _BAD),
    ):
        data = ordered(*found)
        yield f"root-{name}", _case(_part(roots=(data,)), reason, f"The root: {name}.")
    one = sign.sign1(payload, root.TYP, keys[0])
    yield "root-a-cose-sign1", _case(_part(roots=(one,)), _BAD, "The root as a COSE_Sign1.")
    typed = sign.sign(payload, trust_list.TYP, keys[:2])
    yield "root-typ-of-the-trust-list", _case(_part(roots=(typed,)), _BAD, "The root with the trust list's typ.")


_A, _B, _C, _D, _E = (key(f"root {name}") for name in "abcde")


def _version(
    number: int, keys: tuple[SigningKey, ...], by: tuple[SigningKey, ...], change: Change = dict.copy
) -> bytes:
    made = _WORLD.root()
    role = RoleKeys(1, 2, tuple(each.public for each in keys))
    made = made._replace(head=made.head._replace(seq=number), roles=(role, *made.roles[1:]))
    return sign.sign(_bent(made.encode(), change), root.TYP, by)


def _root_chains() -> Vectors:
    one = _version(1, (_A, _B, _C), (_A, _B))
    two = _version(2, (_B, _C, _D), (_B, _C))
    three = _version(3, (_D, _E, _C), (_C, _D))
    cases: Mapping[str, tuple[tuple[bytes, ...], int, str]] = {
        "to version 2": ((one, two), 2, _GOOD),
        "to version 3": ((one, two, three), 3, _GOOD),
        "version 2 skipped": ((one, _version(3, (_B, _C, _D), (_B, _C))), 3, _BAD),
        "version 1 twice": ((one, one), 1, _BAD),
        "back to version 1": ((one, two, one), 1, _BAD),
        "signed by the old keys only": ((one, _version(2, (_D, _E), (_A, _B))), 2, _BAD),
        "signed by the new keys only": ((one, _version(2, (_D, _E), (_D, _E))), 2, _BAD),
        "two old, one new": ((one, _version(2, (_B, _D, _E), (_A, _B))), 2, _BAD),
        "an epoch that goes back": ((one, _version(2, (_B, _C), (_B, _C), _role(1, 0, 0))), 2, _BAD),
        "an old one that expired": ((_version(1, (_A, _B, _C), (_A, _B), _to(5, 0)), two), 2, _GOOD),
        "a new one that expired": ((one, _version(2, (_B, _C, _D), (_B, _C), _to(5, NOW))), 2, "ROOT_EXPIRED"),
        "an old one dated ahead": ((_version(1, (_A, _B, _C), (_A, _B), _to(4, NOW + 301)), two), 2, "CLOCK_SUSPECT"),
        "an old threshold beyond the keys": ((_version(1, (_A, _B, _C), (_A, _B), _role(1, 1, 4)), two), 2, _BAD),
        "junk after it": ((one, b"\0"), 1, _BAD),
        "another region's after it": ((one, _version(2, (_B, _C), (_B, _C), _to(1, "44"))), 2, _BAD),
    }
    for place, name in enumerate(("root", "list", "status", "checkpoint")):
        for epoch, how, reason in ((2, "falls", _BAD), (0, "rises", _GOOD)):
            head = _to(2, epoch) if name == "root" else dict.copy
            first = _version(1, (_A, _B, _C), (_A, _B), _both(_role(place, 0, epoch), head))
            about = f"The {name} role's epoch {how} from root to root to what everything is of."
            yield f"roots-the-{name}-epoch-{how}", _case(_part(2, roots=(first, two)), reason, about)
    for name, (roots, version, reason) in cases.items():
        yield f"roots-{name}", _case(_part(version, roots=roots), reason, f"From root to root: {name}.")
    pin = root.pin_of(two)
    for name, before, reason in (
        ("the second is pinned", one, _GOOD),
        ("junk before the pinned one", b"junk", _GOOD),
        ("another version 2 before the pinned one", _version(2, (_D, _E), (_D, _E)), _GOOD),
    ):
        yield f"roots-{name}", _case(_part(2, roots=(before, two)), reason, f"From root to root: {name}.", pin=pin)
    for count, reason in ((1_024, _GOOD), (1_025, _BAD)):
        about = f"{count} roots, of which the last is pinned and the others are empty."
        many = _part(roots=(b"",) * (count - 1) + _PART.roots)
        yield f"roots-{count}", _case(many, reason, about, pin=root.pin_of(_PART.roots[0]))
    yield "roots-none-is-pinned", _case(_part(), _BAD, "No root is the pinned one.", pin=bytes(32))
    yield "roots-none", _case(_PART._replace(roots=()), _BAD, "There is no root.", pin=_WORLD.pin())


# --- trust list and bins ----------------------------------------------------------------------------------------------

_OTHER: Final = ISSUER._replace(code=IssuerCode("S000035010007"), keys=(certificate_key("centre"),))
_LAST: Final = ISSUER._replace(code=IssuerCode("Z000035010007"), keys=(certificate_key("last"),))


def _listed(issuers: tuple[Any, ...] = (ISSUER,), a_bin: int = 40) -> tuple[trust_list.TrustList, tuple[bytes, ...]]:
    return trust_list.build(_WORLD.list_head(), issuers, a_bin)


def _with_list(change: Change, bins: tuple[bytes, ...] = _PART.bins, count: int = 2, role: str = "list") -> Part:
    data = _many(_bent(_listed()[0].encode(), change), trust_list.TYP, role, count)
    return _part(trust_list=data, bins=bins)


def _trust_lists() -> Vectors:
    (digest,) = (each.sha256 for each in _listed()[0].bins)
    cases: Mapping[str, tuple[Part, str]] = {
        "signed once": (_with_list(dict.copy, count=1), _BAD),
        "signed by all three": (_with_list(dict.copy, count=3), _GOOD),
        "signed by the root role": (_with_list(dict.copy, role="root"), _BAD),
        "another epoch": (_with_list(_to(2, 2)), _BAD),
        "another region": (_with_list(_to(1, "44")), _BAD),
        "a label too many": (_with_list(_to(12, 0)), _BAD),
        "an edition of 10000": (_with_list(lambda c: c[10].append([10_000, "x"])), _BAD),
        "an occupation twice": (_with_list(lambda c: c[10].extend([[2022, "x"], [2022, "x"]])), _GOOD),
        "issued 300 seconds ahead": (_with_list(_to(4, NOW + 300)), _GOOD),
        "issued 301 seconds ahead": (_with_list(_to(4, NOW + 301)), _AHEAD),
        "an occupation that no certificate could show": (_with_list(lambda c: c[10].append([0, "\u200b "])), _GOOD),
        "bins in falling order": (_with_list(lambda c: c[11].append(["A000035000000", digest])), _BAD),
        "one first code twice": (_with_list(lambda c: c[11].append([CODE, digest])), _BAD),
        "a bin that begins before the issuer": (_with_list(_to(11, [["A000035000000", digest]])), _GOOD),
        "a bin that begins after the issuer": (_with_list(_to(11, [["Z000035000000", digest]])), "ISSUER_UNKNOWN"),
        "the issuer in an earlier bin": (
            _with_list(_to(11, [["A000035000000", digest], ["B000035000000", digest]])),
            _GOOD,
        ),
        "no bins": (_with_list(_to(11, [])), "ISSUER_UNKNOWN"),
        "the bin is not held": (_with_list(dict.copy, bins=()), _BAD),
        "the bin stands among the shards": (_with_list(dict.copy, bins=())._replace(shards=_PART.bins), _GOOD),
        "the bin stands among the survivors": (
            _with_list(dict.copy, bins=())._replace(survivors=_PART.bins),
            _GOOD,
        ),
        "the bin stands among the register indices only": (
            _with_list(dict.copy, bins=())._replace(registers=(*_PART.registers, *_PART.bins)),
            _BAD,
        ),
        "another bin beside it": (_with_list(dict.copy, bins=(b"junk", *_PART.bins)), _GOOD),
    }
    for name, (part, reason) in cases.items():
        yield f"trustlist-{name}", _case(part, reason, f"The trust list: {name}.")
    before = _with_list(dict.copy, bins=())._replace(roots=(*_PART.bins, *_PART.roots))
    about = "The bin stands only among the roots, before the pinned one."
    yield "trustlist-the-bin-stands-among-the-roots", _case(before, _BAD, about, pin=root.pin_of(_PART.roots[0]))
    again = _columns([[*_row()[:4], [[1, 0, None, [1]]], *_row()[5:]]])
    part = _with_list(
        _both(_to(11, [[CODE, sha256(again).digest()]]), lambda c: c[10].append([*c[10][0]])), bins=(again,)
    )
    yield "trustlist-the-second-of-two-equal-occupations", _case(part, _GOOD, "A scope names the second of two alike.")
    listed, bins = _listed((_OTHER, ISSUER, _LAST), 1)
    data = _many(listed.encode(), trust_list.TYP, "list")
    for name, held, reason in (
        ("three bins", bins, _GOOD),
        ("only its own bin is held", bins[1:2], _GOOD),
        ("its own bin is missing", (bins[0], bins[2]), _BAD),
        ("other bins are malformed", (b"", bins[1], b"\xff"), _GOOD),
    ):
        yield f"trustlist-{name}", _case(_part(trust_list=data, bins=held), reason, f"The trust list: {name}.")
    moved = _with_list(
        _to(11, [["A000035000000", sha256(bins[1]).digest()], ["B000035000000", sha256(bins[0]).digest()]])
    )
    about = "The issuer stands in an earlier bin than the one that its code belongs in."
    yield "trustlist-the-wrong-bin", _case(moved._replace(bins=bins), "ISSUER_UNKNOWN", about)


def _with_bin(data: bytes) -> Part:
    return _with_list(_to(11, [[CODE, sha256(data).digest()]]), bins=(data,))


def _row() -> list[Any]:
    """The issuer's entries in the seven columns, and its keys."""
    *columns, keys = cbor2.loads(_PART.bins[0])
    return [*(cbor2.loads(column)[0] for column in columns), keys]


def _columns(rows: Sequence[Sequence[Any]]) -> bytes:
    *columns, keys = zip(*rows, strict=True)
    return cbor2.dumps([*(cbor2.dumps(list(column)) for column in columns), b"".join(keys)])


def _bins() -> Vectors:
    row = _row()
    public, since = row[7], row[6][0][0][0]
    names: Mapping[str, tuple[int, object, str]] = {
        "a code in lower case": (0, CODE.lower(), _BAD),
        "no name": (1, [], _BAD),
        "a name of 256 bytes": (1, [[0, "x" * 256]], _GOOD),
        "a name of 257 bytes": (1, [[0, "x" * 257]], _BAD),
        "a name with a space at its end": (1, [[0, "港务 "]], _BAD),
        "two names of one day": (1, [[0, "a"], [0, "b"]], _BAD),
        "names in falling order": (1, [[2, "a"], [1, "b"]], _BAD),
        "a name from later on": (1, [[ISSUED_ON - FILED + 9, "港务"]], _GOOD),
        "a name from before the filing": (1, [[-FILED, "港务"]], _GOOD),
        "a name from before 1970": (1, [[-FILED - 1, "港务"]], _BAD),
        "kind 3": (2, 3, _BAD),
        "kind false": (2, False, _BAD),
        "no state": (3, [], _BAD),
        "state 4": (3, [[0, 0], [ISSUED_ON + 9, 4]], _BAD),
        "a state after void": (3, [[0, 3], [1, 0]], _BAD),
        "void before an earlier state": (3, [[ISSUED_ON, 0], [ISSUED_ON - 1, 3]], _BAD),
        "void on an earlier state's day": (3, [[ISSUED_ON, 0], [ISSUED_ON, 3]], _BAD),
        "void alone": (3, [[ISSUED_ON + 9, 3]], "ISSUER_VOID"),
        "two states of one day": (3, [[0, 1], [0, 0]], _BAD),
        "a state of the day 2932897": (3, [[0, 0], [2_932_897, 1]], _BAD),
        "a scope beyond the dictionary": (4, [*row[4], [1, 0, None, [1]]], _BAD),
        "a step beyond the dictionary": (4, [[1, 0, None, [0, 1]]], _BAD),
        "a step back": (4, [[1, 0, None, [0, -1]]], _BAD),
        "an occupation twice": (4, [[1, 0, None, [0, 0]]], _GOOD),
        "a scope of no occupation": (4, [*row[4], [1, 0, None, []]], _GOOD),
        "no occupation in any scope": (4, [[1, 0, None, []]], "SCOPE_OCCUPATION"),
        "a scope from before the filing": (4, [[1, -FILED, None, [0]]], _GOOD),
        "a scope that ends after 9999": (4, [[1, 0, 2_932_897 - FILED, [0]]], _BAD),
        "a scope to the end of 9999": (4, [[1, 0, 2_932_896 - FILED, [0]]], _GOOD),
        "a scope of level 6": (4, [*row[4], [6, 0, None, [0]]], _BAD),
        "a scope without a first day": (4, [*row[4], [1, None, None, [0]]], _BAD),
        "a scope that ends before it begins": (4, [[1, ISSUED_ON + 1 - FILED, -2, [0]]], "SCOPE_DATE"),
        "a site that is no code": (5, [["x", 0, None]], _BAD),
        "a site of another region": (5, [["Y000044020101", 0, None]], _GOOD),
        "a key without states": (6, [[]], _BAD),
        "key states in falling order": (6, [[[since, 1], [since - 1, 1]]], _BAD),
        "two key states of one second": (6, [[[since, 0], [since, 1]]], _BAD),
        "key state 4": (6, [[[since, 1], [NOW, 4]]], _BAD),
        "compromised without survivors": (6, [[[since, 1], [NOW, 3]]], _BAD),
        "compromised before an earlier state": (6, [[[since, 1], [since - 1, 3, bytes(32), 0]]], "KEY_COMPROMISED"),
        "compromised in an earlier state's second": (6, [[[since, 1], [since, 3, bytes(32), 0]]], "KEY_COMPROMISED"),
        "compromised, then active": (6, [[[since, 3, bytes(32), 0], [since + 1, 1]]], _BAD),
        "more keys than states": (7, public + key("x").public, _BAD),
        "states without a key": (7, b"", _BAD),
        "a key of 31 bytes": (7, public[:31], _BAD),
    }
    for name, (place, value, reason) in names.items():
        data = _columns([[*row[:place], value, *row[place + 1 :]]])
        yield f"bin-{name}", _case(_with_bin(data), reason, f"A bin: {name}.")
    twice = [*row[:6], [row[6][0], row[6][0]], public + public]
    first = ["A000035000000", *row[1:]]
    neighbour = [f"{CODE[:-1]}0", *row[1:6], [], b""]
    columns = cbor2.loads(_PART.bins[0])
    for name, data, reason in (
        ("one key twice", _columns([twice]), _BAD),
        ("one key at two issuers", _columns([first, row]), _GOOD),
        ("issuers in falling order", _columns([row, first]), _BAD),
        ("one issuer twice", _columns([row, row]), _BAD),
        ("a ninth column", cbor2.dumps([*columns, b""]), _BAD),
        ("a code of which only the end is given", _columns([neighbour, [CODE[-1], *row[1:]]]), _GOOD),
        ("an end that is longer than it need be", _columns([neighbour, row]), _GOOD),
        ("an end that is too short", _columns([neighbour, [CODE[-3:-1], *row[1:]]]), "ISSUER_UNKNOWN"),
        ("an end that makes no code", _columns([neighbour, ["x", *row[1:]]]), _BAD),
        ("an end of 14 characters", _columns([neighbour, [f"{CODE}0", *row[1:]]]), _BAD),
        ("columns of different lengths", cbor2.dumps([*columns[:5], cbor2.dumps([[], []]), *columns[6:]]), _BAD),
        ("a column with something behind it", cbor2.dumps([*columns[:5], columns[5] + b"\0", *columns[6:]]), _BAD),
        ("a tag", b"\xd2" + _PART.bins[0], _BAD),
        ("a length that is not the shortest", b"\x98\x08" + _PART.bins[0][1:], _BAD),
        ("nobody", b"\x88" + b"\x41\x80" * 7 + b"\x40", "ISSUER_UNKNOWN"),
    ):
        yield f"bin-{name}", _case(_with_bin(data), reason, f"A bin: {name}.")


# --- status list ------------------------------------------------------------------------------------------------------


def _with_status(change: Change, by: str = "status", *more: bytes) -> Part:
    message = cbor2.loads(_PART.status_lists[0]).value
    data = sign.sign1(_bent(message[2], change), status_list.TYP, _WORLD.keys(by, 1)[0])
    return _part(status_lists=(data, *more))


def _lst(data: bytes) -> Change:
    return lambda claims: claims[65533].__setitem__("lst", data)


def _entries_of(statuses: Mapping[int, Status], length: int = 16) -> bytes:
    return status_list.pack(statuses, length)


def _deflated(raw: bytes, entries: bytes, header: bytes = b"\x78\x9c") -> bytes:
    return header + raw + zlib.adler32(entries).to_bytes(4, "big")


def _status_lists() -> Vectors:
    yield from _compressed()
    claims: Mapping[str, tuple[Change, str]] = {
        "a label too many": (_to(5, 0), _BAD),
        "no ttl": (lambda c: c.pop(65534), _BAD),
        "ttl true": (_to(65534, True), _BAD),
        "8 bits": (lambda c: c[65533].__setitem__("bits", 8), _BAD),
        "an aggregation URI": (lambda c: c[65533].__setitem__("aggregation_uri", "x"), _BAD),
        "another region": (_to(1, "44"), _BAD),
        "another epoch": (_to(-65538, [2, 1]), _BAD),
        "another sequence than named": (_to(-65538, [1, 2]), _BAD),
        "order of three": (_to(-65538, [1, 1, 1]), _BAD),
        "another base": (_to(2, "https://gd.example/s/0"), _BAD),
        "a leading zero": (_to(2, "https://fj.example/s/00"), _BAD),
        "another number than named": (_to(2, "https://fj.example/s/1"), _BAD),
        "an empty URI": (_to(2, ""), _BAD),
        "issued 300 seconds ahead": (_to(6, NOW + 300), _GOOD),
        "issued 301 seconds ahead": (_to(6, NOW + 301), _AHEAD),
    }
    for name, (change, reason) in claims.items():
        yield f"status-{name}", _case(_with_status(change), reason, f"The status list: {name}.")
    for role in ("checkpoint", "list", "root"):
        part = _with_status(dict.copy, role)
        yield f"status-signed-by-the-{role}-role", _case(part, _BAD, f"The status list, signed by the {role} role.")
    same = _PART._replace(status_lists=_PART.status_lists * 2)
    yield "status-one-list-twice", _case(same, _GOOD, "One status list stands in the part twice.")
    for name, change in (("torn", _lst(b"\x78")), ("of-another-epoch", _to(-65538, [2, 1]))):
        message = cbor2.loads(_PART.status_lists[0]).value
        other = _bent(_bent(message[2], _to(2, "https://fj.example/s/1")), change)
        data = sign.sign1(other, status_list.TYP, _WORLD.keys("status", 1)[0])
        part = _part(status_lists=(*_PART.status_lists, data))
        yield f"status-another-list-{name}", _case(part, _BAD, f"A list that nobody asked for is {name}.")


def _compressed() -> Vectors:
    entries = _entries_of({7: Status.VALID})
    best = zlib.compress(entries, 9)
    stored = zlib.compressobj(0)
    flat = stored.compress(entries) + stored.flush()
    fixed = zlib.compressobj(9, zlib.DEFLATED, 15, 9, zlib.Z_FIXED)
    plain = fixed.compress(entries) + fixed.flush()
    with_words = zlib.compressobj(9, zdict=b"3333")
    known = with_words.compress(entries) + with_words.flush()
    cases: Mapping[str, tuple[bytes, str]] = {
        "a stored block": (flat, _GOOD),
        "fixed codes": (plain, _GOOD),
        "a small window": (_deflated(best[2:-4], entries, b"\x08\x1d"), _GOOD),
        "an empty block first": (_deflated(b"\0\0\0\xff\xff" + best[2:-4], entries), _GOOD),
        "a window of 64 KiB": (_deflated(best[2:-4], entries, b"\x88\x1c"), _BAD),
        "method 7": (_deflated(best[2:-4], entries, b"\x77\x05"), _BAD),
        "wrong check bits": (_deflated(best[2:-4], entries, b"\x78\x9d"), _BAD),
        "a preset dictionary": (known, _BAD),
        "a block of type 3": (_deflated(b"\x07", b""), _BAD),
        "a stored length that is not confirmed": (_deflated(b"\x01\x00\x00\x00\x00", b""), _BAD),
        "a distance before the beginning": (_deflated(bytes.fromhex("03020000"), b""), _BAD),
        "not zlib": (entries, _BAD),
        "no stream": (b"", _BAD),
        "cut": (best[:-1], _BAD),
        "a wrong Adler-32": (best[:-1] + bytes([best[-1] ^ 1]), _BAD),
        "something behind it": (best + b"\0", _BAD),
        "two streams": (best + best, _BAD),
        "raw DEFLATE": (best[2:-4], _BAD),
        "gzip": (zlib.compress(entries, 9, wbits=31), _BAD),
        "2^20 entries": (zlib.compress(_entries_of({7: Status.VALID}, 2**20), 9), _GOOD),
        "2^20 entries and two": (zlib.compress(_entries_of({7: Status.VALID}, 2**20 + 2), 9), _BAD),
        "no entries": (zlib.compress(b"", 9), "NOT_YET_REGISTERED"),
        "up to index 7": (zlib.compress(entries[:4], 9), _GOOD),
        "up to index 5": (zlib.compress(entries[:3], 9), "NOT_YET_REGISTERED"),
        "valid in the lower half only": (zlib.compress(bytes(3) + b"\x10", 9), "REVOKED"),
        "revoked in the lower half only": (zlib.compress(bytes(3) + b"\x01", 9), _GOOD),
        **{
            f"status {value} at another index": (zlib.compress(entries + bytes([value << 4])), _BAD)
            for value in (4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15)
        },
    }
    for name, (data, reason) in cases.items():
        yield f"lst-{name}", _case(_with_status(_lst(data)), reason, f"The status list, compressed: {name}.")


# --- checkpoint and register ------------------------------------------------------------------------------------------


def _seen(change: Change, by: str = "checkpoint") -> Part:
    message = cbor2.loads(_PART.checkpoint).value
    data = sign.sign1(_bent(message[2], change), checkpoint.TYP, _WORLD.keys(by, 1)[0])
    return _PART._replace(checkpoint=data)


def _entry(place: int, at: int, value: object) -> Change:
    return lambda claims: claims[10][place].__setitem__(at, value)


def _without(place: int) -> Change:
    return lambda claims: claims[10].pop(place)


def _checkpoints() -> Vectors:
    digest = bytes(32)
    cases: Mapping[str, tuple[Change, str]] = {
        "with a log": (_to(11, [5, digest]), _GOOD),
        "a log without a hash": (_to(11, [5]), _BAD),
        "a label too many": (_to(12, 0), _BAD),
        "without next": (lambda c: c.pop(6), _BAD),
        "next long past": (_to(6, 0), _GOOD),
        "issued 300 seconds ahead": (_to(4, NOW + 300), _GOOD),
        "issued 301 seconds ahead": (_to(4, NOW + 301), _AHEAD),
        "expired": (_to(5, 0), _GOOD),
        "another region": (_to(1, "44"), _BAD),
        "another epoch": (_to(2, 2), _BAD),
        "names nothing": (_to(10, []), _BAD),
        "in falling order": (lambda c: c[10].reverse(), _BAD),
        "one name twice": (lambda c: c[10].insert(1, [*c[10][0]]), _BAD),
        "names a bin": (lambda c: c[10].insert(2, [4, 0, 1, 1, digest]), _BAD),
        "names a second trust list": (lambda c: c[10].insert(2, [3, 1, 1, 1, digest]), _BAD),
        "names a status list that is not held": (lambda c: c[10].insert(3, [5, 1, 1, 1, digest]), _GOOD),
        "names a register index that is not held": (lambda c: c[10].append([9, 1, 1, 1, digest]), _GOOD),
        **{f"without type {kind}": (_without(place), _BAD) for place, kind in enumerate((1, 3, 5, 6, 9))},
        **{
            f"another hash of type {kind}": (_entry(place, 4, digest), _BAD)
            for place, kind in enumerate((1, 3, 5, 6, 9))
        },
        **{f"another sequence of type {kind}": (_entry(place, 3, 2), _BAD) for place, kind in enumerate((1, 3, 5, 6))},
        "another epoch of type 1": (_entry(0, 2, 2), _BAD),
        "another order of type 9": (lambda c: (_entry(4, 2, 9)(c), _entry(4, 3, 9)(c)), _GOOD),
    }
    for name, (change, reason) in cases.items():
        yield f"checkpoint-{name}", _case(_seen(change), reason, f"The checkpoint: {name}.")
    yield "checkpoint-signed-by-the-status-role", _case(_seen(dict.copy, "status"), _BAD, "Signed by the status role.")


def _registered(shard: bytes, index: bytes | None = None, held: tuple[bytes, ...] | None = None) -> Part:
    index = cbor2.dumps([0, sha256(shard).digest()]) if index is None else index
    return _part(registers=(index,), shards=(shard,) if held is None else held)


def _registers() -> Vectors:
    mine = digest_of(_to_be_signed(sign_it()))
    low, high = bytes(16), b"\xff" * 16
    shards: Mapping[str, tuple[object, str]] = {
        "it alone": ([0, 0, mine], _GOOD),
        "it between others": ([0, 0, low + mine + high], _GOOD),
        "others only": ([0, 0, low + high], "INDEX_MISMATCH"),
        "nothing": ([0, 0, b""], "INDEX_MISMATCH"),
        "in falling order": ([0, 0, high + mine], _BAD),
        "one twice": ([0, 0, mine + mine], _BAD),
        "half a digest": ([0, 0, mine + bytes(8)], _BAD),
        "another list": ([1, 0, low], _GOOD),
        "another first": ([0, 256, low], _GOOD),
        "a first of 7": ([0, 7, mine], _BAD),
        "a fourth element": ([0, 0, mine, 0], _BAD),
        "257 digests": ([0, 0, b"".join(n.to_bytes(16, "big") for n in range(257))], _BAD),
    }
    for name, (content, reason) in shards.items():
        yield f"shard-{name}", _case(_registered(cbor2.dumps(content)), reason, f"The shard holds {name}.")
    good = cbor2.dumps([0, 0, mine])
    tagged = b"\xd2" + good
    yield "shard-tagged", _case(_registered(tagged), _BAD, "The shard has a tag.")
    yield (
        "shard-not-held",
        _case(_registered(good, held=()), _GOOD, "The shard is not held: there is no register check."),
    )
    large = bytes(SIZE_CAP[ObjectType.SHARD] + 1)
    about = "A shard that nobody needs is larger than 8 KiB."
    yield "shard-too-large", _case(_registered(good, held=(good, large)), _BAD, about)
    for name, index, reason in (
        ("half a hash", cbor2.dumps([0, bytes(31)]), _BAD),
        ("no hash", cbor2.dumps([0, b""]), _GOOD),
        ("a tag", b"\xd2" + cbor2.dumps([0, sha256(good).digest()]), _BAD),
        ("hashes in an array", cbor2.dumps([0, [sha256(good).digest()]]), _BAD),
    ):
        yield f"register-{name}", _case(_registered(good, index), reason, f"The register index: {name}.")


def _to_be_signed(data: bytes) -> bytes:
    protected, _, payload, _ = cbor2.loads(data).value
    return cbor2.dumps(["Signature1", protected, b"", payload])


def _survivors() -> Vectors:
    mine = digest_of(_to_be_signed(sign_it()))
    for name, file, count, reason in (
        ("in falling order", b"\xff" * 16 + mine, 2, _BAD),
        ("half a digest", mine + bytes(8), 1, _BAD),
        ("it alone", mine, 1, _GOOD),
        ("count 0, and the file empty", b"", 0, "KEY_COMPROMISED"),
        ("count 0, and the file full", mine, 0, "KEY_COMPROMISED"),
        ("another count", mine, 2, "SURVIVORS_MISSING"),
    ):
        states = ((ROOTED_AT, KeyState.ACTIVE), (Seconds(SIGNED_AT + 1), KeyState.COMPROMISED))
        stolen = CertificateKey(key("issuer").public, states, Survivors(sha256(file).digest(), count))
        world = World(issuers=(ISSUER._replace(keys=(stolen,)),), survivors=(file,))
        yield f"survivors-{name}", _case(world.part(), reason, f"The file of survivors: {name}.")
    only = CertificateKey(
        key("issuer").public, ((Seconds(NOW), KeyState.COMPROMISED),), Survivors(sha256(mine).digest(), 1)
    )
    world = World(issuers=(ISSUER._replace(keys=(only,)),), survivors=(mine,))
    about = "The key has no state but its compromise, and the certificate survived."
    yield "survivors-of-a-key-never-active", _case(world.part(), "KEY_NOT_ACTIVE", about)


# --- recognition, and several regions ---------------------------------------------------------------------------------


def _recognition_lists() -> Vectors:
    match: list[object] = [None, 0, None, None, [], 0, None]
    good: list[object] = [3, "44", [1, bytes(32)], "协议", 0, [[0, 0]], True, [match], [[match, None, None, 0, "文"]]]

    def changed(place: int, value: object) -> list[object]:
        return [*good[:place], value, *good[place + 1 :]]

    def matching(place: int, value: object) -> list[object]:
        return changed(7, [[*match[:place], value, *match[place + 1 :]]])

    def row(place: int, value: object) -> list[object]:
        whole = [match, None, None, 0, "文"]
        return changed(8, [[*whole[:place], value, *whole[place + 1 :]]])

    cases: Mapping[str, tuple[list[object], str]] = {
        "good": ([good], _GOOD),
        "with the home itself": ([changed(1, "35")], _GOOD),
        "two agreements with one partner": ([good, good], _BAD),
        "partners in falling order": ([good, changed(1, "31")], _GOOD),
        "a pin of 31 bytes": ([changed(2, [1, bytes(31)])], _BAD),
        "no document": ([changed(3, "")], _BAD),
        "a document that no certificate could show": ([changed(3, "\u200b ")], _GOOD),
        "a basis that no certificate could show": ([row(4, "\u200b ")], _GOOD),
        "no states": ([changed(5, [])], _BAD),
        "states in falling order": ([changed(5, [[5, 0], [4, 1]])], _BAD),
        "a state after the repeal": ([changed(5, [[5, 2], [6, 0]])], _BAD),
        "state 3": ([changed(5, [[5, 3]])], _BAD),
        "keep an integer": ([changed(6, 1)], _BAD),
        "issuer kind 3": ([matching(0, 3)], _BAD),
        "issuer true": ([matching(0, True)], _BAD),
        "kind 4": ([matching(1, 4)], _BAD),
        "edition 10000": ([matching(2, 10_000)], _BAD),
        "prefix empty": ([matching(3, "")], _BAD),
        "level 6 in a match": ([matching(4, [6])], _BAD),
        "levels in any order, twice": ([matching(4, [3, 0, 3])], _GOOD),
        "level 0 in a row": ([row(2, 0)], _BAD),
        "effect 3": ([row(3, 3)], _BAD),
        "no basis": ([row(4, "")], _BAD),
    }
    empty = cbor2.loads(cbor2.loads(_PART.recognition or b"").value[2])
    for name, (agreements, reason) in cases.items():
        payload = cbor2.dumps({**empty, 10: agreements}, canonical=True)
        part = _part(recognition=_many(payload, recognition.TYP, "list"))
        yield f"agreements-{name}", _case(part, reason, f"The home's recognition list: {name}.")
    for name, count, change in (("signed once", 1, {}), ("another epoch", 2, {2: 2}), ("another region", 2, {1: "44"})):
        payload = cbor2.dumps({**empty, **change}, canonical=True)
        part = _part(recognition=_many(payload, recognition.TYP, "list", count))
        yield f"agreements-{name}", _case(part, _BAD, f"The home's recognition list: {name}.")
    for name, change, reason in (
        ("expired", {5: 0}, _GOOD),
        ("issued 300 seconds ahead", {4: NOW + 300}, _GOOD),
        ("issued 301 seconds ahead", {4: NOW + 301}, _AHEAD),
    ):
        payload = cbor2.dumps({**empty, **change}, canonical=True)
        part = _part(recognition=_many(payload, recognition.TYP, "list"))
        yield f"agreements-{name}", _case(part, reason, f"The home's recognition list: {name}.")
    yield "agreements-none", _case(_part(recognition=None), _GOOD, "The home has no recognition list.")


def _guangdong(**changes: Any) -> World:
    base = World(region=GUANGDONG, issuers=(), status_base="https://gd.example/s/", agreements=(_agreement(),))
    return replace(base, **changes)


def _abroad(
    home: World,
    reason: str,
    about: str,
    answer: Recognition | None = None,
    *,
    part: Part | None = None,
    partner: World | None = None,
    what: Certificate = CERTIFICATE,
    pin: bytes | None = None,
    now: Seconds = NOW,
) -> Vector:
    """A certificate of Fujian, asked about in Guangdong."""
    container = bundle.encode({GUANGDONG: part or home.part(), FUJIAN: (partner or World()).part()})
    text = qr_text.encode("fj.example", sign_it(what))
    return Vector(text, container, pin or home.pin(), now, GUANGDONG, reason, about, answer)


def _regions() -> Vectors:
    home = _guangdong()
    unknown = "REGION_UNKNOWN"
    pinless, elsewhere = _agreement(pin=None), _agreement(partner=Region("31"))
    yield "regions-no-pin-in-the-agreement", _abroad(_guangdong(agreements=(pinless,)), unknown, "It names no root.")
    yield "regions-an-agreement-with-another", _abroad(_guangdong(agreements=(elsewhere,)), unknown, "Not with Fujian.")
    yield "regions-no-agreements", _abroad(_guangdong(agreements=()), unknown, "The home's list is empty.")
    other = _guangdong(agreements=(_agreement(pin=(1, bytes(32))),))
    yield "regions-the-agreement-pins-another-root", _abroad(other, _BAD, "The partner's root is not the pinned one.")
    version = _guangdong(agreements=(_agreement(pin=(9, World().pin())),))
    about = "The version beside the pin is for people."
    yield "regions-another-version-at-the-pin", _abroad(version, _GOOD, about, Recognition.RECOGNISED)
    torn = home.part()._replace(trust_list=b"")
    yield (
        "regions-the-home-is-broken",
        _abroad(home, _BAD, "Whom a broken home vouches for is not believed.", part=torn),
    )
    broken = World(status_base="https://fj.example/s")
    yield "regions-the-partner-is-broken", _abroad(home, _BAD, "The partner's root is malformed.", partner=broken)
    expired = World(list_lifetime=NOW - World().list_issued)
    yield "regions-the-partner-expired", _abroad(home, "TRUST_LIST_EXPIRED", "The partner's list.", partner=expired)
    about = "The home's own objects have expired; the partner's have not."
    aged = _guangdong(root_lifetime=1, list_lifetime=1, status_lifetime=1)
    yield "regions-the-home-expired", _abroad(aged, _GOOD, about, Recognition.RECOGNITION_UNKNOWN)
    about = "The pin is the partner's; no pin belongs to the home that is given."
    yield (
        "regions-the-partner-is-pinned",
        _abroad(home, _GOOD, about, Recognition.RECOGNITION_UNKNOWN, pin=World().pin()),
    )
    yield "regions-nothing-is-pinned", _abroad(home, _BAD, "The pin belongs to nobody.", pin=bytes(32))
    text = qr_text.encode("fj.example", sign_it())
    lone = Vector(text, home.bundle(), home.pin(), NOW, GUANGDONG, unknown, "The partner has no part in the bundle.")
    yield "regions-a-partner-without-a-part", lone
    foreign = Vector(
        text, World().bundle(), World().pin(), NOW, Region("31"), _GOOD, "", Recognition.RECOGNITION_UNKNOWN
    )
    yield (
        "regions-a-home-without-a-part",
        replace(foreign, about="The home has no part; the issuer's region is pinned."),
    )
    about = "The home has no part, and no pin belongs to a region."
    alone = Vector(text, World().bundle(), home.pin(), NOW, GUANGDONG, _BAD, about)
    yield "regions-a-home-without-a-part-and-without-a-pin", alone
    yield from _homes_not_given(home)
    ahead = _guangdong(list_issued=Seconds(NOW + 301), status_issued=Seconds(NOW + 301))
    about = "The home's own objects are dated ahead; the partner's are not."
    yield "regions-the-home-dated-ahead", _abroad(ahead, _GOOD, about, Recognition.RECOGNITION_UNKNOWN)
    yield from _partners_roots(home)
    copied = bundle.encode({FUJIAN: World().part(), GUANGDONG: World().part()})
    about = "A copy of the pinned part under another region's number changes nothing."
    yield "regions-a-copy", Vector(text, copied, World().pin(), NOW, FUJIAN, _GOOD, about, Recognition.HOME)


def _homes_not_given(home: World) -> Vectors:
    text = qr_text.encode("fj.example", sign_it())
    both, pin = home.bundle(World()), home.pin()
    own = Vector(text, World().bundle(), World().pin(), NOW, None, _GOOD, "No home is given: it is the pin's region.")
    yield "regions-no-home-is-given", replace(own, recognition=Recognition.HOME)
    partner = Vector(text, both, pin, NOW, None, _GOOD, "No home is given: it is the pin's region, the partner.")
    yield "regions-no-home-is-given-to-the-partner", replace(partner, recognition=Recognition.RECOGNISED)
    about = "No home is given, and the pin belongs to no region."
    yield "regions-no-home-is-given-and-nothing-pinned", Vector(text, both, bytes(32), NOW, None, _BAD, about)


def _partners_roots(home: World) -> Vectors:
    part = World().part()
    (homes,), (own,) = home.part().roots, part.roots
    text = qr_text.encode("fj.example", sign_it())
    answer = Recognition.RECOGNISED
    about = "In the partner's part, the home's root stands before the one that the agreement pins."
    container = bundle.encode({GUANGDONG: home.part(), FUJIAN: part._replace(roots=(homes, own))})
    yield (
        "regions-the-homes-root-in-the-partners-part",
        Vector(text, container, home.pin(), NOW, GUANGDONG, _GOOD, about, answer),
    )
    elsewhere = _root(_to(1, "31"))
    strange = _part(roots=(elsewhere,))
    pinning = _guangdong(agreements=(_agreement(pin=(1, root.pin_of(elsewhere))),))
    container = bundle.encode({GUANGDONG: pinning.part(), FUJIAN: strange})
    about = "The root that the agreement pins names a third region; everything else in the part names the partner's."
    yield (
        "regions-the-partners-root-of-a-third-region",
        Vector(text, container, pinning.pin(), NOW, GUANGDONG, _BAD, about),
    )


def _recognised() -> Vectors:
    yield from _agreements_at_midnight()
    yield from _recognised_as_another()
    for name, (states, keep, answer) in STATES.items():
        home = _guangdong(agreements=(_agreement(states=states, keep=keep),))
        about = f"{answer}: the agreement is {name}; asked two days after the date."
        later = Seconds(NOW + 2 * 86_400)
        yield f"recognition-state-{name}", _abroad(home, _GOOD, about, answer, now=later)
    for name, (match, covers) in MATCHES.items():
        home = _guangdong(agreements=(_agreement(allow=(ROW._replace(match=match),)),))
        answer = Recognition.RECOGNISED if covers else Recognition.NOT_RECOGNISED
        yield f"recognition-match-{name}", _abroad(home, _GOOD, f"A row about {name}: {answer}.", answer)
    everything = World(issuers=(ISSUER._replace(scopes=_scopes()),))
    for name, (what, match, covers) in OTHER_KINDS.items():
        home = _guangdong(agreements=(_agreement(pin=(1, everything.pin()), allow=(ROW._replace(match=match),)),))
        answer = Recognition.RECOGNISED if covers else Recognition.NOT_RECOGNISED
        shown = _lasting(what)
        vector = _abroad(home, _GOOD, f"A row about {name}: {answer}.", answer, partner=everything, what=shown)
        yield f"recognition-kind-{name}", vector


def _agreements_at_midnight() -> Vectors:
    """Today is a day in UTC+8, which begins at 16:00 UTC."""
    today = Day(ISSUED_ON + 1)
    home = _guangdong(agreements=(_agreement(states=((today, AgreementState.IN_FORCE),)),))
    for name, now, answer in (
        ("at midnight", start_of(today), Recognition.RECOGNISED),
        ("before midnight", Seconds(start_of(today) - 1), Recognition.AGREEMENT_NOT_IN_FORCE),
    ):
        about = f"The agreement is in force from a day on; asked {name}, when that day begins."
        yield f"recognition-asked-{name}", _abroad(home, _GOOD, about, answer, now=now)


def _recognised_as_another() -> Vectors:
    """A row gives an occupation or a level to what has none of its own."""
    everything = World(issuers=(ISSUER._replace(scopes=_scopes()),))
    other = OccupationReference(2015, "6-31-01-03")
    for kind in (Kind.HONOUR, Kind.SPECIAL_ABILITY, Kind.POST):
        for name, occupation, level in (
            ("an occupation", other, None),
            ("a level", None, 4),
            ("an occupation and a level", other, 4),
            ("itself", None, None),
        ):
            row = ROW._replace(match=ROW.match._replace(kind=kind), occupation=occupation, level=level)
            home = _guangdong(agreements=(_agreement(pin=(1, everything.pin()), allow=(row,)),))
            about = f"Kind {kind.value}, recognised as {name}."
            what, answer = _lasting(EXAMPLES[kind]), Recognition.RECOGNISED
            vector = _abroad(home, _GOOD, about, answer, partner=everything, what=what)
            yield f"recognition-{kind.name}-as-{name}", vector


def _scopes() -> tuple[Scope, ...]:
    named = ((2022, "6-31-01-03"), (0, "沙县小吃制作"), (0, "集美区高技能人才"))
    return tuple(Scope(OccupationReference(*each), 1, FILED, None) for each in named)


def _lasting(what: Certificate) -> Certificate:
    """`what`, its term not ended if it has one."""
    match what.subject:
        case PostAppointment() as post:
            return what._replace(subject=post._replace(ends=Seconds(NOW + 1)))
        case _:
            return what


# --- epochs, and whose signature it is --------------------------------------------------------------------------------


def _named(part: Part, kind: ObjectType, epoch: int) -> Part:
    """`part` with a checkpoint that names its one object of this type as of `epoch`."""
    entries = [each._replace(epoch=epoch) if each.type is kind else each for each in _entries(part)]
    return part._replace(checkpoint=_WORLD.checkpoint_bytes(entries))


def _epochs() -> Vectors:
    """The checkpoint agrees with each object about its epoch, so that only the root's roles do not."""
    table = cbor2.loads(cbor2.loads(_PART.recognition or b"").value[2])
    later = _many(cbor2.dumps({**table, 2: 2}, canonical=True), recognition.TYP, "list")
    raised = _part(trust_list=_with_list(_to(2, 2)).trust_list, recognition=later, roots=(_root(_role(1, 0, 2)),))
    own = _part(roots=(_root(_both(_to(2, 2), _role(0, 0, 2))),))
    for name, part, kind, reason in (
        ("of the trust list", _with_list(_to(2, 2)), ObjectType.TRUST_LIST, _BAD),
        ("of the recognition list", _part(recognition=later), ObjectType.RECOGNITION, _BAD),
        ("of the status list", _with_status(_to(-65538, [2, 1])), ObjectType.STATUS_LIST, _BAD),
        ("of the root but not of its role", _part(roots=(_root(_to(2, 2)),)), ObjectType.ROOT, _BAD),
        ("of the root and its role", own, ObjectType.ROOT, _GOOD),
    ):
        about = f"Epoch 2 {name}, and the checkpoint says so too."
        yield f"epoch-2-{name}", _case(_named(part, kind, 2), reason, about)
    entries = [
        each._replace(epoch=2) if each.type in {ObjectType.TRUST_LIST, ObjectType.RECOGNITION} else each
        for each in _entries(raised)
    ]
    both = raised._replace(checkpoint=_WORLD.checkpoint_bytes(entries))
    yield "epoch-2-of-the-list-role", _case(both, _GOOD, "The list role and all that it signs are of epoch 2.")


def _signer(payload: bytes, typ: str, by: SigningKey, kid: bytes) -> list[Any]:
    """A signature of a COSE_Sign that names `kid`, whosoever it is."""
    protected = cbor2.dumps({1: cose.ED25519, 4: kid})
    signed = cose.to_be_signed_sign(cose.protected_sign(typ), protected, payload)
    return [protected, {}, by.sign(signed)]


def _signed_as(payload: bytes, typ: str, signers: Sequence[tuple[SigningKey, bytes]]) -> bytes:
    entries = [_signer(payload, typ, by, kid) for by, kid in sorted(signers, key=lambda each: each[1])]
    return cbor2.dumps(cbor2.CBORTag(98, [cose.protected_sign(typ), {}, payload, entries]))


def _signed_alone_as(payload: bytes, typ: str, by: SigningKey, kid: bytes) -> bytes:
    protected = cbor2.dumps({1: cose.ED25519, 4: kid, 16: typ})
    signature = by.sign(cose.to_be_signed_sign1(protected, payload))
    return cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))


def _kids() -> Vectors:
    """Signatures by keys of the role that hold, under kids of other keys: they are not counted."""
    for role, kind, data in (
        ("root", "roots", _PART.roots[0]),
        ("list", "trust_list", _PART.trust_list),
        ("list", "recognition", _PART.recognition or b""),
    ):
        first, second = _WORLD.keys(role, 2)
        payload, typ = cbor2.loads(data).value[2], cbor2.loads(cbor2.loads(data).value[0])[16]
        for name, signers, reason in (
            ("their own", ((first, first.kid), (second, second.kid)), _GOOD),
            ("each other's", ((first, second.kid), (second, first.kid)), _BAD),
            ("one's own and a stranger's", ((first, first.kid), (second, key("stranger").kid)), _BAD),
        ):
            made = _signed_as(payload, typ, signers)
            changes: dict[str, Any] = {kind: (made,) if kind == "roots" else made}
            about = f"{kind.replace('_', ' ').capitalize()}: two keys of the role signed, under kids of {name}."
            yield f"kid-{kind}-{name}", _case(_part(**changes), reason, about)
    yield from _lone_kids()


def _lone_kids() -> Vectors:
    for name, kid in (("a stranger's", key("stranger").kid), ("another role's", _WORLD.keys("list", 1)[0].kid)):
        status, seen = (cbor2.loads(data).value[2] for data in (_PART.status_lists[0], _PART.checkpoint))
        made = _signed_alone_as(status, status_list.TYP, _WORLD.keys("status", 1)[0], kid)
        about = f"The status role's key signed the status list, under {name} kid."
        yield f"kid-status-list-{name}", _case(_part(status_lists=(made,)), _BAD, about)
        made = _signed_alone_as(seen, checkpoint.TYP, _WORLD.keys("checkpoint", 1)[0], kid)
        about = f"The checkpoint role's key signed the checkpoint, under {name} kid."
        yield f"kid-checkpoint-{name}", _case(_PART._replace(checkpoint=made), _BAD, about)
