"""What the registry serves of the page /v: headers, script and worker, as built, not built and withdrawn."""

import base64
import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest
from flask.testing import FlaskClient

from registry.http import assets
from registry.http.verifier_pages import Verifier
from tests.registry.office import ASSETS, SCRIPT, Office
from tests.registry.test_pages import BROWSER, CSP, read

EXPLAINED = "这张证书还没有核验"
WEB: Final = Path(__file__).resolve().parents[2] / "web"


def test_the_page_carries_region_pin_and_addresses(office: Office) -> None:
    page = read(office.client.get("/v", headers=BROWSER))
    (verifier,) = [attributes for _, attributes in page.tags if attributes.get("id") == "verifier"]
    pin = (office.data / "pin.txt").read_text("utf-8").splitlines()[-1]
    assert {name: value for name, value in verifier.items() if name.startswith("data-")} == {
        "data-region": "35",
        "data-pin": pin,
        "data-bundle": "/v1/bundle",
        "data-worker": "/worker.js",
        "data-benefits": "/static/dist/benefits-TEST.js",
        "data-desk": "/static/dist/desk-TEST.js",
    }
    assert re.fullmatch("[0-9a-f]{64}", pin)


def test_a_region_without_agreements_says_so_where_they_would_be_listed(office: Office) -> None:
    assert "本地区还没有公布互认协议。" in office.client.get("/v/recognition", headers=BROWSER).text


def test_without_scripts_the_page_explains(office: Office) -> None:
    text = office.client.get("/v", headers=BROWSER).text
    (inside,) = re.findall("<noscript>(.*)</noscript>", text, re.DOTALL)
    assert EXPLAINED in inside
    assert "yinxin-verify check" in inside
    assert text.count(EXPLAINED) == 1


def test_the_script_is_kept_for_ever_and_packed_for_whoever_unpacks(office: Office) -> None:
    packed = office.client.get("/static/dist/page-TEST.js", headers={"Accept-Encoding": "br, gzip"})
    plain = office.client.get("/static/dist/page-TEST.js", headers={"Accept-Encoding": "gzip;q=0, br"})
    for answer in (packed, plain):
        assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert (packed.headers["Content-Encoding"], gzip.decompress(packed.data)) == ("gzip", SCRIPT)
    assert ("Content-Encoding" in plain.headers, plain.data) == (False, SCRIPT)
    assert office.client.get("/static/dist/page-OLD.js").status_code == 404
    assert office.client.get("/static/dist/manifest.json").status_code == 404


def test_the_reader_is_served_below_the_page_and_only_it_may_run_webassembly(office: Office) -> None:
    script = office.client.get("/v/reader-TEST.js")
    wasm = office.client.get("/v/zxing-TEST.wasm", headers={"Accept-Encoding": "gzip"})
    assert (script.mimetype, wasm.mimetype) == ("text/javascript", "application/wasm")
    assert (wasm.headers["Content-Encoding"], gzip.decompress(wasm.data)) == ("gzip", b"\0asm")
    for answer in (script, wasm):
        assert answer.headers["Content-Security-Policy"] == (
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    page = office.client.get("/v", headers=BROWSER)
    assert "wasm" not in page.headers["Content-Security-Policy"]
    for path in ("/v/page-TEST.js", "/v/reader-OLD.js", "/static/dist/reader-TEST.js"):
        assert office.client.get(path).status_code == 404, path


def test_the_licences_of_what_the_scripts_contain_are_a_page_that_every_foot_names(office: Office) -> None:
    for path in ("/", "/v", "/v/recognition"):
        assert "/licences" in [each.get("href") for each in read(office.client.get(path, headers=BROWSER)).named("a")]
    answer = office.client.get("/licences")
    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    assert (answer.text, answer.headers["Cache-Control"]) == ("第三方软件\n", "no-cache")
    without = office.beside(Verifier(None))
    assert "/licences" not in without.get("/", headers=BROWSER).text
    assert without.get("/licences").status_code == 404


def test_each_package_in_the_scripts_as_built_is_named_with_its_licence() -> None:
    built = assets.read()
    assert built is not None, "not built: run `make web`"
    notices = built.notices.plain.decode()
    told = dict(re.findall(r"^== (\S+) (\S+) \(.+\) ==\n\n(?=\S)", notices, re.MULTILINE))
    lock = json.loads((WEB / "package-lock.json").read_text("utf-8"))["packages"]
    named = {name: lock[f"node_modules/{name}"]["version"] for name in (*lock[""]["dependencies"], "fflate")}
    assert told == named
    for compiled in ("pdfium", "freetype, in pdfium", "zxing-cpp", "libzueci, in zxing-cpp", "musl, in emscripten"):
        assert f"\n== {compiled} ==\n\n" in notices
    assert "\ufffd" not in notices


def kept(client: FlaskClient, **options: str) -> dict[str, Any]:
    """The version of the worker, what it keeps, and what it keeps later."""
    answer = client.get("/worker.js", **options)
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"
    first, _, rest = answer.text.partition("\n")
    assert rest == ASSETS.worker
    found: dict[str, Any] = json.loads(first.removeprefix("const yinxin=").removesuffix(";"))
    return found


def test_the_worker_keeps_all_that_the_page_names(office: Office) -> None:
    files = kept(office.client)
    page = read(office.client.get("/v", headers=BROWSER))
    named = {each.get("href") or each.get("src") for tag in ("link", "img", "script") for each in page.named(tag)}
    assert set(files["needed"]) == {"/v", "/static/dist/benefits-TEST.js", *named}
    reader = {"/v/reader-TEST.js", "/v/zxing-TEST.wasm"}
    later = {f"/static/dist/{name}-TEST.js" for name in ("desk", "explorer", "reading", "xlsx")}
    assert set(files["later"]) == {*later, *reader, "/v/recognition", "/static/more.css"}
    assert files["asked"] == {}
    for path, told in {**files["needed"], **files["later"]}.items():
        with office.client.get(path) as answer:
            digest = base64.b64encode(sha256(answer.data).digest()).decode()
            assert (answer.status_code, told) == (200, f"sha256-{digest}"), path


def test_the_page_names_its_scripts_with_their_hashes(office: Office) -> None:
    page = read(office.client.get("/v", headers=BROWSER))
    (script,) = page.named("script")
    (preload,) = [each for each in page.named("link") if each["rel"] == "modulepreload"]
    told = {each.get("src") or each.get("href"): each["integrity"] for each in (script, preload)}
    needed = kept(office.client)["needed"]
    assert told == {path: needed[path] for path in ("/static/dist/page-TEST.js", "/static/dist/chunk-TEST.js")}


def test_any_change_makes_another_worker(office: Office) -> None:
    version = kept(office.client)["version"]
    assert kept(office.client)["version"] == version
    elsewhere = kept(office.client, base_url="http://127.0.0.1:9")["version"]
    larger = {**ASSETS.scripts, "more-TEST.js": assets.File.of("more-TEST.js", b"// more")}
    another = kept(office.beside(Verifier(replace(ASSETS, scripts=larger))))["version"]
    assert len({version, elsewhere, another}) == 3


def test_what_is_large_is_kept_when_it_is_first_asked_for() -> None:
    large = b"x" * (assets.LARGEST_LATER + 1)
    script = assets.worker_script(ASSETS, {"/v": b"the page"}, {"/small": large[1:], "/large": large})
    found = json.loads(script.partition("=")[2].partition(";\n")[0])
    assert [list(found[group]) for group in ("needed", "later", "asked")] == [["/v"], ["/small"], ["/large"]]


def test_a_change_of_any_content_or_of_the_worker_makes_another_version() -> None:
    scripts = (
        assets.worker_script(ASSETS, {"/v": b"the page"}, {"/x": b""}),
        assets.worker_script(ASSETS, {"/v": b"the pagf"}, {"/x": b""}),
        assets.worker_script(ASSETS, {"/v": b"the page"}, {"/x": b"x"}),
        assets.worker_script(replace(ASSETS, worker="// another"), {"/v": b"the page"}, {"/x": b""}),
    )
    versions = {json.loads(each.partition("=")[2].partition(";\n")[0])["version"] for each in scripts}
    assert len(versions) == len(scripts)


def test_a_registry_without_a_build_explains_and_says_why(office: Office) -> None:
    client = office.beside(Verifier(None))
    answer = client.get("/v", headers=BROWSER)
    page = read(answer)
    assert (answer.status_code, answer.headers["Content-Security-Policy"]) == (200, CSP)
    assert page.named("script") == []
    assert EXPLAINED in page.text
    assert "本站目前不在网页里核验" in page.text
    assert client.get("/worker.js").status_code == 404


def test_a_withdrawn_page_explains_and_its_worker_leaves(office: Office) -> None:
    client = office.beside(Verifier(ASSETS, withdrawn=True))
    answer = client.get("/v", headers=BROWSER)
    assert (read(answer).named("script"), answer.headers["Content-Security-Policy"]) == ([], CSP)
    worker = client.get("/worker.js")
    assert (worker.status_code, worker.text) == (200, ASSETS.retire)
    assert worker.headers["Cache-Control"] == "no-cache"


ENTRIES: Final = ("page", "benefits", "reading", "worker", "retire")


def build(folder: Path) -> Path:
    for name in (*ENTRIES, "chunk", "many", "reader"):
        (folder / f"{name}-1.js").write_text(f"// {name}", "utf-8")
    (folder / "zxing-1.wasm.gz").write_bytes(gzip.compress(b"\0asm"))
    entries = {name: [f"{name}-1.js"] for name in ENTRIES}
    entries["page"].append("chunk-1.js")
    scripts = [f"{name}-1.js" for name in ("page", "benefits", "reading", "chunk", "many")]
    (folder / "licences.txt").write_text("licences", "utf-8")
    manifest = {"entries": entries, "scripts": scripts, "reader": ["reader-1.js", "zxing-1.wasm"]}
    manifest |= {"notices": "licences.txt"}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return folder


def test_a_whole_build_is_read(tmp_path: Path) -> None:
    found = assets.read(build(tmp_path))
    assert found is not None
    assert (found.worker, found.retire) == ("// worker", "// retire")
    assert [each.name for each in found.entries["page"]] == ["page-1.js", "chunk-1.js"]
    assert list(found.needed) == ["page-1.js", "chunk-1.js", "benefits-1.js"]
    assert list(found.later) == ["reading-1.js", "many-1.js"]
    reader = [(name, each.plain) for name, each in found.reader.items()]
    assert reader == [("reader-1.js", b"// reader"), ("zxing-1.wasm", b"\0asm")]
    page = found.needed["page-1.js"]
    assert (page.plain, gzip.decompress(page.packed)) == (b"// page", b"// page")


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "manifest.json").unlink(),
        lambda folder: (folder / "manifest.json").write_text("{"),
        lambda folder: (folder / "manifest.json").write_text("[]"),
        lambda folder: (folder / "manifest.json").write_text('{"entries": []}'),
        lambda folder: (folder / "manifest.json").write_text('{"entries": {"page": ["page-1.js"]}}'),
        lambda folder: (folder / "manifest.json").write_text(
            (folder / "manifest.json").read_text().replace('"benefits"', '"other"')
        ),
        lambda folder: (folder / "many-1.js").unlink(),
        lambda folder: (folder / "page-1.js").unlink(),
        lambda folder: (folder / "benefits-1.js").unlink(),
        lambda folder: (folder / "retire-1.js").unlink(),
        lambda folder: (folder / "reading-1.js").unlink(),
        lambda folder: (folder / "zxing-1.wasm.gz").unlink(),
        lambda folder: (folder / "licences.txt").unlink(),
    ],
)
def test_a_build_in_part_is_none(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    damage(build(tmp_path))
    assert assets.read(tmp_path) is None


def test_the_page_as_built_weighs_at_most_60_kilobytes_compressed(office: Office) -> None:
    built = assets.read()
    assert built is not None, "not built: run `make web`"
    client = office.beside(Verifier(built))
    paths = json.loads(client.get("/worker.js").text.partition("\n")[0].removeprefix("const yinxin=")[:-1])["needed"]
    weights = {}
    for path in [*paths, "/worker.js"]:
        with client.get(path, headers=BROWSER) as answer:
            weights[path] = len(gzip.compress(answer.data, 9))
    only_with_a_policy = weights.pop(f"/static/dist/{built.entries['benefits'][0].name}")
    assert sum(weights.values()) <= 60_000, weights
    assert only_with_a_policy <= 8_000
