"""Two operators at the console, in Chromium: they file an enterprise, let its keys in, and withdraw it.

The public pages and the verifier then say exactly that. Registry, signer and verifier are the real programs.
"""

import csv
import io
import json
import re
import time
from base64 import b32decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, ViewportSize

from credential.model import CHINA, IssuerCode
from registry.http import headers
from registry.operators import totp
from tests import databases, ports
from tests.databases import Databases
from tests.e2e import accessibility
from tools.demo import offline
from tools.demo.stage import ROOT, Stage
from tools.demo.story import PORT_GROUP
from tools.demo_rosters import invent

pytestmark = pytest.mark.xdist_group("console")
KEYS: Final = ROOT / "keys.example"
ISSUER: Final = IssuerCode("Y000035020001")
NAME: Final = "厦门港务控股集团有限公司"
PASSWORD: Final = "三坊七巷 lychee 0591"
WIDE: Final[ViewportSize] = {"width": 1100, "height": 900}
PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
CERTIFICATES: Final = 3
MORE_PAGES: Final = {
    "account": "/account",
    "issuers": "/issuers",
    "scope-add": f"/issuers/{ISSUER}/scope-add",
    "refused": "/revoke",
    "supervision": "/supervision",
    "supervised": f"/supervision/issuers/{ISSUER}",
    "inspect": f"/supervision/issuers/{ISSUER}/inspect",
}
"""What the story does not come by."""
LINKS: Final = """links => links
  .filter((each) => each.origin === location.origin && each.pathname.startsWith("/console/"))
  .map((each) => each.pathname)"""
"""The console's pages that a page leads to."""


@dataclass
class Scene:
    """One registry that was just founded, and the enterprise's signer."""

    folder: Path
    stage: Stage
    database: str | None
    port: int = field(default_factory=ports.reserved)

    @property
    def data(self) -> Path:
        return self.folder / "fujian"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def registry(self, *arguments: object) -> str:
        return self.stage.run("yinxin-registry", *arguments, "--data", self.data)

    def signer(self, command: str, *arguments: object) -> str:
        words = ("--home", self.folder / "port", "--demo-keys", KEYS / "xiamen-port", *arguments)
        return self.stage.run("yinxin-signer", command, *words)

    def found(self) -> None:
        names = ("--region", "35", "--name", "福建省职业技能鉴定中心", "--qr-host", "fj.example")
        where = () if self.database is None else ("--database", self.database)
        base = ("--status-base", "https://fj.example/s/")
        self.registry("init", *names, *base, *where, "--demo-keys", KEYS / "fujian")
        serve = ("serve", "--data", self.data, "--demo-keys", KEYS / "fujian", "--port", self.port)
        self.stage.serve(self.url, self.folder / "log", *serve)

    def setup_code(self, name: str, display: str, *roles: str) -> str:
        asked = [word for role in roles for word in ("--role", role)]
        why = ("--document", "闽人社岗1号", "--operator", "lin")
        said = self.registry("operator", "add", name, "--display", display, *asked, *why)
        found = re.search(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){5}", said)
        assert found is not None
        return found[0]

    def enrolment(self) -> Path:
        self.signer("keygen", "--issuer", ISSUER)
        self.signer("enrol", "--registry", self.url, "--pin", self.data / "pin.txt")
        return self.folder / "port" / "enrolment.cbor"

    def publish(self) -> None:
        """The two holders of list keys sign; the verifier syncs."""
        self.registry("publish", "--demo-keys", KEYS / "fujian")
        arguments = ("--from", self.url, "--pin", self.data / "pin.txt", "--bundle", self.folder / "bundle.cbor")
        self.stage.run("yinxin-verify", "sync", *arguments)

    def check(self, texts: list[str]) -> list[str]:
        """What the verifier says of each, without a network."""
        path = self.folder / "texts.txt"
        path.write_text("\n".join(texts), "utf-8")
        arguments = ("check", "--bundle", self.folder / "bundle.cbor", "--pin", self.data / "pin.txt", "--json", path)
        rows = self.stage.rows("yinxin-verify", *arguments, expect=(0, 1, 3), prefix=offline.best().prefix)
        return [row["reason"] for row in rows]

    def sign(self) -> list[dict[str, str]]:
        """A roster of invented people, signed and registered."""
        out, path, rows = self.folder / "out", self.folder / "roster.csv", io.StringIO()
        writer = csv.writer(rows)
        writer.writerow(["姓名", "身份证号", "职业版本", "职业编码", "职业名称", "等级", "发证日期", "认定方式"])
        people = [person for _, person in zip(range(CERTIFICATES), invent("console", ("350203",)), strict=False)]
        for person in people:
            row = [f"{person.number}\t", "2022", "6-31-01-03", "电工", "三级/高级工", today(), "理论+实操"]
            writer.writerow([person.name, *row])
        path.write_text(rows.getvalue(), "utf-8-sig")
        self.signer("sign", path, "--out", out, "--yes")
        lines = (out / "credentials.jsonl").read_text("utf-8").splitlines()
        return [{**json.loads(line), "name": each.name} for line, each in zip(lines, people, strict=True)]


def today() -> str:
    return datetime.now(CHINA).date().isoformat()


@dataclass
class Operator:
    """A person at a browser of their own. Every page that they see is looked at by axe, wide and on a phone."""

    scene: Scene
    page: Page
    shots: Path
    complaints: list[str] = field(default_factory=list)
    """What the console complained of: so it does of whatever breaks a page's policy."""
    elsewhere: list[str] = field(default_factory=list)
    """The addresses of other sites that were asked."""
    policies: dict[str, str | None] = field(default_factory=dict)
    """The policy of each page of the console that came by."""

    @classmethod
    def at(cls, scene: Scene, context: BrowserContext, shots: Path) -> "Operator":
        made = cls(scene, context.new_page(), shots)
        made.page.on("console", lambda message: made.complaints.append(message.text))
        made.page.on("response", made.note)
        return made

    def note(self, answer: Response) -> None:
        """Keep what policy a page came with, and who was asked."""
        path = answer.url.removeprefix(self.scene.url)
        if path == answer.url:
            self.elsewhere.append(path)
        elif path.startswith("/console/") and answer.request.is_navigation_request():
            self.policies[path.partition("?")[0]] = answer.headers.get("content-security-policy")

    def walk(self) -> None:
        """Follows every link of the console from its home on. One database is enough for that."""
        waiting = [] if self.scene.database is not None else ["/console/"]
        seen: set[str] = set()
        while waiting:
            path = waiting.pop()
            if path not in seen:
                seen.add(path)
                self.open(path)
                waiting += self.page.locator("a").evaluate_all(LINKS)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.scene.url}{path}")

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.fill(f"main [name={name}]", value)

    def choose(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.select_option(f"main [name={name}]", value)

    def press(self, words: str) -> None:
        self._go_by(f"main button:has-text('{words}')")

    def follow(self, words: str) -> None:
        self._go_by(f"a:has-text('{words}')")

    def _go_by(self, selector: str) -> None:
        """Click, and see the page that it leads to, not the one that is left."""
        with self.page.expect_navigation():
            self.page.click(selector)

    def text(self) -> str:
        return re.sub(r"\s+", " ", self.page.inner_text("main"))

    def look(self, name: str) -> None:
        """Is it accessible, and does it fit, wide and light, on a phone and dark? One database is enough for that."""
        if self.scene.database is not None:
            return
        for size, scheme in ((WIDE, "light"), (PHONE, "dark")):
            self.page.set_viewport_size(size)
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert accessibility.violations(self.page) == [], (name, size, scheme)
            assert self.page.evaluate("document.documentElement.scrollWidth") <= size["width"], name
            self.page.screenshot(path=self.shots / f"{name}-{size['width']}-{scheme}.png", full_page=True)
        self.page.set_viewport_size(WIDE)
        self.page.emulate_media(color_scheme="light")

    def set_up(self, name: str, code: str, *, look: bool = False) -> None:
        """With the setup code, an app and a password."""
        self.open("/console/")
        self.follow("用开通码开通")
        self.fill(name=name, setup=code)
        self.press("下一步")
        secret = b32decode("".join(self.page.locator(".pin li").all_inner_texts()))
        if look:
            self.look("setup")
        app = totp.code_at(secret, int(time.time()) // totp.STEP)
        self.fill(password=PASSWORD, again=PASSWORD, code=app)
        self.press("开通")
        assert self.page.locator(".codes li").count() == 10
        if look:
            self.look("recovery")
        self.follow("抄好了")


@pytest.fixture(params=["sqlite", "postgresql"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    found: Databases = databases.Embedded() if request.param == "sqlite" else databases.server()
    stage = Stage(tmp_path / "personal")
    made = Scene(tmp_path, stage, found.new())
    try:
        made.found()
        yield made
    finally:
        stage.stop_servers()


def test_two_operators_file_approve_and_withdraw_an_enterprise(scene: Scene, browser: Browser, tmp_path: Path) -> None:
    lin, huang = (Operator.at(scene, browser.new_context(viewport=WIDE), tmp_path) for _ in range(2))
    lin.open("/console/")
    lin.look("sign-in")
    lin.set_up("lin", scene.setup_code("lin", "林敏", "filing", "keys"), look=True)
    huang.set_up("huang", scene.setup_code("huang", "黄志远", "filing", "keys", "supervision"))
    lin.look("home-empty")

    file(lin, huang)
    scene.publish()
    let_keys_in(lin, huang, scene.enrolment())
    scene.publish()

    rows = scene.sign()
    scene.publish()
    lin.open(f"/console/issuers/{ISSUER}")
    assert f"Registered certificates: {CERTIFICATES}" in lin.text()
    lin.look("issuer")
    texts = [row["text"] for row in rows]
    assert scene.check(texts) == ["ACCEPTED"] * CERTIFICATES
    assert "已登记，有效 registered and valid" in asked(lin, rows[0])

    withdraw(lin, huang)
    assert scene.check(texts) == ["ACCEPTED"] * CERTIFICATES
    scene.publish()
    assert scene.check(texts) == ["ISSUER_WITHDRAWN"] * CERTIFICATES
    lin.open(f"/issuers/{ISSUER}")
    assert f"已退出 withdrawn; earlier certificates stand 自 since {today()}" in lin.text()
    assert f"统一社会信用代码 Credit code {PORT_GROUP.credit_code}" in lin.text()
    lin.look("public-issuer")
    lin.open("/issuers?state=withdrawn")
    assert NAME in lin.text()
    lin.look("directory")
    lin.open(f"/complaint?issuer={ISSUER}")
    lin.look("complaint")
    assert "发证时该机构已经退出备案。" in asked(lin, rows[0])

    huang.open(f"/console/record?subject={ISSUER}")
    told = huang.text()
    acts = ("录入备案", "批准备案", "核对机构密钥", "批准机构密钥", "退出备案（第一人提出）", "退出备案")
    assert [each for each in acts if each not in told] == []
    assert "林敏（lin） 闽人社备9号（自行申请退出）" in told
    assert "黄志远（huang） 闽人社备9号（自行申请退出）" in told
    huang.look("record")
    for name, path in MORE_PAGES.items():
        huang.open(f"/console{path}")
        huang.look(name)
    huang.walk()
    assert len(huang.policies) > (30 if scene.database is None else 10)
    scene.registry("check-record")
    for each in (lin, huang):
        assert set(each.policies.values()) == {headers.CONSOLE["Content-Security-Policy"]}
        assert each.elsewhere == []
    assert [each for each in (*lin.complaints, *huang.complaints) if "Failed to load resource" not in each] == []


def file(lin: Operator, huang: Operator) -> None:
    """One enters the filing, the other reviews and approves it."""
    lin.open("/console/")
    lin.follow("录入备案")
    lin.fill(
        code=ISSUER,
        name=NAME,
        credit_code=PORT_GROUP.credit_code,
        authority=PORT_GROUP.authority,
        scopes="2022 6-31-01-03 一级 2025-01-01",
        date="2025-01-01",
        document="闽人社备1号",
    )
    lin.choose(kind="Y")
    lin.look("file")
    lin.press("下一步")
    lin.look("confirm")
    assert f"{NAME}（{ISSUER}），用人单位，自 2025-01-01 起备案。" in lin.text()
    lin.press("确认办理")
    assert "须由另一位操作员审批" in lin.text()
    huang.open("/console/")
    huang.look("home")
    huang.follow("批准备案")
    huang.look("review")
    huang.press("批准以上备案")
    assert "已办理" in huang.text()


def let_keys_in(lin: Operator, huang: Operator, path: Path) -> None:
    """Both compare the fingerprints."""
    lin.open("/console/enrolments")
    lin.look("hand-in")
    lin.page.set_input_files("#enrolment", path)
    lin.press("下一步")
    lin.look("compare")
    shown = lin.page.locator(".pin li").all_inner_texts()
    lin.fill(reason="电话核对")
    lin.press("指纹一致")
    huang.open("/console/")
    huang.follow("批准机构密钥")
    assert huang.page.locator(".pin li").all_inner_texts() == shown
    huang.look("enrolment")
    huang.page.fill("#reason", "再次电话核对")
    huang.press("指纹一致")
    assert "使用中 active" in huang.text()


def withdraw(lin: Operator, huang: Operator) -> None:
    """One asks for it, the other agrees."""
    lin.open(f"/console/issuers/{ISSUER}/withdraw")
    lin.fill(date=today(), document="闽人社备9号", reason="自行申请退出")
    lin.look("matter")
    lin.press("下一步")
    assert f"已登记的 {CERTIFICATES} 张中" in lin.text()
    lin.press("确认办理")
    assert "已记下，尚未生效" in lin.text()
    huang.open("/console/")
    huang.follow("退出备案")
    huang.look("proposal")
    huang.press("同意，照此办理")
    assert "已办理" in huang.text()
    huang.look("issuer-withdrawn")


def asked(person: Operator, row: dict[str, str]) -> str:
    """What the public page says of a certificate."""
    person.open("/query")
    person.fill(number=row["number"], name=row["name"])
    person.press("查询")
    return person.text()
