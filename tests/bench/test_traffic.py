"""What a trust list of ten thousand issuers moves: counted in bytes, so it is the same everywhere."""

from bench.traffic import traffic


def test_a_large_province_moves_no_more_than_it_may() -> None:
    first, update, phone = traffic()
    assert (first.most, phone.most) == (700_000, 30_000)
    assert update.most == first.bytes // 20
    assert [each.en for each in (first, update, phone) if not each.is_met] == []
    assert min(first.bytes, update.bytes, phone.bytes) > 10_000
