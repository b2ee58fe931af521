"""Signing from another program: by references of its own, through Python and through lines of JSON."""

import io
import json
import re
import sqlite3
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import hypothesis
import hypothesis.strategies as st
import pytest
from jsonschema_rs import Draft202012Validator, meta

from credential import keyfile, qr_text
from credential.keyfile import Cost
from credential.model import Status
from credential.reason import Reason
from signer import api, clock
from signer.api import Basis, ChangeReason, Issued, Office, Person, SignerError, State
from signer.batches import qr
from signer.batches.evidence import digest
from signer.certificates.drafts import read_certificate
from signer.context import Step
from signer.embedding import issuing, jsonl, lines
from signer.embedding.asking import AskCode, Asked
from signer.embedding.issuing import Terms
from signer.keys.own import PURPOSES
from signer.remote.client import RegistryClient
from signer.roster.given import FIELDS
from tests.signer.double import Fault
from tests.signer.office import Office as Clerk
from tests.signer.office import person as invented
from tests.signer.test_resume import KilledError, context
from tests.signer.test_sign import kept
from tests.world import CODE
from tools import jsonl_schemas


def somebody(n: int, **changes: Any) -> Person:
    """A level-3 electrician."""
    name, _, number = invented(n)
    given = {"reference": f"HR-{n}", "name": name, "document_number": number, "issued_on": date(2026, 6, 1)}
    return Person(**{**given, "basis": Basis.EXAMINATION, "code": "6-31-01-03", "level": 3, **changes})


@contextmanager
def at_work(clerk: Clerk) -> Iterator[Office]:
    with api.open_office(clerk.home, lambda _: b"", demo_keys=clerk.folder / "keys") as office:
        yield office


def publish(clerk: Clerk) -> None:
    """The registry's lists are of now, no older than what was signed."""
    now = clock.now()
    clerk.registry.world = replace(clerk.registry.world, status_issued=now, checkpoint_issued=now)


def test_a_person_has_the_values_of_a_row() -> None:
    assert {each.name for each in fields(Person)} == {"reference", *FIELDS}
    assert invented(1)[2] not in repr(somebody(1))


def test_the_same_reference_is_the_same_certificate(office: Clerk) -> None:
    people = [somebody(1), somebody(2, level="四级", kind="level")]
    with at_work(office) as opened:
        first = opened.sign(people, batch="2026-06")
        asked = list(office.registry.asked)
        assert opened.sign(people, batch="2026-06") == first
        assert opened.sign([people[1], {"reference": "HR-1"}]).issued == first.issued[::-1]
        assert office.registry.asked == asked
        assert opened.batch("2026-06") == first.issued
        assert (opened.find("HR-1"), opened.find("HR-3"), opened.batch("2026-07")) == (first.issued[0], None, ())
        assert (opened.issuer, opened.verdict("HR-2")) == (CODE, Reason.ACCEPTED)
    assert [(each.reference, each.number, each.state) for each in first.issued] == [
        ("HR-1", f"{CODE}263000001", State.REGISTERED),
        ("HR-2", f"{CODE}264000001", State.REGISTERED),
    ]
    assert sorted(office.registry.registered.values()) == [qr_text.decode(each.text) for each in first.issued]
    assert list(office.registry.documents.values()) == [invented(1)[2], invented(2)[2]]
    assert [kept(office, invented(n)[2]) for n in (1, 2)] == [[], []]


def test_with_a_finding_nothing_new_is_signed(office: Clerk) -> None:
    name, _, number = invented(3)
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    people: list[Person | Mapping[str, object]] = [
        somebody(1),
        somebody(2, code="6-18-02-04"),
        somebody(3, document_number=wrong),
        somebody(4, reference=invented(4)[2]),
        {"reference": "HR-5", "name": name, "colour": "red", "level": True, "issued_on": 20260601},
        somebody(1, level=2),
    ]
    expected = [
        (2, "HR-2", "SCOPE_OCCUPATION", "code"),
        (3, "HR-3", "DOCUMENT_CHECK_CHARACTER", "document_number"),
        (4, None, "REFERENCE_IS_DOCUMENT", "reference"),
        (5, "HR-5", "FIELD_UNKNOWN", ""),
        (5, "HR-5", "FIELD_TYPE", "level"),
        (5, "HR-5", "FIELD_TYPE", "issued_on"),
        (6, "HR-1", "REFERENCE_TWICE", "reference"),
    ]
    with at_work(office) as opened:
        result = opened.sign(people)
        assert opened.check(people) == result.findings
        assert [(each.row, each.reference, each.code, each.column) for each in result.findings] == [
            *((row, reference, code, column) for row, reference, code, column in sorted(expected, key=_place))
        ]
        assert (result.issued, office.registry.registered) == ((), {})
        assert not any(number[:14] in str(each) or invented(4)[2] in str(each) for each in result.findings)
        result = opened.sign(people, skip_bad=True)
        assert [each.reference for each in result.issued] == ["HR-1"]
        (finding,) = opened.check([somebody(1, level=2)])
        assert (finding.code, finding.why_zh) == ("REFERENCE_USED", "这个引用号已用于内容不同的另一张证书。")
        (finding,) = opened.check([somebody(1, reference="HR-9")])
        assert (finding.code, finding.shape) == ("ALREADY_SIGNED", f"{CODE}263000001")
        assert len(opened.sign([somebody(1, reference="HR-9")], repeat=True).issued) == 1


def _place(found: tuple[int, str | None, str, str]) -> int:
    return found[0]


def test_a_doubt_is_a_finding_until_it_is_confirmed(office: Clerk) -> None:
    term = {"kind": "post", "level": None, "post": "chief_technician", "term_until": "2099-12-31"}
    people = [somebody(1, **term, basis=Basis.PERFORMANCE_REVIEW)]
    folder = office.folder / "evidence"
    folder.mkdir()
    (folder / "scores.txt").write_text("90")
    with at_work(office) as opened:
        assert [each.code for each in opened.check(people)] == ["TERM_UNUSUAL"]
        assert [each.code for each in opened.sign(people, evidence=folder).findings] == ["TERM_UNUSUAL"]
        result = opened.sign(people, confirm=["TERM_UNUSUAL"], evidence=folder)
    assert [(each.number, result.findings) for each in result.issued] == [(f"{CODE}260000001", ())]
    with sqlite3.connect(office.home / "ledger.sqlite") as db:
        assert db.execute("SELECT hex(digest) FROM evidence").fetchall() == [(digest(folder).digest.hex().upper(),)]


def test_what_was_signed_is_changed_and_handed_over(office: Clerk, tmp_path: Path) -> None:
    right = invented(777)[2]
    with at_work(office) as opened:
        signed = opened.sign([somebody(1), somebody(2)], register=False).issued
        assert {each.state for each in signed} == {State.SIGNED}
        assert (opened.register(), opened.register()) == (2, 0)
        (suspended,) = opened.suspend(["HR-2"], ChangeReason.UNDER_REVIEW)
        publish(office)
        assert (suspended.state, opened.verdict("HR-2")) == (State.SUSPENDED, Reason.SUSPENDED)
        assert opened.restore(["HR-2"], ChangeReason.REVIEW_CLOSED)[0].state is State.REGISTERED
        corrected = opened.correct("HR-1", name="陈志强", document_number=right)
        assert (corrected.number, corrected.state) == (signed[0].number, State.REGISTERED)
        assert corrected.text != signed[0].text
        person = read_certificate(qr_text.decode(corrected.text)).person
        assert (person.name, person.document_last4) == ("陈志强", right[-4:])
        assert opened.sign([somebody(1)]).issued == (corrected,)
        assert qr.read(opened.png("HR-1")) == [corrected.text]
        listed = opened.draw(["HR-1", "HR-2"], tmp_path / "out")
        assert [json.loads(line)["text"] for line in listed.read_text("utf-8").splitlines()] == [
            corrected.text,
            signed[1].text,
        ]
        assert [each.state for each in opened.revoke(["HR-1", "HR-2"], ChangeReason.FRAUD)] == [State.REVOKED] * 2
        assert set(office.registry.statuses.values()) == {Status.SUPERSEDED, Status.REVOKED}
        with pytest.raises(SignerError) as refused:
            opened.revoke(["HR-3"], ChangeReason.FRAUD)
        assert (refused.value.exit, refused.value.slug) == (api.Exit.REFUSED, "reference-unknown")
        with pytest.raises(SignerError) as refused:
            opened.correct("HR-2", document_number="1")
        assert refused.value.slug == "document-number"
    assert kept(office, right) == []


def test_what_is_kept_beside_certificates(office: Clerk, tmp_path: Path) -> None:
    with at_work(office) as opened:
        unused = opened.reserve({3: 2, 0: 1}, year=2026, indices=2)
        assert (unused.indices, opened.reserve()) == (5, unused)
        assert [(each.year, each.level, each.count, each.last) for each in unused.numbers] == [
            (2026, 0, 1, f"{CODE}260000001"),
            (2026, 3, 2, f"{CODE}263000002"),
        ]
        opened.sign([somebody(1)], batch="六月", register=False)
        assert (opened.reserve().indices, opened.receipts("六月")) == (4, ())
        opened.register()
        (receipt,) = opened.receipts("六月")
        assert (receipt.certificates, receipt.sha256) == (1, sha256(receipt.data).hexdigest())
        assert [path.name for path in opened.report("六月", tmp_path)] == ["report-1.csv", "report-1.pdf"]
        for wrong in ({6: 1}, {3: 0}):
            with pytest.raises(SignerError) as refused:
                opened.reserve(wrong)
            assert refused.value.slug == "level"
        with pytest.raises(SignerError) as refused:
            opened.reserve({3: 1}, year=26)
        assert refused.value.slug == "year"
        with pytest.raises(SignerError) as refused:
            opened.receipts("七月")
        assert refused.value.slug == "batch-unknown"


def test_whoever_is_at_work_is_alone(office: Clerk, tmp_path: Path) -> None:
    with at_work(office), pytest.raises(SignerError) as busy, at_work(office):
        pass
    assert (busy.value.exit, busy.value.slug) == (api.Exit.USAGE, "busy")
    with pytest.raises(SignerError) as absent, api.open_office(tmp_path / "nowhere", lambda _: b""):
        pass
    assert absent.value.slug == "no-home"
    with pytest.raises(OSError, match="mine"), at_work(office):
        raise OSError("mine")


def test_passphrases_come_from_where_the_commands_have_them(office: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed_keys(office)
    monkeypatch.setattr("keyring.backend.get_all_keyring", list)
    with api.open_office(office.home, api.passphrase_keyring(office.home)) as opened:
        assert opened.check([somebody(1)]) == ()
        with pytest.raises(SignerError) as refused:
            opened.sign([somebody(1)])
    assert (refused.value.exit, refused.value.slug) == (api.Exit.USAGE, "no-keyring")


# Lines of JSON


def line(n: int, **changes: object) -> bytes:
    """The person as a line."""
    one = somebody(n, issued_on="2026-06-01", basis="examination", **changes)
    values = {each.name: getattr(one, each.name) for each in fields(one)}
    return json.dumps({name: value for name, value in values.items() if value is not None}).encode() + b"\n"


class Pipe:
    """Standard input and output of `jsonl`."""

    def __init__(self, clerk: Clerk, patch: pytest.MonkeyPatch) -> None:
        self.clerk, self.patch = clerk, patch

    def run(self, *asked: bytes, options: Iterable[object] = ()) -> tuple[int, list[dict[str, Any]]]:
        """Exit code and answers, each of which the schema allows."""
        self.patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"".join(asked))))
        self.clerk.capture.readouterr()
        code = self.clerk.run("jsonl", *options)
        answers = [json.loads(each) for each in self.clerk.capture.readouterr().out.splitlines()]
        for each in answers:
            OUT.validate(each)
        return code, answers


SCHEMAS: Mapping[str, Any] = {name: json.loads(text) for name, text in jsonl_schemas.files().items()}
IN, OUT = (Draft202012Validator(SCHEMAS[name]) for name in ("jsonl-in.json", "jsonl-out.json"))


@pytest.fixture
def pipe(office: Clerk, monkeypatch: pytest.MonkeyPatch) -> Pipe:
    return Pipe(office, monkeypatch)


def test_the_schemas_are_what_the_code_says() -> None:
    written = {path.name: path.read_text("utf-8") for path in jsonl_schemas.FOLDER.iterdir()}
    assert written == jsonl_schemas.files()
    for schema in SCHEMAS.values():
        meta.validate(schema)


def test_lines_are_answered_in_order(office: Clerk, pipe: Pipe) -> None:
    asked = [line(1), line(2), line(3)]
    code, answers = pipe.run(*asked, options=["--batch", "六月"])
    assert (code, answers[-1]) == (0, {"command": "jsonl", "ok": True, "lines": 3, "answered": 3, "refused": 0})
    with at_work(office) as opened:
        found = opened.batch("六月")
    assert answers[:-1] == [_answer(place, each) for place, each in enumerate(found, 1)]
    before = list(office.registry.asked)
    code, again = pipe.run(*asked, b'{"reference": "HR-2"}', options=["--lines", 2])
    assert (code, again[:4]) == (0, [*answers[:3], _answer(4, found[1])])
    assert office.registry.asked == before
    assert all(IN.is_valid(json.loads(each)) for each in (*asked, b'{"reference": "HR-2"}'))


def _answer(place: int, issued: Issued) -> dict[str, object]:
    said = {"line": place, "reference": issued.reference, "ok": True, "number": issued.number}
    return {**said, "state": issued.state.value, "text": issued.text}


BAD = [
    (b'{"reference": "' + b"x" * lines.MAX_LINE + b'"}\n', AskCode.LINE_TOO_LONG),
    (b'{"reference": "\xff"}\n', AskCode.LINE_NOT_UTF8),
    (b'{"reference": "A", "level": NaN}\n', AskCode.LINE_NOT_JSON),
    (b'{"reference": "A"} {}\n', AskCode.LINE_NOT_JSON),
    (b"[" * lines.MAX_LINE + b"\n", AskCode.LINE_NOT_JSON),
    (b'["A"]\n', AskCode.LINE_NOT_JSON),
    (b'{"reference": "A", "level": ' + b"9" * 5_000 + b"}\n", AskCode.LINE_NOT_JSON),
    (b'{"reference": "A", "name": "B", "reference": "C"}\n', AskCode.LINE_KEY_TWICE),
    (b'{"reference": "A", "colour": "red"}\n', AskCode.FIELD_UNKNOWN),
    (b'{"reference": "A", "name": {"x": 1}}\n', AskCode.FIELD_TYPE),
    (b'{"reference": "A", "level": 1e999}\n', AskCode.FIELD_TYPE),
    (b'{"reference": "A\\ud800"}\n', AskCode.REFERENCE_FORM),
    (b'{"reference": ""}\n', AskCode.REFERENCE_FORM),
    (b'{"reference": 7}\n', AskCode.REFERENCE_FORM),
    (b'{"name": "A"}\n', AskCode.REFERENCE_FORM),
    (b'{"reference": "nobody"}\n', AskCode.REFERENCE_UNKNOWN),
]


def test_a_bad_line_is_told_and_stops_nothing(office: Clerk, pipe: Pipe) -> None:
    code, answers = pipe.run(*(each for each, _ in BAD), line(1))
    assert (code, answers[-1]["error"], answers[-1]["refused"], answers[-1]["answered"]) == (
        1,
        "lines-refused",
        len(BAD),
        1,
    )
    assert [each["findings"][0]["code"] for each in answers[: len(BAD)]] == [code.value for _, code in BAD]
    assert [each["line"] for each in answers[:-1]] == list(range(1, len(BAD) + 2))
    assert len(office.registry.registered) == 1
    # What the schema refuses is refused; it knows no more than the form of one object.
    assert [IN.is_valid(json.loads(each)) for each in (b'{"reference": 7}', b'{"reference": "A", "name": "B"}')] == [
        False,
        False,
    ]


ERRANDS: list[tuple[dict[str, object], str, str]] = [
    ({"ask": "fly"}, "ASK_UNKNOWN", "ask"),
    ({"ask": None}, "ASK_UNKNOWN", "ask"),
    ({"ask": "reserve", "level": 3}, "ASK_VALUE", "count"),
    ({"ask": "reserve", "level": 6, "count": 1}, "ASK_VALUE", "level"),
    ({"ask": "reserve", "level": True, "count": 1}, "ASK_VALUE", "level"),
    ({"ask": "receipt"}, "ASK_VALUE", "batch"),
    ({"ask": "report", "batch": "六月"}, "ASK_VALUE", "out"),
    ({"ask": "report", "batch": "六月", "out": "a\0b"}, "ASK_VALUE", "out"),
    ({"ask": "report", "batch": "六月", "out": "\ud800"}, "ASK_VALUE", "out"),
    ({"ask": "receipt", "batch": "六月", "out": "x"}, "FIELD_UNKNOWN", ""),
]


def test_lines_ask_for_what_is_kept_beside_certificates(office: Clerk, pipe: Pipe, tmp_path: Path) -> None:
    good: list[dict[str, object]] = [
        {"ask": "reserve", "level": 3, "count": 2, "year": 2026, "indices": 1},
        {"ask": "receipt", "batch": "六月"},
        {"ask": "report", "batch": "六月", "out": str(tmp_path)},
    ]
    code, answers = pipe.run(
        line(1), *map(_line, good), _line({"ask": "receipt", "batch": "七月"}), options=["--batch", "六月"]
    )
    assert (code, answers[-1]["answered"], answers[-1]["refused"]) == (1, 4, 1)
    signed, reserved, receipts, report, unknown = answers[:-1]
    assert (signed["state"], reserved["indices"], reserved["numbers"][0]["count"]) == ("registered", 3, 2)
    data = b64decode(receipts["receipts"][0]["data"])
    assert (receipts["line"], sha256(data).hexdigest()) == (3, receipts["receipts"][0]["sha256"])
    assert report["files"] == [str(tmp_path / "report-1.csv"), str(tmp_path / "report-1.pdf")]
    assert (unknown["line"], unknown["findings"][0]["code"]) == (5, "BATCH_UNKNOWN")
    assert all(IN.is_valid(each) for each in good)
    asked = list(office.registry.asked)
    code, answers = pipe.run(*(_line(each) for each, _, _ in ERRANDS))
    assert code == 1
    assert [(each["findings"][0]["code"], each["findings"][0]["column"]) for each in answers[:-1]] == [
        (expected, column) for _, expected, column in ERRANDS
    ]
    assert office.registry.asked == asked
    # The schema knows no more of a text than its length.
    assert [each["out"] for each, _, _ in ERRANDS if IN.is_valid(each)] == ["a\0b", "\ud800"]


def _line(asked: Mapping[str, object]) -> bytes:
    return json.dumps(asked).encode() + b"\n"


def test_an_empty_line_and_a_repeated_reference_end_a_batch(office: Clerk, pipe: Pipe) -> None:
    code, answers = pipe.run(line(1), b"\n", line(2), line(2), b" \r\n", line(2, level=4), line(3))
    assert (code, [each["ok"] for each in answers]) == (1, [True, True, True, False, True, False])
    assert [each["line"] for each in answers[:-1]] == [1, 3, 4, 6, 7]
    assert answers[1] == {**answers[2], "line": 3}
    assert answers[3]["findings"][0]["code"] == "REFERENCE_USED"
    assert _batches(office) == [(1,), (1,), (1,)]


def _batches(office: Clerk) -> list[tuple[object, ...]]:
    with sqlite3.connect(office.home / "ledger.sqlite") as db:
        return db.execute("SELECT wanted FROM batch ORDER BY id").fetchall()


def test_the_same_input_continues_where_it_stopped(office: Clerk, pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signer.opening.RegistryClient", partial(RegistryClient, pauses=(0, 0, 0)))
    asked = [line(n) for n in range(1, 7)]
    for path in ("/v1/batches", "/v1/indices"):
        for after in (False, True):
            office.registry.faults.append(Fault(path, 4, after=after))
            code, answers = pipe.run(*asked, options=["--lines", 2])
            assert (code, answers[-1]["ok"], answers[-1]["error"]) == (3, False, "registry-unreachable")
    code, answers = pipe.run(*asked, options=["--lines", 2])
    assert (code, [each["number"] for each in answers[:-1]]) == (0, [f"{CODE}263{n:06d}" for n in range(1, 7)])
    assert (len(office.registry.registered), len(office.registry.granted)) == (6, 6)
    assert _batches(office) == [(2,), (2,), (2,)]


class Waiting(io.BytesIO):
    """A program that notes how many answers it has whenever it is asked for a line."""

    def __init__(self, data: bytes, answers: list[object]) -> None:
        super().__init__(data)
        self.answers, self.seen = answers, list[int]()

    def readline(self, most: int | None = -1, /) -> bytes:
        """The next line."""
        self.seen.append(len(self.answers))
        return super().readline(most)


def test_an_answer_waits_for_no_more_than_an_empty_line(office: Clerk) -> None:
    answers: list[object] = []
    source = Waiting(line(1) + b"\n" + line(2), answers)
    with context(office, None) as found:
        jsonl.run(found, source, answers.append, Terms(skip_bad=True), 1_000)
    assert (source.seen, len(answers)) == ([0, 0, 1, 1], 2)


@hypothesis.given(st.lists(st.binary(max_size=40)), st.binary(max_size=40))
def test_any_bytes_are_lines(whole: list[bytes], rest: bytes) -> None:
    data = b"".join(each + b"\n" for each in whole) + rest
    found = list(lines.read(io.BytesIO(data), date(2026, 6, 30)))
    asked = data.split(b"\n") if rest and not rest.endswith(b"\n") else data.split(b"\n")[:-1]
    assert [each is None for each in found] == [not each.strip() for each in asked]


def test_killed_anywhere_it_continues(office: Clerk) -> None:
    asked = [Asked(n, f"HR-{n}", given(n)) for n in (1, 2, 3)]
    for step in (Step.BEGUN, Step.GRANTED, Step.SIGNED, Step.REGISTERED):
        with context(office, step) as found, pytest.raises(KilledError):
            issuing.sign(found, asked, [], Terms())
    with context(office, None) as found:
        numbers = [each.certificate.number for each in issuing.sign(found, asked, [], Terms()) if each.certificate]
    assert numbers == [f"{CODE}263{n:06d}" for n in (1, 2, 3)]
    assert (_batches(office), len(office.registry.granted), len(office.registry.registered)) == ([(3,)], 3, 3)


def given(n: int) -> Mapping[str, str]:
    """The values of a line."""
    return {name: str(value) for name, value in json.loads(line(n)).items() if name in FIELDS}


def test_no_document_number_comes_back(pipe: Pipe) -> None:
    number = invented(1)[2]
    asked = [
        line(1, document_number=number[:-1] + ("1" if number[-1] != "1" else "2")),
        line(1, reference=f"a{number}b"),
        line(2),
        b'{"reference": "A", "' + number.encode() + b'": 1}\n',
        b'{"reference": "A", "document_number": ' + number[:17].encode() + b"}\n",
        number.encode() + b"\n",
    ]
    code, answers = pipe.run(*asked, options=["--no-submit"])
    assert (code, answers[-1]["answered"]) == (1, 1)
    said = json.dumps(answers, ensure_ascii=False)
    assert (number[:14] in said, invented(2)[2] in said) == (False, False)


# The page

PAGE = jsonl_schemas.FOLDER.parent / "embedding.md"


def sealed_keys(clerk: Clerk) -> Path:
    """The office's keys under a passphrase, whose file is returned."""
    for purpose in PURPOSES:
        seed = sha256(b"yinxin test key " + purpose.value.encode()).digest()
        path = clerk.home / "keys" / f"{purpose.value}.key"
        path.write_bytes(keyfile.seal(seed, purpose, CODE, b"correct horse", bytes(16), bytes(24), Cost(1, 8 << 20)))
        path.chmod(0o600)
    passphrase = clerk.folder / "passphrase.txt"
    passphrase.write_text("correct horse\n")
    passphrase.chmod(0o600)
    return passphrase


def blocks(kind: str) -> list[str]:
    """What stands between the page's fences of this kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def test_the_page_does_what_it_says(office: Clerk, pipe: Pipe) -> None:
    known: dict[str, object] = {"home": office.home, "passphrase": sealed_keys(office), "out": office.folder / "out"}
    office.capture.readouterr()
    for code in blocks("python"):
        publish(office)
        exec(compile(code, str(PAGE), "exec"), known)
    assert [office.capture.readouterr().out] == blocks("text")
    (asked,), (answered,) = blocks("jsonl-in"), blocks("jsonl-out")
    _, answers = pipe.run(asked.encode())
    told = [json.loads(re.sub(r"#[0-9]+", "#…", json.dumps(each))) for each in answers]
    assert told == [json.loads(each) for each in answered.splitlines()]
    assert all(IN.is_valid(json.loads(each)) for each in asked.splitlines())
