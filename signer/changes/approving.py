"""The second person: `approver` makes their key and introduces it, `approve` looks at what is asked and signs for it.

Both run in a home of the approver's own, on another machine or account than the clerk's: the registry checks the
signature, and files keep others from using the key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from credential import approval, cose, ed25519
from credential.approval import Approval, Approver
from credential.errors import CredentialError
from credential.issuer import Issuer
from credential.keyfile import Cost, Purpose
from credential.model import Certificate, Entry, Seconds
from credential.request import ChangeStatus, RegisterBatch
from credential.status_list import number_of
from signer import files
from signer.certificates.drafts import read_certificate
from signer.changes import preview, proposals
from signer.changes.preview import Line, Replacement
from signer.changes.proposals import Asked, Proposal
from signer.context import Context, Voice
from signer.custody import enrolling
from signer.errors import Exit, Json, SignerError, refused, usage
from signer.home import Configuration, Home
from signer.keys import own
from signer.keys.own import Keyring
from signer.remote import published
from signer.remote.client import checked_url
from signer.remote.published import Published


@dataclass(frozen=True, slots=True)
class Introduction:
    """Who the approver is, for whom, and at which registry; `out` is where the enrolment is written."""

    issuer: str
    name: str
    registry: str
    pin_file: Path
    out: Path


def introduce(place: Home, said: Introduction, keyring: Keyring, voice: Voice, now: Seconds, cost: Cost) -> Json:
    """Make an approver's home and key, and write the enrolment that the registry approves.

    A key that is there already, such as one restored from paper, is kept: the registry is noted, and it says who it is.
    """
    issuer, name = enrolling.issuer_code(said.issuer), " ".join(said.name.split())
    if not approval.is_name(name):
        raise usage("name", "姓名须为 1 至 32 个可见字符。", "a name has visible characters only, and not too many.")
    configuration = Configuration(issuer, checked_url(said.registry), enrolling.read_pins(said.pin_file))
    own.require_apart(place, Purpose.APPROVAL)
    place.create()
    with place.locked():
        if keyring.demo is None and not place.key_file(Purpose.APPROVAL).exists():
            own.make_one(place, issuer, Purpose.APPROVAL, keyring.passphrase, cost)
        key = keyring.open(Purpose.APPROVAL)
        place.save(configuration)
        files.write_atomic(said.out, approval.seal_approver(Approver(issuer, key.public, name, now), key))
    fingerprint = cose.fingerprint(key.public)
    voice.say(
        f"{name} 的复核密钥已备好，登记申请已写入 {said.out}，请交给登记机构。",
        f"the approver's key is ready; the enrolment is in {said.out}: hand it to the registry.",
    )
    voice.say(
        f"登记机构会打电话找本人核对身份和指纹：{fingerprint}",
        f"The registry will call, to learn who you are and to compare the fingerprint: {fingerprint}",
    )
    return {"issuer": issuer, "enrolment": str(said.out), "public": key.public.hex(), "fingerprint": fingerprint}


def approve(context: Context, path: Path, out: Path, *, yes: bool) -> Json:
    """Show what a proposal asks, from the signed certificates themselves, and sign for it if the approver agrees."""
    own.require_apart(context.home, Purpose.APPROVAL)
    proposal = proposals.read(path, context.configuration.code)
    current = _known(context)
    issuer = published.require_issuer(current, context.configuration)
    shown = [_read(each, issuer, current) for each in proposal.asked]
    for zh, en in (line for lines, _ in shown for line in lines):
        context.voice.say(zh, en)
    count = sum(each for _, each in shown)
    if not yes and not context.voice.confirm(f"同意这 {count} 张的改变？", f"do you approve these {count}?"):
        raise refused("declined", "没有复核。", "nothing was approved.")
    approvals = _signed(context, proposal)
    proposals.write_approvals(out, proposal.issuer, approvals)
    context.voice.say(
        f"已复核 {count} 张，结果在 {out}，七天内有效。请交回经办人运行：yinxin-signer submit --approved {out.name}",
        f"approved: {count}; {out} is good for seven days. The clerk runs: yinxin-signer submit --approved {out.name}",
    )
    return {"approved": count, "requests": len(approvals), "out": str(out)}


def _known(context: Context) -> Published:
    """The registry's objects, or those fetched last if it is away."""
    try:
        return context.fetch()
    except SignerError as error:
        known = context.newest_known()
        if error.exit is not Exit.UNAVAILABLE or known is None:
            raise
        return known


def _signed(context: Context, proposal: Proposal) -> list[bytes]:
    key = context.open_key(Purpose.APPROVAL)
    asked = [each.request for each in proposal.asked]
    return [approval.seal(Approval(each.issuer, each.id, context.clock(), each.content_hash), key) for each in asked]


def _read(asked: Asked, issuer: Issuer, current: Published) -> tuple[Sequence[Line], int]:
    """What a request does, in words, and to how many. SignerError if its certificates are not what it is about."""
    base = current.region.root.status_base
    standing = [_authentic(each, issuer) for each in asked.standing]
    match asked.request.content:
        case ChangeStatus(changes) if [each.entry for each in changes] == [_entry(each, base) for each in standing]:
            kinds = {(each.status, each.reason) for each in changes}
            if len(kinds) == 1:
                return preview.of_status(standing, *kinds.pop()), len(standing)
        case RegisterBatch(certificates) if len(certificates) == len(standing):
            made = [_authentic(each, issuer) for each in certificates]
            pairs = [Replacement(old, new) for old, new in zip(standing, made, strict=True)]
            if all(_replaces(each, base) for each in pairs):
                return preview.of_replacements(pairs), len(pairs)
        case _:
            pass
    raise _other_certificates()


def _replaces(pair: Replacement, base: str) -> bool:
    return pair.new.extra.replaces == _entry(pair.old, base) and pair.new.number == pair.old.number


def _entry(certificate: Certificate, base: str) -> Entry | None:
    listed = number_of(base, certificate.status.uri)
    return None if listed is None else Entry(listed, certificate.status.idx)


def _authentic(data: bytes, issuer: Issuer) -> Certificate:
    """The certificate in `data`, signed by a key that the issuer has or had. SignerError if it is not."""
    try:
        message = cose.decode_sign1(data, None)
        fitting = [each.public for each in issuer.keys if cose.kid(each.public) == message.kid]
        ed25519.find_signer(fitting, message.to_be_signed, message.signature)
        return read_certificate(data)
    except CredentialError:
        raise _other_certificates() from None


def _other_certificates() -> SignerError:
    return refused(
        "proposal-does-not-fit",
        "文件里的证书与请求不符，或不是本机构签的，不能复核。请向经办人问清楚。",
        "the certificates in the file are not those of the request, or not this issuer's: do not approve it. Ask why.",
    )
