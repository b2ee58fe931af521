"""Files between two people at an issuer: what one asks to have approved, and the other's approvals of it.

A proposal holds the sealed requests and the certificates that they are about, so that the approver sees from signed
bytes, not from somebody's list, whose certificates they are. It shows names: it is written for its owner alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from credential import approval, cbor, request
from credential.errors import CredentialError
from credential.model import IssuerCode
from credential.reason import Reason
from credential.request import Request
from signer import files
from signer.errors import SignerError, refused

VERSION: Final = 1
MAX_BYTES: Final = 256 << 20
_MAX_APPROVALS: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to be approved, and the certificates that stand now, in its order."""

    sealed: bytes
    standing: tuple[bytes, ...]

    @property
    def request(self) -> Request:
        """What is asked. CredentialError if it is no request."""
        return request.decode(self.sealed)[0]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an issuer asks a second person to approve."""

    issuer: IssuerCode
    asked: tuple[Asked, ...]


def write(path: Path, proposal: Proposal) -> None:
    """Write a proposal, for its owner alone."""
    rows: list[cbor.Value] = [[each.sealed, list(each.standing)] for each in proposal.asked]
    files.write_atomic(path, cbor.encode([VERSION, proposal.issuer, rows]), files.PRIVATE_FILE)


def read(path: Path, issuer: IssuerCode) -> Proposal:
    """The proposal in a file. SignerError: not one, or another issuer's."""
    try:
        match cbor.decode(files.read_capped(path, MAX_BYTES)):
            case [1, str() as code, [_, *_] as rows]:
                proposal = Proposal(IssuerCode(code), tuple(_asked(row) for row in rows))
                if all(each.request.issuer == code == issuer for each in proposal.asked):
                    return proposal
    except CredentialError:
        pass
    raise refused(
        "not-a-proposal",
        f"{path} 不是本机构的待复核文件，或已损坏。请让经办人重新给一份。",
        f"{path} is not a proposal of this issuer, or is damaged. Ask for it again.",
    )


def _asked(row: cbor.Value) -> Asked:
    match row:
        case [bytes() as sealed, list() as standing] if all(isinstance(each, bytes) for each in standing):
            return Asked(sealed, tuple(each for each in standing if isinstance(each, bytes)))
    raise CredentialError(Reason.CLAIMS_SHAPE, "not a proposal")


def write_approvals(path: Path, issuer: IssuerCode, approvals: Sequence[bytes]) -> None:
    """Write what the approver gives back."""
    files.write_atomic(path, cbor.encode([VERSION, issuer, list(approvals)]), files.PRIVATE_FILE)


def read_approvals(path: Path) -> list[tuple[bytes, bytes]]:
    """The approvals in a file, each with the id of the request that it is for. SignerError if it is not one."""
    try:
        match cbor.decode(files.read_capped(path, _MAX_APPROVALS)):
            case [1, str(), [_, *_] as rows] if all(isinstance(each, bytes) for each in rows):
                found = [each for each in rows if isinstance(each, bytes)]
                return [(approval.decode(each)[0].id, each) for each in found]
    except CredentialError:
        pass
    raise _no_approvals(path)


def _no_approvals(path: Path) -> SignerError:
    return refused(
        "not-approvals",
        f"{path} 不是复核结果。请用复核人 yinxin-signer approve 写出的文件。",
        f"{path} holds no approvals. Take the file that the approver's yinxin-signer approve wrote.",
    )
