"""The register in the cases of `tests/updates/`: what a newer part leaves out, and shards that cannot be relied on."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from credential import cose, register
from credential.bundle import Part
from credential.published import ObjectType
from tests.update_case import Case
from tests.update_states import compromised, entries_of, of_fujian, settled, with_checkpoint
from tests.world import (
    SIGNED_AT,
    World,
    certificate,
    sign_it,
)


def withheld() -> Iterator[tuple[str, Case]]:
    """What the newer part names and leaves out is kept, if it is held."""
    both = {7: sign_it(), 300: sign_it(certificate(index=300, serial=5))}
    held, same = settled(registered=both), settled(6, registered=both).part()
    grown = settled(6, registered={**both, 301: sign_it(certificate(index=301, serial=6))}).part()

    def taken(about: str, fetched: Part, before: World | None = held) -> Case:
        return of_fujian(about, before, fetched, "updated")

    yield "register-withheld", taken("A register that did not change.", same._replace(shards=(), registers=()))
    yield "shards-withheld", taken("Its shards alone.", same._replace(shards=()))
    yield "shards-withheld-at-first", taken("The same of one who holds none.", same._replace(shards=()), None)
    yield "one-shard-withheld", taken("The first of two shards.", same._replace(shards=same.shards[1:]))
    again = held.part()._replace(shards=(), registers=())
    yield "withheld-and-nothing-new", of_fujian("The same bytes without the register.", held, again, "unchanged")
    yield "changed-shard-withheld", taken("The shard that changed is lost.", grown._replace(shards=()))
    yield "changed-register-withheld", taken("Index and shards: lost.", grown._replace(shards=(), registers=()))
    standing = register.pack_digests([bytes(16), bytes([1] * 16)]).data
    stolen = (compromised(SIGNED_AT, standing),)
    kept = replace(held, issuers=stolen, survivors=(standing,))
    left_out = replace(kept, seq=6, survivors=()).part()
    yield "survivors-withheld", taken("A survivors' file.", left_out, kept)
    yield "survivors-not-named", taken("One that nothing names any more.", same, replace(held, survivors=(standing,)))


def shards() -> Iterator[tuple[str, Case]]:
    """A shard that nobody could rely on says nothing that could vanish; a newer one must be one."""
    held, following = settled(), settled(6)
    digest = register.digest_of(cose.decode_sign1(sign_it(), None).to_be_signed)
    torn, beside = b"\x83", register.Shard(0, 256, register.pack_digests([digest])).encode()
    other = settled(6, registered={7: sign_it(certificate(serial=9))})
    for name, about, before, fetched, expected in (
        ("torn", "The newer shard is malformed.", held, with_shard(following, torn), "OBJECT_MALFORMED"),
        ("torn-twice", "So is the held one.", with_shard(held, b""), with_shard(following, torn), "OBJECT_MALFORMED"),
        (
            "torn-at-first",
            "Nothing is held: it matters to its certificates alone.",
            None,
            with_shard(held, torn),
            "updated",
        ),
        ("held-torn", "The held shard is malformed: it said nothing.", with_shard(held, torn), other, "updated"),
        ("elsewhere", "The newer one is about other indices.", held, with_shard(following, beside), "ENTRY_VANISHED"),
        ("held-elsewhere", "The held one is about other indices.", with_shard(held, beside), other, "updated"),
    ):
        yield f"shard-{name}", of_fujian(about, before, fetched, expected)


def with_shard(of: World, shard: bytes) -> Part:
    """The world's part with a register of this shard alone."""
    index = register.RegisterIndex(0, (sha256(shard).digest(),)).encode()
    part = of.part()._replace(registers=(index,), shards=(shard,))
    named = [
        each._replace(sha256=sha256(index).digest()) if each.type is ObjectType.REGISTER else each
        for each in entries_of(part)
    ]
    return with_checkpoint(of, part, named)
