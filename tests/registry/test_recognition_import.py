"""`recognition import`: the sheet's faults, its effect before anything is signed, the agreement, its repeal."""

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from credential import qr_text
from credential.model import date_from_day, day_of
from credential.reason import Recognition
from credential.trust import load
from credential.verify import Accepted, verify_bytes
from registry import cli
from registry.app import create_app
from registry.recognition.agreement_columns import HEADERS
from tests.registry.office import PORT, Office, certificate, found_registry, now, run, signed

Cells = dict[str, str]


def date_in(days: int) -> str:
    return (date_from_day(day_of(now())) + timedelta(days=days)).isoformat()


def sheet(folder: Path, *rows: Cells) -> Path:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADERS.values())
    writer.writerows([[row.get(name, "") for name in HEADERS] for row in rows])
    path = folder / "agreement.csv"
    path.write_text(out.getvalue(), "utf-8-sig")
    return path


def own(office: Office) -> Cells:
    pin = (office.data / "pin.txt").read_text("utf-8").splitlines()[-1]
    return {
        "id": "1",
        "partner": "35",
        "pin": pin,
        "document": "闽粤互认协议",
        "document_date": "2025-06-01",
        "state": "生效",
        "state_from": "2025-07-01",
    }


THREE: Cells = {"rule": "采认", "edition": "2022", "occupation": "6-31-", "levels": "三级", "from": "2025-01-01"}
BASIS: Cells = {"basis": "第三条"}


def explain(data: Path, path: Path, capsys: pytest.CaptureFixture[str], *more: object, expect: int = 0) -> Any:
    capsys.readouterr()
    run(data, "recognition", "import", path, "--dry-run", "--json", *more, expect=expect)
    return json.loads(capsys.readouterr().out)


def recognition(data: Path, certificate: bytes) -> Recognition:
    pin = bytes.fromhex((data / "pin.txt").read_text("utf-8").splitlines()[-1])
    found = verify_bytes(certificate, load((data / "public" / "bundle.cbor").read_bytes(), frozenset({pin})), now())
    assert isinstance(found, Accepted)
    return found.recognition


def test_an_agreement_and_its_repeal(office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    indices = office.indices(PORT, 2)
    rows = [signed(certificate(i, s, level=level)) for i, s, level in zip(indices, (1, 2), (3, 4), strict=True)]
    assert office.register(PORT, *rows).status_code == 200
    office.publish()
    guangdong = found_registry(tmp_path, "44")
    path = sheet(tmp_path, own(office) | THREE | BASIS)
    assert explain(guangdong, path, capsys)["agreements"] == [
        {
            "id": 1,
            "partner": "35",
            "change": "new",
            "states": [{"date": "2025-07-01", "state": "in-force"}],
            "keep": True,
            "held": None,
            "rules": [],
            "moments": [],
            "examined": 0,
        }
    ]
    ours = office.data / "public" / "bundle.cbor"
    run(guangdong, "partner", "import", ours, "--pin", office.data / "pin.txt", "--operator", "chen")
    texts = tmp_path / "texts.txt"
    texts.write_text("\n".join(qr_text.encode("fj.example", row) for row in rows), "utf-8")
    (told,) = explain(guangdong, path, capsys, "--certificates", texts)["agreements"]
    assert (told["held"]["issuers"], told["held"]["certificates"]) == (2, {"valid": 2, "suspended": 0})
    counted = {"items": 2, "issuers": 2, "occupations": 1, "levels": [3], "posts": []}
    assert told["rules"] == [{"rule": "allow 1", **counted}]
    (moment,) = told["moments"]
    assert (moment["date"], moment["before"], moment["after"]) == (date_in(0), None, "in-force")
    assert moment["recognised"] == counted
    newly = moment["newly"]
    assert newly["certificates"] == [certificate(indices[0], 1).number]
    assert newly["examples"][1] == {
        "issuer": PORT,
        "kind": "level",
        "edition": 2022,
        "occupation": "6-31-01-03",
        "level": 3,
        "post": None,
        "from": "2025-01-01",
        "to": None,
        "before": {"recognition": "NO_AGREEMENT", "recognised_as": None},
        "after": {
            "recognition": "RECOGNISED",
            "recognised_as": {
                "edition": 2022,
                "occupation": "6-31-01-03",
                "level": 3,
                "effect": "equivalent",
                "rule": "1.1",
            },
        },
    }
    assert (moment["no_longer"]["items"], moment["otherwise"]["items"]) == (0, 0)
    run(guangdong, "recognition", "import", path, "--yes", "--operator", "chen")
    run(guangdong, "publish", "--demo-keys")
    assert [recognition(guangdong, row) for row in rows] == [Recognition.RECOGNISED, Recognition.NOT_RECOGNISED]

    repeal = {"state": "废止", "state_from": date_in(0)}
    path = sheet(tmp_path, own(office) | THREE | BASIS | {"keep": "不保留"}, repeal)
    (told,) = explain(guangdong, path, capsys)["agreements"]
    (moment,) = told["moments"]
    assert (moment["before"], moment["after"], moment["no_longer"]["items"]) == ("in-force", "repealed", 2)
    run(guangdong, "recognition", "import", path, "--yes", "--operator", "chen")
    run(guangdong, "publish", "--demo-keys")
    assert {recognition(guangdong, row) for row in rows} == {Recognition.AGREEMENT_REPEALED}

    page = create_app(guangdong).test_client().get("/v/recognition").text
    table = page.partition('id="agreements"')[2].partition("</section>")[0]
    shown = " ".join(re.sub("<[^>]+>", " ", table).split())
    assert f"35 闽粤互认协议 2025-06-01 2025-07-01 生效 in force {date_in(0)} 废止 repealed" in shown
    assert "地区 35 的条款：采认 1 条，不采认 0 条" in shown
    assert "证书日期 2025-01-01 起 → 等同（第三条） level certificate, issuer any, 2022 6-31-, level 3" in shown


def test_every_fault_and_nothing_changed(office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sheet(tmp_path, own(office) | THREE | {"partner": "31", "levels": "6"})
    told = explain(office.data, path, capsys, expect=2)
    assert [(each["row"], each["column"]) for each in told["faults"]] == [(2, "levels"), (2, "basis")]
    assert told["faults"][0] == {
        "row": 2,
        "column": "levels",
        "value": "6",
        "why": {"zh": "不是等级", "en": "not a level"},
        "fix": {"zh": "写 5 至 1，或“三级”“高级工”等", "en": "5 to 1, or 三级, 高级工 and the like"},
    }
    run(office.data, "recognition", "import", path, "--yes", "--operator", "chen", expect=2)
    said = capsys.readouterr().err
    assert "第 2 行“等级或岗位”（6）：不是等级。写 5 至 1" in said
    assert "2 处要改，未作改变 / 2 faults to mend, nothing changed" in said
    assert office.count("agreements") == 0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"partner": "35"}, "a region has no agreement with itself"),
        ({"id": "2", "partner": "44"}, "there is agreement 1 already"),
        ({"id": "1", "partner": "31"}, "that id is another region's"),
    ],
)
def test_what_cannot_be_imported_is_refused_before_it_is_explained(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Cells, why: str
) -> None:
    first = own(office) | THREE | BASIS | {"partner": "44"}
    run(office.data, "recognition", "import", sheet(tmp_path, first), "--yes", "--operator", "chen")
    run(office.data, "recognition", "import", sheet(tmp_path, first | change), "--dry-run", expect=1)
    assert why in capsys.readouterr().err


def test_the_template_has_every_column_and_help_says_what_each_takes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.csv", "a.xlsx"):
        run(tmp_path, "recognition", "template", tmp_path / name)
        run(tmp_path, "recognition", "template", tmp_path / name, expect=2)
        run(tmp_path, "recognition", "import", tmp_path / name, "--dry-run", expect=2)
        assert "表中没有协议" in capsys.readouterr().err
    assert cli.main(["recognition", "import", "--help"]) == 0
    said = capsys.readouterr().out
    assert all(f"{chinese} {english}: " in said for english, chinese in HEADERS.items())
