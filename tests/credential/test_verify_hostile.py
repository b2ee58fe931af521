"""Whatever bytes, text or time are given, there is a verdict, and no changed bit is called valid."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from credential import qr_text
from credential.model import Seconds
from credential.reason import Outcome, Reason
from credential.verify import Accepted, verify, verify_bytes
from tests.credential.scenario import FAULTS, Fault, Scenario
from tests.world import NOW, World, sign_it


def test_no_bit_of_a_certificate_can_be_flipped() -> None:
    data, trust = sign_it(), World(registered={7: sign_it()}).trust()
    for bit in range(8 * len(data)):
        bad = bytearray(data)
        bad[bit // 8] ^= 1 << bit % 8
        found = verify_bytes(bytes(bad), trust, NOW)
        assert found.reason.outcome is not Outcome.ACCEPTED, bit


def test_a_flipped_bit_of_the_certificate_itself_is_never_called_valid_or_revoked() -> None:
    """Inside the payload, but for issuer and structure, it is the signature that fails."""
    data, trust = sign_it(), World().trust()
    name = data.index("陈志强".encode())
    bad = data[:name] + "陈志弓".encode() + data[name + 9 :]
    assert verify_bytes(bad, trust, NOW).reason is Reason.SIGNATURE_INVALID


def test_no_other_byte_may_stand_anywhere() -> None:
    data, trust = sign_it(), World().trust()
    for place in range(len(data)):
        for delta in (1, 85, 128, 255):
            bad = data[:place] + bytes([(data[place] + delta) % 256]) + data[place + 1 :]
            assert verify_bytes(bad, trust, NOW).reason.outcome is not Outcome.ACCEPTED


TRUST = World(registered={7: sign_it()}).trust()
EDITS: st.SearchStrategy[Callable[[bytes], bytes]] = st.one_of(
    st.builds(
        lambda at, new: lambda d: d[: at % len(d)] + new + d[at % len(d) :], st.integers(0), st.binary(max_size=4)
    ),
    st.builds(
        lambda at, n: lambda d: d[: at % len(d)] + d[at % len(d) + n :] or b"\0", st.integers(0), st.integers(1, 8)
    ),
    st.builds(
        lambda at, new: lambda d: d[: at % len(d)] + new + d[at % len(d) + len(new) :],
        st.integers(0),
        st.binary(min_size=1, max_size=9),
    ),
)


@given(st.lists(EDITS, min_size=1, max_size=4), st.integers(-(2**40), 2**60))
def test_any_mutation_has_a_verdict(edits: list[Callable[[bytes], bytes]], now: int) -> None:
    data = original = sign_it()
    for edit in edits:
        data = edit(data)
    found = verify_bytes(data, TRUST, Seconds(now))
    assert found.reason.outcome is not Outcome.ACCEPTED or data == original


@given(st.text(max_size=80) | st.binary(max_size=120).map(lambda data: qr_text.encode("x", data or b"\0")))
def test_any_text_has_a_verdict(text: str) -> None:
    assert not isinstance(verify(text, TRUST, NOW), Accepted)


@given(st.integers(-(2**62), 2**62))
def test_any_time_has_a_verdict(now: int) -> None:
    found = verify_bytes(sign_it(), TRUST, Seconds(now)).reason
    assert found in {
        Reason.ACCEPTED,
        Reason.CLOCK_SUSPECT,
        Reason.ROOT_EXPIRED,
        Reason.TRUST_LIST_EXPIRED,
        Reason.STATUS_EXPIRED,
    }


@given(st.sampled_from(list(FAULTS.values())), st.lists(EDITS, max_size=2))
def test_a_signed_certificate_of_any_fault_has_a_verdict(fault: Fault, edits: list[Callable[[bytes], bytes]]) -> None:
    data = fault(Scenario()).data()
    for edit in edits:
        data = edit(data)
    assert verify_bytes(data, TRUST, NOW).reason in Reason
