"""A real registry in a folder, two issuers with their keys, and what they ask of it."""

import re
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from credential import documents, keyfile, numbers, request, sign
from credential.documents import Documents
from credential.issuer import Issuer
from credential.keyfile import Purpose
from credential.model import (
    Basis,
    Certificate,
    DocumentType,
    Entry,
    Extra,
    IssuerCode,
    LevelCertificate,
    Occupation,
    Person,
    Seconds,
    Status,
    StatusReference,
    day_from_date,
    day_of,
)
from credential.request import ChangeReason, ChangeStatus, Content, RegisterBatch, Request, ReserveIndices, StatusChange
from credential.sign import SigningKey
from credential.trust import RegionTrust, load
from registry import cli
from registry.app import create_app
from registry.files import Places
from registry.http.assets import Assets, File
from registry.http.service import Service
from registry.http.verifier_pages import Verifier
from registry.roles import Opening, open_online
from registry.store.migrate import bring_to, take_back
from tests.databases import Databases, Embedded
from tests.registry.contract import ContractClient
from tests.world import key

PORT = IssuerCode("Y000035020001")
SKILLS = IssuerCode("S000035010001")
ELECTRICIAN = Occupation(2022, "6-31-01-03", "电工", None)
BASE = "https://fj.example/s/"
AUTHORITY = "福建省人力资源和社会保障厅"
ROLES = ("root-1", "root-2", "root-3", "list-1", "list-2", "list-3", "status", "checkpoint")


EMBEDDED: Final = "sqlite"
embedded_only: Final = pytest.mark.parametrize("database", [EMBEDDED], indirect=True)
"""For a test of what only the embedded database has: a file of its own."""
_databases: Databases = Embedded()


@contextmanager
def on(databases: Databases) -> Iterator[None]:
    """Found registries on these databases for a while."""
    global _databases  # noqa: PLW0603 - every helper here founds registries; none should have to pass this on
    before, _databases = _databases, databases
    try:
        yield
    finally:
        _databases = before


def now() -> Seconds:
    return Seconds(int(time.time()))


def run(data: Path, *arguments: object, expect: int = 0) -> None:
    """One command of the operator."""
    assert cli.main(["--data", str(data), *(str(each) for each in arguments)]) == expect


def write_demo_keys(folder: Path, region: str) -> None:
    folder.mkdir(parents=True)
    for name in ROLES:
        path = folder / f"{name}.key"
        seed = __import__("hashlib").sha256(f"{region} {name}".encode()).digest()
        path.write_bytes(keyfile.demo(seed, Purpose(name.partition("-")[0]), f"region {region}"))
        path.chmod(0o600)


def certificate_key(issuer: str) -> SigningKey:
    return key(f"{issuer} certificate")


def request_key(issuer: str) -> SigningKey:
    return key(f"{issuer} request")


def enrolment(folder: Path, issuer: IssuerCode) -> Path:
    first, second = certificate_key(issuer), request_key(issuer)
    path = folder / f"{issuer}.enrolment"
    path.write_bytes(
        request.seal_enrolment(request.Enrolment(issuer, first.public, second.public, now()), first, second)
    )
    return path


def found_registry(folder: Path, region: str = "35") -> Path:
    """init, with demo keys, on a database of its own of the kind that `on` chose."""
    data = folder / f"data-{region}"
    write_demo_keys(folder / f"keys-{region}", region)
    host = {"35": "fj.example", "44": "gd.example", "36": "jx.example"}[region]
    names = ("--region", region, "--name", f"地区{region}", "--status-base", f"https://{host}/s/", "--qr-host", host)
    url = _databases.new()
    database = () if url is None else ("--database", url)
    run(data, "init", *names, "--demo-keys", folder / f"keys-{region}", *database)
    return data


def credit_code(issuer: str) -> str:
    """An invented credit code, another one for each issuer."""
    first17 = f"91350200M{'B' if issuer.startswith('S') else 'A'}{issuer[-7:]}"
    return first17 + numbers.credit_check_character(first17)


def institution(issuer: str) -> tuple[str, ...]:
    """What `issuer file` asks for beside name, kind and scope."""
    return "--credit-code", credit_code(issuer), "--authority", AUTHORITY


def file_issuer(data: Path, code: str, kind: str, *scopes: str, parent: str | None = None) -> None:
    words = [word for scope in scopes for word in ("--scope", scope)]
    words += () if parent is None else ("--parent", parent)
    common = ("--code", code, "--document", "闽人社备1号", "--date", "2025-01-01")
    named = ("--name", f"机构{code}", "--kind", kind, *institution(code))
    run(data, "issuer", "file", *common, *named, *words, "--operator", "lin")
    run(data, "issuer", "approve", *common, "--operator", "huang")


def enrol(data: Path, folder: Path, code: IssuerCode) -> None:
    path = enrolment(folder, code)
    for operator in ("lin", "huang"):
        run(data, "key", "approve", path, "--operator", operator)


def build(folder: Path) -> Path:
    """A registry with two issuers, their keys, and everything published."""
    data = found_registry(folder)
    file_issuer(data, PORT, "Y", "2022:6-31-01-03:1:2025-01-01")
    file_issuer(data, SKILLS, "S", "2022:6-31-01-03:3:2025-01-01")
    enrol(data, folder, PORT)
    enrol(data, folder, SKILLS)
    run(data, "publish", "--demo-keys")
    return data


SCRIPT = b"// the page's script\n" * 99
SCRIPTS = {
    name: File.of(name, content)
    for name, content in (
        ("page-TEST.js", SCRIPT),
        ("chunk-TEST.js", b"// shared\n"),
        ("benefits-TEST.js", b"// benefits\n"),
        ("desk-TEST.js", b"// desk\n"),
        ("explorer-TEST.js", b"// explorer\n"),
        ("reading-TEST.js", b"// reading\n"),
        ("xlsx-TEST.js", b"// xlsx\n"),
    )
}
ASSETS = Assets(
    {
        "page": (SCRIPTS["page-TEST.js"], SCRIPTS["chunk-TEST.js"]),
        "benefits": (SCRIPTS["benefits-TEST.js"],),
        "desk": (SCRIPTS["desk-TEST.js"],),
        "explorer": (SCRIPTS["explorer-TEST.js"],),
        "reading": (SCRIPTS["reading-TEST.js"],),
        "xlsx": (SCRIPTS["xlsx-TEST.js"],),
    },
    SCRIPTS,
    {
        "reader-TEST.js": File.of("reader-TEST.js", b"// reader\n"),
        "zxing-TEST.wasm": File.of("zxing-TEST.wasm", b"\0asm"),
    },
    File.of("licences.txt", "第三方软件\n".encode()),
    "// keeps\n",
    "// retires\n",
)
"""In place of what `make web` builds."""


class Compiled(BytecodeCache):
    """Templates compiled once for all the services of this process."""

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._held:
            bucket.bytecode_from_string(self._held[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._held[bucket.key] = bucket.bytecode_to_string()


COMPILED: Final = Compiled()


def service_in(app: Flask) -> Service:
    """What an application works with."""
    found: Service = app.extensions["yinxin"]
    return found


@dataclass
class Office:
    """A running registry over a data folder."""

    data: Path
    client: FlaskClient = field(init=False)
    stopped: Seconds | None = None
    """The instant at which the service's clock stands still, for a test of a limit."""

    def __post_init__(self) -> None:
        self.app = create_app(self.data, verifier=Verifier(ASSETS), now=lambda: self.stopped or now())
        self.app.test_client_class = ContractClient
        self.app.jinja_env.bytecode_cache = COMPILED
        self.client = self.app.test_client()
        self._others: list[Flask] = []

    def beside(self, verifier: Verifier) -> FlaskClient:
        """A second service on the same data, with another page /v."""
        self._others.append(create_app(self.data, verifier=verifier))
        return self._others[-1].test_client()

    def close(self) -> None:
        """Give back what the services hold."""
        for app in (self.app, *self._others):
            service_in(app).store.close()

    @property
    def service(self) -> Service:
        return service_in(self.app)

    @property
    def trust(self) -> RegionTrust:
        """As a verifier with pin.txt has it."""
        pin = bytes.fromhex((self.data / "pin.txt").read_text("utf-8").splitlines()[-1])
        (found,) = load((self.data / "public" / "bundle.cbor").read_bytes(), frozenset({pin})).regions.values()
        assert isinstance(found, RegionTrust)
        return found

    def issuer(self, code: IssuerCode) -> Issuer:
        """What the published trust list says of the issuer."""
        found = self.trust.issuers.get(code)
        assert found is not None, code
        return found

    def publish(self, at: Seconds | None = None) -> None:
        from registry.opening import newest_root
        from registry.publishing.publish import publish

        keys = open_online(newest_root(self.service.store), [self.data / "keys"], Opening(None, demo=True))
        publish(self.service.store, self.service.places, keys, None, at or now())

    def post(self, path: str, body: bytes) -> TestResponse:
        return self.client.post(path, data=body, content_type=request.MEDIA_TYPE)

    def indices(self, issuer: IssuerCode, count: int) -> list[int]:
        """Indices of list 0, one by one."""
        answer = self.post("/v1/indices", seal(issuer, ReserveIndices(count)))
        assert answer.status_code == 200, answer.text
        return [run["first"] + place for run in answer.get_json()["runs"] for place in range(run["count"])]

    def register(self, issuer: IssuerCode, *batch: bytes) -> TestResponse:
        return self.post("/v1/batches", seal(issuer, RegisterBatch(batch)))

    def register_documented(
        self, issuer: IssuerCode, batch: Sequence[bytes], numbers: Sequence[str | None], id_: bytes | None = None
    ) -> TestResponse:
        """The batch with its holders' documents beside it."""
        beside = Documents(b"s" * documents.SALT_BYTES, tuple(numbers))
        sealed = seal(issuer, RegisterBatch(tuple(batch), beside.commitment), id_=id_)
        return self.post_documented(documents.beside(sealed, beside))

    def post_documented(self, body: bytes) -> TestResponse:
        return self.client.post("/v1/batches", data=body, content_type=documents.MEDIA_TYPE)

    def change(self, issuer: IssuerCode, index: int, status: Status) -> TestResponse:
        changes = (StatusChange(Entry(0, index), status, ChangeReason.FRAUD),)
        return self.post("/v1/status-changes", seal(issuer, ChangeStatus(changes)))

    def count(self, table: str) -> int:
        with self.service.store.read() as session:
            value: int = session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
        return value


def seal(
    issuer: IssuerCode,
    content: Content,
    *,
    by: SigningKey | None = None,
    id_: bytes | None = None,
    at: int | None = None,
    nonce: bytes | None = None,
) -> bytes:
    """A request, signed by the issuer's request key unless `by` another."""
    asked = Request(
        issuer,
        id_ or secrets.token_bytes(16),
        Seconds(now() if at is None else at),
        nonce or secrets.token_bytes(16),
        content,
    )
    return request.seal(asked, by or request_key(issuer))


def certificate(index: int, serial: int, issuer: IssuerCode = PORT, level: int = 3, **changes: Any) -> Certificate:
    today = day_of(now())
    year = date.fromordinal(today + date(1970, 1, 1).toordinal()).year % 100
    values: dict[str, Any] = {
        "issuer": issuer,
        "issued_at": now(),
        "person": Person("陈志强", DocumentType.CITIZEN_ID, "123X"),
        "number": f"{issuer}{year:02d}{level}{serial:06d}",
        "subject": LevelCertificate(ELECTRICIAN, level),
        "issued_on": today,
        "basis": Basis.EXAMINATION,
        "status": StatusReference(index, f"{BASE}0"),
        "extra": Extra(),
    }
    return Certificate(**{**values, **changes})


def signed(what: Certificate, by: SigningKey | None = None) -> bytes:
    return sign.sign_certificate(what, by or certificate_key(what.issuer))


def batch(indices: Sequence[int], first_serial: int = 1, issuer: IssuerCode = PORT) -> list[bytes]:
    return [signed(certificate(index, first_serial + place, issuer)) for place, index in enumerate(indices)]


def tamper(office: Office, *statements: str) -> None:
    """What somebody who owns the database can do to it: the guards of the record are no obstacle."""
    with office.service.store.engine.begin() as connection:
        is_embedded = connection.dialect.name == "sqlite"
        guards = ("acts_no_update", "acts_no_delete") if is_embedded else ("acts_no_change ON acts",)
        for guard in guards:
            connection.exec_driver_sql(f"DROP TRIGGER {guard}")
        for each in statements:
            connection.exec_driver_sql(for_dialect(each, connection.dialect.name))


def migrate(office: Office, revision: str) -> None:
    """The office's database at another version of the tables: "head", or down to an earlier one."""
    with office.service.store.engine.begin() as connection:
        (bring_to if revision == "head" else take_back)(connection, revision)


def for_dialect(statement: str, dialect: str) -> str:
    """A statement in SQLite's words with its bytes as `dialect` writes them."""
    return statement if dialect == EMBEDDED else re.sub(r"x'([0-9a-f]*)'", r"'\\x\1'::bytea", statement)


def copy(source: Path, target: Path) -> Path:
    """The same registry once more, with a database of its own."""
    shutil.copytree(source, target)
    named = Places(target).database_url
    if named.exists():
        named.write_text(_databases.copy(named.read_text("utf-8").strip()), "utf-8")
    return target


FILED = day_from_date(date(2025, 1, 1))
