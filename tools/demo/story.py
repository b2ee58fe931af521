"""The story: two provinces, two issuers, two rosters, and everything that can happen to a certificate."""

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from credential import qr_text
from credential.model import CHINA, Region
from signer.batches import qr
from tools import demo_rosters, messy_roster
from tools.demo import agreement, benefit, forge
from tools.demo.offline import Isolation, best
from tools.demo.stage import ROOT, SceneError, Stage, free_port

KEYS: Final = ROOT / "keys.example"
QR_HOST: Final = "fj.example"
XIAMEN_PORT: Final = "Y000035020001"
SKILLS_CENTRE: Final = "S000035010001"
ELECTRICIAN: Final = "6-31-01-03"
_EFFECT: Final = ("对方内容", "→ 生效；", "→ 废止；", "新采认", "不再采认")
"""What is shown of the effect of an agreement."""


@dataclass(frozen=True, slots=True)
class Province:
    """One registry of the story."""

    region: Region
    name: str
    keys: str
    status_base: str
    qr_host: str
    port: int

    @property
    def url(self) -> str:
        """Where its server listens."""
        return f"http://127.0.0.1:{self.port}"

    def keys_folder(self) -> Path:
        """Its demo keys."""
        return KEYS / self.keys


@dataclass(frozen=True, slots=True)
class Evaluator:
    """One issuer of the story with an invented credit code, its scope as the operator types it, and its roster."""

    code: str
    name: str
    kind: str
    keys: str
    credit_code: str
    authority: str
    scopes: tuple[str, ...]
    roster: str


PORT_GROUP: Final = Evaluator(
    XIAMEN_PORT,
    "厦门港务控股集团有限公司",
    "Y",
    "xiamen-port",
    "91350200MADEMQ001H",
    "厦门市人力资源和社会保障局",
    (f"2022:{ELECTRICIAN}:1:2025-01-01", "2022:4-02-06-02:3:2025-01-01"),
    "xiamen-port.xlsx",
)
CENTRE: Final = Evaluator(
    SKILLS_CENTRE,
    "福建省闽江职业技能评价中心",
    "S",
    "fujian-skills",
    "52350000MJDEMQ002U",
    "福建省人力资源和社会保障厅",
    (f"2022:{ELECTRICIAN}:3:2025-01-01", "2015:4-01-02-07:3:2025-01-01"),
    "fujian-skills.csv",
)
EVALUATORS: Final = (PORT_GROUP, CENTRE)


class Story:
    """The scenes, in order. Each leaves its results in the folder `out`, which is emptied first."""

    def __init__(self, stage: Stage, out: Path, port: int | None) -> None:
        self.stage = stage
        self.out = out
        self.work = out / "work"
        self.fujian = Province(Region("35"), "福建省", "fujian", "https://fj.example/s/", QR_HOST, port or free_port())
        self.guangdong = Province(
            Region("44"), "广东省", "guangdong", "https://gd.example/s/", "gd.example", free_port()
        )
        self.offline: Isolation = best()
        self.bundle = out / "bundle.cbor"
        self.pin = out / "pin.txt"
        self.partner_pin = out / "pin-guangdong.txt"

    def tell(self) -> None:
        """Every scene."""
        self.begin()
        self.found_registries()
        self.file_issuers()
        self.check_rosters()
        self.sign_rosters()
        self.publish_and_collect()
        self.verify_offline()
        self.revoke_suspend_correct()
        self.refuse()
        self.entitle()
        self.recognise()
        self.sum_up()

    def begin(self) -> None:
        """Leave nothing of what was told here before."""
        shutil.rmtree(self.out, ignore_errors=True)
        self.work.mkdir(parents=True)

    def found_registries(self) -> None:
        """Two provinces, each with a root of its own, each a running server."""
        with self.stage.scene(
            "福建、广东各自建立登记机构：根密钥、角色密钥，并启动服务",
            "Fujian and Guangdong each found a registry with a root of its own, and serve it",
        ):
            for province, pin in (self.fujian, self.pin), (self.guangdong, self.partner_pin):
                self._registry(
                    province,
                    "init",
                    "--region",
                    province.region,
                    "--name",
                    province.name,
                    "--status-base",
                    province.status_base,
                    "--qr-host",
                    province.qr_host,
                )
                shutil.copyfile(self._data(province) / "pin.txt", pin)
                self.stage.serve(
                    province.url,
                    self.work / f"{province.keys}.log",
                    "serve",
                    "--data",
                    self._data(province),
                    "--demo-keys",
                    province.keys_folder(),
                    "--port",
                    province.port,
                )
                self.stage.say(f"{province.name} {province.url}  根指纹 pin {pin.read_text().strip()[:16]}…")

    def file_issuers(self) -> None:
        """Filing by one operator, approval by another; each issuer proves that it holds both of its keys."""
        with self.stage.scene(
            "备案两家机构（用人单位 Y、社会培训评价组织 S），登记其证书密钥与请求密钥",
            "An employer (Y) and a social evaluation organisation (S) are filed, and enrol a certificate key "
            "and a request key",
        ):
            for issuer in EVALUATORS:
                self._file(issuer)
                self._enrol(issuer)
            self._registry(self.fujian, "publish")
            self._guangdong_agrees()

    def check_rosters(self) -> None:
        """What a clerk sees before anything is signed, also of a roster with mistakes."""
        with self.stage.scene(
            "检查名册：154 人的 Excel 与 GB18030 的 CSV；另一份有错的名册会被逐格指出",
            "Rosters are checked: an Excel of 154 people, a CSV in GB18030; a faulty one is reported cell by cell",
        ):
            self._make_rosters()
            for issuer in EVALUATORS:
                self.stage.say(_last_line(self._signer(issuer, "check", self._roster(issuer.roster))))
            faulty = self._signer(PORT_GROUP, "check", self._roster("bad-roster.xlsx"), expect=(1,))
            for line in faulty.splitlines()[:4]:
                self.stage.say(f"  {line}")

    def sign_rosters(self) -> None:
        """Indices are reserved, certificates signed, drawn, read back and registered over HTTP."""
        with self.stage.scene(
            "签发：申请序号、签名、绘制二维码并读回核对、整批登记",
            "Signing: indices reserved, certificates signed, QR codes drawn and read back, the batch registered",
        ):
            for issuer in EVALUATORS:
                roster = self._roster(issuer.roster)
                self.stage.say(
                    _last_line(self._signer(issuer, "sign", roster, "--out", self._released(issuer), "--yes"))
                )
            self._collect(self._released(issuer) for issuer in EVALUATORS)

    def publish_and_collect(self) -> None:
        """The registry's objects go into one bundle, which is all that a verifier needs."""
        with self.stage.scene(
            "发布：信任清单、状态列表、检查点；核验方下载为一个离线包",
            "Published: trust list, status list, checkpoint; the verifier takes them along as one bundle",
        ):
            self._publish_and_sync()
            self.stage.say(f"{self._shown(self.bundle)}: {self.bundle.stat().st_size:,} 字节 bytes")

    def verify_offline(self) -> None:
        """All of them, from their pictures, in a process that has no network."""
        with self.stage.scene(
            f"断网核验全部二维码图片（{self.offline.zh}）",
            f"All of them verified from their QR pictures, offline: {self.offline.en}",
        ):
            rows = self._check(self.pin, *self._pictures())
            self._expect(Counter(row["verdict"] for row in rows), Counter(accepted=len(self.credentials())))
            shown = rows[0]["claims"]
            self.stage.say(f"{len(rows)} 张全部通过 / all {len(rows)} accepted. 例如 for example:")
            self.stage.say(
                f"  {shown['name']} · {shown['occupation_title']} · 等级 level {shown['level']} · {shown['number']}"
                f" · {rows[0]['issuer']['name']}"
            )

    def revoke_suspend_correct(self) -> None:
        """One is revoked, one suspended, one corrected; after publishing, all three are seen."""
        with self.stage.scene(
            "撤销一张、暂停一张、更正一张，再发布：三种变化都能离线看到",
            "One revoked, one suspended, one corrected; published again, and all three are seen offline",
        ):
            revoked, suspended, corrected = (each["number"] for each in self._issued_by(XIAMEN_PORT)[:3])
            self._signer(PORT_GROUP, "revoke", revoked, "--reason", "issued-in-error", "--yes")
            self._signer(PORT_GROUP, "suspend", suspended, "--reason", "under-review", "--yes")
            reissued = self.work / "corrected"
            self._signer(PORT_GROUP, "correct", corrected, "--name", "陈志强", "--out", reissued, "--yes")
            self._publish_and_sync()
            numbers = (revoked, suspended, corrected)
            rows = self._check(self.pin, *(self._picture(number) for number in numbers), expect=(1,))
            self._expect([row["reason"] for row in rows], ["REVOKED", "SUSPENDED", "SUPERSEDED"])
            for number, row in zip(numbers, rows, strict=True):
                self.stage.say(f"  {number} → {row['reason']}")
            self._collect_correction(reissued, corrected)
            (new,) = self._check(self.pin, self._picture(f"{corrected}-corrected"))
            self._expect((new["reason"], new["claims"]["number"]), ("ACCEPTED", corrected))
            self.stage.say(f"  {corrected} 更正后的新证 corrected → {new['reason']} {new['claims']['name']}")

    def refuse(self) -> None:
        """Forgeries, each refused for its own reason."""
        with self.stage.scene(
            "伪造与越权：每一张都因自己的原因被拒",
            "Forged, out of scope, unfiled, a stolen index: each is refused for its own reason",
        ):
            forgeries = forge.forgeries(self._genuine(), KEYS)
            self._publish_and_sync()
            pictures = [self._draw_refused(each) for each in forgeries]
            rows = self._check(self.pin, *pictures, expect=(1,))
            self._expect([row["reason"] for row in rows], [each.reason for each in forgeries])
            for each in forgeries:
                self.stage.say(f"  {each.zh} {each.en} → {each.reason}")

    def recognise(self) -> None:
        """What Fujian's certificates count as in Guangdong."""
        with self.stage.scene(
            "跨省：广东只采认福建的三级电工，按协议条款认定；其余“真实，但在此不采认”；随后协议废止",
            "Guangdong recognises Fujian's level-3 electricians only, as its row says; the others are authentic, "
            "not recognised there; then it repeals the agreement",
        ):
            rows = self._check(self.partner_pin, *self._pictures(), expect=(1,))
            accepted = [row for row in rows if row["verdict"] == "accepted"]
            recognised = [row for row in accepted if row["recognised_as"]]
            is_level_3_electrician = [
                row
                for row in accepted
                if (row["claims"]["occupation_code"], row["claims"]["level"]) == (ELECTRICIAN, 3)
            ]
            self._expect([row["input"] for row in recognised], [row["input"] for row in is_level_3_electrician])
            as_what = recognised[0]["recognised_as"]
            self.stage.say(f"采认 recognised: {len(recognised)} / {len(accepted)}")
            self.stage.say(
                f"  作为 as: {as_what['occupation']} 等级 level {as_what['level']} · {as_what['effect']}"
                f" · {as_what['document']} · 条款 rule {as_what['rule']}"
            )
            self._repeal()

    def entitle(self) -> None:
        """What a certificate entitles to, by the clauses of Fujian's policy, and one that no clause is about."""
        with self.stage.scene(
            "待遇：福建从 Excel 表发布待遇政策（集美区津贴、紧缺目录）；问两张证书在集美区对应什么",
            "Benefits: Fujian publishes a policy from a workbook; two certificates are asked what they entitle to",
        ):
            sheet = self.work / "benefits.xlsx"
            benefit.write(sheet, ELECTRICIAN)
            told = self._registry(self.fujian, "benefits", "import", sheet, "--yes", "--operator", "lin")
            for line in told.splitlines():
                if "涉及有效证书" in line:
                    self.stage.say(f"  {line.strip()}")
            self._registry(self.fujian, "publish")
            self._sync(self.fujian, self.pin, self.bundle)
            pictures = (self._standing(3, "电工"), self._standing(4, "理货员"))
            rows = self._check(self.pin, "--division", benefit.JIMEI, *pictures)
            self._expect([row["benefits"]["answer"] for row in rows], ["ENTITLED", "NO_CLAUSE"])
            for row in rows:
                self._say_benefits(row)

    def _say_benefits(self, row: dict[str, Any]) -> None:
        claims, found = row["claims"], row["benefits"]
        who = f"{claims['name']} · {claims['occupation_title']} · 等级 level {claims['level']}"
        self.stage.say(f"{who} → {found['answer']}")
        for clause in found["clauses"]:
            where = "、".join(each["name"] for each in clause["divisions"])
            self.stage.say(f"  {clause['words']} · 《{clause['document']}》{clause['clause']} · {where}")

    def sum_up(self) -> None:
        """Where everything is."""
        for path, zh, en in (
            (self.out / "certificates", "二维码图片", "QR pictures"),
            (self.out / "credentials.jsonl", "编号、文本、文件", "number, text, file"),
            (self.out / "refused", "应当被拒的", "what must be refused"),
            (self.out / messy_roster.MESSY, "自己签的第一份名册（见 README）", "your first roster, see the README"),
            (self.bundle, "离线包（两省）", "the offline bundle, both provinces"),
            (self.pin, "福建根指纹", "Fujian's pin"),
            (self.partner_pin, "广东根指纹", "Guangdong's pin"),
        ):
            self.stage.say(f"{self._shown(path):32} {zh} / {en}")
        print(
            "\n自己试 / try it yourself:\n"
            f"  .venv/bin/yinxin-verify check --bundle build/demo/bundle.cbor --pin build/demo/pin.txt "
            f"{self._shown(self._pictures()[-1])}",
            flush=True,
        )

    def credentials(self) -> list[dict[str, str]]:
        """The rows of credentials.jsonl."""
        lines = (self.out / "credentials.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def _data(self, province: Province) -> Path:
        """The registry's data folder."""
        return self.work / province.keys

    def _home(self, issuer: Evaluator) -> Path:
        """The issuer's own folder: its keys never leave it."""
        return self.work / issuer.keys

    def _released(self, issuer: Evaluator) -> Path:
        """Where the issuer's certificates come out."""
        return self.work / f"{issuer.keys}-released"

    def _registry(self, province: Province, *arguments: object, **options: Any) -> str:
        keys = ("--demo-keys", province.keys_folder())
        command, *rest = arguments
        if command in ("issuer", "key", "partner", "recognition", "benefits"):
            command, *rest = f"{command}", *rest
            return self.stage.run(
                "yinxin-registry", command, rest[0], "--data", self._data(province), *rest[1:], **options
            )
        return self.stage.run("yinxin-registry", command, "--data", self._data(province), *keys, *rest, **options)

    def _signer(self, issuer: Evaluator, command: str, *arguments: object, **options: Any) -> str:
        demo = ("--demo-keys", KEYS / issuer.keys) if command not in ("check", "template") else ()
        return self.stage.run("yinxin-signer", command, "--home", self._home(issuer), *demo, *arguments, **options)

    def _check(self, pin: Path, *inputs: object, bundle: Path | None = None, **options: Any) -> list[dict[str, Any]]:
        arguments = ("check", "--bundle", bundle or self.bundle, "--pin", pin, "--json", *inputs)
        return self.stage.rows("yinxin-verify", *arguments, prefix=self.offline.prefix, **options)

    def _file(self, issuer: Evaluator) -> None:
        scopes = [word for scope in issuer.scopes for word in ("--scope", scope)]
        document = f"闽人社备〔2025〕{EVALUATORS.index(issuer) + 1}号"
        self._registry(
            self.fujian,
            "issuer",
            "file",
            "--code",
            issuer.code,
            "--name",
            issuer.name,
            "--kind",
            issuer.kind,
            "--credit-code",
            issuer.credit_code,
            "--authority",
            issuer.authority,
            *scopes,
            "--document",
            document,
            "--date",
            "2025-01-01",
            "--operator",
            "lin",
        )
        self._registry(self.fujian, "issuer", "approve", "--code", issuer.code, "--operator", "huang")

    def _enrol(self, issuer: Evaluator) -> None:
        self._signer(issuer, "keygen", "--issuer", issuer.code)
        self._signer(issuer, "enrol", "--registry", self.fujian.url, "--pin", self.pin)
        enrolment = self._home(issuer) / "enrolment.cbor"
        for operator in "lin", "huang":
            self._registry(self.fujian, "key", "approve", enrolment, "--operator", operator)

    def _guangdong_agrees(self, repealed: date | None = None) -> None:
        """The sheet is explained over Fujian's published part, then imported and published."""
        self._guangdong_follows()
        sheet = self.work / ("agreement-repealed.xlsx" if repealed else "agreement.xlsx")
        agreement.write(sheet, self.pin.read_text().strip(), ELECTRICIAN, repealed)
        told = self._registry(self.guangdong, "recognition", "import", sheet, "--yes", "--operator", "mei")
        for line in told.splitlines():
            if any(word in line for word in _EFFECT):
                self.stage.say(f"  {line.strip()}")
        self._registry(self.guangdong, "publish")

    def _guangdong_follows(self) -> None:
        """Guangdong's bundle carries what Fujian published last."""
        theirs = self._data(self.fujian) / "public" / "bundle.cbor"
        self._registry(self.guangdong, "partner", "import", theirs, "--pin", self.pin, "--operator", "mei")

    def _repeal(self) -> None:
        """Guangdong changes its mind: from today on nothing of Fujian's counts there. Told in a bundle of its own."""
        self._guangdong_agrees(repealed=datetime.now(CHINA).date())
        bundle = self.work / "bundle-repealed.cbor"
        shutil.copyfile(self.bundle, bundle)
        self._sync(self.guangdong, self.partner_pin, bundle)
        rows = self._check(self.partner_pin, *self._pictures(), bundle=bundle, expect=(1,))
        found = Counter(row["recognition"] for row in rows if row["verdict"] == "accepted")
        self._expect(set(found), {"AGREEMENT_REPEALED"})
        self.stage.say(f"废止后仍为真实、不再采认 authentic, recognised no longer: {found['AGREEMENT_REPEALED']}")

    def _make_rosters(self) -> None:
        self.stage.run("python", ROOT / "tools" / "demo_rosters.py", self.work / "rosters")
        (self.out / messy_roster.MESSY).write_bytes(messy_roster.messy_roster(demo_rosters.ISSUED_ON))

    def _roster(self, name: str) -> Path:
        return self.work / "rosters" / name

    def _publish_and_sync(self) -> None:
        self._registry(self.fujian, "publish")
        self._guangdong_follows()
        self._registry(self.guangdong, "publish")
        for province, pin in (self.fujian, self.pin), (self.guangdong, self.partner_pin):
            self._sync(province, pin, self.bundle)

    def _sync(self, province: Province, pin: Path, bundle: Path) -> None:
        self.stage.run("yinxin-verify", "sync", "--from", province.url, "--pin", pin, "--bundle", bundle)

    def _collect(self, released: Iterable[Path]) -> None:
        """The issuers' outputs, put together as one folder of pictures and one list."""
        lines: list[str] = []
        (self.out / "certificates").mkdir()
        for folder in released:
            for line in (folder / "credentials.jsonl").read_text("utf-8").splitlines():
                row = json.loads(line)
                picture = folder / row["file"]
                shutil.copyfile(picture, self.out / "certificates" / picture.name)
                lines.append(json.dumps({**row, "file": f"certificates/{picture.name}"}, ensure_ascii=False))
        (self.out / "credentials.jsonl").write_text("\n".join(lines) + "\n", "utf-8")

    def _collect_correction(self, folder: Path, number: str) -> None:
        row = json.loads((folder / "credentials.jsonl").read_text("utf-8").splitlines()[-1])
        name = f"{number}-corrected.png"
        shutil.copyfile(folder / row["file"], self.out / "certificates" / name)
        with (self.out / "credentials.jsonl").open("a", encoding="utf-8") as listed:
            listed.write(json.dumps({**row, "file": f"certificates/{name}"}, ensure_ascii=False) + "\n")

    def _pictures(self) -> list[Path]:
        return [self.out / row["file"] for row in self.credentials()]

    def _picture(self, name: str) -> Path:
        return self.out / "certificates" / f"{name}.png"

    def _issued_by(self, code: str) -> list[dict[str, str]]:
        return [row for row in self.credentials() if row["number"].startswith(code)]

    def _genuine(self) -> dict[str, bytes]:
        """A technician's and a level-3 tally clerk's certificate, both standing."""
        found: dict[str, bytes] = {}
        for row in self._issued_by(XIAMEN_PORT)[3:]:
            data = qr_text.decode(row["text"])
            certificate = forge.read(data)
            title = certificate.occupation.title if certificate.occupation else ""
            if row["number"][15] == "2":
                found.setdefault("technician", data)
            if row["number"][15] == "3" and title == "理货员":
                found.setdefault("porter", data)
        return found

    def _standing(self, level: int, title: str) -> Path:
        """The picture of the first certificate of this level and occupation that still stands."""
        for row in self._issued_by(XIAMEN_PORT)[3:]:
            occupation = forge.read(qr_text.decode(row["text"])).occupation
            if row["number"][15] == str(level) and occupation is not None and occupation.title == title:
                return self._picture(row["number"])
        raise SceneError(f"no certificate of level {level}, {title}")

    def _draw_refused(self, forgery: forge.Forgery) -> Path:
        folder = self.out / "refused"
        folder.mkdir(exist_ok=True)
        text = qr_text.encode(QR_HOST, forgery.data)
        path = folder / f"{forgery.name}.png"
        path.write_bytes(qr.picture(text))
        with (folder / "refused.jsonl").open("a", encoding="utf-8") as listed:
            row = {"file": path.name, "text": text, "reason": forgery.reason}
            listed.write(json.dumps(row, ensure_ascii=False) + "\n")
        return path

    def _expect(self, found: object, expected: object) -> None:
        if found != expected:
            raise SceneError(f"expected {expected}, found {found}")

    def _shown(self, path: Path) -> str:
        return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def _last_line(text: str) -> str:
    lines: Sequence[str] = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
