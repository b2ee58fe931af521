"""The numbered list of faults that the verifier must survive, each sent through the real entrance, on real files.

The table is in `faults.py`; here is what it is shown to, and what needs more than a text: pictures, damaged bundles,
the registry, an update, an unfit library. The ids and names begin with the fault's number.
"""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from credential import bundle, cose, ed25519, request, sign
from credential.bundle import Part
from credential.issuer import Issuer
from credential.model import Entry, Seconds, Status, rfc3339
from credential.request import ENROLMENT_TYP, ChangeReason, ChangeStatus, Enrolment, RegisterBatch, ReserveIndices
from registry import cli as registry_cli
from registry.app import create_app
from tests.credential.test_cbor import NASTY
from tests.registry import office as registry_office
from tests.registry.office import PORT, SKILLS, seal
from tests.signer import office as signer_office
from tests.signer.double import Registry as SignersRegistry
from tests.signer.double import served
from tests.update_states import rotated
from tests.verifier_cli import test_sync as syncing
from tests.verifier_cli.conftest import AT, GOOD, REVOKED, Desk, text
from tests.verifier_cli.faults import (
    BAD_KEYS,
    CASES,
    GUANGDONG_TEXT,
    GUANGDONG_WORLD,
    LOOK_ALIKE,
    NASTY_BY_NUMBER,
    PAIR,
    forged,
    sealed,
)
from tests.verifier_cli.test_pictures import beside, code, png, saved
from tests.world import CERTIFICATE, FUJIAN, ISSUER, NOW, World, certificate, certificate_key, key, sign_it


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks the network fails the test."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("name", CASES)
def test_fault(desk: Desk, name: str) -> None:
    """As an argument, and as a line of a list: one reason, no complaint, and the facts only of what is accepted."""
    case = CASES[name]
    desk.lay(case.world, *case.others)
    lines = [] if "\n" in case.text else [desk.file("list.txt", f"{case.text}\n")]
    answer = desk.check(case.text, *lines, at=rfc3339(case.now))
    assert (answer.code, answer.reasons, answer.err) == (case.code, [case.reason] * (1 + len(lines)), "")
    assert all((row["claims"] is not None) == (case.code == 0) for row in answer.rows)


def test_every_number_has_its_cases() -> None:
    numbers = {int(name.partition("-")[0]) for name in (*CASES, *(f"{n}-" for n in NASTY_BY_NUMBER))}
    elsewhere = {3, 4, 6, 32, 37, 95, 97, 98}
    assert numbers | elsewhere == {*range(1, 7), *range(10, 48), *range(94, 104)}
    assert not numbers & elsewhere


_NUMBERED = [(number, name) for number, names in NASTY_BY_NUMBER.items() for name in names]
_UNNUMBERED = [("11-25", name) for name in NASTY if name not in {each for _, each in _NUMBERED}]


@pytest.mark.parametrize(
    ("number", "name"),
    [*_NUMBERED, *_UNNUMBERED],
    ids=[f"{number}-{name.replace(' ', '-')}" for number, name in (*_NUMBERED, *_UNNUMBERED)],
)
def test_cbor(desk: Desk, number: str, name: str) -> None:
    """As the whole certificate, as its protected header, as its claims: the same one reason, the signature right."""
    assert number
    encoded, reason = NASTY[name]
    data = bytes.fromhex(encoded)
    reason = reason if len(data) <= 800 else "QR_TOO_LONG"
    shown = [text(each) for each in (data, sealed(data), sealed(payload=data)) if each and data]
    if not data:
        shown = [text(sealed(payload=data))]
    answer = desk.check(desk.file("list.txt", "\n".join(shown)))
    assert (answer.code, set(answer.reasons), len(answer.reasons)) == (1, {reason}, len(shown))


# --- pictures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", ["blank", "covered", "cut", "noise"])
def test_3_picture_that_cannot_be_read(desk: Desk, content: str) -> None:
    picture = code(GOOD)
    side = picture.width
    match content:
        case "blank":
            picture = Image.new("RGB", (300, 300), "white")
        case "covered":
            ImageDraw.Draw(picture).rectangle((side // 4, side // 4, side, side), fill="white")
        case "cut":
            picture = picture.crop((0, 0, side // 2, side))
        case "noise":
            picture = Image.effect_noise((300, 300), 90).convert("RGB")
    path = saved(desk, picture)
    answer = desk.check(path)
    assert (answer.code, answer.names, answer.reasons) == (3, [path], ["NOT_READ"])
    assert "图片里没有读到二维码" in desk.check_in_words(path).out


def test_4_two_certificates_in_one_picture(desk: Desk) -> None:
    desk.lay(World(statuses={7: Status.VALID, 8: Status.REVOKED}))
    path = saved(desk, beside(GOOD, REVOKED))
    answer = desk.check(path)
    assert answer.code == 1
    assert answer.names == [f"{path}#1", f"{path}#2"]
    found = {row["reason"]: (row["claims"] or row["former"])["number"] for row in answer.rows}
    assert found == {"ACCEPTED": "Y000035020101263000001", "REVOKED": "Y000035020101263000002"}


def test_6_picture_of_144_megapixels(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the picture was decoded")

    monkeypatch.setattr(Image.Image, "load", refuse)
    monkeypatch.setattr(Image.Image, "convert", refuse)
    path = desk.file("large.png", png(12_000, 12_000, b""))
    answer = desk.check(path)
    assert (answer.code, answer.reasons) == (3, ["PICTURE_TOO_LARGE"])


# --- signature --------------------------------------------------------------------------------------------------------


def test_the_plain_integers_are_the_issuers_key() -> None:
    """What the table signs by hand would hold if nothing were wrong with it."""
    assert PAIR.public == key("issuer").public


def test_32_two_keys_with_one_kid(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one whose signature holds is the one whose window counts. 64 equal bits are not to be had: it is told so."""
    late = certificate_key("second", [(NOW, ISSUER.keys[0].states[0][1])])
    desk.lay(World(issuers=(ISSUER._replace(keys=(late, certificate_key())),)))
    monkeypatch.setattr(Issuer, "keys_of", lambda issuer, _: issuer.keys)
    by = {name: text(sign_it(by=name)) for name in ("issuer", "second", "third")}
    answer = desk.check(*by.values())
    assert (answer.code, answer.reasons) == (1, ["ACCEPTED", "KEY_NOT_ACTIVE", "SIGNATURE_INVALID"])


def test_37_any_one_bit_flipped_anywhere(desk: Desk) -> None:
    """Every bit of a certificate: never accepted; of its signature: SIGNATURE_INVALID, whatever else could be said."""
    data = sign_it()
    flipped = [bytes(byte ^ (at == place) << bit for at, byte in enumerate(data)) for place, bit in _bits(data)]
    answer = desk.check(desk.file("list.txt", "\n".join(map(text, flipped))))
    assert answer.code == 1
    assert len(answer.rows) == 8 * len(data)
    assert {row["verdict"] for row in answer.rows} == {"rejected", "undecided"}
    assert {row["reason"] for row in answer.rows if row["verdict"] == "undecided"} == {"REGION_UNKNOWN"}
    assert set(answer.reasons[-8 * 64 :]) == {"SIGNATURE_INVALID"}


def _bits(data: bytes) -> Iterator[tuple[int, int]]:
    return ((place, bit) for place in range(len(data)) for bit in range(8))


def test_37_any_one_digit_changed(desk: Desk) -> None:
    """In the text: every digit, upwards by one."""
    prefix, digits = GOOD.split("#")
    changed = [f"{prefix}#{digits[:at]}{(int(digit) + 1) % 10}{digits[at + 1 :]}" for at, digit in enumerate(digits)]
    answer = desk.check(desk.file("list.txt", "\n".join(changed)))
    assert len(answer.rows) == len(digits)
    assert "accepted" not in {row["verdict"] for row in answer.rows}


def test_37_any_one_bit_of_the_pin_flipped(desk: Desk) -> None:
    pin = World().pin()
    for place in range(0, 256, 17):
        wrong = (int.from_bytes(pin, "big") ^ 1 << place).to_bytes(32, "big")
        desk.file("pin.txt", wrong.hex())
        answer = desk.check(GOOD)
        assert (answer.code, answer.reasons) == (3, ["CHAIN_INVALID"])


_OBJECTS: dict[str, Callable[[bytes], dict[str, Any]]] = {
    "root": lambda data: {"roots": (data,)},
    "checkpoint": lambda data: {"checkpoint": data},
    "trust-list": lambda data: {"trust_list": data},
    "bin": lambda data: {"bins": (data,)},
    "status-list": lambda data: {"status_lists": (data,)},
    "recognition": lambda data: {"recognition": data},
}


@pytest.mark.parametrize("place", _OBJECTS)
@pytest.mark.parametrize("offered", ["certificate", *_OBJECTS])
def test_38_one_object_in_anothers_place(desk: Desk, offered: str, place: str) -> None:
    """Crosswise in a bundle: no chain, so nothing is decided; in its own place each is as it should be."""
    whole = World(agreements=()).part()
    objects = {
        "certificate": sign_it(),
        "root": whole.roots[0],
        "checkpoint": whole.checkpoint,
        "trust-list": whole.trust_list,
        "bin": whole.bins[0],
        "status-list": whole.status_lists[0],
        "recognition": whole.recognition or b"",
    }
    part: Part = whole._replace(**_OBJECTS[place](objects[offered]))
    desk.file("bundle.cbor", bundle.encode({FUJIAN: part}))
    answer = desk.check(GOOD)
    expected = (0, ["ACCEPTED"]) if offered == place else (3, ["CHAIN_INVALID"])
    assert (answer.code, answer.reasons) == expected


# --- meaning ----------------------------------------------------------------------------------------------------------


def test_45_refused_characters_are_shown_escaped(desk: Desk) -> None:
    """What a person sees never holds one, be it in the certificate or in the input's own name."""
    named = CERTIFICATE._replace(person=CERTIFICATE.person._replace(name="陈\u202e强"))
    answer = desk.check_in_words(text(sign_it(named)), GOOD, "x\u2066\ue000")
    assert answer.code == 1
    assert not set("\u202e\u2066\ue000") & set(answer.out + answer.err)
    assert "x\\u{2066}\\u{E000}" in answer.out
    assert desk.check(text(sign_it(named))).rows[0]["claims"] is None


def test_45_refused_characters_at_signing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row whose name holds one is named, and nothing of its roster is signed."""
    known = SignersRegistry()
    with served(known) as url:
        desk = signer_office.Office(tmp_path, known, url, capsys)
        desk.open()
        good = signer_office.level_row(1)
        bad = [(f"陈{character}强", *good[1:]) for character in "\u202e\u2066\u200b\u200d\ue000\U000f0000"]
        exit_code, result = desk.json("sign", desk.roster(good, *bad), "--out", tmp_path / "out", "--yes")
    assert (exit_code, result["error"]) == (1, "rows-refused")
    found = {each["row"] for each in result["problems"] if each["code"] == "REFUSED_CHARACTER"}
    assert found == set(range(3, 3 + len(bad)))
    assert not (tmp_path / "out").exists()
    assert known.registered == {}


def test_46_look_alike_issuer_is_named_by_its_own_code(desk: Desk) -> None:
    """Its certificates are its own: code and name as filed, in words and for programs."""
    desk.lay(World(issuers=(ISSUER, LOOK_ALIKE)))
    mine = certificate(issuer=LOOK_ALIKE.code, number=f"{LOOK_ALIKE.code}263000001")
    shown = text(sign_it(mine, "look-alike"))
    answer = desk.check(shown)
    assert (answer.code, answer.reasons) == (0, ["ACCEPTED"])
    assert answer.rows[0]["issuer"]["id"] == LOOK_ALIKE.code != ISSUER.code
    assert LOOK_ALIKE.code in desk.check_in_words(shown).out


# --- stolen keys and honest accidents ---------------------------------------------------------------------------------


def test_94_index_only_is_said(desk: Desk) -> None:
    assert desk.check(GOOD).rows[0]["as_of"]["registration"] == "index-only"
    assert "只核对了登记位置" in desk.check_in_words(GOOD).out
    desk.lay(World(registered={7: sign_it()}))
    assert desk.check(GOOD).rows[0]["as_of"]["registration"] == "register"


def test_99_only_the_region_whose_clock_is_ahead_suffers(desk: Desk) -> None:
    pins = f"{World().pin().hex()}\n{GUANGDONG_WORLD.pin().hex()}\n"
    ahead = Seconds(NOW + 301)
    for fujian, guangdong, reasons in (
        (World(), GUANGDONG_WORLD, ["ACCEPTED", "ACCEPTED"]),
        (World(checkpoint_issued=ahead), GUANGDONG_WORLD, ["CLOCK_SUSPECT", "ACCEPTED"]),
        (World(), replace(GUANGDONG_WORLD, checkpoint_issued=ahead), ["ACCEPTED", "CLOCK_SUSPECT"]),
    ):
        desk.lay(fujian, guangdong)
        desk.file("pin.txt", pins)
        answer = desk.check(GOOD, GUANGDONG_TEXT)
        assert (answer.code, answer.reasons) == (3 if "CLOCK_SUSPECT" in reasons else 0, reasons)


registry = syncing.registry
office = syncing.office
settled = syncing.settled


def test_98_stolen_status_key_and_a_new_epoch(settled: syncing.Office) -> None:
    """The thief revokes everything, at the last sequence there is; a new epoch granted by the root brings all back."""

    def says() -> tuple[int, list[str]]:
        answer = settled.desk.call(["check", "--bundle", str(settled.bundle), "--json", GOOD])
        return answer.code, answer.reasons

    assert says() == (0, ["ACCEPTED"])
    everything = {**dict.fromkeys(range(1024), Status.REVOKED), 9: Status.SUPERSEDED}
    stolen = syncing.settled_world(2**53 - 1, statuses=everything).part()
    assert settled.sync({FUJIAN: stolen}).code == 0
    assert says() == (1, ["REVOKED"])
    settled.refuse(syncing.settled_world(6).part(), "ROLLBACK")
    assert says() == (1, ["REVOKED"])
    recovered = rotated(syncing.settled_world(1, epoch=2), syncing.settled_world())
    answer = settled.sync({FUJIAN: recovered})
    assert (answer.code, answer.rows[0]["new_epochs"]) == (0, ["root", "list", "status", "checkpoint"])
    assert says() == (0, ["ACCEPTED"])
    settled.refuse(stolen, "ROLLBACK")
    assert says() == (0, ["ACCEPTED"])


@pytest.fixture
def fresh_library_check() -> Iterator[None]:
    ed25519.require_fit_library.cache_clear()
    yield
    ed25519.require_fit_library.cache_clear()


@pytest.mark.usefixtures("fresh_library_check")
@pytest.mark.parametrize("vector", ed25519.REFUSED_BY_A_FIT_LIBRARY)
@pytest.mark.parametrize("command", ["check", "check --json", "explain", "audit"])
def test_103_unfit_library_stops_at_the_start(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, vector: str, command: str
) -> None:
    """One clear line and exit 2: neither passed nor forged nor undecided, and no verdict at all."""
    honest, lax = ed25519._holds, ed25519.REFUSED_BY_A_FIT_LIBRARY[vector]
    monkeypatch.setattr(ed25519, "_holds", lambda *shown: shown == lax or honest(*shown))
    given = [] if command == "audit" else ["--at", AT, GOOD]
    answer = desk.call([*command.split(), *desk.held, *given])
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("yinxin-verify: ")
    assert "libsodium" in answer.err
    assert vector in answer.err
    assert "PyNaCl" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.usefixtures("fresh_library_check")
def test_103_unfit_library_stops_an_update(settled: syncing.Office, monkeypatch: pytest.MonkeyPatch) -> None:
    before = settled.bundle.read_bytes()
    _lax(monkeypatch)
    answer = settled.sync({FUJIAN: syncing.settled_world(6).part()})
    assert (answer.code, answer.out) == (2, "")
    assert "libsodium" in answer.err
    assert settled.bundle.read_bytes() == before


def _lax(monkeypatch: pytest.MonkeyPatch) -> None:
    ed25519.require_fit_library.cache_clear()
    monkeypatch.setattr(ed25519, "_holds", lambda *_: True)


@pytest.mark.usefixtures("fresh_library_check")
def test_103_unfit_library_stops_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    _lax(monkeypatch)
    with pytest.raises(ed25519.UnfitLibraryError):
        create_app()


@pytest.mark.usefixtures("fresh_library_check")
def test_103_unfit_library_stops_the_operator_and_the_clerk(
    province: registry_office.Office,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Exit 2 and what to do: nothing is let in, nothing is signed."""
    before = _lists(province)
    enrolment = registry_office.enrolment(tmp_path, PORT)
    known = SignersRegistry()
    with served(known) as url:
        clerk = signer_office.Office(tmp_path, known, url, capsys)
        clerk.open()
        _lax(monkeypatch)
        roster = clerk.roster(signer_office.level_row(1))
        exit_code, result = clerk.json("sign", roster, "--out", tmp_path / "out", "--yes")
    assert (exit_code, result["error"]) == (2, "unfit-library")
    assert not (tmp_path / "out").exists()
    assert known.registered == {}
    _lax(monkeypatch)
    command = ["--data", str(province.data), "key", "approve", str(enrolment), "--operator", "lin"]
    assert registry_cli.main(command) == 2
    said = capsys.readouterr().err
    assert "libsodium" in said
    assert "PyNaCl" in said
    assert _lists(province) == before


# --- at the registry --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with two issuers; tests work on copies."""
    return registry_office.build(tmp_path_factory.mktemp("registry"))


@pytest.fixture
def province(built: Path, tmp_path: Path) -> Iterator[registry_office.Office]:
    made = registry_office.Office(registry_office.copy(built, tmp_path / "registry"))
    yield made
    made.service.store.close()


def _lists(of: registry_office.Office) -> list[int]:
    return [of.count(table) for table in ("index_runs", "registered", "requests", "enrolments", "keys")]


@pytest.mark.parametrize("name", BAD_KEYS)
@pytest.mark.parametrize("which", ["certificate", "request"])
def test_36_bad_key_at_enrolment(
    province: registry_office.Office, tmp_path: Path, name: str, which: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither key of an enrolment may be one under which a forged proof can hold: `key approve` ends with 1."""
    bad, good = BAD_KEYS[name], key("a good key")
    publics = (bad, good.public) if which == "certificate" else (good.public, bad)
    payload = Enrolment(PORT, *publics, registry_office.now()).encode()
    honest = sign.signature_for(payload, ENROLMENT_TYP, good)
    shape = sign.signature_for(payload, ENROLMENT_TYP, key("a shape"))
    signer = cose.protected_sign1(cose.kid(bad), None)
    to_be_signed = cose.to_be_signed_sign(cose.protected_sign(ENROLMENT_TYP), signer, payload)
    before = _lists(province)
    for proof in forged(bad).values():
        lie = shape._replace(kid=cose.kid(bad), signature=proof(to_be_signed))
        path = tmp_path / "enrolment"
        path.write_bytes(sign.assemble(payload, ENROLMENT_TYP, (honest, lie)))
        command = ["--data", str(province.data), "key", "approve", str(path), "--operator", "lin"]
        assert registry_cli.main(command) == 1
        assert f"KEY_WEAK: {cose.kid(bad).hex()} " in capsys.readouterr().err
    assert _lists(province) == before


def test_38_certificate_as_a_request_or_an_enrolment(province: registry_office.Office, tmp_path: Path) -> None:
    data = registry_office.signed(registry_office.certificate(0, 1))
    for path in ("/v1/indices", "/v1/batches", "/v1/status-changes"):
        for body in (data, registry_office.enrolment(tmp_path, PORT).read_bytes()):
            answer = province.post(path, body)
            assert (answer.status_code, answer.get_json()["type"]) == (400, "urn:yinxin:problem:malformed")
    for body in (data, seal(PORT, ReserveIndices(1))):
        file = tmp_path / "enrolment"
        file.write_bytes(body)
        command = ["--data", str(province.data), "key", "approve", str(file), "--operator", "lin"]
        assert registry_cli.main(command) == 1
    answer = province.register(PORT, seal(PORT, ReserveIndices(1)))
    assert answer.status_code == 422
    assert [(each["row"], each["reason"]) for each in answer.get_json()["errors"]] == [(0, "WRONG_TYPE")]


def test_95_request_by_a_certificate_key(province: registry_office.Office) -> None:
    """Whoever stole a certificate key gets no index, registers nothing and changes nothing."""
    (index, other) = province.indices(PORT, 2)
    assert province.register(PORT, *registry_office.batch([index])).status_code == 200
    before = _lists(province)
    entry = Entry(0, index)
    for path, content in (
        ("/v1/indices", ReserveIndices(1)),
        ("/v1/batches", RegisterBatch(tuple(registry_office.batch([other], 2)))),
        (
            "/v1/status-changes",
            ChangeStatus((request.StatusChange(entry, Status.REVOKED, ChangeReason.FRAUD),)),
        ),
    ):
        answer = province.post(path, seal(PORT, content, by=registry_office.certificate_key(PORT)))
        assert answer.status_code == 403
        assert answer.get_json()["type"] == "urn:yinxin:problem:certificate-key-used"
    assert _lists(province) == before
    province.publish()
    assert province.trust.status_lists[0].get(index) is Status.VALID


def test_96_certificate_by_a_request_key_is_not_registered(province: registry_office.Office) -> None:
    (index,) = province.indices(PORT, 1)
    data = registry_office.signed(registry_office.certificate(index, 1), registry_office.request_key(PORT))
    answer = province.register(PORT, data)
    assert answer.status_code == 422
    assert [(each["row"], each["reason"]) for each in answer.get_json()["errors"]] == [(0, "KEY_UNKNOWN")]
    assert province.count("registered") == 0


def test_97_abandoned_run_is_never_granted_again(province: registry_office.Office) -> None:
    """Not to another issuer, not to the same one, not after a restart nor a publication; and nobody else may use it."""
    abandoned = province.indices(PORT, 300)
    later = province.indices(SKILLS, 20)
    province.publish()
    reopened = registry_office.Office(province.data)
    try:
        later += reopened.indices(PORT, 300) + reopened.indices(SKILLS, 300)
        stolen = registry_office.batch(abandoned[:1], issuer=SKILLS)
        answer = reopened.register(SKILLS, *stolen)
        assert (answer.status_code, [each["reason"] for each in answer.get_json()["errors"]]) == (
            403,
            ["INDEX_NOT_GRANTED"],
        )
    finally:
        reopened.service.store.close()
    assert not set(abandoned) & set(later)
    assert len(set(later)) == len(later) == 620
