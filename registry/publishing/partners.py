"""A partner region's published part, imported by the operator, so that one bundle serves both regions' certificates."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from credential import bundle, trust
from credential.errors import CredentialError
from credential.model import Region, Seconds
from credential.trust import RegionTrust
from registry import settings
from registry.files import Places
from registry.problems import Problem, Refused
from registry.publishing import states
from registry.record import acts
from registry.record.acts import Act
from registry.settings import touch
from registry.store.engine import Store
from registry.store.partners import PartnerRow


@dataclass(frozen=True, slots=True)
class Imported:
    """Whose part was imported, and its place in that region's order."""

    region: Region
    epoch: int
    seq: int


def import_part(store: Store, data: bytes, pin: bytes, who: str, now: Seconds) -> Imported:
    """Verify the part that `pin` leads to, and publish it with ours from now on.

    Refused if no part holds under that pin, if it is older than the one we have, or if the pin is not the one known.
    """
    region, believed = _verify(data, pin)
    head = believed.checkpoint.head
    part = bundle.decode(data)[region]

    def transaction(session: Session) -> None:
        row = settings.lock(session)
        if region == row.region:
            raise Refused(Problem.REFUSED, "这是本地区自己的 / this is our own region's")
        known = session.get(PartnerRow, region) or PartnerRow(region=region, pin=pin, epoch=0, seq=0)
        if known.pin != pin:
            raise Refused(Problem.CONFLICT, f"{region}: 指纹与以前不同 / not the pin that we know")
        if (head.epoch, head.seq) < (known.epoch, known.seq):
            raise Refused(Problem.CONFLICT, f"ROLLBACK: {region}: 比现有的旧 / older than the one we have")
        known.epoch, known.seq, known.imported_at = head.epoch, head.seq, now
        session.add(known)
        states.keep_partner(session, known, part)
        touch(row)
        acts.record(session, Act(who, "partner.import", region, detail={"pin": pin.hex(), "seq": head.seq}), now)

    store.write(transaction)
    return Imported(region, head.epoch, head.seq)


def _verify(data: bytes, pin: bytes) -> tuple[Region, RegionTrust]:
    try:
        found = trust.load(data, frozenset({pin})).regions
    except CredentialError as error:
        raise Refused(Problem.REFUSED, str(error)) from None
    for region, believed in found.items():
        if isinstance(believed, RegionTrust):
            return region, believed
    reasons = "; ".join(f"{region}: {error}" for region, error in found.items())
    raise Refused(Problem.REFUSED, f"没有与指纹相符的地区 / no region holds under that pin: {reasons}")


def held(session: Session, places: Places, region: Region) -> RegionTrust | None:
    """The partner's part as it was imported, verified again; None if none was. Refused if it does not hold."""
    known = session.get(PartnerRow, region)
    part = states.partner_parts(session, places).get(region)
    if known is None or part is None:
        return None
    try:
        return trust.establish(region, part, frozenset({known.pin}))
    except CredentialError as error:
        raise Refused(
            Problem.REFUSED, f"{region}: 存下的内容不成立，请重新 partner import / what is held does not hold: {error}"
        ) from None
