"""What the list role signs: the trust list and the recognition list, with the blobs that they name."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from credential import recognition, root, sign, trust_list
from credential.bundle import Part
from credential.model import Seconds
from credential.published import Head
from credential.recognition import RecognitionList
from credential.root import Role
from credential.sign import SigningKey
from registry import agreements, listing
from registry.publishing.lifetimes import LIST_LIFETIME
from registry.publishing.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Filed:
    """What the list role signs: the signed objects, and the blobs that they name."""

    roots: tuple[bytes, ...]
    trust_list: bytes
    bins: tuple[bytes, ...]
    recognition: bytes | None
    survivors: tuple[bytes, ...]


def sign_filed(session: Session, snapshot: Snapshot, keys: Sequence[SigningKey], seq: int, now: Seconds) -> Filed:
    """What the database says, signed anew with `keys`."""
    newest, _ = root.decode(snapshot.roots[-1])
    head = Head(snapshot.settings.region, newest.role(Role.LIST).epoch, seq, now, Seconds(now + LIST_LIFETIME))
    listed, bins = trust_list.build(head, listing.issuers(session))
    table = RecognitionList(head, agreements.all_agreements(session))
    signed_table = sign.sign(table.encode(), recognition.TYP, keys) if table.agreements else None
    return Filed(
        roots=snapshot.roots,
        trust_list=sign.sign(listed.encode(), trust_list.TYP, keys),
        bins=bins,
        recognition=signed_table,
        survivors=listing.survivor_files(session),
    )


def keep_filed(part: Part) -> Filed:
    """What is published already."""
    return Filed(part.roots, part.trust_list, part.bins, part.recognition, part.survivors)
