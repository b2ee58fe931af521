"""A key's life at the registry: two overlap, one is retired, and no weak or used one is let in, each for its reason."""

from collections.abc import Callable
from pathlib import Path

import pytest

from credential import request, sign
from credential.model import KeyState, Seconds, rfc3339
from credential.sign import SigningKey
from credential.trust import Trust
from credential.verify import verify_bytes
from tests.registry.office import PORT, SKILLS, Office, certificate, now, request_key, run, signed
from tests.registry.office import certificate_key as key_of
from tests.world import key

Captured = pytest.CaptureFixture[str]
DOCUMENT = ("--document", "换密钥通知")


def enrolment_of(folder: Path, first: SigningKey, second: SigningKey) -> Path:
    path = folder / "enrolment"
    made = request.Enrolment(PORT, first.public, second.public, now())
    path.write_bytes(request.seal_enrolment(made, first, second))
    return path


def rotate(office: Office, folder: Path) -> tuple[SigningKey, SigningKey]:
    """Another pair of keys for the port, beside the old one."""
    pair = key("port's next certificate key"), key("port's next request key")
    path = enrolment_of(folder, *pair)
    for operator in ("lin", "huang"):
        run(office.data, "key", "approve", path, "--operator", operator)
    return pair


def retire(office: Office, which: SigningKey, at: Seconds, *, expect: int = 0) -> None:
    words = ("--issuer", PORT, "--kid", which.kid.hex(), "--at", rfc3339(at), *DOCUMENT)
    for operator in ("lin", "huang")[: 1 if expect else 2]:
        run(office.data, "key", "retire", *words, "--operator", operator, expect=expect)


def activate_long_ago(office: Office) -> None:
    """As if the keys had been enrolled a while before."""
    with office.service.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE key_states SET at = at - 1000")
        connection.exec_driver_sql("UPDATE request_keys SET active_from = active_from - 1000")


def says(office: Office, data: bytes) -> str:
    region = office.trust.root.head.region
    return verify_bytes(data, Trust(region, {region: office.trust}), now()).reason.value


def test_both_keys_sign_while_they_overlap_and_the_old_one_ends(office: Office, tmp_path: Path) -> None:
    new, _ = rotate(office, tmp_path)
    activate_long_ago(office)
    run(office.data, "publish", "--demo-keys")
    old = key_of(PORT)
    indices = office.indices(PORT, 3)
    both = [signed(certificate(indices[0], 1, issued_at=now() - 100)), signed(certificate(indices[1], 2), new)]
    answer = office.register(PORT, *both)
    assert answer.status_code == 200, answer.text
    retire(office, old, Seconds(now() - 50))
    run(office.data, "publish", "--demo-keys")
    assert [says(office, each) for each in both] == ["ACCEPTED", "ACCEPTED"]
    late = [signed(certificate(indices[2], 3, issued_at=now() - 3), by) for by in (old, new)]
    assert [says(office, each) for each in late] == ["KEY_NOT_ACTIVE", "NOT_YET_REGISTERED"]
    states = {each.public: each.states for each in office.issuer(PORT).keys}
    assert [state for _, state in states[old.public]] == [KeyState.ACTIVE, KeyState.RETIRED]
    assert [state for _, state in states[new.public]] == [KeyState.ACTIVE]


def test_a_retired_key_registers_nothing_more(office: Office) -> None:
    activate_long_ago(office)
    (index,) = office.indices(PORT, 1)
    retire(office, key_of(PORT), now())
    answer = office.register(PORT, signed(certificate(index, 1)))
    assert (answer.status_code, answer.get_json()["errors"][0]["reason"]) == (422, "KEY_NOT_ACTIVE")


def test_a_retired_request_key_asks_for_nothing_more(office: Office) -> None:
    activate_long_ago(office)
    office.indices(PORT, 1)
    retire(office, request_key(PORT), now())
    from credential.request import ReserveIndices
    from tests.registry.office import seal

    answer = office.post("/v1/indices", seal(PORT, ReserveIndices(1)))
    assert (answer.status_code, answer.get_json()["type"]) == (401, "urn:yinxin:problem:unknown-signer")


def test_one_operator_retires_nothing(office: Office, capsys: Captured) -> None:
    activate_long_ago(office)
    words = ("--issuer", PORT, "--kid", key_of(PORT).kid.hex(), "--at", rfc3339(now()), *DOCUMENT, "--operator", "lin")
    run(office.data, "key", "retire", *words)
    run(office.data, "key", "retire", *words, expect=1)
    assert "须由另一位操作员办理" in capsys.readouterr().err
    (index,) = office.indices(PORT, 1)
    assert office.register(PORT, signed(certificate(index, 1))).status_code == 200


def test_a_retirement_that_would_fell_a_registered_certificate_is_refused(office: Office, capsys: Captured) -> None:
    activate_long_ago(office)
    (index,) = office.indices(PORT, 1)
    assert office.register(PORT, signed(certificate(index, 1))).status_code == 200
    retire(office, key_of(PORT), Seconds(now() - 100), expect=1)
    assert "1 registered certificates were signed then or later" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("at", "why"),
    [(-5000, "later than when it became active"), (0, None)],
)
def test_when_a_key_may_be_retired(office: Office, capsys: Captured, at: int, why: str | None) -> None:
    activate_long_ago(office)
    retire(office, key_of(PORT), Seconds(now() + at), expect=0 if why is None else 1)
    if why is not None:
        assert why in capsys.readouterr().err
        return
    retire(office, key_of(PORT), Seconds(now() + 100), expect=1)
    assert "it is retired already" in capsys.readouterr().err


def test_a_key_of_nobody_is_not_retired(office: Office, capsys: Captured) -> None:
    retire(office, key_of(SKILLS), now(), expect=1)
    assert "no key" in capsys.readouterr().err


def role_key(office: Office, name: str) -> SigningKey:
    from credential import keyfile

    return keyfile.open_demo(keyfile.parse((office.data / "keys" / f"{name}.key").read_bytes()))


REUSED: dict[str, Callable[[Office], tuple[SigningKey, SigningKey]]] = {
    "KEY_OF_ANOTHER_ISSUER": lambda _: (key_of(SKILLS), key("fresh")),
    "KEY_OF_CERTIFICATES": lambda _: (key("fresh"), key_of(PORT)),
    "KEY_OF_REQUESTS": lambda _: (request_key(PORT), key("fresh")),
    "KEY_OF_ROLE": lambda office: (role_key(office, "list-1"), key("fresh")),
}


@pytest.mark.parametrize("reason", REUSED)
def test_a_key_in_use_is_not_enrolled_again(office: Office, tmp_path: Path, capsys: Captured, reason: str) -> None:
    before = office.count("enrolments")
    path = enrolment_of(tmp_path, *REUSED[reason](office))
    run(office.data, "key", "approve", path, "--operator", "lin", expect=1)
    assert f"{reason}: " in capsys.readouterr().err
    assert office.count("enrolments") == before


def test_one_key_in_both_places_is_refused(office: Office, tmp_path: Path, capsys: Captured) -> None:
    payload = request.Enrolment(PORT, key("one").public, key("one").public, now()).encode()
    path = tmp_path / "enrolment"
    proof = sign.signature_for(payload, request.ENROLMENT_TYP, key("one"))
    path.write_bytes(sign.assemble(payload, request.ENROLMENT_TYP, [proof]))
    run(office.data, "key", "approve", path, "--operator", "lin", expect=1)
    assert "KEY_TWICE: " in capsys.readouterr().err


def test_both_issuers_cannot_enrol_one_key_that_still_waits(office: Office, tmp_path: Path, capsys: Captured) -> None:
    """The first approval takes the key; the other's second operator is refused."""
    shared, paths = key("shared"), {}
    for issuer, other in ((PORT, key("a")), (SKILLS, key("b"))):
        paths[issuer] = tmp_path / issuer
        made = request.Enrolment(issuer, shared.public, other.public, now())
        paths[issuer].write_bytes(request.seal_enrolment(made, shared, other))
        run(office.data, "key", "approve", paths[issuer], "--operator", "lin")
    run(office.data, "key", "approve", paths[PORT], "--operator", "huang")
    run(office.data, "key", "approve", paths[SKILLS], "--operator", "huang", expect=1)
    assert "KEY_OF_ANOTHER_ISSUER: " in capsys.readouterr().err


def test_fingerprints_are_shown_in_the_groups_that_the_issuer_reads_out(
    office: Office, tmp_path: Path, capsys: Captured
) -> None:
    from credential import cose

    first, second = key("x"), key("y")
    run(office.data, "key", "approve", enrolment_of(tmp_path, first, second), "--operator", "lin")
    shown = capsys.readouterr().out
    for public in (first.public, second.public):
        digits = cose.thumbprint(public).hex()
        assert " ".join(digits[i : i + 4] for i in range(0, 64, 4)) in shown
