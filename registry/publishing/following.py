"""Bringing the public folder up to what the database says is published, whichever host published it.

The folder is a witness too: nothing in it is taken back, and what comes must follow from it.
"""

from sqlalchemy.orm import Session

from credential import bundle, checkpoint, root, trust
from credential.bundle import Part
from credential.errors import CredentialError
from credential.model import Region
from credential.published import ObjectType
from registry import current, settings
from registry.current import Current
from registry.files import Places, write_atomically
from registry.problems import Problem, Refused
from registry.publishing import placing, states
from registry.publishing.recording import published_log
from registry.publishing.states import Order
from registry.record import acts, tiles
from registry.record.tiles import Files
from registry.store.engine import Store
from registry.store.publications import PublicationRow


def follow(store: Store, places: Places) -> bool:
    """Place what another process or host published, or what was cut short; whether there was something.

    The caller holds `places.lock`. Refused CONFLICT: EQUIVOCATION if the folder has other bytes under the same number,
    HISTORY if the log does not follow from the folder's.
    """
    held = current.order(places)
    with store.read() as session:
        newest = states.newest_order(session)
        if newest <= held:
            _require_same(session, places, held)
            seen = settings.seen(session)
        else:
            _place(session, places, newest)
    if newest > held:
        return True
    if held > max(newest, seen):
        store.write(lambda session: settings.see(session, held))
    return False


def place_ended(session: Session, places: Places, own: Region) -> None:
    """The last state of each epoch, for archives."""
    for order in states.ended(session):
        path = places.ended / f"{order[0]}-{order[1]}.cbor"
        if not path.exists():
            write_atomically(path, bundle.encode({own: states.load(session, places, order).parts[own]}))


def _place(session: Session, places: Places, order: Order) -> None:
    known = settings.load(session)
    state, previous = states.load(session, places, order), current.read(places, known.region)
    own = state.parts[known.region]
    require_acceptable(places, known.region, own)
    files = _new_tiles(session, places, previous, own)
    place_ended(session, places, known.region)
    placing.place(places, known, state, files)
    if previous is None or previous.part.trust_list != own.trust_list:
        placing.prune(places, state.parts)


def _new_tiles(session: Session, places: Places, previous: Current | None, own: Part) -> Files:
    seen, _ = checkpoint.decode(own.checkpoint)
    if seen.log is None:
        return {}
    size, before = seen.log.size, published_log(previous, seen.head.epoch)
    made = tiles.extend(places.log, before, seen.log, lambda start: acts.leaves(session, start, size))
    if made is None:
        raise acts.altered(acts.first_broken(session))
    return made


def _require_same(session: Session, places: Places, held: Order) -> None:
    """Refuse to go on from a folder that has something else published than the database, under one number."""
    said = session.get(PublicationRow, (int(ObjectType.CHECKPOINT), 0, *held))
    if said is not None and current.checkpoint_sha256(places) != said.sha256:
        raise Refused(
            Problem.CONFLICT,
            f"EQUIVOCATION: 第 {held[1]} 号在本机与数据库中不同 / no. {held[1]} is one thing here and another in the "
            "database: find out which of them verifiers have, and restore that one",
        )


def require_acceptable(places: Places, region: Region, part: Part) -> None:
    """Refuse what a verifier with our pin would refuse."""
    pin = root.pin_of(part.roots[0])
    if places.pin.exists() and current.read_pin(places) != pin:
        raise Refused(Problem.CONFLICT, "pin.txt 与数据库的根不符 / pin.txt is not the database's root")
    try:
        for _ in trust.establish(region, part, frozenset({pin})).issuers:
            pass
    except CredentialError as error:
        raise Refused(
            Problem.REFUSED,
            f"核验方不会接受，未发布；根更新后须用新的清单密钥完整发布 / a verifier would not accept "
            f"this, so nothing was published; after a new root, publish in full with its keys: {error}",
        ) from None
