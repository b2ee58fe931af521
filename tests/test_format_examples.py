"""Appendix A of docs/format.md: it is what the tool writes, and every value in it follows from the bytes that it shows.

The second half asks nothing of our code: SHA-256, zlib, cbor2 and PyNaCl alone.
"""

import json
import re
import zlib
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

import cbor2
import pytest
from nacl.signing import VerifyKey

from tests import cddl
from tools import format_examples

VECTORS = Path(__file__).parent / "vectors"
CASE = json.loads((VECTORS / "example-accepted" / "case.json").read_text("utf-8"))
BUNDLE = (VECTORS / "example-accepted" / CASE["bundle"]).read_bytes()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def test_the_appendix_is_what_the_tool_writes() -> None:
    assert format_examples.PAGE.read_text("utf-8") == format_examples.page()


def _section(number: int) -> str:
    text = format_examples.PAGE.read_text("utf-8").split("## Appendix A: worked examples\n")[1]
    return re.split(r"^### A\.\d+ .*\n", text, flags=re.MULTILINE)[number]


@cache
def _hex(number: int) -> list[bytes]:
    """The blocks of a section, each as the bytes left of `#`."""
    blocks = re.findall(r"^```hex\n(.*?)^```$", _section(number), re.DOTALL | re.MULTILINE)
    return [bytes.fromhex(re.sub(r"#.*", "", block)) for block in blocks]


def _values(number: int) -> list[tuple[str, str]]:
    return re.findall(r"^\| (.+?) \| `(.*)` \|$", _section(number), re.MULTILINE)


def _value(number: int, what: str) -> str:
    (found,) = (value for name, value in _values(number) if name == what)
    return found


(KEY,), (CERTIFICATE,), (SIGNED,) = _hex(1), _hex(2), _hex(3)


def test_every_section_is_looked_at() -> None:
    assert [len(_hex(number)) for number in range(1, 13)] == [1, 1, 1, 0, 0, 1, 1, 2, 1, 2, 0, 1]
    assert len(re.findall(r"^### A\.\d+ ", format_examples.PAGE.read_text("utf-8"), re.MULTILINE)) == 12


def test_the_key_and_its_kid() -> None:
    assert cbor2.loads(KEY) == {1: 1, -1: 6, -2: KEY[-32:]}
    assert _value(1, "SHA-256") == sha256(KEY).hexdigest()
    assert _value(1, "kid, its first 8 bytes") == sha256(KEY).hexdigest()[:16]


def test_the_certificate_and_what_is_signed() -> None:
    protected, unprotected, payload, signature = cbor2.loads(CERTIFICATE).value
    assert cbor2.loads(protected) == {1: -19, 4: bytes.fromhex(_value(1, "kid, its first 8 bytes"))}
    assert unprotected == {}
    assert cbor2.loads(SIGNED) == ["Signature1", protected, b"", payload]
    assert VerifyKey(KEY[-32:]).verify(SIGNED, signature) == SIGNED
    assert _value(3, "SHA-256") == sha256(SIGNED).hexdigest()
    assert _value(3, "the certificate's digest, its first 16 bytes") == sha256(SIGNED).digest()[:16].hex()
    assert cddl.fault("certificate", CERTIFICATE) is None
    assert f"{len(CERTIFICATE)} bytes:" in _section(2)


def test_the_qr_text() -> None:
    (text,) = re.findall(r"^```text\n(.*)\n```$", _section(4), re.MULTILINE)
    assert text == CASE["text"]
    digits = text.removeprefix("https://fj.example/v#")
    groups = [int(digits[start : start + 17]) for start in range(0, len(digits) - 5, 17)]
    data = b"".join(number.to_bytes(7, "little") for number in groups) + int(digits[-5:]).to_bytes(2, "little")
    assert data == CERTIFICATE
    assert [value for _, value in _values(4)] == [
        *(data[:7].hex(" "), data[6::-1].hex(" "), str(groups[0]), digits[:17]),
        *(data[-2:].hex(" "), data[:-3:-1].hex(" "), str(int(digits[-5:])), digits[-5:]),
    ]
    assert f"{len(data)} bytes are {len(groups)} groups of 7 and one of 2: 510 digits and 5." in _section(4)


def test_numbers_days_and_region() -> None:
    claims = cbor2.loads(cbor2.loads(CERTIFICATE).value[2])
    body, signed = claims[-65537], claims[6]
    day = (signed + 28_800) // 86_400
    first = datetime.combine(date(1970, 1, 1) + timedelta(days=day), datetime.min.time(), UTC) - timedelta(hours=8)
    last = first + timedelta(days=1, seconds=-1)
    rfc = "%Y-%m-%dT%H:%M:%SZ"
    assert [value for _, value in _values(5)] == [
        *(str(body[4]), f"{body[4]:09d}", f"{claims[1]}{body[4]:09d}", "26 3 000001"),
        *("54000017: 054000017", "05 4 000017", claims[1][5:7]),
        *(str(signed), (EPOCH + timedelta(seconds=signed)).strftime(rfc), str(day)),
        (date(1970, 1, 1) + timedelta(days=day)).isoformat(),
        *(str(day * 86_400 - 28_800), first.strftime(rfc)),
        *(str(int(last.timestamp())), last.strftime(rfc)),
    ]
    assert body[10] == day == 20_605


def _objects() -> tuple[bytes, bytes, bytes, bytes]:
    """What the checkpoint names, from the bundle."""
    part = cbor2.loads(BUNDLE)[1]["35"]
    return part[1][-1], part[3], part[5][0], part[9][0]


def test_the_root_and_what_the_checkpoint_names() -> None:
    root = _objects()[0]
    assert cbor2.loads(root).value[2] == _hex(6)[0]
    assert [value for _, value in _values(6)] == [f"{len(root)} bytes", CASE["pin"]]
    assert sha256(root).hexdigest() == CASE["pin"]
    kids = [cbor2.loads(each[0])[4] for each in cbor2.loads(root).value[3]]
    assert "`, `".join(kid.hex() for kid in sorted(kids)) in _section(6)
    (checkpoint,) = _hex(7)
    assert cbor2.loads(cbor2.loads(BUNDLE)[1]["35"][2]).value[2] == checkpoint
    named = [entry[4].hex() for entry in cbor2.loads(checkpoint)[10]]
    assert named == [sha256(each).hexdigest() for each in _objects()] == [value for _, value in _values(7)]


def test_the_trust_list_and_the_bin() -> None:
    listed, held = _hex(8)
    assert cbor2.loads(_objects()[1]).value[2] == listed
    issuer = cbor2.loads(cbor2.loads(CERTIFICATE).value[2])[1]
    first, digest = [each for each in cbor2.loads(listed)[11] if each[0] <= issuer][-1]
    assert (first, digest) == ("Y000035020101", sha256(held).digest())
    assert [value for _, value in _values(8)] == [digest.hex()] * 2
    assert cddl.fault("bin", held) is None
    assert cbor2.loads(held)[7] == KEY[-32:]


def test_the_status_list() -> None:
    claims = cbor2.loads(_hex(9)[0])
    assert cbor2.loads(_objects()[2]).value[2] == _hex(9)[0]
    entries = zlib.decompress(claims[65533]["lst"])
    shown: list[str] = [f"{len(entries)} bytes, for {2 * len(entries)} indices", entries[:6].hex(" ")]
    for index in (7, 8, 9, 10, 300):
        byte = entries[index // 2]
        shown += [f"{byte:02x}", str(byte >> 4 if index % 2 else byte & 15)]
    assert [value for _, value in _values(9)] == shown
    assert shown[3::2] == ["0", "1", "0", "3", "12"]


def test_the_register() -> None:
    index, shard = _hex(10)
    assert _objects()[3] == index
    digest = sha256(SIGNED).digest()[:16]
    digests = cbor2.loads(shard)[2]
    assert cbor2.loads(index)[1][:32] == sha256(shard).digest()
    assert digests[:16] == digest < digests[16:]
    assert [value for _, value in _values(10)] == [sha256(shard).hexdigest(), digest.hex(), "0"]


@pytest.mark.parametrize("name", ["accepted", "scope-level", "stale"])
def test_the_verdicts_are_those_of_the_cases(name: str) -> None:
    case = json.loads((VECTORS / f"example-{name}" / "case.json").read_text("utf-8"))
    answer = ", ".join(filter(None, (case["verdict"], case["reason"], case["recognition"])))
    (row,) = (line for line in _section(11).splitlines() if f"[`example-{name}`]" in line)
    assert row.split(" | ")[1] == case["now"]
    assert row.endswith(f" | {answer} |")


def test_the_receipt() -> None:
    (payload,), data = _hex(12), format_examples.RECEIPT.read_bytes()
    protected, _, held, signature = cbor2.loads(data).value
    assert (held, cddl.fault("receipt", data)) == (payload, None)
    key = cbor2.loads(_hex(6)[0])[10][3][2][0]
    VerifyKey(key).verify(cbor2.dumps(["Signature1", protected, b"", payload]), signature)
    leaf = cbor2.loads(payload)[5]
    digest = sha256(SIGNED).digest()[:16]
    (size, batch), hashed = cbor2.loads(leaf)[3], sha256(b"\0" + leaf).hexdigest()
    assert (size, batch) == (1, sha256(b"\0" + digest).digest())
    kid = cbor2.loads(protected)[4].hex()
    assert [value for _, value in _values(12)] == [f"{len(data)} bytes", kid, digest.hex(), batch.hex(), hashed]
