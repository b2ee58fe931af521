from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import model
from credential.errors import CredentialError
from credential.model import Day, Kind, Seconds
from credential.reason import KeyFileReason, Outcome, Reason, Recognition, SyncReason
from tests.credential.certificates import EXAMPLES

MIDNIGHT = 16 * 3600
"""1970-01-02T00:00 in UTC+8 is 16:00 on the day before in UTC."""


@pytest.mark.parametrize(
    ("instant", "day"), [(0, 0), (MIDNIGHT - 1, 0), (MIDNIGHT, 1), (-8 * 3600, 0), (-8 * 3600 - 1, -1)]
)
def test_a_day_begins_at_midnight_in_utc_plus_8(instant: int, day: int) -> None:
    assert model.day_of(Seconds(instant)) == day


@given(st.integers(0, model.MAX_DAY).map(Day))
def test_a_day_is_a_date_and_begins_at_its_start(day: Day) -> None:
    assert model.day_from_date(model.date_from_day(day)) == day
    assert model.day_of(model.start_of(day)) == day
    assert model.day_of(Seconds(model.start_of(day) - 1)) == day - 1


def test_the_last_day() -> None:
    assert model.date_from_day(model.MAX_DAY) == date(9999, 12, 31)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1_780_300_800, "2026-06-01T08:00:00Z"),
        (253_402_300_799, "9999-12-31T23:59:59Z"),
        (253_402_300_800, "253402300800"),
        (2**53 - 1, "9007199254740991"),
    ],
)
def test_an_instant_as_rfc_3339_writes_it(instant: int, text: str) -> None:
    assert model.rfc3339(Seconds(instant)) == text


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_but_the_honour_has_an_occupation(kind: Kind) -> None:
    assert EXAMPLES[kind].kind is kind
    assert (EXAMPLES[kind].occupation is None) == (kind is Kind.HONOUR)


def test_the_reasons_are_stable() -> None:
    """A code is its own name for ever: a renamed one breaks programs that rely on it."""
    for codes in (Reason, Recognition, SyncReason):
        assert all(each.value == each.name for each in codes)
    assert len(Reason) == 77
    assert [each for each in Reason if each.outcome is Outcome.ACCEPTED] == [Reason.ACCEPTED]


def test_an_error_says_its_reason_and_detail() -> None:
    assert str(CredentialError(Reason.QR_GROUP)) == "QR_GROUP"
    assert str(CredentialError(Reason.QR_GROUP, "2 digits")) == "QR_GROUP: 2 digits"
    assert str(CredentialError(KeyFileReason.MALFORMED)) == KeyFileReason.MALFORMED.value
