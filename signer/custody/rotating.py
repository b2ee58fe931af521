"""The command `key rotate`: next keys are made beside those in use, and enrolled. succession.py does the rest."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from credential.keyfile import Cost, Purpose
from credential.model import Seconds
from signer import files
from signer.context import Voice
from signer.custody import enrolling
from signer.errors import Json, usage
from signer.home import Home
from signer.keys import own, succession
from signer.keys.own import Keyring, Slot
from signer.keys.token_file import TokenFile

ENROLMENT: Final = "enrolment-next.cbor"


def rotate(
    keyring: Keyring,
    voice: Voice,
    clock: Callable[[], Seconds],
    cost: Cost,
    out: Path,
    *,
    slot: Slot | None = None,
    in_file: bool = False,
) -> Json:
    """Make both next keys, the certificate key in the token of `slot` if it is given, and write their enrolment.

    SignerError: demo keys, no home, next keys that wait already, a key in a token and neither `slot` nor `in_file`.
    """
    place = keyring.home
    if keyring.demo is not None:
        raise usage("demo-keys", "演示密钥不换。", "demo keys are not rotated.")
    with place.locked():
        code = place.load().code
        _require_none_waiting(place)
        if slot is None and not in_file:
            _require_in_file(place)
        once = cache(keyring.passphrase)
        own.make(place, code, once, cost, slot, beside=True)
        try:
            pair = [own.open_file(place.next_key_file(each), each, once) for each in own.PURPOSES]
            files.write_atomic(out, enrolling.enrolment_of(code, pair[0], pair[1], clock()))
        except BaseException:
            _discard(place)
            raise
    found: Json = {
        f"{each.value}_key": enrolling.describe(key.public) for each, key in zip(own.PURPOSES, pair, strict=True)
    }
    _tell(voice, out, found)
    return {"issuer": code, "enrolment": str(out), **found}


def _require_none_waiting(place: Home) -> None:
    if succession.is_waiting(place):
        raise usage(
            "rotation-waiting",
            "已有一对新密钥在等登记机构公布（key show 可看）。要放弃它们另做，请先运行 key rotate --abandon。",
            "a pair of next keys waits for the registry already (see key show). To give them up, first run"
            " key rotate --abandon.",
        )


def _require_in_file(place: Home) -> None:
    """A key in a token is not followed by one in a file because somebody left an option out."""
    path = place.key_file(Purpose.CERTIFICATE)
    if path.exists() and isinstance(own.read(path, Purpose.CERTIFICATE), TokenFile):
        raise usage(
            "rotation-token",
            "现用证书密钥在密钥设备里。新密钥也放设备：加 --pkcs11 与 --token；改为文件：加 --in-file。",
            "the certificate key in use is in a token. For another in a token add --pkcs11 and --token; for one in a"
            " file add --in-file.",
        )


def abandon(place: Home, voice: Voice) -> Json:
    """Delete the next keys, before they were taken into use."""
    with place.locked():
        place.load()
        was = succession.is_waiting(place)
        _discard(place)
    zh, en = ("新密钥已删除；现用的密钥不变。", "the next keys are deleted; those in use stay.")
    if not was:
        zh, en = ("没有等待启用的新密钥。", "no next keys wait.")
    voice.say(zh, en)
    return {"abandoned": was}


def _discard(place: Home) -> None:
    for purpose in own.PURPOSES:
        place.next_key_file(purpose).unlink(missing_ok=True)


def _tell(voice: Voice, out: Path, found: Json) -> None:
    voice.say(
        f"一对新密钥已备好，还没有启用。注册申请：{out}",
        f"a pair of next keys is ready, and not in use yet. Their enrolment: {out}",
    )
    enrolling.tell_fingerprints(voice, found)
    for zh, en in _NEXT:
        voice.say(zh, en)


_NEXT: Final = (
    ("接下来：", "Next:"),
    ("1. 给新密钥做纸备份：key backup --next。", "1. Back the new keys up on paper: key backup --next."),
    (
        "2. 把注册申请交给登记机构，在电话里逐组读出上面两个指纹。",
        "2. Hand the enrolment to the registry, and read both fingerprints out on the telephone, group by group.",
    ),
    (
        "3. 登记机构批准并公布之后，本机自动改用新密钥，旧密钥文件随即销毁；在此之前照常用旧密钥。",
        (
            "3. Once the registry has published them, this machine uses them by itself, and destroys the former files;"
            " until then the former ones are used as before."
        ),
    ),
    (
        "4. 改用之后，先 submit 登记已签未登记的，再请登记机构停用旧密钥。旧密钥签过的证书照样有效。",
        "4. Then `submit` what is signed, and have the registry retire the former keys. What they signed stands.",
    ),
)
