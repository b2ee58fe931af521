"""The Merkle log against RFC 9162's definitions written down naively, and against a tree that is widely known."""

from base64 import b64decode
from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nacl.signing import VerifyKey

from credential import cbor, log
from credential.errors import ObjectError
from credential.log import Consistency, Frontier, Inclusion, Leaf
from credential.model import Seconds
from credential.published import LogHead
from tests.world import key

# The eight leaves of Certificate Transparency's reference implementation, and the roots of the first 0 to 8 of them.
LEAVES = [bytes.fromhex(each) for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
LEAVES.append(bytes(range(0x60, 0x70)))
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSIONS = {
    (0, 8): ("96a296d224f285c6", "5f083f0a1a33ca07", "6b47aaf29ee3c2af"),
    (5, 8): ("bc1a0643b12e4d2d", "ca854ea128ed050b", "d37ee418976dd957"),
}
CONSISTENCIES: dict[tuple[int, int], tuple[str, ...]] = {
    (1, 1): (),
    (1, 8): ("96a296d224f285c6", "5f083f0a1a33ca07", "6b47aaf29ee3c2af"),
    (6, 8): ("0ebc5d3437fbe2db", "ca854ea128ed050b", "d37ee418976dd957"),
    (2, 5): ("5f083f0a1a33ca07", "bc1a0643b12e4d2d"),
}
HASHES = [log.leaf_hash(each) for each in LEAVES]


def tree(size: int) -> list[bytes]:
    return [log.leaf_hash(place.to_bytes(4, "big")) for place in range(size)]


# --- RFC 9162 section 2.1 as it is written ----------------------------------------------------------------------------


def mth(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def split(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


# --- known answers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", range(9))
def test_the_known_roots(size: int) -> None:
    assert log.head_of(HASHES[:size]) == LogHead(size, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("asked", "expected"), INCLUSIONS.items())
def test_the_known_inclusion_proofs(asked: tuple[int, int], expected: tuple[str, ...]) -> None:
    found = log.inclusion_path(*asked, log.nodes_of(HASHES))
    assert tuple(each.hex()[:16] for each in found) == expected


@pytest.mark.parametrize(("asked", "expected"), CONSISTENCIES.items())
def test_the_known_consistency_proofs(asked: tuple[int, int], expected: tuple[str, ...]) -> None:
    found = log.consistency_path(*asked, log.nodes_of(HASHES[: asked[1]]))
    assert tuple(each.hex()[:16] for each in found) == expected


def test_the_head_as_text() -> None:
    """The example of C2SP tlog-checkpoint: its text, and the form of its signature line."""
    root = bytes.fromhex("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62")
    text = log.checkpoint_text("example.com/behind-the-sofa", LogHead(20852163, root))
    assert text == b"example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    note = log.signed_note(text, "example.com/behind-the-sofa", bytes(32), bytes(64))
    assert note.startswith(text + "\n— example.com/behind-the-sofa ".encode())
    assert note.endswith(b"\n")


# --- any tree ---------------------------------------------------------------------------------------------------------


@given(st.integers(0, 300))
def test_the_root_by_appending_is_that_of_the_definition(size: int) -> None:
    leaves, frontier = tree(size), Frontier()
    for each in leaves:
        frontier = frontier.append(each)
    assert frontier.head == log.head_of(leaves) == LogHead(size, mth(leaves))
    assert len(frontier.nodes) == size.bit_count()


@given(st.integers(1, 300), st.data())
def test_inclusion_proofs_are_those_of_the_definition_and_hold(size: int, data: st.DataObject) -> None:
    place, leaves = data.draw(st.integers(0, size - 1)), tree(size)
    found = log.inclusion_path(place, size, log.nodes_of(leaves))
    assert list(found) == path(place, leaves)
    head = log.head_of(leaves)
    assert log.includes(head, place, leaves[place], found)
    others = [(each, leaf) for each, leaf in enumerate(leaves) if each != place]
    assert not any(log.includes(head, each, leaves[place], found) for each, _ in others)
    assert not any(log.includes(head, place, leaf, found) for _, leaf in others)
    assert not log.includes(head, place, leaves[place], (*found, bytes(32)))
    assert not found or not log.includes(head, place, leaves[place], found[:-1])
    assert not log.includes(LogHead(size, bytes(32)), place, leaves[place], found)


@given(st.integers(1, 300), st.data())
def test_consistency_proofs_are_those_of_the_definition_and_hold(size: int, data: st.DataObject) -> None:
    old, leaves = data.draw(st.integers(1, size)), tree(size)
    found = log.consistency_path(old, size, log.nodes_of(leaves))
    assert list(found) == subproof(old, leaves, whole=True)
    before, after = log.head_of(leaves[:old]), log.head_of(leaves)
    assert log.extends(before, after, found)
    assert not log.extends(LogHead(old, bytes(32)), after, found)
    assert not log.extends(before, LogHead(size, bytes(32)), found)
    assert not log.extends(before, after, (*found, bytes(32)))
    assert not found or not log.extends(before, after, found[:-1])
    assert old == size or not log.extends(after, before, found)


@given(st.integers(2, 200), st.data())
def test_a_history_that_was_edited_has_no_consistency_proof(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    place = data.draw(st.integers(0, old - 1))
    leaves, other = tree(size), tree(size)
    other[place] = log.leaf_hash(b"edited")
    found = log.consistency_path(old, size, log.nodes_of(other))
    assert not log.extends(log.head_of(leaves[:old]), log.head_of(other), found)


def test_from_nothing_every_log_follows() -> None:
    after = log.head_of(tree(3))
    assert log.extends(LogHead(0, log.EMPTY), after, ())
    assert not log.extends(LogHead(0, bytes(32)), after, ())
    assert not log.extends(LogHead(0, log.EMPTY), after, (bytes(32),))


# --- files ------------------------------------------------------------------------------------------------------------

PATHS = st.lists(st.binary(min_size=32, max_size=32), max_size=log.MAX_PATH).map(tuple)
UINTS = st.integers(0, cbor.MAX_INTEGER)
HEADS = st.builds(LogHead, UINTS, st.binary(min_size=32, max_size=32))
LEAF = st.builds(
    Leaf,
    UINTS.map(Seconds),
    st.sampled_from(["publish", "登记"]),
    st.binary(min_size=32, max_size=32),
    st.none() | HEADS,
)


@given(LEAF)
def test_a_leaf_comes_back(leaf: Leaf) -> None:
    assert log.decode_leaf(leaf.encode()) == leaf


PROOFS = st.builds(Inclusion, LEAF.map(Leaf.encode), UINTS, PATHS, UINTS, UINTS, PATHS) | st.builds(
    Consistency, UINTS, UINTS, PATHS
)


@given(PROOFS)
def test_a_proof_comes_back(proof: log.Proof) -> None:
    assert log.decode_proof(proof.encode()) == proof


@given(st.binary(max_size=64))
@example(cbor.encode([1, b"", [0, []], [0, 1, []]]))
@example(cbor.encode([2, 1, 2, [bytes(31)]]))
@example(cbor.encode([2, 1, 2, [bytes(32)] * 65]))
@example(cbor.encode([True, 1, 2, []]))
@example(cbor.encode([3, 1, 2, []]))
@example(bytes(log.MAX_PROOF_BYTES + 1))
def test_what_is_no_proof_is_refused(data: bytes) -> None:
    with pytest.raises(ObjectError):
        log.decode_proof(data)


def test_a_thing_is_included_by_way_of_its_leaf() -> None:
    things = [bytes([place]) * 16 for place in range(5)]
    thing_hashes = [log.leaf_hash(each) for each in things]
    leaf = Leaf(Seconds(7), "batch.register", bytes(32), log.head_of(thing_hashes))
    leaves = [*tree(3), log.leaf_hash(leaf.encode()), *tree(2)]
    nodes = log.nodes_of(leaves)
    proof = Inclusion(
        leaf.encode(),
        2,
        log.inclusion_path(2, 5, log.nodes_of(thing_hashes)),
        3,
        6,
        log.inclusion_path(3, 6, nodes),
    )
    head = log.head_of(leaves)
    assert proof.proves(things[2], head)
    assert not proof.proves(things[1], head)
    assert not proof.proves(things[2], log.head_of(leaves[:5]))
    assert not proof._replace(leaf=leaf._replace(things=None).encode()).proves(things[2], head)
    assert not proof._replace(place=2).proves(things[2], head)
    assert Consistency(2, 6, log.consistency_path(2, 6, nodes)).proves(log.head_of(leaves[:2]), head)
    assert not Consistency(3, 6, log.consistency_path(2, 6, nodes)).proves(log.head_of(leaves[:2]), head)


def test_a_note_is_signed_by_a_key_of_its_name() -> None:
    signer = key("log")
    text = log.checkpoint_text("fj.example/s/log", log.head_of(tree(3)))
    note = log.signed_note(text, "fj.example/s/log", signer.public, signer.sign(text)).decode()
    signed, _, line = note.rpartition("\n\n")
    dash, name, value = line.split()
    raw = b64decode(value)
    assert (dash, name) == ("—", "fj.example/s/log")
    assert raw[:4] == sha256(b"fj.example/s/log\n\x01" + signer.public).digest()[:4]
    VerifyKey(signer.public).verify(f"{signed}\n".encode(), raw[4:])
