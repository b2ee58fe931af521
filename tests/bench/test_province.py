"""The large province of the benchmarks: realistic, readable, and the same for ever."""

from collections import Counter
from hashlib import sha256

from bench import province
from credential import trust_list
from credential.bins import decode_bin
from credential.issuer import Issuer
from credential.model import IssuerKind
from tests.world import NOW, World

FEW = 400


def test_issuers_are_distinct_and_each_has_its_eight_occupations() -> None:
    listed = province.issuers(FEW)
    assert Counter(len({scope.occupation for scope in each.scopes}) for each in listed) == {8: FEW}
    assert len({each.code for each in listed}) == FEW
    assert len({key.public for each in listed for key in each.keys}) == sum(len(each.keys) for each in listed)
    names = Counter(name for each in listed for _, name in each.names)
    assert max(names.values()) == 1
    assert {each.kind for each in listed} == set(IssuerKind)
    assert len(province.occupations()) == 1_588


def test_the_list_reads_back_and_is_the_same_for_ever() -> None:
    listed, bins = trust_list.build(World().list_head(), province.issuers(FEW))
    read = [each for data in bins for each in decode_bin(data, listed.occupations).values()]
    assert tuple(map(_in_order, read)) == tuple(map(_in_order, province.issuers(FEW)))
    assert sha256(b"".join(bins)).hexdigest() == "0b393ef77461670a530e11cbd693e404bf2bd81673a38f4cccebc936eb190519"


def _in_order(issuer: Issuer) -> Issuer:
    """A bin keeps an issuer's scopes, but not their order."""
    return issuer._replace(scopes=tuple(sorted(issuer.scopes, key=repr)))


def test_a_day_of_work_changes_five_issuers() -> None:
    before = province.issuers(FEW)
    after = province.updated(before, NOW)
    changed = set(after) - set(before)
    assert len(after) == FEW + 1
    assert len(changed) == 5
    assert len(set(before) - set(after)) == 4
