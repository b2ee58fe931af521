"""What is still to be fetched: a phone takes little, a whole holder what changed; a directory is read strictly."""

import json
from typing import Any

import pytest

from credential import checkpoint, directory, trust, wanted
from credential.errors import ObjectError
from credential.model import Region
from credential.published import ObjectType
from credential.reason import SyncReason
from tests.update_cases import FOLDER
from tests.wanted_cases import TEXT, WantedCase, objects, wanted_cases
from tests.world import FUJIAN, World

CASES = wanted_cases()
KEPT: dict[str, Any] = json.loads((FOLDER / "wanted.json").read_text("utf-8"))


def kinds(case: WantedCase) -> list[list[ObjectType]]:
    """The types of what is missing, round by round."""
    part = case.served
    of = {
        **dict.fromkeys(part.roots, ObjectType.ROOT),
        part.checkpoint: ObjectType.CHECKPOINT,
        part.trust_list: ObjectType.TRUST_LIST,
        **dict.fromkeys(part.bins, ObjectType.BIN),
        **dict.fromkeys(part.status_lists, ObjectType.STATUS_LIST),
        **dict.fromkeys(part.survivors, ObjectType.SURVIVORS),
        **dict.fromkeys(part.shards, ObjectType.SHARD),
        **dict.fromkeys(part.registers, ObjectType.REGISTER),
    }
    return [sorted(of[objects(part)[bytes.fromhex(each)]] for each in found) for found in case.rounds()[0]]


ROOT, CHECKPOINT, LIST, BIN = ObjectType.ROOT, ObjectType.CHECKPOINT, ObjectType.TRUST_LIST, ObjectType.BIN
STATUS, SURVIVORS = ObjectType.STATUS_LIST, ObjectType.SURVIVORS
SHARD, REGISTER = ObjectType.SHARD, ObjectType.REGISTER
EXPECTED = {
    "whole": [[ROOT, CHECKPOINT], [LIST, STATUS, REGISTER], [BIN, BIN, BIN, SHARD, SHARD]],
    "whole-unchanged": [],
    "whole-newer": [[CHECKPOINT], [LIST, STATUS]],
    "nothing-asked": [[ROOT, CHECKPOINT], [LIST]],
    "one": [[ROOT, CHECKPOINT], [LIST, STATUS, REGISTER], [BIN, SHARD]],
    "one-unreadable": [[ROOT, CHECKPOINT], [LIST]],
    "one-again": [],
    "one-newer": [[CHECKPOINT], [LIST, STATUS]],
    "one-of-another-shard": [[SHARD]],
    "one-of-a-stolen-key": [[ROOT, CHECKPOINT], [LIST, STATUS, REGISTER], [BIN, SHARD], [SURVIVORS]],
    "nothing-asked-of-a-stolen-key": [[ROOT, CHECKPOINT], [LIST]],
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_missing(name: str) -> None:
    assert kinds(CASES[name]) == EXPECTED[name]
    assert KEPT[name]["missing"] == CASES[name].rounds()[0]


def test_what_was_fetched_whole_is_the_part_that_is_served() -> None:
    for name in ("whole", "whole-unchanged", "whole-newer"):
        assert CASES[name].rounds()[1] == CASES[name].served


def test_what_was_fetched_for_one_certificate_is_believed_like_the_whole() -> None:
    part = CASES["one"].rounds()[1]
    assert (len(part.bins), len(part.status_lists), len(part.shards)) == (1, 1, 1)
    found = trust.establish(FUJIAN, part, frozenset({World().pin()}))
    need = wanted.need_of(TEXT)
    assert need is not None
    assert found.issuers.get(need.issuer) is not None


def test_a_checkpoint_without_a_trust_list_is_refused() -> None:
    world = World()
    part = world.part()
    thin = part._replace(checkpoint=world.checkpoint_bytes([]))
    (start,) = directory.of({FUJIAN: thin}, 0).starts.values()
    with pytest.raises(ObjectError) as found:
        wanted.plan(start, objects(thin))
    assert found.value.reason is SyncReason.OBJECT_MALFORMED
    named = [each for each in checkpoint.decode(part.checkpoint)[0].entries if each.type is not LIST]
    thin = part._replace(checkpoint=world.checkpoint_bytes(named))
    (start,) = directory.of({FUJIAN: thin}, 0).starts.values()
    with pytest.raises(ObjectError) as found:
        wanted.plan(start, objects(thin))
    assert found.value.reason is SyncReason.MIX_AND_MATCH


def document(**changes: Any) -> bytes:
    """A directory of one region as a document."""
    start = {"region": "35", "roots": ["00" * 32], "checkpoint": "11" * 32}
    return json.dumps({"bundle_bytes": 7, "parts": [start], "more": None} | changes).encode()


def test_a_directory_comes_back() -> None:
    found = directory.of({FUJIAN: World().part()}, 70_000)
    assert directory.read(json.dumps(directory.encode(found)).encode()) == found
    assert directory.read(document()) is not None


START = {"region": "35", "roots": ["00" * 32], "checkpoint": "11" * 32}
BAD = {
    "not JSON": b"\xff",
    "an array": b"[]",
    "too deep": b"[" * 100_000,
    "too large": b" " * directory.MAX_BYTES + document(),
    "no size": document(bundle_bytes=None),
    "no parts": document(parts=None),
    "a region that is none": document(parts=[START | {"region": "3"}]),
    "a hash that is short": document(parts=[START | {"checkpoint": "11"}]),
    "a hash that is no text": document(parts=[START | {"checkpoint": 1}]),
    "roots that are a text": document(parts=[START | {"roots": "00" * 32}]),
    "1025 roots": document(parts=[START | {"roots": ["00" * 32] * 1_025}]),
}


@pytest.mark.parametrize("name", BAD)
def test_a_document_that_is_no_directory(name: str) -> None:
    assert directory.read(BAD[name]) is None


def test_the_need_of_a_certificate_is_its_issuer_and_its_entry() -> None:
    need = wanted.need_of(TEXT)
    assert need == wanted.Need(Region("35"), World().issuers[0].code, "https://fj.example/s/0", 7)
    assert wanted.need_of("https://fj.example/v#12") is None
