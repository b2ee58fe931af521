"""The commands `key backup` and `key restore`: a sealed key file onto paper, and back from a photo or typed lines."""

from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Final

from credential import cose, keyfile, numbers
from credential.keyfile import KeyFile, Purpose
from credential.model import IssuerCode
from signer import files
from signer.context import Voice
from signer.custody import paper_text
from signer.custody.enrolling import describe
from signer.custody.paper_text import PaperError
from signer.errors import Json, SignerError, refused, usage
from signer.home import Configuration, Home
from signer.keys import own, record
from signer.keys.own import Keyring, Placed
from signer.keys.token_file import TokenFile
from signer.printing import paper

MAX_PICTURE: Final = 32 << 20
MAX_PIXELS: Final = 100_000_000
_PDF: Final = b"%PDF-"
_PICTURES: Final = (b"\x89PNG\r\n", b"\xff\xd8\xff")


def backup(place: Home, only: Purpose | None, out: Path, made_on: date, voice: Voice, *, of_next: bool = False) -> Json:
    """Write a page for each key into `out`, or for `only` one; a key in a token has none, which is said.

    In an approver's home that is the approver's key. SignerError: no key, `only` is the one in a token, the extra
    `print` is missing.
    """
    place.load()
    try:
        from signer.custody import backup_page
    except ImportError:
        raise paper.not_installed() from None
    path_of = place.next_key_file if of_next else place.key_file
    found = [own.read(path_of(each), each) for each in own.purposes(place) if only in (None, each)]
    sealed = list(_sealed(found, voice, every=only is not None))
    pages = [(file, backup_page.page(file, made_on)) for file in sealed]
    files.make_private_folder(out)
    written = [_write(out, file, data, voice) for file, data in pages]
    voice.say(
        "请打印出来，删掉文件。打印机若有硬盘或走网络，请用直连的。口令不在纸上：另外写下，另处封存。证书密钥、请求密"
        "钥和复核密钥由不同的人保管。",
        "Print, then delete the files; use a printer without a disk or a network, if there is one. The passphrase is"
        " not on the page: write it down apart, and keep it elsewhere. Keep certificate, request and approver's keys in"
        " different hands.",
    )
    return {"pages": written}


def _write(out: Path, file: KeyFile, data: bytes, voice: Voice) -> str:
    path = out / f"{file.purpose.value}-key-{cose.kid(file.public).hex()}.pdf"
    files.write_atomic(path, data, files.PRIVATE_FILE)
    voice.say(f"纸备份：{path}", f"paper backup: {path}")
    return str(path)


def _sealed(found: Sequence[Placed], voice: Voice, *, every: bool) -> Iterator[KeyFile]:
    for each in found:
        match each:
            case TokenFile() if every:
                raise _in_token(each)
            case TokenFile():
                said = _in_token(each)
                voice.say(said.zh, said.en)
            case KeyFile(demo_seed=None):
                yield each
            case KeyFile():
                raise refused("demo-keys", "演示密钥不用备份。", "demo keys need no backup.")


def _in_token(file: TokenFile) -> SignerError:
    return refused(
        "backup-token",
        f"证书密钥在设备 {file.token} 里，出不来，没有纸备份。请按设备厂商的办法备份设备，或备一个设备用 key rotate"
        " 换密钥。",
        f"the certificate key is in token {file.token} and cannot leave it: there is no paper backup. Back the token"
        " up as its maker says, or keep a spare one for key rotate.",
    )


def restore(keyring: Keyring, given: Path, voice: Voice, *, as_next: bool = False) -> Json:
    """Write the key file that a photo, a scan or typed lines hold, once the passphrase opened it.

    SignerError: not a backup, a line mistyped, another issuer's, a wrong passphrase, a key that is there already.
    """
    file = _read(given)
    place = keyring.home
    path = (place.next_key_file if as_next else place.key_file)(file.purpose)
    own.require_absent(path)
    own.require_apart(place, file.purpose)
    owner = _owner(place, file)
    record.require_not_stolen(place, file.public)
    own.unsealed(file, given, keyring.passphrase)
    place.create()
    with place.locked():
        own.require_absent(path)
        if not place.configuration_file.exists():
            place.save(Configuration(owner))
        files.write_atomic(path, keyfile.encode(file), files.PRIVATE_FILE)
    fingerprint = cose.fingerprint(file.public)
    voice.say(
        f"已恢复：{path}。公钥与密封的私钥相符，指纹 {fingerprint}，请与纸上的核对。",
        f"restored: {path}. Its public key is that of the sealed one; fingerprint {fingerprint}: compare it with the"
        " page.",
    )
    if place.load().registry is None and file.purpose is Purpose.APPROVAL:
        voice.say(
            "这是新的文件夹。请运行 approver 记下登记机构：用的是恢复的这把密钥，不用再登记。",
            "This home is new. Run approver to note the registry: it keeps the key that was restored, which need not be"
            " enrolled again.",
        )
    elif place.load().registry is None:
        voice.say(
            "这是新的机构文件夹。两把密钥都恢复之后，运行 enrol 记下登记机构；账本 ledger.sqlite 请从备份放回，编号才"
            "接得上。",
            "This home is new. When both keys are back, run enrol to note the registry; put ledger.sqlite back from its"
            " backup, so that numbers go on where they ended.",
        )
    return {"key": file.purpose.value, "file": str(path), **describe(file.public)}


def _owner(place: Home, file: KeyFile) -> IssuerCode:
    owner = numbers.parse_issuer_code(file.owner)
    known = place.load().code if place.configuration_file.exists() else owner
    if owner is None or owner != known:
        raise refused(
            "other-issuer",
            f"这是机构 {file.owner} 的密钥，而 {place.path} 属于 {known}。请用对应的 --home。",
            f"this is a key of {file.owner}, and {place.path} belongs to {known}. Use the --home that fits.",
        )
    return owner


def _read(given: Path) -> KeyFile:
    data = files.read_capped(given, MAX_PICTURE)
    try:
        if data.startswith((_PDF, *_PICTURES)):
            return paper_text.read(_code(given, _codes(given, data)))
        return paper_text.read(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _unreadable(given) from None
    except PaperError as error:
        raise usage(
            "backup-text", f"{given}：{error.zh}没有写出。", f"{given}: {error.en} Nothing was written."
        ) from None


def _code(given: Path, found: Sequence[str]) -> str:
    fit = {each for each in found if each.startswith(paper_text.HEAD)}
    if len(fit) > 1:
        raise usage(
            "backup-several",
            f"{given} 上有不止一把密钥的备份。请一次给一页。",
            f"{given} shows backups of more than one key. Give one page at a time.",
        )
    if not fit:
        raise _unreadable(given)
    return fit.pop()


def _codes(given: Path, data: bytes) -> list[str]:
    if data.startswith(_PDF):
        return _codes_of_pdf(given, data)
    import zxingcpp
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _unreadable(given)
            formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
            return [each.text for each in zxingcpp.read_barcodes(picture.convert("L"), formats=formats)]
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise _unreadable(given) from None


def _codes_of_pdf(given: Path, data: bytes) -> list[str]:
    try:
        from pypdfium2 import PdfiumError

        from signer.printing import reading
    except ImportError:
        raise paper.not_installed() from None
    try:
        return reading.codes(data)
    except PdfiumError:
        raise _unreadable(given) from None


def _unreadable(given: Path) -> SignerError:
    return usage(
        "backup-unreadable",
        f"在 {given} 里读不到密钥备份的二维码。请在亮处正对纸面再拍一张，或扫描（300 dpi）；仍不行就照纸上各行键入文"
        "本文件。",
        f"no key's code is read in {given}. Take another photo, straight and in good light, or scan it (300 dpi); if"
        " that does not help, type the lines on the page into a text file.",
    )
