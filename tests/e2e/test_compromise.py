"""A stolen key, rehearsed and then declared, with the real programs: `check` finds offline what the rehearsal said.

Nobody's clock is bent: what counts as before and after is when the registry's own server registered it.
"""

import csv
import io
import json
import secrets
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from credential import qr_text, request, sign
from credential.model import (
    Basis,
    Certificate,
    DocumentType,
    IssuerCode,
    LevelCertificate,
    Occupation,
    Person,
    Seconds,
    StatusReference,
    date_from_day,
    day_of,
    rfc3339,
)
from credential.request import RegisterBatch, Request, ReserveIndices
from tests import ports
from tests.registry.office import institution
from tools.demo import forge, offline
from tools.demo.stage import ROOT, Stage
from tools.demo_rosters import invent

pytestmark = pytest.mark.xdist_group("compromise")

ISSUER: Final = IssuerCode("Y000035020001")
KEYS: Final = ROOT / "keys.example"
ELECTRICIAN: Final = Occupation(2022, "6-31-01-03", "电工", None)
HONEST: Final = 12
"""Certificates in each of the issuer's two rosters."""
SPLIT: Final = 6
"""Certificates signed before the theft, and registered after it."""


@dataclass
class Scene:
    """One registry, one issuer, and the second from which on its key was in other hands."""

    folder: Path
    stage: Stage
    port: int = field(default_factory=ports.reserved)
    texts: dict[str, list[str]] = field(default_factory=dict)
    since: Seconds = field(default_factory=lambda: Seconds(0))

    @property
    def data(self) -> Path:
        return self.folder / "fujian"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pin(self) -> Path:
        return self.data / "pin.txt"

    def registry(self, *arguments: object, **options: Any) -> str:
        return self.stage.run("yinxin-registry", *arguments, "--data", self.data, **options)

    def signer(self, command: str, *arguments: object) -> str:
        words = ("--home", self.folder / "port", "--demo-keys", KEYS / "xiamen-port", *arguments)
        return self.stage.run("yinxin-signer", command, *words)

    def publish(self) -> None:
        self.registry("publish", "--demo-keys", KEYS / "fujian")
        arguments = ("--from", self.url, "--pin", self.pin, "--bundle", self.folder / "bundle.cbor")
        self.stage.run("yinxin-verify", "sync", *arguments)

    def check(self, sort: str) -> list[str]:
        """The reasons that an offline check of these gives."""
        path = self.folder / f"{sort}.txt"
        path.write_text("\n".join(self.texts[sort]), "utf-8")
        arguments = ("check", "--bundle", self.folder / "bundle.cbor", "--pin", self.pin, "--json", path)
        rows = self.stage.rows("yinxin-verify", *arguments, expect=(0, 1, 3), prefix=offline.best().prefix)
        return [row["reason"] for row in rows]

    def compromise(self, *arguments: object, **options: Any) -> str:
        kid = forge.demo_key(KEYS, "xiamen-port/certificate.key").kid.hex()
        words = ("--issuer", ISSUER, "--kid", kid, "--since", rfc3339(self.since), *arguments)
        return self.registry("key", "compromise", *words, **options)

    def ask(self, path: str, content: ReserveIndices | RegisterBatch) -> dict[str, Any]:
        """One request of the issuer's, as the signer sends it."""
        asked = Request(ISSUER, secrets.token_bytes(16), at(), secrets.token_bytes(16), content)
        body = request.seal(asked, forge.demo_key(KEYS, "xiamen-port/request.key"))
        head = {"Content-Type": request.MEDIA_TYPE}
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}{path}", body, head)) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        return found


def at() -> Seconds:
    return Seconds(int(time.time()))


def next_second() -> Seconds:
    """Wait until no second that anything happened in is the present one."""
    began = at()
    while at() <= began:
        time.sleep(0.02)
    return at()


def certificate(index: int, serial: int, issued_at: Seconds) -> Certificate:
    dated = day_of(issued_at)
    year = date_from_day(dated).year % 100
    return Certificate(
        issuer=ISSUER,
        issued_at=issued_at,
        person=Person("陈志强", DocumentType.CITIZEN_ID, "123X"),
        number=f"{ISSUER}{year:02d}3{serial:06d}",
        subject=LevelCertificate(ELECTRICIAN, 3),
        issued_on=dated,
        basis=Basis.EXAMINATION,
        status=StatusReference(index, "https://fj.example/s/0"),
    )


def signed(what: Certificate) -> bytes:
    return sign.sign_certificate(what, forge.demo_key(KEYS, "xiamen-port/certificate.key"))


def as_text(data: bytes) -> str:
    return qr_text.encode("fj.example", data)


def found(scene: Scene) -> None:
    scene.data.parent.mkdir(parents=True, exist_ok=True)
    names = ("--region", "35", "--name", "福建省", "--status-base", "https://fj.example/s/", "--qr-host", "fj.example")
    scene.registry("init", *names, "--demo-keys", KEYS / "fujian")
    scope = f"2022:{ELECTRICIAN.code}:1:2025-01-01"
    common = ("--code", ISSUER, "--document", "闽人社备1号", "--date", "2025-01-01")
    who = ("--name", "厦门港务控股集团有限公司", "--kind", "Y", *institution(ISSUER))
    scene.registry("issuer", "file", *common, *who, "--scope", scope, "--operator", "lin")
    scene.registry("issuer", "approve", *common, "--operator", "huang")
    serve = ("serve", "--data", scene.data, "--demo-keys", KEYS / "fujian", "--port", scene.port)
    scene.stage.serve(scene.url, scene.folder / "log", *serve)
    scene.signer("keygen", "--issuer", ISSUER)
    scene.signer("enrol", "--registry", scene.url, "--pin", scene.pin)
    for operator in "lin", "huang":
        scene.registry("key", "approve", scene.folder / "port" / "enrolment.cbor", "--operator", operator)
    scene.publish()


def sign_roster(scene: Scene, name: str, first: int) -> None:
    """A roster of invented people, signed and registered by the signer."""
    path, out = scene.folder / f"{name}.csv", scene.folder / f"{name}-out"
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["姓名", "身份证号", "职业版本", "职业编码", "职业名称", "等级", "发证日期", "认定方式"])
    people = list(zip(range(first + HONEST), invent("compromise", ("350203",)), strict=False))[first:]
    today = date.today().isoformat()  # noqa: DTZ011 - the signer asks for a day, and takes any of this year's
    for _, person in people:
        writer.writerow(
            [person.name, f"{person.number}\t", "2022", ELECTRICIAN.code, "电工", "三级/高级工", today, "理论+实操"]
        )
    path.write_text(rows.getvalue(), "utf-8-sig")
    scene.signer("sign", path, "--out", out, "--yes")
    lines = (out / "credentials.jsonl").read_text("utf-8").splitlines()
    scene.texts[name] = [json.loads(line)["text"] for line in lines]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Everything up to the day on which the theft is noticed."""
    folder = tmp_path_factory.mktemp("compromise")
    stage = Stage(folder / "personal")
    made = Scene(folder, stage)
    try:
        found(made)
        tell(made)
        yield made
    finally:
        stage.stop_servers()


def tell(scene: Scene) -> None:
    sign_roster(scene, "early", 0)
    (run,) = scene.ask("/v1/indices", ReserveIndices(SPLIT))["runs"]
    moment = at()
    split = [signed(certificate(run["first"] + n, 900_000 + n, moment)) for n in range(SPLIT)]
    scene.since = next_second()
    scene.ask("/v1/batches", RegisterBatch(tuple(split)))
    scene.texts["signed before, registered after"] = [as_text(each) for each in split]
    sign_roster(scene, "late", HONEST)
    genuine = forge.read(qr_text.decode(scene.texts["early"][0]))
    renamed = genuine._replace(person=genuine.person._replace(name="贾冒名"))
    scene.texts["thief, backdated"] = [as_text(signed(renamed))]
    scene.texts["thief, in that very second"] = [as_text(signed(renamed._replace(issued_at=scene.since)))]
    revoked = genuine.number
    scene.signer("revoke", revoked, "--reason", "issued-in-error", "--yes")
    scene.publish()


def test_the_rehearsal_and_the_declaration_say_what_check_finds(scene: Scene) -> None:
    before = {sort: Counter(scene.check(sort)) for sort in scene.texts}
    assert before == {
        "early": {"ACCEPTED": HONEST - 1, "REVOKED": 1},
        "signed before, registered after": {"ACCEPTED": SPLIT},
        "late": {"ACCEPTED": HONEST},
        "thief, backdated": {"REVOKED": 1},
        "thief, in that very second": {"REVOKED": 1},
    }
    rehearsed = json.loads(scene.compromise("--dry-run", "--json"))
    assert rehearsed == {"stand": HONEST, "fall": SPLIT + HONEST}
    assert {sort: Counter(scene.check(sort)) for sort in scene.texts} == before

    said = scene.compromise("--dry-run", "--list", scene.folder / "list.csv").splitlines()
    assert said[0] == "【演练】以下是宣告后的结果，尚未作任何改变。"
    assert [line for line in said if line[:2] in ("一、", "二、", "三、", "四、")] == [
        "一、发生了什么",
        "二、哪些证书",
        "三、接下来做什么",
        "四、要告知谁",
    ]
    assert f"  仍成立 {HONEST} 张" in said
    assert "  其中 1 张另已撤销、暂停或更正，核验时仍照此答复" in said
    assert f"  不再成立 {SPLIT + HONEST} 张" in said
    assert f"    ……另有 {SPLIT + HONEST - 10} 张，用 --list 文件名.csv 写出全部" in said
    assert "  1. 两位操作员各运行一次：去掉 --dry-run，加 --document 与 --operator" in said
    assert f"  - 不再成立的 {SPLIT + HONEST} 张证书的持证人，由机构通知" in said

    listed = list(csv.DictReader(io.StringIO((scene.folder / "list.csv").read_text("utf-8-sig"))))
    assert Counter((row["answer"], row["why"]) for row in listed) == {
        ("falls", "registered-after"): SPLIT,
        ("falls", "signed-after"): HONEST,
        ("stands", "stands"): HONEST,
    }
    assert [row["status"] for row in listed].count("revoked") == 1

    document = ("--document", "闽人社函〔2026〕9号")
    asked = json.loads(scene.compromise(*document, "--operator", "lin", "--json"))
    assert asked == {**rehearsed, "waits": "second-operator"}
    assert json.loads(scene.compromise(*document, "--operator", "huang", "--json")) == rehearsed
    scene.publish()
    assert {sort: Counter(scene.check(sort)) for sort in scene.texts} == {
        "early": {"ACCEPTED": HONEST - 1, "REVOKED": 1},
        "signed before, registered after": {"KEY_COMPROMISED": SPLIT},
        "late": {"KEY_COMPROMISED": HONEST},
        "thief, backdated": {"KEY_COMPROMISED": 1},
        "thief, in that very second": {"KEY_COMPROMISED": 1},
    }
    numbers = {forge.read(qr_text.decode(text)).number for text in scene.texts["early"]}
    assert {row["number"] for row in listed if row["answer"] == "stands"} == numbers
