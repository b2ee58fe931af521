"""When next keys take the place of those in use: as soon as the registry has published them, and without being told.

Both keys are replaced together: the registry approves them as one enrolment, and publishes the certificate key, by
which this machine knows that the request key is approved too. The private half of what is replaced is destroyed.
"""

from collections.abc import Callable

from credential import cose
from credential.issuer import Issuer
from credential.keyfile import Purpose
from credential.model import Seconds
from signer import files
from signer.home import Home
from signer.keys import own, record
from signer.keys.record import Known
from signer.remote import published

Say = Callable[[str, str], None]


def is_waiting(place: Home) -> bool:
    """Whether next keys are there."""
    return any(place.next_key_file(each).exists() for each in own.PURPOSES)


def take_over(place: Home, issuer: Issuer | None, now: Seconds, say: Say) -> bool:
    """Use the next keys from now on if the registry has published them; the former ones' private halves are destroyed.

    Returns whether that was done. A command that was killed in between is finished by the next one.
    """
    path = place.next_key_file(Purpose.CERTIFICATE)
    if issuer is None or not path.exists():
        return False
    public = own.read(path, Purpose.CERTIFICATE).public
    if not any(each.public == public and published.is_active(each, now) for each in issuer.keys):
        return False
    formers = [_replace(place, each, now) for each in reversed(own.PURPOSES) if place.next_key_file(each).exists()]
    files.sync_folder(place.keys)
    kept = [former for former in formers if former]
    say(
        f"登记机构已公布新密钥，从现在起使用：{cose.fingerprint(public)}。旧密钥文件已销毁；请登记机构停用旧密钥。"
        + "".join(f"设备 {each} 里的旧密钥，停用之后请设备管理员删除。" for each in kept),
        f"the registry has published the next keys, which are used from now on: {cose.fingerprint(public)}."
        " The former key files are destroyed; have the registry retire the former keys."
        + "".join(f" The former key in token {each} is its administrator's to delete after that." for each in kept),
    )
    return True


def _replace(place: Home, purpose: Purpose, now: Seconds) -> str:
    """Put the next key in the former one's place; returns in which token the former one stays, if it is in one."""
    path, where = place.key_file(purpose), ""
    if path.exists():
        former = own.read(path, purpose)
        known = record.of(place, purpose, former.public)
        where = own.token_of(former)
        record.note(place, Known(purpose, former.public, where, now, known.stolen_since))
    place.next_key_file(purpose).replace(path)
    return where
