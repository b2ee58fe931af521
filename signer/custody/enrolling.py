"""The commands that come first: `keygen` makes the keys, `enrol` introduces them to a registry."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from credential import cose, numbers, qr_text
from credential.errors import ObjectError
from credential.keyfile import Cost
from credential.model import IssuerCode, Seconds
from credential.request import Enrolment, seal_enrolment
from credential.sign import Signer
from signer import files, home
from signer.context import Voice
from signer.errors import Json, SignerError, refused, usage
from signer.home import Configuration, Home
from signer.keys import own
from signer.keys.own import Keyring, Slot
from signer.remote import published
from signer.remote.client import RegistryClient, checked_url

_MAX_PIN_FILE = 64 << 10


def keygen(place: Home, code_text: str, keyring: Keyring, voice: Voice, cost: Cost, slot: Slot | None = None) -> Json:
    """Make the home and both keys, the certificate key in the token of `slot` if it is given.

    With a demo folder only the home is made, and its keys stay where they are.
    """
    code = issuer_code(code_text)
    place.create()
    with place.locked():
        _require_same_issuer(place, code)
        if keyring.demo is None:
            own.make(place, code, keyring.passphrase, cost, slot)
        found = fingerprints(keyring)
        if not place.configuration_file.exists():
            place.save(Configuration(code))
    voice.say(f"签发机构 {code} 的两把密钥已备好：{place.keys}", f"both keys of {code} are ready: {place.keys}")
    tell_fingerprints(voice, found)
    voice.say(
        "请把文件夹和口令分别备份（密钥另有纸备份：key backup）；口令忘了无人能恢复。下一步：yinxin-signer enrol"
        " --registry 网址 --pin 指纹文件",
        "Back up the folder and the passphrase, apart (the keys on paper too: key backup); nobody can recover a"
        " passphrase. Next: yinxin-signer enrol --registry URL --pin FILE",
    )
    return {"issuer": code, "home": str(place.path), **found}


def issuer_code(text: str) -> IssuerCode:
    """An issuer's code as an argument. SignerError if it is none."""
    code = numbers.parse_issuer_code(text)
    if code is None:
        raise usage(
            "issuer-code",
            "机构代码应为 13 位：一位大写字母、四位、省份两位数字、六位。请照备案回执填写。",
            "an issuer code has 13 characters: a capital, four, two digits of the province, six. Copy your filing's.",
        )
    return code


def _require_same_issuer(place: Home, code: IssuerCode) -> None:
    if place.configuration_file.exists() and place.load().code != code:
        raise usage(
            "other-issuer",
            f"{place.path} 属于另一个机构。请用新的 --home。",
            f"{place.path} belongs to another issuer. Use a new --home.",
        )


def fingerprints(keyring: Keyring) -> Json:
    """Both public keys and their fingerprints, for programs."""
    return {f"{purpose.value}_key": describe(keyring.public(purpose)) for purpose in own.PURPOSES}


def describe(public: bytes) -> Json:
    """A public key and its fingerprint, for programs."""
    return {"public": public.hex(), "fingerprint": cose.thumbprint(public).hex()}


def tell_fingerprints(voice: Voice, found: Json) -> None:
    """Say both fingerprints, in the groups that are read out."""
    names = {"certificate_key": ("证书密钥", "certificate key"), "request_key": ("请求密钥", "request key")}
    for key, (zh, en) in names.items():
        match found[key]:
            case {"public": str() as public}:
                spaced = cose.fingerprint(bytes.fromhex(public))
                voice.say(f"{zh}指纹：{spaced}", f"fingerprint of the {en}: {spaced}")


def enrol(  # the registry's address and pins are stored, the proof of both keys is written for the registry
    place: Home,
    keyring: Keyring,
    voice: Voice,
    clock: Callable[[], Seconds],
    *,
    registry: str,
    pin_file: Path,
    out: Path,
    qr_host: str | None = None,
) -> Json:
    """Store the registry and its pins, and write the enrolment that the registry approves."""
    client = RegistryClient(checked_url(registry))
    pins = read_pins(pin_file)
    with place.locked():
        old = place.load()
        configuration = replace(old, registry=client.url, pins=pins, qr_host=_checked_host(qr_host))
        signed = _sealed(keyring, configuration.code, clock())
        reached = _try_registry(configuration, client, voice)
        place.save(reached)
        files.write_atomic(out, signed)
    found = fingerprints(keyring)
    voice.say(f"注册申请已写入 {out}，请交给登记机构。", f"the enrolment is in {out}: hand it to the registry.")
    tell_fingerprints(voice, found)
    voice.say(
        "登记机构会打电话核对上面两个指纹，请逐组读给对方。",
        "The registry will call: read both fingerprints to them, group by group.",
    )
    return {"issuer": reached.code, "registry": client.url, "enrolment": str(out), "qr_host": reached.qr_host, **found}


def _sealed(keyring: Keyring, code: IssuerCode, now: Seconds) -> bytes:
    certificate_key, request_key = (keyring.open(purpose) for purpose in own.PURPOSES)
    return enrolment_of(code, certificate_key, request_key, now)


def enrolment_of(code: IssuerCode, certificate_key: Signer, request_key: Signer, now: Seconds) -> bytes:
    """The enrolment of both keys, each proving itself."""
    enrolment = Enrolment(code, certificate_key.public, request_key.public, now)
    return seal_enrolment(enrolment, certificate_key, request_key)


def read_pins(path: Path) -> frozenset[bytes]:
    """The pins of a pin file. SignerError if it is none."""
    try:
        return home.parse_pins(files.read_capped(path, _MAX_PIN_FILE).decode("utf-8-sig"))
    except ValueError:
        raise published.bad_pin_file(str(path)) from None


def _checked_host(host: str | None) -> str | None:
    if host is not None:
        try:
            qr_text.prefix(host)
        except ValueError:
            raise usage(
                "qr-host",
                "--qr-host 应为小写域名，例如 fj.example。",
                "--qr-host is a lower-case host name, such as fj.example.",
            ) from None
    return host


def _try_registry(configuration: Configuration, client: RegistryClient, voice: Voice) -> Configuration:
    """The configuration with the registry's QR host if it answers now; what it publishes must hold from the pins."""
    once = replace(client, pauses=())
    try:
        facts = once.region()
        if facts.region != configuration.region:
            raise refused(
                "other-region",
                f"这个登记机构属于地区 {facts.region}，而机构代码属于 {configuration.region}。请核对网址。",
                f"this registry is of region {facts.region}, the issuer code of {configuration.region}."
                " Check the address.",
            )
        data = once.bundle()
    except SignerError as error:
        if error.slug == "other-region":
            raise
        voice.say(
            "登记机构暂时没有可用的公布文件，指纹留待签发时核对。",
            "the registry has nothing published yet, or is away; its pin is checked when you first sign.",
        )
        return configuration
    try:
        published.establish(data, configuration)
    except ObjectError as error:
        raise published.not_relied_on(error) from None
    host = configuration.qr_host or _checked_host(facts.qr_host)
    return replace(configuration, qr_host=host)
