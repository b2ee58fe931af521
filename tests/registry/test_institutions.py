"""Who an issuer is beside its name: credit code, filing authority, parent and branches; and looking for issuers."""

import json
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from credential.model import Day, IssuerCode, day_of
from registry.issuers import filing, institutions
from registry.issuers.filing import Filing, parse_day
from registry.office import searching
from registry.office.searching import Wanted
from registry.problems import Refused
from registry.store.institutions import ParentRow
from registry.store.models import DivisionRow, FilingRow, IssuerRow, NameRow
from tests.registry.office import (
    AUTHORITY,
    PORT,
    SKILLS,
    Office,
    batch,
    credit_code,
    file_issuer,
    institution,
    migrate,
    now,
    run,
)
from tests.registry.plans import reads
from tests.registry.test_pages import BROWSER, read, text_of
from tests.registry.test_two_people import issuer

Captured = pytest.CaptureFixture[str]
BRANCH, OTHER = IssuerCode("Y000035020011"), IssuerCode("Y000035020012")
NEW = credit_code("Y000035029999")
SCOPE = {"edition": 2022, "occupation": "6-31-01-03", "title": "电工", "highest": 1, "from": "2025-01-01", "to": None}
CITY = "厦门市人力资源和社会保障局"


def file(office: Office, code: str, *words: str, expect: int = 0, document: str = "闽人社备1号") -> None:
    """What the first operator files."""
    common = ("--code", code, "--document", document, "--date", "2025-01-01", "--name", "甲", "--kind", "Y")
    run(office.data, "issuer", "file", *common, *words, "--operator", "lin", expect=expect)


def asked(office: Office, capsys: Captured, *words: object) -> Any:
    """What a command answers a program."""
    capsys.readouterr()
    run(office.data, "issuer", *words, "--json")
    return json.loads(capsys.readouterr().out)


def complaint(capsys: Captured) -> str:
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (NEW[:-1], "须有 18 个字符，现有 17 个"),
        ("B" + NEW[1:], "第 1 个字符“B”须为 1 至 9、A、N 或 Y"),
        (NEW[:9] + "O" + NEW[10:], "第 10 个字符“O”不能用"),
        (NEW[:-1] + ("0" if NEW[-1] != "0" else "1"), "校验码不符"),
    ],
)
def test_a_wrong_credit_code_is_refused_for_its_one_reason(given: str, why: str) -> None:
    with pytest.raises(Refused) as caught:
        institutions.require_credit_code(given)
    assert caught.value.detail.startswith(f"统一社会信用代码{why}")


def test_a_credit_code_belongs_to_one_institution(office: Office, capsys: Captured) -> None:
    taken = "统一社会信用代码已属于另一机构 / The credit code belongs to another institution"
    file(office, BRANCH, *institution(PORT), expect=1)
    assert f"{taken}: {credit_code(PORT)}: {PORT}" in complaint(capsys)
    file(office, BRANCH, *institution(BRANCH))
    file(office, OTHER, *institution(BRANCH), expect=1)
    assert f"belongs to another institution: {credit_code(BRANCH)}: {BRANCH}" in complaint(capsys)
    changed = ("credit-code", "--credit-code", credit_code(SKILLS), "--date", "2026-03-01")
    run(office.data, "issuer", *changed, "--code", PORT, "--document", "文", "--operator", "lin", expect=1)
    assert f"belongs to another institution: {credit_code(SKILLS)}: {SKILLS}" in complaint(capsys)
    issuer(office, "credit-code", "--credit-code", NEW, "--date", "2026-03-01")
    issuer(office, "credit-code", "--credit-code", credit_code(PORT), "--date", "2026-04-01")
    file(office, OTHER, "--credit-code", NEW, "--authority", AUTHORITY, expect=1)
    assert f"belongs to another institution: {NEW}: {PORT}" in complaint(capsys)


def test_what_a_filing_must_say(office: Office, capsys: Captured) -> None:
    file(office, BRANCH, "--credit-code", NEW, expect=2)
    file(office, BRANCH, "--authority", AUTHORITY, expect=2)
    file(office, BRANCH, "--credit-code", NEW, "--authority", "厦\u200b门", expect=1)
    assert "备案机关须为 1 至 64 个可见字符" in complaint(capsys)
    bare = Filing(BRANCH, "甲", filing.KINDS["Y"], (), (), None, None)
    filed = ("lin", "文", parse_day("2025-01-01"), now())
    with pytest.raises(Refused, match="须有统一社会信用代码和备案机关"):
        office.service.store.write(lambda session: filing.file(session, bare, *filed))
    file(office, BRANCH, "--credit-code", NEW[:-2] + "00", "--authority", AUTHORITY, expect=1)
    assert "校验码不符" in complaint(capsys)
    assert office.count("filings WHERE approved_at IS NULL") == 0


def test_a_parent_is_on_file_here_and_there_is_one_level(office: Office, capsys: Captured) -> None:
    def refused(code: str, parent: str) -> str:
        file(office, code, *institution(code), "--parent", parent, expect=1)
        return complaint(capsys).partition("总部 ")[2]

    assert refused(BRANCH, BRANCH).startswith(f"{BRANCH}：机构不能是自己的分支")
    assert refused(BRANCH, "Y000044020001").startswith("Y000044020001：不是本地区的机构")
    assert refused(BRANCH, OTHER).startswith(f"{OTHER}：那一天没有备案，请先备案总部")
    file_issuer(office.data, BRANCH, "Y", parent=PORT)
    assert refused(OTHER, BRANCH).startswith(f"{BRANCH}：它自己是分支机构，只有一级")
    assert refused(PORT, SKILLS).startswith(f"{SKILLS}：{PORT} 自己有分支机构，只有一级")
    issuer(office, "withdraw", "--date", "2026-03-01", code=SKILLS)
    words = ("parent", "--parent", SKILLS, "--date", "2026-04-01", "--code", BRANCH, "--document", "文")
    run(office.data, "issuer", *words, "--operator", "lin", expect=1)
    assert f"总部 {SKILLS}：那一天没有备案" in complaint(capsys)


def test_a_parent_that_waited_is_looked_at_again_when_it_is_approved(office: Office, capsys: Captured) -> None:
    file(office, BRANCH, *institution(BRANCH), "--parent", PORT)
    issuer(office, "parent", "--parent", SKILLS, "--date", "2025-01-01")
    run(office.data, "issuer", "approve", "--code", BRANCH, "--operator", "huang", expect=1)
    assert f"总部 {PORT}：它自己是分支机构" in complaint(capsys)
    assert office.count(f"issuers WHERE code = '{BRANCH}'") == 0


def test_nothing_becomes_of_branches_and_that_is_said_first(office: Office, capsys: Captured) -> None:
    file_issuer(office.data, BRANCH, "Y", parent=PORT)
    capsys.readouterr()
    issuer(office, "withdraw", "--date", "2026-03-01", operators=("lin",))
    said = capsys.readouterr().out
    told = f"{PORT}有 1 家分支机构：机构{BRANCH}（{BRANCH}）。它们的备案不随之改变；要一并办理，请逐家办理。"
    assert said.index(told) < said.index("已记下，尚未生效")
    issuer(office, "withdraw", "--date", "2026-03-01", operators=("huang",))
    states = {each["code"]: each["state"] for each in asked(office, capsys, "list")}
    assert states == {PORT: "withdrawn", SKILLS: "filed", BRANCH: "filed"}
    issuer(office, "rename", "--name", "新名", "--date", "2026-03-01", operators=("lin",))
    assert "分支机构" not in capsys.readouterr().out


def test_each_is_changed_by_two_and_keeps_its_history(office: Office, capsys: Captured) -> None:
    waiting = office.count("region WHERE filing_change > published_filing_change")
    issuer(office, "credit-code", "--credit-code", NEW, "--date", "2026-03-01", operators=("lin",))
    assert asked(office, capsys, "show", "--code", PORT)["credit_code"] == credit_code(PORT)
    issuer(office, "credit-code", "--credit-code", NEW, "--date", "2026-03-01", operators=("huang",))
    issuer(office, "authority", "--authority", CITY, "--date", "2026-03-02")
    issuer(office, "parent", "--parent", SKILLS, "--date", "2026-03-03")
    issuer(office, "parent", "--none", "--date", "2099-03-04")
    assert office.count("region WHERE filing_change > published_filing_change") == waiting == 0
    for words in (("credit-code", "--credit-code", NEW), ("authority", "--authority", CITY), ("parent", "--none")):
        again = (*words, "--date", "2099-05-01", "--code", PORT, "--document", "文", "--operator", "lin")
        run(office.data, "issuer", *again, expect=1)
        assert "没有改变" in complaint(capsys)
    early = ("authority", "--authority", AUTHORITY, "--date", "2026-03-02")
    run(office.data, "issuer", *early, "--code", PORT, "--document", "文", "--operator", "lin", expect=1)
    assert "生效日须晚于现有的" in complaint(capsys)
    found = asked(office, capsys, "show", "--code", PORT)
    assert (found["credit_code"], found["authority"], found["parent"]) == (NEW, CITY, SKILLS)
    assert {name: found["history"][name] for name in ("credit_codes", "authorities", "parents")} == {
        "credit_codes": [{"from": "2025-01-01", "value": credit_code(PORT)}, {"from": "2026-03-01", "value": NEW}],
        "authorities": [{"from": "2025-01-01", "value": AUTHORITY}, {"from": "2026-03-02", "value": CITY}],
        "parents": [{"from": "2026-03-03", "value": SKILLS}, {"from": "2099-03-04", "value": None}],
    }
    run(office.data, "issuer", "show", "--code", PORT)
    said = capsys.readouterr().out
    assert f"备案机关：{CITY}，自 2026-03-02 起\n  filing authority: {CITY}, from 2026-03-02 on\n" in said
    run(office.data, "issuer", "history", "--code", PORT)
    said = capsys.readouterr().out
    assert f"issuer.credit-code 2026-03-01 起 闽人社备9号 huang（{NEW}）" in said
    assert f"issuer.parent 2026-03-03 起 闽人社备9号 huang（{SKILLS}）" in said


def test_the_public_page_and_the_program_say_who_it_is(office: Office) -> None:
    file_issuer(office.data, BRANCH, "Y", "2022:6-31-01-03:3:2025-01-01", parent=PORT)
    place = ("--code", PORT, "--division", "350200", "--name", "厦门市")
    run(office.data, "issuer", "division", *place, "--operator", "lin")
    assert "分支机构 Branches" not in text_of(office.client, f"/issuers/{PORT}")
    run(office.data, "publish", "--demo-keys")
    assert office.register(PORT, *batch(office.indices(PORT, 1))).status_code == 200
    office.publish()
    shown = text_of(office.client, f"/issuers/{PORT}")
    assert f"备案机关 Filed with {AUTHORITY} 行政区划 Division 厦门市 350200" in shown
    assert f"分支机构 Branches {BRANCH} 机构{BRANCH}" in shown
    page = read(office.client.get(f"/issuers/{BRANCH}", headers=BROWSER))
    assert f"总部 Parent {PORT}" in page.text
    assert f"/issuers/{PORT}" in [each.get("href") for each in page.named("a")]
    answer = office.client.get(f"/v1/issuers/{PORT}")
    assert (answer.headers["Access-Control-Allow-Origin"], bool(answer.headers["ETag"])) == ("*", True)
    found = answer.get_json()
    kid, trust_list = found["keys"][0].pop("kid"), found.pop("trust_list")
    assert kid == office.service.trust.issuers.get(PORT).keys[0].kid.hex()  # type: ignore[union-attr]
    assert trust_list == office.service.trust.trust_list.head.seq
    (key,) = found.pop("keys")
    assert key["state"] == "active"
    assert found == {
        "code": PORT,
        "name": f"机构{PORT}",
        "kind": "Y",
        "state": "filed",
        "since": "2025-01-01",
        "credit_code": credit_code(PORT),
        "authority": AUTHORITY,
        "division": {"code": "350200", "name": "厦门市"},
        "parent": None,
        "branches": [{"code": BRANCH, "name": f"机构{BRANCH}"}],
        "scopes": [SCOPE],
        "sites": [],
        "history": {
            "names": [{"from": "2025-01-01", "value": f"机构{PORT}"}],
            "states": [{"from": "2025-01-01", "value": "filed"}],
            "credit_codes": [{"from": "2025-01-01", "value": credit_code(PORT)}],
            "authorities": [{"from": "2025-01-01", "value": AUTHORITY}],
            "parents": [],
        },
    }
    assert office.client.get(f"/v1/issuers/{OTHER}").status_code == 404


def test_the_directory_is_searched_by_word_kind_state_and_division(office: Office, capsys: Captured) -> None:
    for code, division, name in ((PORT, "350211", "集美区"), (SKILLS, "350100", "福州市")):
        place = ("--code", code, "--division", division, "--name", name)
        run(office.data, "issuer", "division", *place, "--operator", "lin")
    issuer(office, "suspend", "--date", "2026-03-01", operators=("lin",), code=SKILLS)
    run(office.data, "publish", "--demo-keys")
    expected = {
        "": [PORT, SKILLS],
        "kind=Y": [PORT],
        "kind=school": [],
        "state=suspended": [SKILLS],
        "state=filed&kind=S": [],
        "division=350211": [PORT],
        "division=350200": [PORT],
        "division=350000": [PORT, SKILLS],
        "division=350212": [],
        "q=机构 6-31-01-03": [PORT, SKILLS],
        f"q={SKILLS.lower()}&division=350100": [SKILLS],
        "q=35020001&state=filed": [PORT],
    }
    for query, codes in expected.items():
        found = office.client.get(f"/v1/issuers?{query}").get_json()
        assert (sorted(each["code"] for each in found["issuers"]), found["total"]) == (sorted(codes), len(codes)), query
        assert f"{len(codes)} {'found' if query else 'issuers'}" in text_of(office.client, f"/issuers?{query}"), query
    for query in ("kind=X", "state=closed", "division=35", "division=３５０２００", "q=%00"):
        assert office.client.get(f"/v1/issuers?{query}").status_code == 400, query
    assert office.client.get("/v1/issuers?page=2").status_code == 404
    assert office.client.get("/issuers?_external=1&endpoint=x&_anchor=y&q=").status_code == 200
    assert [each["code"] for each in asked(office, capsys, "list", "--state", "suspended")] == [SKILLS]
    assert [each["code"] for each in asked(office, capsys, "list", credit_code(PORT).lower())] == [PORT]
    assert asked(office, capsys, "list", "--division", "350200", "--kind", "S") == []
    run(office.data, "issuer", "list", "--kind", "Y")
    assert f"{PORT}  {credit_code(PORT)}  已备案  机构{PORT}\n共 1 家。" in capsys.readouterr().out


def test_void_counts_on_every_day_in_a_search_too(office: Office) -> None:
    issuer(office, "void", "--date", "2099-01-01")
    today, earlier = day_of(now()), Day(parse_day("2024-12-31"))
    with office.service.store.read() as session:
        found = {
            state: searching.codes(session, Wanted(state=searching.STATES[state]), today) for state in ("void", "filed")
        }
        assert searching.codes(session, Wanted(state=searching.STATES["filed"]), earlier) == []
    assert found == {"void": [PORT], "filed": [SKILLS]}


def test_what_was_filed_before_there_were_such_fields_stays(office: Office, capsys: Captured) -> None:
    file_issuer(office.data, BRANCH, "Y", parent=PORT)
    migrate(office, "0012")
    migrate(office, "head")
    file(office, OTHER, *institution(OTHER))
    with office.service.store.engine.begin() as connection:
        old = {"code": OTHER, "name": "旧", "kind": 1, "scopes": [], "sites": []}
        statement = text("UPDATE filings SET content = :old WHERE approved_at IS NULL")
        connection.execute(statement, {"old": json.dumps(old)})
    run(office.data, "issuer", "approve", "--code", OTHER, "--operator", "huang")
    run(office.data, "publish", "--demo-keys")
    with office.service.store.read() as session:
        assert filing.read(session.query(FilingRow).filter_by(issuer=OTHER).one()).credit_code is None
        assert institutions.of(session, [OTHER]) == {OTHER: institutions.Institution()}
    assert "统一社会信用代码 Credit code 未登记 not on file" in text_of(office.client, f"/issuers/{OTHER}")
    run(office.data, "issuer", "show", "--code", OTHER)
    assert "备案机关：未登记" in capsys.readouterr().out
    issuer(office, "credit-code", "--credit-code", NEW, "--date", "2026-03-01", code=OTHER)
    issuer(office, "authority", "--authority", AUTHORITY, "--date", "2026-03-01", code=OTHER)
    assert asked(office, capsys, "show", "--code", OTHER)["credit_code"] == NEW


def test_an_index_leads_to_a_division_and_to_branches(office: Office) -> None:
    def work(session: Session) -> None:
        codes = [f"Y0000350{number:05d}" for number in range(50_000, 52_000)]
        places = [f"35{1 + number % 9:02d}00" for number in range(len(codes))]
        session.execute(insert(DivisionRow), [{"code": place, "name": place} for place in sorted(set(places))])
        rows = [
            {"code": code, "kind": 0, "approved_at": 0, "division": place}
            for code, place in zip(codes, places, strict=True)
        ]
        session.execute(insert(IssuerRow), rows)
        parents = [{"issuer": code, "day": 0, "value": codes[place // 10]} for place, code in enumerate(codes)]
        session.execute(insert(ParentRow), parents)
        session.execute(insert(NameRow), [{"issuer": code, "day": 0, "name": "甲"} for code in codes])

    store = office.service.store
    store.write(work)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")

    def look() -> None:
        with store.read() as session:
            assert len(searching.in_division(session, "350101")) == 0
            assert len(institutions.branches(session, IssuerCode("Y000035050007"), Day(0))) == 10

    found = {each for each in reads(store, look) if each.table.startswith("issuer")}
    assert found == {
        ("issuers", "division"),
        ("issuer_parents", "value"),
        ("issuer_parents", "issuer"),
        ("issuer_names", "issuer"),
    }
