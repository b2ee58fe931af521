"""Runs one side of a comparison in a process of its own: `python bench/sides.py NAME FOLDER`.

It prepares, does the work once and checks it, says "ready", and then answers each line, a count, with the nanoseconds
of processor time that so many repetitions took. Nothing of the project is imported but by its own sides: the others
run in an environment that does not have it.
"""

import json
import sys
import time
from collections.abc import Callable
from io import BytesIO
from itertools import cycle, repeat
from pathlib import Path
from typing import Any, Final

Work = Callable[[], object]
ISSUER: Final = "厦门某某电子科技有限公司"
DOCUMENT: Final = "350203186001010018"
NAMES: Final = tuple(chr(0x4E00 + 7 * n) + chr(0x5E00 + 5 * n) + chr(0x6E00 + 3 * n) for n in range(300))
"""Of invented people, in nine hundred characters, as a large batch has them."""


class Facts:
    """The certificate that all sides work on."""

    def __init__(self, folder: Path) -> None:
        said: dict[str, Any] = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
        self.folder = folder
        self.text: str = said["text"]
        self.now: int = said["now"]
        names = ("seed", "public", "kid", "claims", "to_be_signed", "signature", "certificate")
        (
            self.seed, self.public, self.kid, self.claims, self.to_be_signed, self.signature, self.certificate,
        ) = (bytes.fromhex(said[name]) for name in names)  # fmt: skip


def sign(facts: Facts) -> Work:
    """Ours: from the model of a certificate to its signed bytes."""
    from credential import claims, sign

    certificate = claims.decode_body(claims.decode_outer(facts.claims))
    key = sign.SigningKey(facts.seed)
    _require(sign.sign_certificate(certificate, key) == facts.certificate)
    return lambda: sign.sign_certificate(certificate, key)


def sign_pynacl(facts: Facts) -> Work:
    """PyNaCl alone: the signature of bytes that are ready to be signed."""
    from nacl.signing import SigningKey

    key = SigningKey(facts.seed)
    _require(key.sign(facts.to_be_signed).signature == facts.signature)
    return lambda: key.sign(facts.to_be_signed)


def sign_cryptography(facts: Facts) -> Work:
    """The same with the library that python-cwt is built on."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(facts.seed)
    _require(key.sign(facts.to_be_signed) == facts.signature)
    return lambda: key.sign(facts.to_be_signed)


def sign_cwt(facts: Facts) -> Work:
    """python-cwt: the same claims as a signed CWT."""
    import cbor2
    import cwt

    claims = cbor2.loads(facts.claims)
    key = _cwt_key(facts)
    _require(claims.items() <= cwt.decode(cwt.encode(claims, key), key).items())
    return lambda: cwt.encode(claims, key)


def verify(facts: Facts) -> Work:
    """Ours: from a certificate's bytes to the verdict, with the bundle loaded."""
    from credential import trust
    from credential.model import Seconds
    from credential.reason import Reason
    from credential.verify import verify_bytes

    pin = bytes.fromhex((facts.folder / "pin.txt").read_text(encoding="ascii").strip())
    known = trust.load((facts.folder / "bundle.cbor").read_bytes(), frozenset({pin}))
    now = Seconds(facts.now)
    verdict = verify_bytes(facts.certificate, known, now)
    _require(verdict.reason is Reason.ACCEPTED and verdict.as_of.registration == "register")
    return lambda: verify_bytes(facts.certificate, known, now)


def verify_pynacl(facts: Facts) -> Work:
    """PyNaCl alone: whether a signature holds, of bytes that are taken apart already."""
    from nacl.signing import VerifyKey

    key = VerifyKey(facts.public)
    _require(key.verify(facts.to_be_signed, facts.signature) == facts.to_be_signed)
    return lambda: key.verify(facts.to_be_signed, facts.signature)


def verify_cryptography(facts: Facts) -> Work:
    """The same with the library that python-cwt is built on."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key = Ed25519PublicKey.from_public_bytes(facts.public)
    key.verify(facts.signature, facts.to_be_signed)
    return lambda: key.verify(facts.signature, facts.to_be_signed)


def verify_cwt(facts: Facts) -> Work:
    """python-cwt: whether a signed CWT of the same claims holds, and its claims."""
    import cbor2
    import cwt

    claims, key = cbor2.loads(facts.claims), _cwt_key(facts)
    token = cwt.encode(claims, key)
    _require(claims.items() <= cwt.decode(token, key).items())
    return lambda: cwt.decode(token, key)


def draw(facts: Facts) -> Work:
    """Ours: the QR code as a PNG, read back."""
    from signer.batches import qr

    _require(qr.read(qr.picture(facts.text)) == [facts.text])
    return lambda: qr.picture(facts.text)


def draw_qrcode(facts: Facts) -> Work:
    """What qrcode's README shows, and a PNG; nothing is read back."""
    import qrcode

    def work() -> bytes:
        file = BytesIO()
        qrcode.make(facts.text).save(file)
        return file.getvalue()

    _require(work().startswith(b"\x89PNG"))
    return work


def draw_segno(facts: Facts) -> Work:
    """With segno at the same error correction, and a PNG; nothing is read back."""
    import segno

    def work() -> bytes:
        file = BytesIO()
        segno.make_qr(facts.text, error="m", boost_error=False).save(file, kind="png", scale=8)
        return file.getvalue()

    _require(work().startswith(b"\x89PNG"))
    return work


def page(facts: Facts) -> Work:
    """Ours: a certificate's page as a PDF, rendered at 150 dots an inch, and its code read back from that."""
    from credential import claims
    from credential.issuer import Issuer
    from credential.model import IssuerKind, IssuerState
    from signer.batches import qr
    from signer.printing import fonts, layout_file, making, pdf, reading
    from signer.printing.facts import Facts as Printed
    from signer.printing.item import House

    certificate = claims.decode_body(claims.decode_outer(facts.claims))
    filed = ((certificate.issued_on, IssuerState.FILED),)
    issuer = Issuer(certificate.issuer, ((certificate.issued_on, ISSUER),), IssuerKind.EMPLOYER, filed)
    house, layout = House(issuer, "fj.example"), layout_file.read("a4").layout
    picture = facts.folder / "code.png"
    picture.write_bytes(qr.picture(facts.text))
    code = making.drawn(picture) or pdf.Bitmap(b"", 0)

    def said(name: str) -> Printed:
        person = certificate.person._replace(name=name)
        return house.said(certificate._replace(person=person), 2, facts.text, DOCUMENT, "")

    whole = fonts.Fonts(map(fonts.built_in, (fonts.SERIF, fonts.SANS)))
    used = making.characters(whole, layout, map(said, NAMES))
    writer = pdf.Writer(layout, fonts.Fonts(whole.subset(used)))
    names = cycle(NAMES)

    def work() -> bytes:
        pages = [[pdf.Printed(said(next(names)), code, None)]]
        data = writer.write(pages)
        _require(reading.unread(data, layout, pages) == [])
        return data

    _require(work().startswith(b"%PDF"))
    return work


def page_fpdf2(facts: Facts) -> Work:
    """With fpdf2 as its manual shows: the same words and code, fonts added for each file; nothing is read back."""
    import pylopdf_fonts_zh_cn
    from fpdf import FPDF

    picture = facts.folder / "code.png"
    names = cycle(NAMES)

    def work() -> bytes:
        pdf = FPDF(format="A4")
        pdf.add_font("serif", fname=pylopdf_fonts_zh_cn.serif_path())
        pdf.add_font("sans", fname=pylopdf_fonts_zh_cn.sans_path())
        pdf.add_page()
        pdf.rect(11, 11, 188, 275)
        pdf.rect(13.2, 13.2, 183.6, 270.6)
        for font, size, x, y, words in _words(next(names)):
            pdf.set_font(font, size=size)
            pdf.text(x, y, words)
        pdf.image(picture, 30, 216, 38, 38)
        return bytes(pdf.output())

    _require(work().startswith(b"%PDF"))
    return work


def _words(name: str) -> list[tuple[str, float, float, float, str]]:
    """What stands on the page of a level certificate, line by line: font, size, place, words."""
    labels = ("姓名", "证件类型", "证件号码", "职业名称", "职业方向", "职业技能等级", "证书编号")
    values = (name, "居民身份证", DOCUMENT, "电工", "--", "四级/中级工", "Y000035020001264000154")
    pairs = zip(labels, values, range(120, 204, 12), strict=True)
    return [
        ("serif", 36, 40, 50, "职业技能等级证书"),
        ("serif", 14, 42, 74, f"本证书由{ISSUER}颁发，表明持证人通过"),
        ("serif", 14, 32, 83, "本机构组织的职业技能等级认定，具备该职业（工种）相应技能"),
        ("serif", 14, 32, 92, "等级水平。"),
        *(("serif", 14, x, y, said) for label, value, y in pairs for x, said in ((32, label), (70, value))),
        ("sans", 8.5, 40, 256, "扫码核验真伪"),
        ("sans", 8.5, 34, 260, "首次打开后可离线核验"),
        ("serif", 11, 158, 229, "评价机构"),
        ("serif", 15, 120, 236, ISSUER),
        ("serif", 14, 140, 246, "2026 年 6 月 1 日"),
        ("sans", 8.5, 32, 274, "查询网址 https://fj.example"),
    ]


def first_verdict(facts: Facts) -> Work:
    """Ours: from a large province's bundle to the issuer of one certificate, as `check` needs it."""
    from credential import root, trust
    from credential.model import Region

    province = Province(facts)

    def work() -> object:
        root.decode.cache_clear()
        region = trust.load(province.bundle, province.pins).regions[Region(province.region)]
        return region.issuers.get(province.issuer)  # type: ignore[union-attr]

    _require(work() is not None)
    return work


def first_verdict_floor(facts: Facts) -> Work:
    """The same objects hashed, the same signatures, the points of the root and of that issuer's bin; nothing read."""
    province = Province(facts)
    return _floor(province.objects, province.signed, [*province.root_keys, *province.bin_keys])


def first_sync(facts: Facts) -> Work:
    """Ours: from a large province's bundle to the state that `sync` may store; every bin is read."""
    from credential import bundle, root, update
    from credential.model import Region, Seconds

    province = Province(facts)

    def work() -> object:
        root.decode.cache_clear()
        fetched = bundle.decode(province.bundle)
        return update.update({}, fetched, province.pins, Seconds(facts.now)).answers[Region(province.region)]

    _require(isinstance(work(), update.Taken))
    return work


def first_sync_floor(facts: Facts) -> Work:
    """The same objects hashed, the same signatures, the points of the root and of all issuers; nothing read."""
    province = Province(facts)
    return _floor(province.objects, province.signed, [*province.root_keys, *province.issuer_keys])


class Province:
    """The bundle of a large province, and what is in it, taken apart beforehand."""

    def __init__(self, facts: Facts) -> None:
        said: dict[str, Any] = json.loads((facts.folder / "province.json").read_text(encoding="utf-8"))
        self.bundle = (facts.folder / "province.cbor").read_bytes()
        self.pins = frozenset({bytes.fromhex(said["pin"])})
        self.region: str = said["region"]
        self.issuer: Any = said["issuer"]
        self.root_keys, self.bin_keys, self.issuer_keys = (
            [bytes.fromhex(each) for each in said[name]] for name in ("root_keys", "bin_keys", "issuer_keys")
        )
        self.signed = [(bytes.fromhex(key), bytes.fromhex(message)) for key, message in said["signed"]]

    @property
    def objects(self) -> list[bytes]:
        """Every object of the region."""
        import cbor2

        part = cbor2.loads(self.bundle)[1][self.region]
        return [each for value in part.values() for each in (value if isinstance(value, list) else [value])]


def _floor(objects: list[bytes], signed: list[tuple[bytes, bytes]], keys: list[bytes]) -> Work:
    from hashlib import sha256

    from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_sign_open

    def work() -> None:
        for each in objects:
            sha256(each).digest()
        for key, message in signed:
            crypto_sign_open(message, key)
        for key in keys:
            crypto_core_ed25519_is_valid_point(key)

    _require(all(map(crypto_core_ed25519_is_valid_point, keys)))
    return work


def _cwt_key(facts: Facts) -> Any:
    import cwt

    return cwt.COSEKey.new({1: 1, -1: 6, -2: facts.public, -4: facts.seed, 2: facts.kid, 3: -8, 4: [1, 2]})


def _require(right: bool) -> None:
    if not right:
        raise SystemExit("this side does not do the work that it is measured by")


SIDES: Final[dict[str, Callable[[Facts], Work]]] = {
    side.__name__: side
    for side in (
        *(sign, sign_pynacl, sign_cryptography, sign_cwt),
        *(verify, verify_pynacl, verify_cryptography, verify_cwt),
        *(draw, draw_qrcode, draw_segno),
        *(page, page_fpdf2),
        *(first_verdict, first_verdict_floor, first_sync, first_sync_floor),
    )
}


def timed(work: Work, count: int) -> int:
    """Nanoseconds of processor time that `count` repetitions take: what other programs do meanwhile hardly counts."""
    start = time.process_time_ns()
    for _ in repeat(None, count):
        work()
    return time.process_time_ns() - start


def main(name: str, folder: str) -> None:
    """Serve one side until standard input ends."""
    work = SIDES[name](Facts(Path(folder)))
    print("ready", flush=True)
    for line in sys.stdin:
        print(timed(work, int(line)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
