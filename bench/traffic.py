"""How many bytes a large province's trust list moves. Nothing here depends on the machine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from bench import province
from credential import bundle, directory, qr_text, wanted
from credential.bundle import Part
from credential.model import Seconds
from credential.published import ObjectType
from credential.wanted import Choice
from registry.http.packing import packed
from tests.world import DAY, ISSUER, World, certificate, sign_it

HOST: Final = "fj.example"
FIRST_MOST: Final = 700_000
UPDATE_SHARE: Final = 20
"""An update of five issuers moves at most one twentieth of the first sync."""
PHONE_MOST: Final = 30_000
_TRUST_LIST: Final = frozenset({ObjectType.TRUST_LIST, ObjectType.BIN})


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is moved, in bytes as the registry serves them, and the most that it may be."""

    zh: str
    en: str
    bytes: int
    most: int

    @property
    def is_met(self) -> bool:
        """Whether it stays within its bound."""
        return self.bytes <= self.most


def traffic() -> list[Traffic]:
    """The first sync of the large province, an update of five of its issuers, and what one certificate takes."""
    issuers = {each.code: each for each in (*province.issuers(), ISSUER)}
    before = World(issuers=tuple(sorted(issuers.values())), registered={7: sign_it()})
    held = before.part()
    first = _size(bundle.encode({before.region: held}))
    changed = fetched(_later(before, held), pool(held), None)
    need = wanted.need_of(qr_text.encode(HOST, sign_it(certificate())))
    phone = fetched(held, {}, Choice(None, need))
    return [
        Traffic("首次同步：整个离线包", "first sync: the whole bundle", first, FIRST_MOST),
        Traffic(
            "五家机构变更后的同步（目标：首次的 5%）",
            "sync after five issuers changed (goal: 5% of the first)",
            sum(size for _, size in changed),
            first // UPDATE_SHARE,
        ),
        Traffic(
            "手机首次核验一份证书时取的信任清单",
            "what a phone takes of the trust list to check its first certificate",
            sum(size for kind, size in phone if kind in _TRUST_LIST),
            PHONE_MOST,
        ),
    ]


def _later(before: World, held: Part) -> Part:
    """The province a day later, built as a registry does: on what it published before."""
    now = Seconds(before.list_issued + DAY)
    after = replace(
        before,
        issuers=province.updated(before.issuers, now),
        seq=before.seq + 1,
        list_issued=now,
        checkpoint_issued=now,
        before=held,
    )
    return after.part()


def pool(part: Part) -> dict[bytes, bytes]:
    """The objects of `part` by their SHA-256."""
    return {sha256(data).digest(): data for data in bundle.objects_in(part)}


def fetched(part: Part, held: Mapping[bytes, bytes], choice: Choice | None) -> list[tuple[ObjectType, int]]:
    """The objects that are fetched of `part` by whoever holds `held`: type, and bytes as served."""
    return list(_fetch(part, dict(held), choice))


def _fetch(part: Part, held: dict[bytes, bytes], choice: Choice | None) -> Iterator[tuple[ObjectType, int]]:
    served = pool(part)
    (start,) = directory.of({World().region: part}, 0).starts.values()
    while missing := wanted.plan(start, held, choice).missing:
        held |= {digest: served[digest] for digest in missing}
        yield from ((kind, _size(served[digest])) for digest, kind in missing.items())


def _size(data: bytes) -> int:
    """Bytes as the registry serves them."""
    return len(packed(data) or data)
