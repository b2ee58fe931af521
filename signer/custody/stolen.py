"""The command `key stolen`: says what to do now, stops this machine from using the key, and prepares the statement."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from credential import cose
from credential.keyfile import Purpose
from credential.model import Seconds, rfc3339
from signer import files
from signer.certificates.drafts import read_certificate
from signer.context import Voice
from signer.custody import stolen_words
from signer.custody.stolen_words import Counted
from signer.errors import Json, refused, usage
from signer.home import Home
from signer.keys import own, record
from signer.ledger.journal import Ledger
from signer.ledger.model import State

STATEMENT: Final = "statement.txt"
LIST: Final = "certificates.csv"
_COLUMNS: Final = ("number", "list", "index", "signed_at", "registered_at", "state", "stands")


@dataclass(frozen=True, slots=True)
class Affected:
    """A certificate that the key signed, as a row of the list. `stands` is what the registry's rule will say."""

    number: str
    list: int
    index: int
    signed_at: str
    registered_at: str
    state: str
    stands: str


def explain(purpose: Purpose, voice: Voice) -> Json:
    """Say what to do; nothing is changed."""
    _tell_steps(purpose, voice)
    voice.say(
        "以上只是说明，什么都没有改。要让本机停用这把密钥并写出声明，请加 --since 时间（例如"
        " 2026-05-01T08:00:00+08:00）。",
        "This was an explanation; nothing was changed. To stop this machine from using the key, and to write the"
        " statement, add --since TIME (such as 2026-05-01T08:00:00+08:00).",
    )
    return {"key": purpose.value, "stopped": False}


def declare(
    place: Home, ledger: Ledger, purpose: Purpose, since: Seconds, now: Seconds, out: Path, voice: Voice
) -> Json:
    """Stop using the key for good, and write statement and list into `out`. SignerError: a time to come, no key."""
    if since > now:
        raise usage("since-ahead", "--since 的时间还没有到。", "the time of --since lies ahead.")
    code = place.load().code
    public = _public(place, purpose)
    known = record.note_stolen(place, purpose, public, since)
    earliest = known.stolen_since if known.stolen_since is not None else since
    rows = list(_affected(ledger, public, earliest)) if purpose is Purpose.CERTIFICATE else []
    listed = _csv(rows)
    counted = _counted(rows)
    said = stolen_words.statement(code, purpose, public, earliest, now, counted, sha256(listed).digest())
    files.make_private_folder(out)
    files.write_atomic(out / LIST, listed, files.PRIVATE_FILE)
    files.write_atomic(out / STATEMENT, said.encode("utf-8-sig"), files.PRIVATE_FILE)
    voice.say(
        f"本机从现在起不再用这把密钥：{cose.fingerprint(public)}。声明和清单在 {out}。",
        f"this machine uses the key no more: {cose.fingerprint(public)}. Statement and list are in {out}.",
    )
    _tell_steps(purpose, voice)
    counts = {"signed": counted.signed, "stand": counted.stand, "fall": counted.fall}
    return {
        "key": purpose.value,
        "stopped": True,
        "fingerprint": cose.thumbprint(public).hex(),
        "kid": cose.kid(public).hex(),
        "since": rfc3339(earliest),
        "out": str(out),
        **counts,
    }


def _public(place: Home, purpose: Purpose) -> bytes:
    path = place.key_file(purpose)
    if not path.exists():
        raise refused(
            "key-missing",
            f"{path} 不在，不知是哪把密钥。请直接打电话给登记机构，他们有本机构各把密钥的指纹。",
            f"{path} is not there, so which key it was is not known here. Call the registry: it has the fingerprints of"
            " your keys.",
        )
    return own.read(path, purpose).public


def _tell_steps(purpose: Purpose, voice: Voice) -> None:
    for zh, en in stolen_words.steps(purpose):
        voice.say(zh, en)


def _affected(ledger: Ledger, public: bytes, since: Seconds) -> Iterator[Affected]:
    kid = cose.kid(public)
    for certificate, registered_at in ledger.all_certificates():
        if cose.decode_sign1(certificate.data, None).kid != kid:
            continue
        signed_at = read_certificate(certificate.data).issued_at
        stands = certificate.state is not State.SIGNED and signed_at < since and _before(registered_at, since)
        yield Affected(
            certificate.number,
            certificate.entry.list,
            certificate.entry.idx,
            rfc3339(signed_at),
            registered_at or "",
            certificate.state.value,
            "yes" if stands else "no",
        )


def _before(registered_at: str | None, since: Seconds) -> bool:
    """Whether the registry says that it registered before then; a time that cannot be read is none."""
    try:
        return datetime.fromisoformat(registered_at or "").timestamp() < since
    except ValueError:
        return False


def _counted(rows: Sequence[Affected]) -> Counted:
    stand = sum(row.stands == "yes" for row in rows)
    return Counted(stand, len(rows) - stand, sum(not row.registered_at for row in rows))


def _csv(rows: Sequence[Affected]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([_COLUMNS, *map(astuple, rows)])
    return out.getvalue().encode("utf-8-sig")
