"""What the list role signs: trust list, recognition, benefits, and the blobs that they name. Drafted, then signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import policy, recognition, root, sign, trust_list
from credential.bundle import Part
from credential.model import Region, Seconds
from credential.published import Head
from credential.recognition import RecognitionList
from credential.root import Role
from credential.sign import SigningKey
from registry.benefits import benefits
from registry.issuers import listing
from registry.publishing.lifetimes import LIST_LIFETIME
from registry.recognition import agreements
from registry.store.models import RegionRow, RootRow


@dataclass(frozen=True, slots=True)
class Draft:
    """The payloads to sign, under the roots that name who signs. `filing_change` is the count that they say all of."""

    roots: tuple[bytes, ...]
    trust_list: bytes
    recognition: bytes | None
    bins: tuple[bytes, ...]
    survivors: tuple[bytes, ...]
    filing_change: int
    benefits: bytes | None = None

    @property
    def to_sign(self) -> dict[str, bytes]:
        """The payloads that there are, each by its media type."""
        found = {trust_list.TYP: self.trust_list, recognition.TYP: self.recognition, policy.TYP: self.benefits}
        return {typ: payload for typ, payload in found.items() if payload is not None}


@dataclass(frozen=True, slots=True)
class Filed:
    """The signed objects, and the blobs that they name; as a draft, or as they were published before."""

    roots: tuple[bytes, ...]
    trust_list: bytes
    bins: tuple[bytes, ...]
    recognition: bytes | None
    survivors: tuple[bytes, ...]
    filing_change: int | None = None
    benefits: bytes | None = None


def draft(session: Session, previous: Part | None, seq: int, now: Seconds) -> Draft:
    """What the database says at this moment, in place `seq` of the order; its bins begin where those published do."""
    row = session.scalars(select(RegionRow)).one()
    roots = tuple(session.scalars(select(RootRow.data).order_by(RootRow.version)))
    newest, _ = root.decode(roots[-1])
    head = Head(Region(row.region), newest.role(Role.LIST).epoch, seq, now, Seconds(now + LIST_LIFETIME))
    before = trust_list.decode(previous.trust_list)[0] if previous else None
    listed, bins = trust_list.build(head, listing.issuers(session), before=before)
    table = RecognitionList(head, agreements.all_agreements(session))
    promised = benefits.load(session)
    return Draft(
        roots=roots,
        trust_list=listed.encode(),
        recognition=table.encode() if table.agreements else None,
        bins=bins,
        survivors=listing.survivor_files(session),
        filing_change=row.filing_change,
        benefits=None if promised is None else promised._replace(head=head).encode(),
    )


def signed(drafted: Draft, keys: Sequence[SigningKey]) -> Filed:
    """The draft, signed by keys that are at hand."""
    return complete(drafted, {typ: sign.sign(payload, typ, keys) for typ, payload in drafted.to_sign.items()})


def complete(drafted: Draft, made: Mapping[str, bytes]) -> Filed:
    """The draft with its objects signed, each by its media type."""
    return Filed(
        roots=drafted.roots,
        trust_list=made[trust_list.TYP],
        bins=drafted.bins,
        recognition=made.get(recognition.TYP),
        survivors=drafted.survivors,
        filing_change=drafted.filing_change,
        benefits=made.get(policy.TYP),
    )


def kept(part: Part) -> Filed:
    """What was published before."""
    return Filed(part.roots, part.trust_list, part.bins, part.recognition, part.survivors, benefits=part.benefits)
