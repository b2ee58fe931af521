"""What fuzzing starts from: the vectors, and the keys that signed them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from credential import cbor, cose, qr_text
from credential.errors import CredentialError
from credential.sign import SigningKey
from tests.fuzz import rich
from tests.world import NOW, key

FOLDER: Final = Path(__file__).parent.parent / "vectors"
_NAMES: Final = ("issuer", "guangdong", "look-alike", "stranger", "request", "second", "third", "other", "gd")
_ROLES: Final = ("root", "list", "status", "checkpoint")


@dataclass(frozen=True, slots=True)
class Shown:
    """A text, and the verifier that it is shown to."""

    text: str
    bundle: bytes
    pin: bytes
    region: str
    """The home, empty if none is given."""
    now: int
    reason: str

    @property
    def data(self) -> bytes:
        """The certificate's bytes; none if the text has none."""
        try:
            return qr_text.decode(self.text)
        except CredentialError:
            return b""


@cache
def shown() -> tuple[Shown, ...]:
    """Every vector, in order of name; then everything together, as two homes see it."""
    return (*(_read(path) for path in sorted(FOLDER.glob("*/case.json"))), *_rich())


def _rich() -> Iterator[Shown]:
    bundle, guangdong, fujian = rich.bundle()
    for text in rich.texts():
        yield Shown(text, bundle, guangdong, "44", NOW, "ACCEPTED")
        yield Shown(text, bundle, fujian, "35", NOW, "ACCEPTED")


def _read(path: Path) -> Shown:
    case = json.loads(path.read_text("utf-8"))
    bundle = (path.parent / case["bundle"]).read_bytes()
    now = int(datetime.fromisoformat(case["now"]).timestamp())
    return Shown(case["text"], bundle, bytes.fromhex(case["pin"]), case["region"] or "", now, case["reason"])


@cache
def by_bundle() -> tuple[tuple[Shown, ...], ...]:
    """The vectors in groups that share bundle, pin and region: each can be loaded once for all of its texts."""
    groups: dict[tuple[bytes, bytes, str], list[Shown]] = {}
    for each in shown():
        groups.setdefault((each.bundle, each.pin, each.region), []).append(each)
    return tuple(map(tuple, groups.values()))


@cache
def sound() -> tuple[tuple[Shown, ...], ...]:
    """The groups whose bundle is worth something to its verifier."""
    unsound = {"CHAIN_INVALID", "REGION_UNKNOWN", "CLOCK_SUSPECT"}
    return tuple(group for group in by_bundle() if any(each.reason not in unsound for each in group))


@cache
def partnered() -> tuple[tuple[Shown, ...], ...]:
    """The groups whose bundle has more than one region: in these, recognition is asked."""
    return tuple(group for group in sound() if len(parts(group[0].bundle)) > 1)


@cache
def everything() -> tuple[tuple[Shown, ...], ...]:
    """The two groups of the bundle that holds all that can be held."""
    bundle, _, _ = rich.bundle()
    return tuple(group for group in by_bundle() if group[0].bundle == bundle)


@dataclass(frozen=True, slots=True)
class Step:
    """A bundle that is held, and the one that was fetched to take its place."""

    held: bytes
    fetched: bytes
    pin: bytes
    region: str
    now: int


@cache
def updates() -> tuple[Step, ...]:
    """The cases of tests/updates/ that have one pin."""
    folder = FOLDER.parent / "updates"
    cases = json.loads((folder / "cases.json").read_text("utf-8")).values()
    return tuple(
        Step(
            held=(folder / case["held"]).read_bytes() if case["held"] else b"",
            fetched=(folder / case["fetched"]).read_bytes(),
            pin=bytes.fromhex(case["pins"][0]),
            region=case["home"] or "",
            now=int(datetime.fromisoformat(case["now"]).timestamp()),
        )
        for case in cases
        if len(case["pins"]) == 1
    )


@cache
def keys() -> Mapping[bytes, SigningKey]:
    """The test keys by kid."""
    roles = [f"{region} {role} {place}" for region in ("35", "44") for role in _ROLES for place in range(4)]
    return {signer.kid: signer for signer in map(key, (*_NAMES, *roles))}


@cache
def objects() -> Mapping[int, tuple[bytes, ...]]:
    """Every different object of the vectors' bundles, by its key in a part."""
    found: dict[int, dict[bytes, None]] = {}
    for group in by_bundle():
        for kind, each in _objects_of(group[0].bundle):
            found.setdefault(kind, {})[each] = None
    return {kind: tuple(each) for kind, each in sorted(found.items())}


def _objects_of(bundle: bytes) -> Iterator[tuple[int, bytes]]:
    try:
        regions = parts(bundle)
    except NotBendableError:
        return
    for part in regions.values():
        for kind, value in part.items():
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, bytes):
                    yield int(kind), each


@dataclass(frozen=True, slots=True)
class Moments:
    """The instants and the days at which a bundle's answers change: those that its objects name."""

    instants: tuple[int, ...]
    days: tuple[int, ...]

    def after(self, now: int) -> "Moments":
        """Those that are not long before `now`: a verifier's clock is seldom behind its lists."""
        return Moments(
            tuple(each for each in self.instants if each > now - 4_000),
            tuple(each for each in self.days if each * 86_400 > now),
        )


@cache
def moments(bundle: bytes) -> Moments:
    """Every number in the bundle that can be an instant or a day of the vectors' years."""
    found = set(_numbers(bundle))
    return Moments(
        tuple(sorted(each for each in found if 1_600_000_000 < each < 2_000_000_000)),
        tuple(sorted(each for each in found if 18_000 < each < 24_000)),
    )


def _numbers(value: cbor.Value) -> Iterator[int]:
    match value:
        case int():
            yield value
        case bytes() if len(value) > 8:
            try:
                yield from _numbers(_decoded(value))
            except NotBendableError:
                return
        case list():
            for each in value:
                yield from _numbers(each)
        case dict():
            for each in value.values():
                yield from _numbers(each)
        case _:
            return


Part = dict[int | str, cbor.Value]


class NotBendableError(Exception):
    """What was to be made again is not of the shape that this needs: some vectors are malformed on purpose."""


def parts(bundle: bytes) -> dict[str, Part]:
    """The parts of a bundle as they are written."""
    match _decoded(bundle):
        case [1, dict() as regions]:
            return {str(region): part for region, part in regions.items() if isinstance(part, dict)}
    raise NotBendableError


def sealed(message: bytes, payload: bytes) -> bytes:
    """`message` with another payload, signed again by every key that signed it and is known here."""
    match _decoded(message):
        case [bytes() as protected, dict(), bytes(), bytes() as old]:
            signature = _signature(protected, cose.to_be_signed_sign1(protected, payload), old)
            return b"\xd2" + cbor.encode([protected, {}, payload, signature])
        case [bytes() as protected, dict(), bytes(), list() as signatures]:
            closing = [_signed(protected, each, payload) for each in signatures]
            return b"\xd8\x62" + cbor.encode([protected, {}, payload, closing])
    raise NotBendableError


def _decoded(data: bytes) -> cbor.Value:
    try:
        return cbor.decode_tagged(data)[1]
    except CredentialError:
        raise NotBendableError from None


def _signed(protected: bytes, value: cbor.Value, payload: bytes) -> cbor.Value:
    match value:
        case [bytes() as signer, dict(), bytes() as old]:
            return [signer, {}, _signature(signer, cose.to_be_signed_sign(protected, signer, payload), old)]
    raise NotBendableError


def _signature(header: bytes, to_be_signed: bytes, old: bytes) -> bytes:
    """By the key that the header names; `old` where that is none of ours."""
    match _decoded(header):
        case {4: bytes() as kid} if kid in keys():
            return keys()[kid].sign(to_be_signed)
    return old


def payload_of(message: bytes) -> bytes:
    """The payload of an envelope."""
    match _decoded(message):
        case [_, _, bytes() as payload, _]:
            return payload
    raise NotBendableError
