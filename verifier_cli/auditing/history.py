"""The logs in an audit: whether two bundles show one history, and whether a certificate or an object stands in it."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from credential import cose, history, log, qr_text
from credential.checkpoint import Checkpoint
from credential.errors import CredentialError, ObjectError
from credential.history import History
from credential.log import Consistency, Inclusion, Proof
from credential.published import LogHead
from credential.register import digest_of
from verifier_cli.errors import UnreachableError, UsageError
from verifier_cli.held import store
from verifier_cli.output import Style, shown
from verifier_cli.remote import fetch

REFUSED: Final = "refused"


class Asked(NamedTuple):
    """Files of proofs, the registry to fetch others from, and the thing that is to be in the log."""

    proofs: Sequence[str]
    registry: str | None
    certificate: str | None
    published: str | None


class Evidence(NamedTuple):
    """What the command line gave: proofs, and the digest that is looked for."""

    proofs: tuple[Proof, ...]
    registry: str | None
    thing: bytes | None


class LogReport(NamedTuple):
    """One region's log. `history`: whether the older bundle's log is its beginning; `included`: the thing is in it."""

    size: int
    root: str
    history: str | None
    included: bool | None


def gather(asked: Asked) -> Evidence:
    """Read what the command line names. UsageError says what cannot be used."""
    if asked.certificate is not None and asked.published is not None:
        raise UsageError("--certificate 和 --object 只能给一个。", "give either --certificate or --object, not both.")
    thing = None
    if asked.certificate is not None:
        thing = _digest(asked.certificate)
    elif asked.published is not None:
        thing = sha256(store.read_bundle(asked.published)).digest()
    return Evidence(tuple(_read_proof(each) for each in asked.proofs), asked.registry, thing)


def report(now: Checkpoint, before: Checkpoint | None, evidence: Evidence) -> LogReport | None:
    """What can be said of one region's log, as its verified checkpoints have it; None if there is none."""
    story = None if before is None else _history(before, now, evidence)
    if now.log is None:
        return None if story is None else LogReport(0, "", story, None)
    included = None if evidence.thing is None else _is_included(now.log, evidence.thing, evidence)
    return LogReport(now.log.size, now.log.root_hash.hex(), story, included)


def is_asked(asked: Asked) -> bool:
    """Whether something is to be found in a log."""
    return asked.certificate is not None or asked.published is not None


def in_words(told: LogReport, style: Style) -> list[str]:
    """What a person reads of a log."""
    lines = [style.both("办理记录日志", "log of acts") + f": {told.size}, {told.root}"]
    if told.history is not None:
        zh, en = next((words for story, words in _WORDS.items() if story == told.history), _TWO_HISTORIES)
        detail = f" ({shown(told.history)})" if told.history.startswith(REFUSED) else ""
        lines.append(style.both(zh, en) + detail)
    if told.included is not None:
        zh, en = _INCLUDED if told.included else _NOT_INCLUDED
        lines.append(style.both(zh, en))
    return lines


_WORDS: Final = {
    History.SAME: ("与旧离线包的日志相同。", "The same log as in the older bundle."),
    History.PROVEN: ("旧日志是它的开头：已证明。", "Proven: it begins with the older bundle's log."),
    History.UNPROVEN: (
        "旧日志是不是它的开头：没有证明。请用 --from 指明登记机构，或用 --proof 给出证明文件。",
        "Not proven: does it begin with the older bundle's log? Name the registry with --from, or give a --proof.",
    ),
    History.RESET: (
        "根授予了检查点新纪元，日志不再比较。",
        "The root gave the checkpoint a new epoch: logs are not compared.",
    ),
}
_TWO_HISTORIES: Final = (
    "日志对不上：登记机构给出了两份历史，或所给的证明有误。请保留两个离线包，报告主管机关。",
    "The logs do not agree: two histories, or a wrong proof was given. Keep both bundles, and report it.",
)
_INCLUDED: Final = ("所查的在日志中：已证明。", "What was asked for is in the log: proven.")
_NOT_INCLUDED: Final = (
    "没有证明所查的在这个日志中。",
    "It is not proven that what was asked for is in this log.",
)


def _history(before: Checkpoint, now: Checkpoint, evidence: Evidence) -> str | None:
    """A History, or REFUSED and why; None if the older bundle had no log."""

    def given(old: LogHead, new: LogHead) -> list[Consistency]:
        proofs = (*evidence.proofs, *_fetch(evidence, f"consistency/{old.size}/{new.size}"))
        return [each for each in proofs if isinstance(each, Consistency)]

    try:
        return history.compare(before, now, given)
    except ObjectError as error:
        return f"{REFUSED} {error}"


def _is_included(head: LogHead, thing: bytes, evidence: Evidence) -> bool:
    proofs = [*evidence.proofs, *_fetch(evidence, f"inclusion/{head.size}/{thing.hex()}")]
    return any(each.proves(thing, head) for each in proofs if isinstance(each, Inclusion))


def _fetch(evidence: Evidence, path: str) -> Iterable[Proof]:
    """The proof that the registry gives; none if it has none, or gives what is no proof."""
    if evidence.registry is None:
        return ()
    try:
        return (log.decode_proof(fetch.fetch(fetch.log_url(evidence.registry, path), log.MAX_PROOF_BYTES)),)
    except (UnreachableError, ObjectError):
        return ()


def _read_proof(path: str) -> Proof:
    try:
        return log.decode_proof(store.read_proof(path))
    except ObjectError as error:
        raise UsageError(
            f"{path} 不是证明文件（{error}）。请从登记机构的 /v1/log/ 重新获取。",
            f"{path} is not a proof ({error}). Get it again from the registry's /v1/log/.",
        ) from None


def _digest(text: str) -> bytes:
    try:
        return digest_of(cose.decode_sign1(qr_text.decode(text), None).to_be_signed)
    except CredentialError as error:
        raise UsageError(
            f"--certificate 需要二维码文字（{error}）。", f"--certificate takes the text of a QR code ({error})."
        ) from None
