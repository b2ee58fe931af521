"""`check` through main(): exit codes, the JSON object, and the words for people."""

import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from credential import bundle
from credential import root as roots
from credential.issuer import OccupationReference, Scope
from credential.model import (
    AgreementState,
    Effect,
    IssuerKind,
    IssuerState,
    Kind,
    Post,
    PostAppointment,
    RegionalHonour,
    Seconds,
    SpecialAbility,
    Status,
    day_from_date,
    rfc3339,
    start_of,
)
from credential.recognition import Agreement, Match, Row
from tests.verifier_cli.conftest import AT, GOOD, REVOKED, Desk, text
from tests.world import (
    DAY,
    ELECTRICIAN,
    FILED,
    FUJIAN,
    GUANGDONG,
    ISSUED_ON,
    ISSUER,
    NOW,
    PUBLISHED_AT,
    World,
    certificate,
    sign_it,
)

MAIN = "import sys; from verifier_cli.cli import main; sys.exit(main(sys.argv[1:]))"
KEYS = ["input", "verdict", "reason", "claims", "former", "issuer", "recognised_as", "recognition", "benefits", "as_of"]
GUANGDONG_WORLD = World(region=GUANGDONG, status_base="https://gd.example/s/", issuers=())


def agreement(*rows: Row, **changes: Any) -> Agreement:
    """Guangdong's agreement with Fujian."""
    base = Agreement(
        id=3,
        partner=FUJIAN,
        pin=(1, roots.pin_of(World().root_bytes())),
        document="粤闽互认〔2026〕1号",
        document_day=day_from_date(date(2026, 1, 15)),
        states=((FILED, AgreementState.IN_FORCE),),
        keep=True,
        deny=(),
        allow=rows,
    )
    return base._replace(**changes)


def row(*levels: int, prefix: str = "6-31-") -> Row:
    match = Match(IssuerKind.EMPLOYER, Kind.LEVEL, 2022, prefix, levels, FILED, None)
    return Row(match, OccupationReference(2022, "6-31-01-03"), 4, Effect.ELIGIBILITY, "粤人社〔2026〕8号")


def test_accepted_has_exactly_this_shape(desk: Desk) -> None:
    desk.lay(World(registered={7: sign_it()}))
    answer = desk.check(GOOD)
    assert answer.code == 0
    assert answer.rows == [
        {
            "input": GOOD,
            "verdict": "accepted",
            "reason": "ACCEPTED",
            "claims": {
                "kind": "level",
                "name": "陈志强",
                "document_type": "citizen-id",
                "document_last4": "123X",
                "number": "Y000035020101263000001",
                "occupation_code": "6-31-01-03",
                "occupation_edition": 2022,
                "occupation_title": "电工",
                "specialisation": None,
                "honour": None,
                "level": 3,
                "issued_on": "2026-06-01",
                "basis": "examination",
                "post": None,
                "term_until": None,
                "sub_level": None,
                "local_post": None,
            },
            "former": None,
            "issuer": {"id": "Y000035020101", "name": "厦门港务控股集团有限公司", "kind": "employer"},
            "recognised_as": {
                "region": "35",
                "occupation": "6-31-01-03",
                "level": 3,
                "effect": "equivalent",
                "rule": "HOME",
                "document": None,
                "date": None,
            },
            "recognition": "HOME",
            "benefits": {"answer": "NO_POLICY", "division": None, "clauses": []},
            "as_of": {
                "now": AT,
                "trust_list": rfc3339(PUBLISHED_AT),
                "status_list": rfc3339(PUBLISHED_AT),
                "registration": "register",
                "recognition": None,
            },
        }
    ]
    assert list(answer.rows[0]) == KEYS


def test_rejected_before_anything_is_known_has_every_key(desk: Desk) -> None:
    answer = desk.check("hello")
    assert answer.code == 1
    assert answer.rows == [
        {
            **dict.fromkeys(KEYS),
            "input": "hello",
            "verdict": "rejected",
            "reason": "QR_PREFIX",
            "benefits": {"answer": "NOT_ACCEPTED", "division": None, "clauses": []},
            "as_of": {"now": AT, "trust_list": None, "status_list": None, "registration": None, "recognition": None},
        }
    ]


@pytest.mark.parametrize(
    ("status", "reason", "code"),
    [
        (Status.VALID, "ACCEPTED", 0),
        (Status.REVOKED, "REVOKED", 1),
        (Status.SUSPENDED, "SUSPENDED", 1),
        (Status.SUPERSEDED, "SUPERSEDED", 1),
        (Status.NOT_REGISTERED, "NOT_YET_REGISTERED", 3),
    ],
)
def test_status(desk: Desk, status: Status, reason: str, code: int) -> None:
    desk.lay(World(statuses={7: status}))
    answer = desk.check(GOOD)
    (found,) = answer.rows
    assert (answer.code, found["reason"]) == (code, reason)
    assert (found["claims"] is not None) == (reason == "ACCEPTED")
    assert (found["former"] is not None) == (reason in {"REVOKED", "SUSPENDED", "SUPERSEDED"})
    assert found["issuer"]["name"] == "厦门港务控股集团有限公司"


def test_exit_code_is_the_worst_of_all(desk: Desk) -> None:
    assert desk.check(GOOD, GOOD).code == 0
    assert desk.check(GOOD, REVOKED).code == 3
    assert desk.check(GOOD, REVOKED, "x").code == 1
    assert desk.check(GOOD, REVOKED, "x").reasons == ["ACCEPTED", "NOT_YET_REGISTERED", "QR_PREFIX"]


def everything() -> World:
    """A world whose issuer may do all four kinds."""
    local = OccupationReference(0, "集美工匠")
    electrician = OccupationReference(2022, "6-31-01-03")
    scopes = (Scope(electrician, 1, FILED, None), Scope(local, 0, FILED, None))
    return World(issuers=(ISSUER._replace(scopes=scopes),))


def test_post_has_a_term_and_honour_no_occupation(desk: Desk) -> None:
    desk.lay(everything())
    ends = start_of(day_from_date(date(2027, 1, 1)))
    post = sign_it(certificate(subject=PostAppointment(ELECTRICIAN, Post.CHIEF_TECHNICIAN, ends), number="首席2026-1"))
    ability = sign_it(certificate(subject=SpecialAbility(ELECTRICIAN), number="能力2026-1"))
    honour = sign_it(certificate(subject=RegionalHonour("集美工匠"), number="荣誉2026-1"))
    answer = desk.check(text(post), text(ability), text(honour))
    assert answer.code == 0
    claims = [found["claims"] for found in answer.rows]
    assert [c["kind"] for c in claims] == ["post", "special-ability", "honour"]
    assert [c["post"] for c in claims] == ["chief-technician", None, None]
    assert [c["term_until"] for c in claims] == ["2026-12-31", None, None]
    assert [c["honour"] for c in claims] == [None, None, "集美工匠"]
    assert [c["occupation_code"] for c in claims] == ["6-31-01-03", "6-31-01-03", None]
    assert [c["level"] for c in claims] == [None, None, None]
    ended = desk.check(text(post), at="2027-01-01T00:00:00+08:00")
    assert (ended.code, ended.reasons) == (1, ["POST_ENDED"])
    assert ended.rows[0]["former"]["term_until"] == "2026-12-31"


@pytest.mark.parametrize(
    ("at", "reason", "code"),
    [
        (AT, "ACCEPTED", 0),
        ("2026-06-01T12:00:00+08:00", "ACCEPTED", 0),
        ("2026-06-01T04:00:00.5z", "ACCEPTED", 0),
        ("2026-05-01T00:00:00Z", "CLOCK_SUSPECT", 3),
        ("2026-07-02T00:00:00Z", "STATUS_EXPIRED", 3),
        ("2026-12-31T00:00:00Z", "TRUST_LIST_EXPIRED", 3),
        ("2028-06-01T00:00:00Z", "ROOT_EXPIRED", 3),
    ],
)
def test_at(desk: Desk, at: str, reason: str, code: int) -> None:
    answer = desk.check(GOOD, at=at)
    assert (answer.code, answer.reasons) == (code, [reason])


@pytest.mark.parametrize("at", ["", "now", "2026-06-01", "2026-06-01T04:00:00", "2026-13-01T00:00:00Z", "٢٠٢٦"])
def test_at_that_is_no_instant(desk: Desk, at: str) -> None:
    answer = desk.check(GOOD, at=at)
    assert (answer.code, answer.out) == (2, "")
    assert "2026-06-01T08:00:00Z" in answer.err


def test_recognised_by_a_row(desk: Desk) -> None:
    home = replace(GUANGDONG_WORLD, agreements=(agreement(row(1), row(3)),))
    desk.lay(home, World())
    answer = desk.check(GOOD, "--require-recognised")
    assert answer.code == 0
    assert answer.rows[0]["recognition"] == "RECOGNISED"
    assert answer.rows[0]["recognised_as"] == {
        "region": "44",
        "occupation": "6-31-01-03",
        "level": 4,
        "effect": "eligibility",
        "rule": "3.2",
        "document": "粤人社〔2026〕8号",
        "date": "2026-01-15",
    }


def test_not_recognised_is_authentic_all_the_same(desk: Desk) -> None:
    desk.lay(replace(GUANGDONG_WORLD, agreements=(agreement(row(1)),)), World())
    answer = desk.check(GOOD)
    assert (answer.code, answer.reasons) == (0, ["ACCEPTED"])
    assert (answer.rows[0]["recognition"], answer.rows[0]["recognised_as"]) == ("NOT_RECOGNISED", None)
    strict = desk.check(GOOD, "--require-recognised")
    assert (strict.code, strict.reasons) == (1, ["ACCEPTED"])
    words = desk.check_in_words("--require-recognised", GOOD)
    assert words.out.startswith("✘ 不通过")
    assert "证书真实，但本地区未采认。" in words.out


def test_require_recognised_counts_home_as_recognised(desk: Desk) -> None:
    assert desk.check(GOOD, "--require-recognised").code == 0


def test_region_without_agreement_is_unknown_and_several_pins_serve_several_regions(desk: Desk) -> None:
    desk.lay(GUANGDONG_WORLD, World())
    assert desk.check(GOOD).reasons == ["REGION_UNKNOWN"]
    desk.file("pin.txt", f"{GUANGDONG_WORLD.pin().hex()}\n{World().pin().hex().upper()}\n")
    assert desk.check(GOOD).rows[0]["recognition"] == "NO_AGREEMENT"
    assert desk.check(GOOD, "--region", "35").rows[0]["recognition"] == "HOME"
    assert desk.check(GOOD, "--region", "44").rows[0]["recognition"] == "NO_AGREEMENT"
    unknown = desk.check(GOOD, "--region", "31", "--require-recognised")
    assert (unknown.code, unknown.rows[0]["recognition"]) == (3, "RECOGNITION_UNKNOWN")


def test_broken_chain_is_undecided_never_rejected(desk: Desk) -> None:
    desk.file("pin.txt", "00" * 32)
    answer = desk.check(GOOD)
    assert (answer.code, answer.reasons) == (3, ["CHAIN_INVALID"])
    part = World().part()
    forged = part._replace(trust_list=part.trust_list[:-1] + bytes([part.trust_list[-1] ^ 1]))
    desk.lay(World())
    desk.file("bundle.cbor", bundle.encode({FUJIAN: forged}))
    assert desk.check(GOOD).reasons == ["CHAIN_INVALID"]


@pytest.mark.parametrize("content", ["", "# only a comment\n", "zz" * 32, "00" * 31, "00" * 32 + "\nx"])
def test_pin_file_that_is_none(desk: Desk, content: str) -> None:
    desk.file("pin.txt", content)
    answer = desk.check(GOOD)
    assert (answer.code, answer.out) == (2, "")
    assert "pin.txt" in answer.err


@pytest.mark.parametrize("content", [b"", b"hello", b"\x82\x01\xa0", bytes(1000)])
def test_bundle_file_that_is_none(desk: Desk, content: bytes) -> None:
    desk.file("bundle.cbor", content)
    answer = desk.check(GOOD)
    assert (answer.code, answer.out) == (2, "")
    assert "bundle.cbor" in answer.err
    assert "yinxin-verify sync" in answer.err


def test_missing_bundle_and_missing_pin_are_named(desk: Desk) -> None:
    (desk.folder / "bundle.cbor").unlink()
    assert "bundle.cbor" in desk.check(GOOD).err
    (desk.folder / "pin.txt").unlink()
    answer = desk.check(GOOD)
    assert answer.code == 2
    assert "pin.txt" in answer.err


def test_usage(desk: Desk) -> None:
    for arguments in ([], ["check"], ["check", *desk.held], ["nonsense"], ["check", *desk.held, "--regio", "35", GOOD]):
        answer = desk.call(arguments)
        assert (answer.code, answer.out) == (2, "")
    assert desk.call(["check", *desk.held, "--region", "Fujian", GOOD]).code == 2
    help_ = desk.call(["check", "--help"])
    assert help_.code == 0
    assert "退出码 / exit codes" in help_.out


def test_usage_error_shows_no_control_characters(desk: Desk) -> None:
    answer = desk.call(["check", "\x1b[31m\u202e", *desk.held, "--\x1b[2J"])
    assert answer.code == 2
    assert not {"\x1b", "\u202e"} & set(answer.err)


def test_without_pin_the_stored_one(desk: Desk) -> None:
    bundle = ["--bundle", str(desk.folder / "bundle.cbor"), "--at", AT, "--json"]
    none = desk.call(["check", *bundle, GOOD])
    assert (none.code, none.out) == (2, "")
    assert "yinxin-verify sync --pin" in none.err
    stored = desk.folder / "data" / "yinxin" / "pins.json"
    stored.parent.mkdir(parents=True)
    stored.write_text(json.dumps({"35": [World().pin().hex()]}))
    assert desk.call(["check", *bundle, GOOD]).rows[0]["recognition"] == "HOME"
    assert desk.call(["check", *bundle, "--region", "44", GOOD]).code == 2
    stored.write_text(json.dumps({"35": [World().pin().hex()], "44": [GUANGDONG_WORLD.pin().hex()]}))
    several = desk.call(["check", *bundle, GOOD])
    assert several.code == 2
    assert "--region" in several.err
    assert desk.call(["check", *bundle, "--region", "35", GOOD]).code == 0
    stored.write_text("{")
    assert desk.call(["check", *bundle, "--region", "35", GOOD]).code == 2


def test_words_for_a_person(desk: Desk) -> None:
    answer = desk.check_in_words(GOOD, "x\x1b[2J")
    assert answer.code == 1
    for said in (
        "✔ 通过 ACCEPTED",
        "姓名 Name: 陈志强",
        "末四位 last four 123X",
        "三级/高级工 Level 3",
        "照片不在签名内",
        "The photo is not signed",
        "这是本地区签发的证书。",
        "只核对了登记位置",
        "✘ 不通过 REJECTED   x\\u{1B}[2J",
        "下一步：",
        "共 total 2: 通过 accepted 1, 不通过 rejected 1, 无法判断 undecided 0",
    ):
        assert said in answer.out
    assert "\x1b" not in answer.out
    assert "共 total" not in desk.check_in_words(GOOD).out


def test_undecided_words_never_call_it_forged(desk: Desk) -> None:
    answer = desk.check_in_words(REVOKED)
    assert answer.code == 3
    assert answer.out.startswith("? 无法判断 UNDECIDED")


def test_name_with_refused_characters_is_never_shown(desk: Desk) -> None:
    named = ISSUER._replace(names=((FILED, "厦门\u202e港务"),))
    desk.lay(World(issuers=(named,)))
    answer = desk.check_in_words(GOOD)
    assert answer.code == 3
    assert "\u202e" not in answer.out
    assert "厦门" not in answer.out


def run(desk: Desk, *arguments: str, encoding: str = "utf-8", stdin: bytes = b"") -> tuple[int, str]:
    """The command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", MAIN, *arguments],
        input=stdin,
        env={"PYTHONIOENCODING": encoding, "PATH": "", "XDG_DATA_HOME": str(desk.folder / "data")},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    return done.returncode, done.stdout.decode(encoding)


@pytest.mark.parametrize(
    ("encoding", "big"), [("utf-8", "✔ 通过 ACCEPTED"), ("gbk", "[OK] 通过 ACCEPTED"), ("ascii", "[OK] ACCEPTED")]
)
def test_terminals_of_any_encoding(desk: Desk, encoding: str, big: str) -> None:
    code, out = run(desk, "check", *desk.held, "--at", AT, GOOD, encoding=encoding)
    assert code == 0
    assert out.startswith(big)


def test_standard_input(desk: Desk) -> None:
    lines = f"{GOOD}\n\n{REVOKED}\n".encode()
    code, out = run(desk, "check", *desk.held, "--at", AT, "--json", "-", stdin=lines)
    assert code == 3
    assert [json.loads(line)["input"] for line in io.StringIO(out)] == ["-:1", "-:3"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"\x89PNG\r\n\x1a\n", "FILE_TYPE"), (b"PK\x03\x04", "FILE_TYPE"), (GOOD.encode("utf-16"), "LIST_BROKEN")],
)
def test_standard_input_that_is_no_list(desk: Desk, content: bytes, reason: str) -> None:
    code, out = run(desk, "check", *desk.held, "--at", AT, "--json", "-", stdin=content)
    assert (code, [json.loads(line)["reason"] for line in io.StringIO(out)]) == (3, [reason])


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        ("<&-", 2, "nothing to verify"),
        (">&-", 0, ""),
        ("2>&-", 0, ""),
        (">/dev/full", 2, "No space left on device"),
        (">/dev/full --report /dev/shm/none/r.csv", 2, "cannot write into the folder"),
    ],
)
def test_streams_that_are_closed_or_full(desk: Desk, how: str, code: int, said: str) -> None:
    program = ["from verifier_cli.cli import program; program()", "check", *desk.held, "--at", AT]
    command = [
        "sh",
        "-c",
        f'"$@" {how}',
        "sh",
        sys.executable,
        "-c",
        *program,
        "-" if said == "nothing to verify" else GOOD,
    ]
    done = subprocess.run(command, capture_output=True, check=False, cwd=Path(__file__).parents[2])
    assert (done.returncode, said in done.stderr.decode()) == (code, True)
    assert b"Traceback" not in done.stderr


def test_what_nobody_foresaw_rejects_nothing(desk: Desk) -> None:
    broken = "from verifier_cli import cli; from verifier_cli.checking import check; del check.run; cli.program()"
    command = [sys.executable, "-c", broken, "check", *desk.held, GOOD]
    done = subprocess.run(command, capture_output=True, check=False, cwd=Path(__file__).parents[2])
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"AttributeError" in done.stderr


def test_base_install_names_the_extra_for_a_picture(desk: Desk) -> None:
    picture = desk.file("a.png", b"\x89PNG\r\n\x1a\n")
    blocked = f"import sys; sys.modules['zxingcpp'] = None; {MAIN}"
    done = subprocess.run(
        [sys.executable, "-c", blocked, "check", *desk.held, picture],
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"pip install '.[images]'" in done.stderr


def test_nobody_reads_the_output(desk: Desk) -> None:
    many = desk.file("many.txt", f"{GOOD}\n" * 2000)
    command = [sys.executable, "-c", MAIN, "check", *desk.held, "--at", AT, many]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 3


@pytest.mark.parametrize(("answer", "words"), [("machine", set()), ("human", {"credential.wording"})])
def test_pure_module_set_when_a_text_is_checked(answer: str, words: set[str]) -> None:
    script = f"import sys, verifier_cli.checking.check, verifier_cli.words.{answer}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    loaded = set(done.stdout.split())
    assert not {"PIL", "zxingcpp", "urllib.request", "http.client", "credential.sign"} & loaded
    assert not {"hashlib", "json", "pathlib", "dataclasses", "inspect", "shutil"} & loaded
    assert {"credential.wording"} & loaded == words


def test_program_ends_at_once_when_all_is_written(desk: Desk) -> None:
    program = "import atexit, verifier_cli.cli; atexit.register(print, 'late'); verifier_cli.cli.program()"
    done = subprocess.run(
        [sys.executable, "-c", program, "check", *desk.held, "--at", AT, "--json", GOOD, "no certificate"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert [json.loads(line)["reason"] for line in done.stdout.splitlines()] == ["ACCEPTED", "QR_PREFIX"]


def test_issuer_states_through_the_entrance(desk: Desk) -> None:
    withdrawn = ISSUER._replace(states=((FILED, IssuerState.FILED), (ISSUED_ON, IssuerState.WITHDRAWN)))
    desk.lay(World(issuers=(withdrawn,)))
    assert desk.check(GOOD).reasons == ["ISSUER_WITHDRAWN"]
    late = rfc3339(Seconds(NOW + 200 * DAY))
    assert desk.check(GOOD, at=late).reasons == ["STALE"]
