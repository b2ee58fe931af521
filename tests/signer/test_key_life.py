"""A key's life at the issuer: replaced once the registry published its successor; stolen, and used no more."""

import csv
import re
from pathlib import Path

import pytest

from credential import cose
from credential.keyfile import Purpose
from credential.model import KeyState, Seconds, rfc3339
from signer import clock, opening
from signer.certificates.drafts import read_certificate
from signer.context import Silence
from signer.errors import SignerError
from signer.keys.own import Keyring
from tests.signer.desk import RIGHT, Desk, listed, public_of
from tests.signer.office import level_row
from tests.world import CODE

LONG_AGO = "2020-01-01T00:00:00+08:00"


def kids(desk: Desk) -> list[bytes]:
    """Who signed what is registered, in order of index."""
    found = desk.office.registry.registered
    return [cose.decode_sign1(found[index], None).kid for index in sorted(found)]


def rotated(desk: Desk) -> tuple[bytes, Path]:
    """The next certificate key, and the enrolment of both."""
    code, result = desk.json("key rotate")
    assert code == 0, result
    return bytes.fromhex(result["certificate_key"]["public"]), Path(result["enrolment"])


def indices(desk: Desk) -> list[int]:
    """Of what is registered."""
    return list(desk.office.registry.registered)


def states(desk: Desk) -> list[tuple[str, str, str]]:
    """What `key show` says of each."""
    code, shown = desk.json("key show", secret=False)
    assert code == 0, shown
    return [(each["purpose"], each["use"], each["state"]) for each in shown["keys"]]


def test_next_keys_are_taken_into_use_once_they_are_published(desk: Desk) -> None:
    former = public_of(desk)
    assert desk.sign(level_row(1))[0] == 0
    next_one, enrolment = rotated(desk)
    assert desk.sign(level_row(2), out="second")[0] == 0
    assert states(desk) == [
        ("certificate", "present", "active"),
        ("request", "present", "not-published"),
        ("certificate", "next", "waiting"),
        ("request", "next", "not-published"),
    ]
    desk.publish(listed(former), desk.approve(enrolment))
    sealed = desk.home.key_file(Purpose.CERTIFICATE).read_bytes()
    desk.office.registry.request_keys = desk.office.registry.request_keys[1:]
    assert desk.sign(level_row(3), out="third")[0] == 0
    assert kids(desk) == [cose.kid(former)] * 2 + [cose.kid(next_one)]
    assert public_of(desk) == next_one
    assert sorted(path.name for path in desk.home.keys.iterdir()) == ["certificate.key", "record.json", "request.key"]
    assert all(sealed not in path.read_bytes() for path in desk.home.path.rglob("*") if path.is_file())
    desk.publish(listed(former, (0, KeyState.ACTIVE), (1, KeyState.RETIRED)), listed(next_one))
    assert states(desk) == [
        ("certificate", "present", "active"),
        ("request", "present", "not-published"),
        ("request", "former", "not-published"),
        ("certificate", "former", "retired"),
    ]


def test_what_only_asks_takes_the_next_request_key_too(desk: Desk) -> None:
    """The former request key is retired already: a revocation is asked for by the next one."""
    assert desk.sign(level_row(1))[0] == 0
    _, enrolment = rotated(desk)
    desk.publish(listed(public_of(desk)), desk.approve(enrolment))
    desk.office.registry.request_keys = desk.office.registry.request_keys[1:]
    assert desk.json("revoke", f"{CODE}263000001", "--reason", "fraud", "--yes")[0] == 0


def test_a_home_that_stays_open_takes_them_too_and_not_before_their_day(desk: Desk) -> None:
    """Listed, and active only in a thousand years: not yet."""
    former, (next_one, enrolment) = public_of(desk), rotated(desk)
    desk.approve(enrolment)
    with opening.opened(Keyring(desk.home, lambda _: RIGHT), Silence()) as context:
        for states_, used in ((((1 << 35, KeyState.ACTIVE),), former), ((), next_one)):
            desk.publish(listed(former), listed(next_one, *states_))
            context.fetch()
            assert context.open_key(Purpose.CERTIFICATE).public == used


def test_a_take_over_that_was_cut_short_is_finished(desk: Desk) -> None:
    """The request key was replaced, and then the machine went off."""
    next_one, enrolment = rotated(desk)
    desk.home.next_key_file(Purpose.REQUEST).replace(desk.home.key_file(Purpose.REQUEST))
    desk.publish(desk.approve(enrolment))
    assert desk.sign(level_row(1))[0] == 0
    assert kids(desk) == [cose.kid(next_one)]


def test_next_keys_wait_once_and_can_be_given_up(desk: Desk) -> None:
    former = public_of(desk)
    rotated(desk)
    code, result = desk.json("key rotate")
    assert (code, result["error"]) == (2, "rotation-waiting")
    code, result = desk.json("key rotate", "--abandon", secret=False)
    assert (code, result["abandoned"], public_of(desk)) == (0, True, former)
    assert sorted(path.name for path in desk.home.keys.iterdir()) == ["certificate.key", "request.key"]


def test_a_stolen_key_signs_nothing_more_here_and_what_it_signed_is_listed(desk: Desk) -> None:
    office, stolen = desk.office, public_of(desk)
    assert desk.sign(level_row(1), level_row(2))[0] == 0
    code, result = desk.json("key stolen", secret=False)
    assert (code, result["stopped"]) == (0, False)
    out = office.folder / "stolen"
    words = ("key stolen", "--since", "2026-06-02T00:00:00+08:00", "--out", out, "--yes")
    code, result = desk.json(*words, secret=False)
    assert (code, result["signed"], result["stand"], result["fall"]) == (0, 2, 0, 2)
    code, refused = desk.sign(level_row(3), out="second")
    assert (code, refused["error"]) == (1, "key-stolen")
    assert cose.fingerprint(stolen) in refused["message_zh"]
    said = (out / "statement.txt").read_text("utf-8-sig")
    for each in (CODE, cose.fingerprint(stolen), cose.kid(stolen).hex(), "2026-06-01T16:00:00Z", "--dry-run"):
        assert each in said
    rows = list(csv.DictReader((out / "certificates.csv").read_text("utf-8-sig").splitlines()))
    assert [row["number"] for row in rows] == [f"{CODE}263000001", f"{CODE}263000002"]
    assert {row["stands"] for row in rows} == {"no"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (out, *out.iterdir()))
    next_one, enrolment = rotated(desk)
    desk.publish(listed(stolen, (0, KeyState.ACTIVE), (1, KeyState.COMPROMISED), stolen=True), desk.approve(enrolment))
    assert desk.sign(level_row(3), out="second")[0] == 0
    assert kids(desk)[-1] == cose.kid(next_one)
    assert ("certificate", "former", "compromised") in states(desk)
    again = ("correct", f"{CODE}263000001", "--out", office.folder / "again", "--yes")
    assert desk.json(*again)[1]["changed"] is True
    assert kids(desk)[-1] == cose.kid(next_one)
    first, anew = (
        read_certificate(office.registry.registered[index]) for index in (min(indices(desk)), max(indices(desk)))
    )
    assert (first.number, first.person, first.subject) == (anew.number, anew.person, anew.subject)
    assert desk.json(*again)[1]["error"] == "nothing-to-correct"


def test_what_was_signed_and_registered_before_the_theft_stands(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The double says that it registered in June; the first certificate is signed half a minute ago, the second now."""
    real = clock.now
    monkeypatch.setattr("signer.clock.now", lambda: Seconds(real() - 30))
    assert desk.sign(level_row(1))[0] == 0
    monkeypatch.setattr("signer.clock.now", real)
    assert desk.sign(level_row(2), out="second")[0] == 0
    since = rfc3339(Seconds(real() - 15))
    code, result = desk.json("key stolen", "--since", since, "--yes", secret=False)
    assert (code, result["stand"], result["fall"]) == (0, 1, 1)
    rows = csv.DictReader((Path(result["out"]) / "certificates.csv").read_text("utf-8-sig").splitlines())
    assert [(row["number"][-1], row["stands"]) for row in rows] == [("1", "yes"), ("2", "no")]
    code, result = desk.json("key stolen", "--since", LONG_AGO, "--yes", secret=False)
    assert (code, result["stand"], result["since"]) == (0, 0, "2019-12-31T16:00:00Z")
    code, result = desk.json("key stolen", "--since", since, "--yes", secret=False)
    assert (code, result["since"]) == (0, "2019-12-31T16:00:00Z")


def test_a_theft_is_told_while_another_command_is_at_work(desk: Desk) -> None:
    """And whoever has the key open already opens it no more."""
    with opening.opened(Keyring(desk.home, lambda _: RIGHT), Silence()) as context:
        assert context.open_key(Purpose.CERTIFICATE).public == public_of(desk)
        assert desk.json("key stolen", "--since", LONG_AGO, "--yes", secret=False)[0] == 0
        with pytest.raises(SignerError, match="key-stolen"):
            context.open_key(Purpose.CERTIFICATE)


def test_a_stolen_request_key_asks_for_nothing_more(desk: Desk) -> None:
    code, result = desk.json("key stolen", "--key", "request", "--since", LONG_AGO, "--yes", secret=False)
    assert (code, result["stopped"]) == (0, True)
    statement = (Path(result["out"]) / "statement.txt").read_text("utf-8-sig")
    assert f"key retire --issuer {CODE}" in statement
    code, refused = desk.sign(level_row(1))
    assert (code, refused["error"]) == (1, "key-stolen")
    assert "/v1/indices" not in desk.office.registry.asked


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"version": 2, "keys": []}', b'{"version": 1, "keys": [{}]}'])
def test_a_damaged_record_of_stolen_keys_signs_nothing(desk: Desk, damage: bytes) -> None:
    desk.home.key_record_file.write_bytes(damage)
    desk.home.key_record_file.chmod(0o600)
    code, result = desk.sign(level_row(1))
    assert (code, result["error"]) == (2, "key-record-damaged")


def test_a_time_to_come_is_refused(desk: Desk) -> None:
    code, result = desk.json("key stolen", "--since", "2999-01-01T00:00:00Z", "--yes", secret=False)
    assert (code, result["error"]) == (2, "since-ahead")
    assert not desk.home.key_record_file.exists()


def promised(command: str) -> set[str]:
    """The fields that docs/keys.md promises."""
    page = (Path(__file__).resolve().parents[2] / "docs/keys.md").read_text("utf-8")
    (fields,) = re.findall(rf"^\| `{command}` \| (.*) \|$", page, re.MULTILINE)
    return set(re.findall(r"`(\w+)`", fields))


def test_every_command_has_its_fields(desk: Desk) -> None:
    folder = desk.office.folder
    _, shown = desk.json("key show", secret=False)
    assert {"keys", *shown["keys"][0]} == promised("key show")
    stolen = ("key stolen", "--key", "request", "--since", LONG_AGO, "--yes")
    for words in (("key rotate",), ("key backup", "--out", folder / "paper", "--next"), stolen):
        code, told = desk.json(*words)
        assert (code, told.pop("command"), told.pop("ok")) == (0, words[0], True)
        assert told.keys() == promised(str(words[0]))
