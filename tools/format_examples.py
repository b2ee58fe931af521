"""Writes appendix A of docs/format.md from tests/vectors/example-*: `python -m tools.format_examples`."""

import json
import pathlib
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from credential import bundle, cbor, cose, qr_text, receipt, register, root, status_list, trust_list
from credential.bins import decode_bin
from credential.issuer import Issuer, OccupationReference
from credential.model import Day, Seconds, date_from_day, day_of, rfc3339, start_of
from credential.trust_list import BinReference
from tools.annotated import Path, annotated

ROOT: Final = pathlib.Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "format.md"
VECTORS: Final = ROOT / "tests" / "vectors"
RECEIPT: Final = ROOT / "tests" / "receipts" / "example.cbor"
MARK: Final = "## Appendix A: worked examples\n"
_HEAD: Final = """
<!-- Written by `python -m tools.format_examples` from tests/vectors/example-*; a test holds the page to it. -->

All of this is the case [`example-accepted`](../tests/vectors/example-accepted/case.json) and its bundle, but A.12.
Hexadecimal bytes stand left of `#`, their meaning right of it; what stands left, all lines joined, is the whole.
"""


def page() -> str:
    """The whole page, its appendix written anew."""
    norm = PAGE.read_text("utf-8").split(MARK)[0]
    return (
        norm + MARK + _HEAD + "".join(f"\n### A.{n} {title}\n\n{text}" for n, (title, text) in enumerate(_parts(), 1))
    )


def _parts() -> Iterable[tuple[str, str]]:
    case = _case("accepted")
    data = qr_text.decode(case["text"])
    message = cose.decode_sign1(data, None)
    (part,) = bundle.decode(_bundle(case)).values()
    listed, _ = trust_list.decode(part.trust_list)
    public = _port(part.bins[1], listed.occupations).keys[0].public
    yield "A key and its kid", _kid(public)
    yield "The certificate", _certificate(data)
    yield "Its to-be-signed bytes and its digest", _signed(message.to_be_signed)
    yield "Its QR text", _qr(case["text"], data)
    yield "Its number, its days and its region", _numbers()
    yield "The root and its pin", _root(part.roots[0])
    yield "The checkpoint and the hash of what it names", _checkpoint(part)
    yield "The trust list, and the issuer's bin", _trust_list(part, listed.bins)
    yield "The status list, and the certificate's entry", _status(part.status_lists[0])
    yield "The register, and the certificate's digest", _register(part, message.to_be_signed)
    yield "Three verdicts", _verdicts()
    yield "A receipt", _receipt(RECEIPT.read_bytes(), message.to_be_signed)


def _port(data: bytes, occupations: Sequence[OccupationReference]) -> Issuer:
    (issuer,) = decode_bin(data, occupations).values()
    return issuer


def _case(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VECTORS / f"example-{name}" / "case.json").read_text("utf-8"))
    return found


def _bundle(case: Mapping[str, str]) -> bytes:
    return (VECTORS / "example-accepted" / case["bundle"]).read_bytes()


def _block(lines: Iterable[str]) -> str:
    return "```hex\n" + "\n".join(lines) + "\n```\n"


def _values(rows: Iterable[tuple[str, object]]) -> str:
    return "| what | value |\n|---|---|\n" + "".join(f"| {what} | `{value}` |\n" for what, value in rows)


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()


# --- the certificate --------------------------------------------------------------------------------------------------


def _kid(public: bytes) -> str:
    hashed = bytes.fromhex("a301012006215820") + public
    return (
        "The issuer's key, the COSE Key that its thumbprint is of (`{1: 1, -1: 6, -2: key}`), and the kid.\n\n"
        + _block(annotated(hashed, {(1,): "kty: OKP", (-1,): "crv: Ed25519", (-2,): "x: the key"}))
        + "\n"
        + _values((("SHA-256", _hash(hashed)), ("kid, its first 8 bytes", cose.kid(public).hex())))
    )


_HEADER: Final[Mapping[Path, str]] = {(1,): "alg: Ed25519", (4,): "kid", (16,): "typ"}
_CLAIMS: Final[Mapping[Path, str]] = {
    (1,): "iss",
    (4,): "exp",
    (6,): "iat",
    (65535,): "the status claim",
    (65535, "status_list", "idx"): "index",
    (65535, "status_list", "uri"): "list",
    (-65537,): "the body, of a level certificate: 13 elements",
    (-65537, 0): "kind: level certificate",
    (-65537, 1): "name",
    (-65537, 2): "doctype: citizen identity card",
    (-65537, 3): "last4",
    (-65537, 4): "number: Y000035020101 and these nine digits",
    (-65537, 5): "edition",
    (-65537, 6): "occupation",
    (-65537, 7): "title",
    (-65537, 8): "spec: none",
    (-65537, 9): "level",
    (-65537, 10): "date: 2026-06-01",
    (-65537, 11): "basis: examination",
    (-65537, 12): "extra: none",
}


def _envelope(claims: Mapping[Path, str]) -> dict[Path, str]:
    """Meanings inside a COSE_Sign1 or the array that is signed of it."""
    found: dict[Path, str] = {
        (0,): "the protected header",
        (1,): "the unprotected header, empty",
        (2,): "the payload",
        (3,): "the signature: R, then S",
    }
    found |= {(0, *path): meaning for path, meaning in _HEADER.items()}
    return found | {(2, *path): meaning for path, meaning in claims.items()}


def _certificate(data: bytes) -> str:
    dump = _block(annotated(data, _envelope(_CLAIMS), {(0,), (2,)}))
    return f"{len(data)} bytes: a protected header, the claims and a signature.\n\n{dump}"


def _signed(to_be_signed: bytes) -> str:
    meanings: dict[Path, str] = {
        (0,): "the context",
        (1,): "the protected header, as it stands in the certificate",
        (2,): "external AAD, empty",
        (3,): "the payload, as it stands in the certificate",
    }
    hashed = sha256(to_be_signed).hexdigest()
    return (
        "The Sig_structure of RFC 9052 section 4.4. The signature of A.2 holds for it under the key of A.1.\n\n"
        + _block(annotated(to_be_signed, meanings))
        + "\n"
        + _values((("SHA-256", hashed), ("the certificate's digest, its first 16 bytes", hashed[:32])))
    )


def _qr(text: str, data: bytes) -> str:
    first, rest = data[:7], data[len(data) - len(data) % 7 :]
    rows = []
    for name, group, width in (
        ("first group", first, 17),
        ("last group", rest, {1: 3, 2: 5, 3: 8, 4: 10, 5: 13, 6: 15}[len(rest)]),
    ):
        number = int.from_bytes(group, "little")
        rows += [
            (f"{name}, {len(group)} bytes", group.hex(" ")),
            ("the same, the last byte first", group[::-1].hex(" ")),
            ("as a number", number),
            (f"in {width} digits", f"{number:0{width}d}"),
        ]
    about = (
        f"{len(data)} bytes are {len(data) // 7} groups of 7 and one of {len(rest)}: "
        f"{len(data) // 7 * 17} digits and {rows[-1][0].split()[1]}.\n\n"
    )
    return about + _values(rows) + f"\nThe whole text:\n\n```text\n{text}\n```\n"


def _numbers() -> str:
    signed, term = Seconds(1_780_279_200), Day(20_605)
    last = Seconds(start_of(Day(term + 1)) - 1)
    return _values(
        (
            ("number as stored (A.2)", 263000001),
            ("with nine digits", f"{263000001:09d}"),
            ("printed, behind iss", "Y000035020101263000001"),
            ("its year, level and serial", "26 3 000001"),
            ("another number as stored, with nine digits", f"54000017: {54000017:09d}"),
            ("its year, level and serial", "05 4 000017"),
            ("region: characters 6 and 7 of iss", "Y000035020101"[5:7]),
            ("iat", signed),
            ("in UTC", rfc3339(signed)),
            ("its day: (iat + 28800) div 86400", day_of(signed)),
            ("as a date", date_from_day(day_of(signed))),
            ("the first instant of that day: 20605 · 86400 − 28800", start_of(term)),
            ("in UTC", rfc3339(start_of(term))),
            ("its last instant", last),
            ("in UTC", rfc3339(last)),
        )
    )


# --- what the region publishes ----------------------------------------------------------------------------------------

_OBJECT_HEAD: Final[Mapping[Path, str]] = {(1,): "region", (2,): "epoch", (3,): "seq", (4,): "issued", (5,): "expires"}


def _payload(data: bytes) -> bytes:
    """The payload of a COSE_Sign1 or COSE_Sign."""
    _, item = cbor.decode_tagged(data)
    match item:
        case [_, _, bytes() as payload, _]:
            return payload
    raise ValueError("neither COSE_Sign1 nor COSE_Sign")


def _root(data: bytes) -> str:
    found, message = root.decode(data)
    meanings: dict[Path, str] = {**_OBJECT_HEAD, (10,): "the four roles", (11,): "status base"}
    for place, role in enumerate(("root", "list", "status", "checkpoint")):
        meanings |= {(10, place): role, (10, place, 0): "epoch", (10, place, 1): "threshold", (10, place, 2): "keys"}
    signers = ", ".join(f"`{each.kid.hex()}`" for each in message.signatures)
    return (
        f"Version {found.head.seq} of region {found.head.region}. Its payload:\n\n"
        + _block(annotated(message.payload, meanings))
        + f"\nIt is signed by the kids {signers}, in this order: two of the root role's three keys, its threshold.\n\n"
        + _values((("size of the whole", f"{len(data)} bytes"), ("its SHA-256, the pin", _hash(data))))
    )


def _checkpoint(part: bundle.Part) -> str:
    meanings: dict[Path, str] = {
        **_OBJECT_HEAD,
        (6,): "next",
        (10,): "what is named: [type, list, epoch, seq, SHA-256]",
    }
    kinds = ("the newest root", "the trust list", "status list 0", "register index 0")
    meanings |= {(10, place): kind for place, kind in enumerate(kinds)}
    objects = (part.roots[-1], part.trust_list, part.status_lists[0], part.registers[0])
    return (
        "Its payload:\n\n"
        + _block(annotated(_payload(part.checkpoint), meanings))
        + "\n"
        + _values((f"SHA-256 of {kind}", _hash(data)) for kind, data in zip(kinds, objects, strict=True))
    )


def _trust_list(part: bundle.Part, bins: tuple[BinReference, ...]) -> str:
    meanings: dict[Path, str] = {
        **_OBJECT_HEAD,
        (10,): "occupations: [edition, code]",
        (11,): "bins: [first code, SHA-256]",
    }
    columns = ("codes", "names", "kinds", "states", "scopes", "sites", "keystates", "keys")
    inside: dict[Path, str] = {(place,): name for place, name in enumerate(columns)}
    inside |= {
        (3, 0, 0): "filed since 2025-01-01",
        (4, 0, 0): "up to level 3, from that day on, for so many days, occupation 1: 6-31-01-03",
        (6, 0, 0, 0): "active since that day's first instant",
    }
    places = {(place,) for place in range(len(columns) - 1)}
    return (
        "The payload of the trust list:\n\n"
        + _block(annotated(_payload(part.trust_list), meanings))
        + f"\niss is `Y000035020101`, not before `{bins[0].first}` and not before `{bins[1].first}`, the last: its bin "
        "is the second.\n\n"
        + _block(annotated(part.bins[1], inside, places))
        + "\n"
        + _values((("SHA-256 of this bin", _hash(part.bins[1])), ("as the trust list names it", bins[1].sha256.hex())))
    )


def _status(data: bytes) -> str:
    listed, message = status_list.decode(data)
    meanings: dict[Path, str] = {
        (1,): "region",
        (2,): "URI",
        (4,): "expires",
        (6,): "issued",
        (65533,): "the list",
        (65534,): "ttl",
        (-65538,): "[epoch, seq]",
        (65533, "lst"): "a zlib stream",
        (65533, "bits"): "bits an entry",
    }
    entries = listed.entries
    rows: list[tuple[str, object]] = [
        ("inflated", f"{len(entries)} bytes, for {2 * len(entries)} indices"),
        ("its first six bytes", entries[:6].hex(" ")),
    ]
    for index, meaning in ((7, "valid"), (8, "revoked"), (9, "valid"), (10, "not registered"), (300, "superseded")):
        byte = entries[index // 2]
        half = "upper" if index % 2 else "lower"
        rows.append((f"index {index}: byte {index // 2}", f"{byte:02x}"))
        rows.append((f"its {half} half, {meaning}", listed.get(index).value))
    about = "\nThe certificate's index is 7 of the list whose URI is this one's.\n\n"
    return "Its payload:\n\n" + _block(annotated(message.payload, meanings)) + about + _values(rows)


def _register(part: bundle.Part, to_be_signed: bytes) -> str:
    names: dict[Path, str] = {(0,): "list"}
    index = _block(annotated(part.registers[0], {**names, (1,): "two hashes: of the shards from 0 and from 256 on"}))
    shard = _block(annotated(part.shards[0], {**names, (1,): "first", (2,): "two digests, ascending"}))
    digest = register.digest_of(to_be_signed)
    digests = register.decode_shard(part.shards[0]).digests.data
    place = next(n for n in range(0, len(digests), 16) if digests[n : n + 16] == digest) // 16
    return (
        f"The register index of list 0:\n\n{index}\nIndex 7 is in the shard at place 7 div 256 = 0:\n\n{shard}\n"
        + _values(
            (
                ("SHA-256 of this shard, and the hash at place 0", _hash(part.shards[0])),
                ("the certificate's digest (A.3)", digest.hex()),
                ("found among the shard's, from 0, at", place),
            )
        )
    )


def _receipt(data: bytes, to_be_signed: bytes) -> str:
    said, message = receipt.decode(data)
    meanings: dict[Path, str] = {
        (1,): "region",
        (2,): "issuer",
        (3,): "the request's id",
        (4,): "place of the leaf",
        (5,): "the leaf",
        (5, 0): "when",
        (5, 1): "what was done",
        (5, 2): "commits to the whole act",
        (5, 3): "the tree of the batch's digests",
        (5, 3, 0): "how many",
        (5, 3, 1): "its root",
    }
    digest = register.digest_of(to_be_signed)
    return (
        "For a batch of the certificate of A.2 alone: "
        "[`example.cbor`](../tests/receipts/example.cbor), signed by the checkpoint role's key of A.6. Its payload:\n\n"
        + _block(annotated(message.payload, meanings, {(5,)}))
        + "\n"
        + _values(
            (
                ("size of the whole", f"{len(data)} bytes"),
                ("its kid", message.kid.hex()),
                ("the certificate's digest (A.3)", digest.hex()),
                ("SHA-256 of 00 and that digest: the root of a tree of one", _hash(b"\x00" + digest)),
                ("SHA-256 of 00 and the leaf: its hash in the log", _hash(b"\x00" + said.leaf.encode())),
            )
        )
    )


# --- verdicts ---------------------------------------------------------------------------------------------------------


def _verdicts() -> str:
    rows = [
        "| case | now | what decides | answer |",
        "|---|---|---|---|",
        _verdict(
            "accepted", "every step passes: entry 7 is valid, the shard has the digest, nothing has expired; at home"
        ),
        _verdict(
            "scope-level",
            "step 12: the scope names 2022, 6-31-01-03 with `highest` 3; level 2 is above that. "
            "now is before the trust list's expiry, and iat is not after its issued time",
        ),
        _verdict("stale", "step 12 as before, but now is the trust list's expiry: neg is STALE"),
    ]
    return "The three share one bundle; the last two share one text.\n\n" + "\n".join(rows) + "\n"


def _verdict(name: str, why: str) -> str:
    case = _case(name)
    answer = f"{case['verdict']}, {case['reason']}"
    if case["recognition"]:
        answer += f", {case['recognition']}"
    return f"| [`example-{name}`](../tests/vectors/example-{name}/case.json) | {case['now']} | {why} | {answer} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
