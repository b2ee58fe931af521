"""The operator's command: two people, dates, stolen keys, agreements, the root's next version."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from credential import bundle, cose, keyfile, register, root
from credential.cose import decode_sign1
from credential.keyfile import Cost, Purpose
from credential.model import IssuerCode, IssuerState, Seconds, Status, date_from_day, day_of, rfc3339
from credential.reason import Recognition
from credential.trust import Trust, load
from credential.verify import Accepted, verify_bytes
from registry import cli
from registry.record import acts
from tests.registry.office import (
    PORT,
    Office,
    batch,
    certificate,
    certificate_key,
    embedded_only,
    enrolment,
    file_issuer,
    found_registry,
    institution,
    now,
    request_key,
    run,
    signed,
    tamper,
)
from tests.world import key

SIGNING = ("--demo-keys", "--yes")
ANSWER = ("--document", "闽人社备2号", "--operator", "lin")


SECOND = ("--document", "闽人社备2号", "--operator", "huang")


def today() -> str:
    return date_from_day(day_of(now())).isoformat()


def verdict(office: Office, data: bytes) -> str:
    trust = office.trust
    return verify_bytes(data, Trust(trust.root.head.region, {trust.root.head.region: trust}), now()).reason.value


def test_whoever_filed_cannot_approve(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    common = ("--code", "Y000035020009", "--document", "文", "--date", "2025-01-01")
    named = ("--name", "甲", "--kind", "Y", *institution("Y000035020009"))
    run(office.data, "issuer", "file", *common, *named, "--operator", "lin")
    run(office.data, "issuer", "approve", *common, "--operator", "lin", expect=1)
    assert "A second operator must" in capsys.readouterr().err
    run(office.data, "issuer", "approve", *common, "--operator", "huang")


def test_whoever_checked_a_key_cannot_approve_it(office: Office, tmp_path: Path) -> None:
    file_issuer(office.data, "Y000035020009", "Y", "2022:6-31-01-03:1:2025-01-01")
    path = enrolment(tmp_path, IssuerCode("Y000035020009"))
    run(office.data, "key", "approve", path, "--operator", "lin")
    run(office.data, "key", "approve", path, "--operator", "lin", expect=1)
    assert office.count("request_keys") == 2
    run(office.data, "key", "approve", path, "--operator", "huang")
    assert office.count("request_keys") == 3


def test_one_key_has_one_owner(office: Office, tmp_path: Path) -> None:
    from credential import request

    file_issuer(office.data, "Y000035020009", "Y", "2022:6-31-01-03:1:2025-01-01")
    stolen, fresh = certificate_key(PORT), key("fresh")
    made = request.Enrolment(IssuerCode("Y000035020009"), stolen.public, fresh.public, now())
    path = tmp_path / "enrolment"
    path.write_bytes(request.seal_enrolment(made, stolen, fresh))
    run(office.data, "key", "approve", path, "--operator", "lin", expect=1)
    assert office.count("enrolments") == 2


def test_no_request_key_and_no_private_key_is_published(office: Office) -> None:
    published = b"".join(path.read_bytes() for path in (office.data / "public").rglob("*") if path.is_file())
    assert certificate_key(PORT).public in published
    assert request_key(PORT).public not in published
    assert sorted(path.name for path in (office.data / "keys").iterdir()) == [
        "checkpoint.key",
        "holders.secret",
        "list-1.key",
        "list-2.key",
        "list-3.key",
        "root-1.key",
        "root-2.key",
        "root-3.key",
        "status.key",
    ]
    assert (office.data / "keys" / "holders.secret").read_bytes().strip() not in published


def test_demo_keys_open_only_when_asked_for(office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("a passphrase")
    secret.chmod(0o600)
    run(office.data, "publish", "--passphrase-file", secret, expect=2)
    assert "DEMO_KEY_REFUSED" in capsys.readouterr().err


def test_a_key_file_that_others_can_read_is_refused(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    demo = office.data / "keys" / "status.key"
    demo.chmod(0o644)
    run(office.data, "publish", "--demo-keys")
    cost = keyfile.Cost(1, 8192)
    sealed = keyfile.seal(bytes(32), keyfile.Purpose.STATUS, "fujian", b"p", bytes(16), bytes(24), cost)
    demo.write_bytes(sealed)
    run(office.data, "publish", "--demo-keys", expect=2)
    assert "chmod 600" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "state", "old"),
    [
        ("suspend", IssuerState.SUSPENDED, "ISSUER_SUSPENDED"),
        ("withdraw", IssuerState.WITHDRAWN, "ISSUER_WITHDRAWN"),
        ("void", IssuerState.VOID, "ISSUER_VOID"),
    ],
)
def test_the_states_of_an_issuer(office: Office, command: str, state: IssuerState, old: str) -> None:
    indices = office.indices(PORT, 2)
    row = batch(indices[:1])[0]
    assert office.register(PORT, row).status_code == 200
    run(office.data, "issuer", command, "--code", PORT, "--date", today(), *ANSWER)
    if command != "suspend":
        run(office.data, "issuer", command, "--code", PORT, "--date", today(), *SECOND)
    answer = office.register(PORT, *batch(indices[1:], 5))
    assert answer.status_code == 403
    assert answer.get_json()["type"] == "urn:yinxin:problem:issuer-not-in-good-standing"
    run(office.data, "publish", "--demo-keys")
    issuer = office.trust.issuers.get(PORT)
    assert issuer is not None
    assert issuer.states[-1][1] is state
    assert verdict(office, row) == old


def test_void_is_final(office: Office) -> None:
    for word in (ANSWER, SECOND):
        run(office.data, "issuer", "void", "--code", PORT, "--date", today(), *word)
    run(office.data, "issuer", "suspend", "--code", PORT, "--date", today(), *ANSWER, expect=1)


@pytest.mark.parametrize(
    "scope", ["2022:6-31-01-03:3", "2022:6-31-01-03:9:2025-01-01", "x:6:3:2025-01-01", "2022:6:3:2025-13-01"]
)
def test_a_scope_that_cannot_be_read(office: Office, scope: str) -> None:
    named = ("--name", "甲", "--kind", "Y", *institution(PORT))
    arguments = ("--code", PORT, *named, "--date", "2025-01-01", "--scope", scope)
    run(office.data, "issuer", "file", *arguments, *ANSWER, expect=2)


def test_what_a_stolen_key_signed_falls_and_the_rest_stands(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    indices = office.indices(PORT, 3)
    early = [signed(certificate(index, serial, issued_at=now() - 100)) for serial, index in enumerate(indices[:2], 1)]
    # Keys became active just now, so the early rows are registered by hand of the clock below.
    kid = certificate_key(PORT).kid.hex()
    with office.service.store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE key_states SET at = {now() - 1000}")
    run(office.data, "publish", "--demo-keys")
    assert office.register(PORT, *early).status_code == 200
    with office.service.store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE registered SET registered_at = {now() - 90}")
    late = signed(certificate(indices[2], 9))
    assert office.register(PORT, late).status_code == 200
    capsys.readouterr()
    with office.service.store.engine.begin() as connection:
        (registered,) = connection.exec_driver_sql("SELECT min(registered_at) FROM registered").one()
    for since, expected in ((registered, {"stand": 0, "fall": 3}), (registered + 1, {"stand": 2, "fall": 1})):
        moment = ("--issuer", PORT, "--kid", kid, "--since", rfc3339(since))
        run(office.data, "key", "compromise", *moment, "--dry-run", "--json")
        assert json.loads(capsys.readouterr().out) == expected
    target = ("--issuer", PORT, "--kid", kid, "--since", rfc3339(Seconds(now() - 50)))
    run(office.data, "key", "compromise", *target, "--dry-run", "--json")
    assert json.loads(capsys.readouterr().out) == {"stand": 2, "fall": 1}
    run(office.data, "key", "compromise", *target, "--document", "文", "--operator", "lin", "--json")
    assert json.loads(capsys.readouterr().out) == {"stand": 2, "fall": 1, "waits": "second-operator"}
    run(office.data, "key", "compromise", *target, "--document", "文", "--operator", "huang", "--json")
    assert json.loads(capsys.readouterr().out) == {"stand": 2, "fall": 1}
    run(office.data, "publish", "--demo-keys")
    assert [verdict(office, row) for row in (*early, late)] == ["ACCEPTED", "ACCEPTED", "KEY_COMPROMISED"]
    digests = sorted(register.digest_of(decode_sign1(row, None).to_be_signed) for row in early)
    part = bundle.decode((office.data / "public" / "bundle.cbor").read_bytes())[office.trust.root.head.region]
    assert part.survivors == (b"".join(digests),)
    run(office.data, "key", "compromise", *target, "--document", "文", "--operator", "lin", expect=1)


def test_a_compromised_key_registers_nothing_even_before_it_is_published(office: Office) -> None:
    (index,) = office.indices(PORT, 1)
    since = datetime.fromtimestamp(now(), UTC).isoformat()
    target = ("--issuer", PORT, "--kid", certificate_key(PORT).kid.hex(), "--since", since)
    for operator in ("lin", "huang"):
        run(office.data, "key", "compromise", *target, "--document", "文", "--operator", operator)
    answer = office.register(PORT, signed(certificate(index, 1)))
    assert [each["reason"] for each in answer.get_json()["errors"]] == ["KEY_NOT_ACTIVE"]


def agreement(pin: str) -> dict[str, object]:
    match = {"kind": "level", "edition": 2022, "prefix": "6-31-01-03", "levels": [3], "from": "2025-01-01"}
    occupation = {"edition": 2022, "code": "6-31-01-03"}
    allow = {**match, "occupation": occupation, "level": 3, "effect": "equivalent", "basis": "第三条"}
    return {
        "id": 1,
        "partner": "35",
        "pin": {"version": 1, "sha256": pin},
        "document": "闽粤互认协议",
        "document_date": "2025-06-01",
        "states": [{"date": "2025-07-01", "state": "in-force"}],
        "keep": True,
        "deny": [],
        "allow": [allow],
    }


CSV = (
    "id,partner,pin_version,pin,document,document_date,state,state_from,keep,rule,issuer,kind,edition,occupation,"
    "levels,from,to,as_edition,as_occupation,as_level,effect,basis\n"
    "1,35,1,{pin},闽粤互认协议,2025-06-01,in-force,2025-07-01,true,allow,,level,2022,6-31-01-03,"
    "3,2025-01-01,,2022,6-31-01-03,3,equivalent,第三条\n"
)


@pytest.mark.parametrize("form", ["json", "csv", "xlsx"])
def test_another_region_recognises_level_three_only(
    office: Office, tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        signed(certificate(i, s, level=level))
        for (i, s, level) in zip(office.indices(PORT, 2), (1, 2), (3, 4), strict=True)
    ]
    assert office.register(PORT, *rows).status_code == 200
    office.publish()
    pin = (office.data / "pin.txt").read_text("utf-8").splitlines()[-1]
    partner = found_registry(tmp_path, "44")
    path = _agreement_file(tmp_path, form, pin)
    capsys.readouterr()
    run(partner, "recognition", "import", path, "--operator", "chen", expect=1)
    assert "：新增\n  Agreement 1 with region 35: new\n" in capsys.readouterr().out
    run(partner, "recognition", "import", path, "--operator", "chen", "--yes")
    ours = office.data / "public" / "bundle.cbor"
    run(partner, "partner", "import", ours, "--pin", office.data / "pin.txt", "--operator", "chen")
    run(partner, "publish", "--demo-keys")
    home = bytes.fromhex((partner / "pin.txt").read_text("utf-8").splitlines()[-1])
    trust = load((partner / "public" / "bundle.cbor").read_bytes(), frozenset({home}))
    verdicts = [verify_bytes(row, trust, now()) for row in rows]
    assert [each.recognition for each in verdicts if isinstance(each, Accepted)] == [
        Recognition.RECOGNISED,
        Recognition.NOT_RECOGNISED,
    ]
    run(partner, "partner", "import", ours, "--pin", "00" * 32, "--operator", "chen", expect=1)


def _agreement_file(folder: Path, form: str, pin: str) -> Path:
    path = folder / f"agreement.{form}"
    if form == "json":
        path.write_text(json.dumps({"agreements": [agreement(pin)]}), "utf-8")
    elif form == "csv":
        path.write_text(CSV.format(pin=pin), "utf-8")
    else:
        from openpyxl import Workbook

        book = Workbook()
        for line in CSV.format(pin=pin).splitlines():
            book.worksheets[0].append(line.split(","))
        book.save(path)
    return path


def test_an_agreement_that_cannot_be_read_names_its_row(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(CSV.format(pin="00" * 32).replace("allow", "maybe"), "utf-8")
    run(office.data, "recognition", "import", path, "--operator", "chen", "--yes", expect=2)
    assert "row 2" in capsys.readouterr().err


def ceremony_keys(office: Office) -> Path:
    return office.data / "keys"


def test_the_next_root_needs_old_and_new_holders(office: Office, tmp_path: Path) -> None:
    keys = ceremony_keys(office)
    seed = b"\7" * 32
    fresh = tmp_path / "list-9.key"
    fresh.write_bytes(keyfile.demo(seed, Purpose.LIST, "region 35"))
    fresh.chmod(0o600)
    payload = tmp_path / "root-2.payload"
    lists = [word for name in ("list-1", "list-2") for word in ("--list", keys / f"{name}.key")]
    run(office.data, "ceremony", "prepare", "--out", payload, *lists, "--list", fresh)
    for number in (1, 2):
        out = tmp_path / f"{number}.sig"
        run(office.data, "ceremony", "sign", payload, "--key", keys / f"root-{number}.key", "--out", out, *SIGNING)
    signatures = [tmp_path / "1.sig", tmp_path / "2.sig"]
    run(office.data, "ceremony", "assemble", payload, signatures[0], "--operator", "lin", expect=1)
    run(office.data, "ceremony", "assemble", payload, signatures[0], signatures[0], "--operator", "lin", expect=1)
    run(office.data, "ceremony", "assemble", payload, *signatures, "--operator", "lin")
    run(office.data, "publish", "--demo-keys")
    assert [each.head.seq for each in office.trust.roots] == [1, 2]
    assert (
        cose.kid(office.trust.root.role(root.Role.LIST).keys[2])
        == keyfile.open_demo(keyfile.parse(fresh.read_bytes())).kid
    )


@embedded_only
def test_a_backup_that_is_behind_is_noticed_and_a_new_epoch_recovers(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "backup.zip"
    run(office.data, "backup", saved)
    office.indices(PORT, 1)
    office.publish()
    office.service.store.close()
    run(office.data, "restore", saved, expect=1)
    assert "ROLLBACK" in capsys.readouterr().err
    run(office.data, "publish", "--demo-keys", expect=1)
    assert "ROLLBACK" in capsys.readouterr().err
    payload, keys = tmp_path / "payload", ceremony_keys(office)
    epochs = [word for role in ("checkpoint", "status", "list") for word in ("--new-epoch", role)]
    run(office.data, "ceremony", "prepare", "--out", payload, *epochs)
    for number in (1, 3):
        out = tmp_path / f"{number}.sig"
        run(office.data, "ceremony", "sign", payload, "--key", keys / f"root-{number}.key", "--out", out, *SIGNING)
    run(office.data, "ceremony", "assemble", payload, tmp_path / "1.sig", tmp_path / "3.sig", "--operator", "lin")
    run(office.data, "publish", "--demo-keys")
    assert office.trust.checkpoint.head.order == (2, 4)


@embedded_only
def test_the_database_is_private_to_its_owner(office: Office, tmp_path: Path) -> None:
    run(office.data, "backup", tmp_path / "backup.zip")
    run(tmp_path / "elsewhere", "restore", tmp_path / "backup.zip")
    found = found_registry(tmp_path)
    for path in (tmp_path / "backup.zip", tmp_path / "elsewhere" / "registry.db", found / "registry.db"):
        assert path.stat().st_mode & 0o777 == 0o600


@embedded_only
def test_a_damaged_database_is_one_clear_line(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.service.store.close()
    office.service.places.database.write_bytes(b"no database" * 1000)
    run(office.data, "publish", "--demo-keys", expect=2)
    assert "数据库拒绝操作" in capsys.readouterr().err


def test_an_init_that_was_cut_short_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "registry.db").touch()
    names = ("--region", "35", "--name", "x", "--status-base", "https://fj.example/s/", "--qr-host", "fj.example")
    run(tmp_path, "init", *names, "--demo-keys", tmp_path, expect=2)
    assert "cut short" in capsys.readouterr().err


def test_a_filing_that_no_verifier_could_read_is_refused_before_it_stops_publication(office: Office) -> None:
    code = "Y000035020009"
    common = ("--code", code, "--document", "x")
    filed = ("--name", "x", "--kind", "Y", *institution(code), "--operator", "lin")
    run(office.data, "issuer", "file", *common, *filed, "--date", "0001-01-01", expect=2)
    run(office.data, "issuer", "file", *common, *filed, "--date", "2025-01-01")
    with office.service.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE filings SET day = -5 WHERE approved_at IS NULL")
    run(office.data, "issuer", "approve", "--code", code, "--operator", "huang", expect=1)
    run(office.data, "publish", "--demo-keys")


@pytest.mark.parametrize(
    "words",
    [
        ["serve", "--port", "99999", "--demo-keys"],
        ["serve", "--threads", "0", "--demo-keys"],
        ["partner", "import", "x", "--pin", "a" * 400, "--operator", "lin"],
        ["export", "--out", "/nowhere/x", "--operator", "lin", "--document", "x"],
        ["export", "--out", "x.csv"],
        ["key", "compromise", "--issuer", PORT, "--kid", "00" * 8, "--since", "x"],
        ["issuer", "suspend", "--code", PORT, "--document", "\udcff", "--date", "2026-01-01", "--operator", "lin"],
    ],
)  # fmt: skip
def test_arguments_that_cannot_be_meant_are_exit_2(office: Office, words: list[str]) -> None:
    run(office.data, *words, expect=2)


def test_a_real_registry_seals_its_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from registry.commands import found

    monkeypatch.setattr(found, "Cost", lambda: Cost(1, 8192))
    secret, wrong = tmp_path / "secret", tmp_path / "wrong"
    for path, text in (secret, "correct horse"), (wrong, "battery"):
        path.write_text(text)
        path.chmod(0o600)
    data = tmp_path / "data"
    names = ("--region", "35", "--name", "福建", "--status-base", "https://fj.example/s/", "--qr-host", "fj.example")
    run(data, "init", *names, "--passphrase-file", secret)
    assert capsys.readouterr().out.splitlines()[-2] == (
        "下一步：把 root-*.key、list-*.key 移交各持有人离线保管；然后 issuer file、issuer approve、serve；"
        "机构交来 enrolment.cbor 后 key approve（两人各一次），再 publish，机构就能签发。"
    )
    assert all(b"correct horse" not in path.read_bytes() for path in data.rglob("*") if path.is_file())
    run(data, "publish", "--passphrase-file", wrong, expect=2)
    assert "CANNOT_OPEN: 口令不对" in capsys.readouterr().err
    run(data, "publish", "--passphrase-file", secret)
    run(data, "init", *names, "--passphrase-file", secret, expect=2)


@pytest.mark.parametrize("words", [["--help"], ["issuer", "file", "--help"], ["key", "compromise", "--help"]])
def test_help_ends_well(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words) == 0
    assert "yinxin-registry" in capsys.readouterr().out


def test_usage_is_two() -> None:
    assert cli.main([]) == 2
    assert cli.main(["issuer", "file", "--code", "short"]) == 2


def test_the_record_of_acts_cannot_be_edited_unseen(office: Office) -> None:
    with office.service.store.read() as session:
        assert acts.first_broken(session) is None
    edit = "UPDATE acts SET who = 'nobody' WHERE id = 3"
    with pytest.raises(DBAPIError, match="append-only"), office.service.store.engine.begin() as connection:
        connection.exec_driver_sql(edit)
    tamper(office, edit)
    with office.service.store.read() as session:
        assert acts.first_broken(session) == 3


def test_a_revocation_undone_by_sql_is_not_published(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    (index,) = office.indices(PORT, 1)
    assert office.register(PORT, *batch([index])).status_code == 200
    assert office.change(PORT, index, Status.REVOKED).status_code == 200
    office.publish()
    with office.service.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE registered SET status = 0")
    run(office.data, "publish", "--demo-keys", expect=1)
    assert "ENTRY_REVIVED" in capsys.readouterr().err
    assert office.trust.status_lists[0].get(index) is Status.REVOKED
