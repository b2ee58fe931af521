"""The second person at an issuer: let in, and agreeing."""

from pathlib import Path
from typing import Final

from credential import approval, request
from credential.approval import Approval, Approved, Approver
from credential.request import Content
from tests.registry.office import PORT, now, run, seal
from tests.world import key

APPROVER: Final = key("port's approver")


def admit(data: Path) -> None:
    """Two operators let the approver of PORT in."""
    enrolment = data / "approver.cbor"
    enrolment.write_bytes(approval.seal_approver(Approver(PORT, APPROVER.public, "周敏", now()), APPROVER))
    for operator in ("lin", "huang"):
        run(data, "key", "approver", enrolment, "--document", "当面核对", "--operator", operator)


def approved(content: Content) -> bytes:
    """A request of PORT's with the approval beside it, of the media type `approval.MEDIA_TYPE`."""
    sealed = seal(PORT, content)
    asked, _ = request.decode(sealed)
    said = Approval(PORT, asked.id, asked.time, asked.content_hash)
    return Approved(sealed, approval.seal(said, APPROVER)).encode()
