"""When next keys take the place of those in use: as soon as the registry has published them, and without being told.

Both keys are replaced together: the registry approves them as one enrolment, and publishes the certificate key, by
which this machine knows that the request key is approved too. The private half of what is replaced is destroyed.
"""

from collections.abc import Callable

from credential import cose
from credential.keyfile import Purpose
from credential.model import Seconds
from credential.trust_list import Issuer
from signer import files, keys, published
from signer.custody import record
from signer.custody.record import Known
from signer.custody.token_file import TokenFile
from signer.home import Home

Say = Callable[[str, str], None]


def is_waiting(place: Home) -> bool:
    """Whether next keys are there."""
    return any(place.next_key_file(each).exists() for each in keys.PURPOSES)


def take_over(place: Home, issuer: Issuer | None, now: Seconds, say: Say) -> bool:
    """Use the next keys from now on if the registry has published them; the former ones' private halves are destroyed.

    Returns whether that was done. A command that was killed in between is finished by the next one.
    """
    path = place.next_key_file(Purpose.CERTIFICATE)
    if issuer is None or not path.exists():
        return False
    public = keys.read(path, Purpose.CERTIFICATE).public
    if not any(each.public == public and published.is_active(each, now) for each in issuer.keys):
        return False
    for purpose in reversed(keys.PURPOSES):
        if place.next_key_file(purpose).exists():
            _replace(place, purpose, now)
    files.sync_folder(place.keys)
    say(
        f"登记机构已公布新密钥，从现在起使用：{cose.fingerprint(public)}。旧密钥文件已销毁；请登记机构停用旧密钥（"
        "key retire）。",
        f"the registry has published the next keys, which are used from now on: {cose.fingerprint(public)}."
        " The former key files are destroyed; have the registry retire the former keys (key retire).",
    )
    return True


def _replace(place: Home, purpose: Purpose, now: Seconds) -> None:
    path = place.key_file(purpose)
    if path.exists():
        former = keys.read(path, purpose)
        known = record.of(place, purpose, former.public)
        where = f"{former.token} / {former.label}" if isinstance(former, TokenFile) else ""
        ended = Known(purpose, former.public, where, now, known.stolen_since)
        record.note(place, ended)
    place.next_key_file(purpose).replace(path)
