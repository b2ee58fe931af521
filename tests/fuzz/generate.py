"""Frames to compare two verifiers on, from a seed: what is signed, hashed and packed is made right again, so that the
mutations are seen and not the signature that broke with them.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from random import Random
from typing import Final

from credential import cbor, claims, cose, qr_text
from credential.errors import CredentialError
from credential.model import Day, start_of
from credential.published import ObjectType
from tests.ed25519_math import L
from tests.fuzz import corpus, frames, tree
from tests.fuzz.corpus import Moments, NotBendableError, Shown
from tests.fuzz.damage import damaged, edited
from tests.fuzz.frames import Frame
from tests.fuzz.remake import bent, remade, stream, stream_in

Scene = Iterator[Frame]

_TIMES: Final = (0, 0, 0, 0, 0, 0, -1, 1, 300, -300, -301, -3600, 86_400, -86_400, 2 * 86_400, 8 * 86_400, 31 * 86_400)
_FAR: Final = (200 * 86_400, 1200 * 86_400, -400 * 86_400, 10**10)
_WEEK: Final = 7 * 86_400
_EDGES: Final = (-301, -300, -299, -1, 0, 0, 1, 299, 300, 301, -_WEEK - 1, -_WEEK, -_WEEK + 1)


def frames_of(seed: int) -> Iterator[Frame]:
    """Frames without end, the same for the same seed. A load stands before the verdicts that rely on it."""
    random = Random(seed)
    scenes, weights = zip(*SCENES, strict=True)
    yield from _certificates(random)
    while True:
        (scene,) = random.choices(scenes, weights)
        yield from scene(random)


def _certificates(random: Random) -> Scene:
    """One bundle as it is, and certificates that were changed and signed again."""
    group = _group(random) if random.random() < 0.97 else random.choice(corpus.by_bundle())
    first = group[0]
    yield frames.load(first.pin, first.region if random.random() < 0.9 else "", first.bundle)
    if random.random() < 0.5:
        yield frames.regions()
    seeds = [each for each in group if _is_signed(each.data)] or [each for each in _signed() if each.now == first.now]
    moments = corpus.moments(first.bundle)
    for _ in range(100):
        given = random.choice(seeds or _signed())
        made = _resigned(given.data, random, moments)
        now = _time(first.now, random, moments.after(first.now))
        if random.random() < 0.1:
            yield frames.text(now, qr_text.encode("fj.example", made))
        else:
            yield frames.data(now, made)


def _group(random: Random) -> tuple[Shown, ...]:
    """Often the one that has everything: of the others, which become more and more, each has one thing."""
    (groups,) = random.choices((corpus.everything(), corpus.partnered(), corpus.sound()), (15, 20, 65))
    return random.choice(groups)


def _raw(random: Random) -> Scene:
    """Texts and bytes damaged as they are; the bundle is the last one loaded."""
    for _ in range(30):
        given = random.choice(corpus.shown())
        match random.randrange(4):
            case 0:
                yield frames.text(given.now, edited(given.text, random))
            case 1 if given.data:
                yield frames.text(given.now, qr_text.encode("fj.example", damaged(given.data, random)))
            case 2 if given.data:
                yield frames.data(given.now, _envelope_mutated(given.data, random))
            case _:
                yield frames.data(given.now, damaged(given.data, random))


def _bundles(random: Random) -> Scene:
    """A bundle with one object bent and the rest made right; and what its certificates are worth then."""
    group = _group(random)
    given = random.choice(group)
    bundle, pin = remade(given.bundle, given.pin, random)
    if random.random() < 0.05:
        bundle = damaged(bundle, random)
    yield frames.load(pin, given.region if random.random() < 0.9 else "", bundle)
    before = random.random() < 0.5
    if before:
        yield frames.regions()
    moments = corpus.moments(given.bundle)
    for _ in range(8):
        each = random.choice(group)
        certificate = each.data if _is_signed(each.data) else random.choice(_signed()).data
        if random.random() < 0.3:
            certificate = _resigned(certificate, random, moments)
        yield frames.data(_time(given.now, random, moments.after(given.now)), certificate)
    if not before:
        yield frames.regions()


def _updates(random: Random) -> Scene:
    """A bundle held, and one with an object bent that would take its place; or the other way round."""
    step = random.choice(corpus.updates())
    held, fetched, pin = step.held, step.fetched, step.pin
    fetched, pin = remade(fetched, pin, random)
    if random.random() < 0.2:
        held, fetched = fetched, held or step.fetched
    now = _time(step.now, random, corpus.moments(step.fetched))
    yield frames.update(pin, step.region, now, held, fetched)


def _objects(random: Random) -> Scene:
    """Objects alone: mutated, or damaged."""
    for _ in range(20):
        kind = ObjectType(random.choice(_KINDS))
        data = random.choice(corpus.objects()[kind])
        made = damaged(data, random) if random.random() < 0.2 else bent(kind, data, random)
        yield Frame(frames.OBJECT, bytes((kind,)) + made)
    whole = random.choice(corpus.by_bundle())[0].bundle
    made = damaged(whole, random) if random.random() < 0.3 else tree.payload_mutated(whole, random)
    yield Frame(frames.OBJECT, b"\0" + made)


def _items(random: Random) -> Scene:
    """CBOR of every kind of fault, and whatever begins like CBOR."""
    for _ in range(30):
        given = random.choice(corpus.shown()).data or b"\xa1\x01\x02"
        match random.randrange(4):
            case 0:
                length = random.randrange(1, 14)
                yield Frame(frames.CBOR, bytes(random.choice(_HEADS) for _ in range(length)))
            case 1:
                yield Frame(frames.CBOR, damaged(given[: random.choice((12, 40, 400))], random))
            case _:
                value: cbor.Value = random.choice(tree.POOL) if random.random() < 0.3 else _POOLED
                yield Frame(frames.CBOR, tree.encode_faulty(tree.mutated(value, random), random))


def _streams(random: Random) -> Scene:
    """Status lists' zlib streams."""
    for _ in range(20):
        yield Frame(frames.STREAM, stream(random.choice(_packed()), random))


def _keys(random: Random) -> Scene:
    """Keys and signatures: damaged, of another key, with S plus the group's order, with an R that only looks right."""
    signer, other = random.sample([*corpus.keys().values()], 2)
    message = random.randbytes(random.randrange(60))
    signature = signer.sign(message)
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    yield Frame(frames.KEY, signer.public + signature + message)
    yield Frame(frames.KEY, damaged(signer.public, random)[:32].ljust(32, b"\0") + signature + message)
    yield Frame(frames.KEY, signer.public + damaged(signature, random)[:64].ljust(64, b"\0") + message)
    yield Frame(frames.KEY, other.public + signature + message)
    yield Frame(frames.KEY, signer.public + r + (s + L).to_bytes(32, "little") + message)
    yield Frame(frames.KEY, signer.public + bytes((1,)) + bytes(31) + signature[32:] + message)


SCENES: Final[tuple[tuple[Callable[[Random], Scene], float], ...]] = (
    (_certificates, 20),
    (_raw, 32),
    (_bundles, 32),
    (_objects, 36),
    (_items, 18),
    (_streams, 10),
    (_keys, 2),
    (_updates, 6),
)
"""Each scene, and how often it is drawn; those that need many signatures verified are slow in JavaScript."""

_KINDS: Final = (1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 10)
_HEADS: Final = bytes.fromhex(
    "0001171818191a1b1c1f203b404158596061787980818a9ba0a1a2b8bfc2d2d818d862d83df4f5f6f7f9fbff"
)
_POOLED: Final[cbor.Value] = [*tree.POOL, {1: "a", -1: b"b", "k": {"x": [1, None]}, 2: {3: 4, -5: False}}]


@cache
def _is_signed(data: bytes) -> bool:
    """Whether these bytes are a certificate that a key of ours signed, with the claims of one."""
    try:
        message = cose.decode_sign1(data, None)
        claims.decode_outer(message.payload)
    except CredentialError:
        return False
    return message.kid in corpus.keys()  # noqa: SIM118 (a function of that name)


def _signed() -> list[Shown]:
    if not _SIGNED:
        _SIGNED.extend(each for each in corpus.shown() if _is_signed(each.data))
    return _SIGNED


_SIGNED: Final[list[Shown]] = []


def _packed() -> list[bytes]:
    if not _PACKED:
        _PACKED.extend(_streams_of(corpus.objects()[ObjectType.STATUS_LIST]))
    return _PACKED


def _streams_of(lists: Iterable[bytes]) -> Iterator[bytes]:
    for each in lists:
        with suppress(NotBendableError):
            packed = stream_in(corpus.payload_of(each))
            if packed:
                yield packed


_PACKED: Final[list[bytes]] = []


def _resigned(data: bytes, random: Random, moments: Moments) -> bytes:
    """The certificate with other claims, signed again; sometimes as it is."""
    if random.random() < 0.03:
        return data
    return corpus.sealed(data, _claims_mutated(corpus.payload_of(data), random, moments))


def _claims_mutated(payload: bytes, random: Random, moments: Moments) -> bytes:
    """Most often values that could be true: what is of a wrong shape is refused early."""
    found = cbor.decode(payload)
    if random.random() < 0.12 or not isinstance(found, dict):
        return tree.payload_mutated(payload, random)
    body = found.get(-65537)
    signed_at = found.get(6)
    if random.random() < 0.3 and isinstance(signed_at, int):
        found[6] = _time(signed_at, random, moments)
    if random.random() < 0.3:
        found[65535] = {"status_list": {"idx": random.choice(_INDICES), "uri": random.choice(_URIS)}}
    if random.random() < 0.2:
        found[-65537] = tree.mutated(body, random)
    elif isinstance(body, list) and len(body) > 1:
        for _ in range(random.choice((0, 1, 1, 2))):
            place = random.randrange(1, len(body))
            body[place] = _plausible(body[place], random, moments)
    return tree.encode(found)


def _plausible(value: cbor.Value, random: Random, moments: Moments) -> cbor.Value:
    """Another value of the same kind."""
    match value:
        case int() if value in moments.days and random.random() < 0.6:
            return random.choice(moments.days) + random.choice((-1, 0, 0, 1))
        case int():
            return max(value + random.choice((-1, 1, 1, -1, 2, -3, 7, -30, 365, -365, 1_000_000, 10_000_000)), 0)
        case str():
            return edited(value, random) if random.random() < 0.4 else random.choice(_TEXTS)
        case dict():
            return random.choice(_EXTRAS)
        case _:
            return random.choice((None, *_TEXTS))


_TEXTS: Final = (
    *("6-31-01-03", "4-02-06-02", "6-31-01", "电工", "集美工匠", "陈志强", "沙县小吃制作", "123X", "0000", "12345"),
    *("Y000035020101263000001", "Y000035020102263000001", "Y000035020101253000001", "Y000035020101264000001"),
    *("35ZN-2026-000017", "陈 志强", "x" * 96),
)
_EXTRAS: Final[tuple[cbor.Value, ...]] = ({}, {1: [0, 7]}, {2: "三级中"}, {3: "维修电工"}, {1: [0, 7], 2: "a"}, {4: 1})
_INDICES: Final = (0, 1, 6, 7, 8, 255, 256, 1023, 1024, 2**20, 2**53 - 1)
_URIS: Final = (
    *("https://fj.example/s/0", "https://fj.example/s/0", "https://fj.example/s/1", "https://fj.example/s/00"),
    *("https://gd.example/s/0", "https://fj.example/s/", "https://fj.example/s/1234567890", "https://fj.example/s/٣"),
)


def _envelope_mutated(data: bytes, random: Random) -> bytes:
    """The message with its tag, headers or signature changed."""
    try:
        tags, item = cbor.decode_tagged(data)
    except CredentialError:
        return damaged(data, random)
    made = tree.mutated(item, random)
    head = b"".join(tree.encode(tag).replace(b"\x18", b"\xd8", 1) if tag > 23 else bytes((0xC0 | tag,)) for tag in tags)
    if random.random() < 0.1:
        head = random.choice((b"", b"\xd1", b"\xd8\x3d\xd2", b"\xd8\x62", b"\xd2" * 9, b"\xd8\x12"))
    return head + (tree.encode_faulty(made, random) if random.random() < 0.2 else tree.encode(made))


def _time(now: int, random: Random, moments: Moments) -> int:
    """A moment near `now`, or at one of those where an answer changes."""
    if random.random() < 0.15 and moments.instants:
        return random.choice(moments.instants) + random.choice(_EDGES)
    if random.random() < 0.05 and moments.days:
        return start_of(Day(random.choice(moments.days))) + random.choice((-1, 0, 1))
    step = random.choice(_FAR if random.random() < 0.03 else _TIMES)
    return max(now + step, 0)
