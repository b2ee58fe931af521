import pytest

from credential import wording
from credential.reason import Outcome, Reason, Recognition, SyncReason
from credential.wordings.recognition import RECOGNITIONS
from credential.wordings.sync import SYNC_REASONS

EVERY = [*Reason, *Recognition, *SyncReason]
UNDECIDED = [reason for reason in Reason if reason.outcome is Outcome.UNDECIDED]


@pytest.mark.parametrize("reason", EVERY, ids=lambda reason: f"{type(reason).__name__}.{reason.value}")
def test_every_reason_has_a_sentence_and_a_next_step(reason: Reason | Recognition | SyncReason) -> None:
    words = wording.of(reason)
    for chinese in (words.zh, words.next_zh):
        assert chinese.endswith("。")
    for english in (words.en, words.next_en):
        assert english.isascii()
        assert english[0].isupper()
        assert english.endswith(".")


def test_no_words_for_a_reason_that_does_not_exist() -> None:
    assert set(wording.REASONS) == set(Reason)
    assert set(RECOGNITIONS) == set(Recognition)
    assert set(SYNC_REASONS) == set(SyncReason)


@pytest.mark.parametrize("reason", UNDECIDED)
def test_undecided_never_sounds_like_a_fault_of_the_certificate(reason: Reason) -> None:
    words = wording.of(reason)
    for accusing in ("伪造", "假", "不要采信", "forged", "fake", "invalid", "do not rely"):
        assert accusing not in f"{words.zh}{words.next_zh}{words.en}{words.next_en}".lower()


def test_superseded_asks_for_the_new_certificate() -> None:
    assert "新证书" in wording.of(Reason.SUPERSEDED).next_zh
    assert "new certificate" in wording.of(Reason.SUPERSEDED).next_en
