"""Reading files in the page: the same names and reasons as on the command line, and nothing leaves the browser."""

import shutil
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

import openpyxl
import pikepdf
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, Request

from registry.http import assets
from tests.e2e.browser import Tab
from tests.e2e.site import Answer, Site
from tools.demo.story import PORT_GROUP, Story

pytestmark = pytest.mark.xdist_group("story")
READ: Final = """async ([script, files, patience]) => {
  const { read } = await import(script);
  const bytes = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
  const named = Object.entries(files).map(([name, data]) => ({ name, data: new Blob([bytes(data)]) }));
  const found = [];
  await read(named, (part) => found.push(...part), new AbortController().signal, patience ?? undefined);
  return found;
}"""
READER: Final = "/static/dist/reading-", "/v/"
"""How the paths of what reads files begin."""


@pytest.fixture(scope="module")
def files(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of what an employer is sent: good, bad and hostile."""
    folder = tmp_path_factory.mktemp("reading") / "files"
    folder.mkdir()
    pictures = [story.out / f"certificates/{row['number']}.png" for row in story.credentials()[10:16]]
    shutil.copy(pictures[0], folder / "certificate.png")
    _photo(pictures[0]).save(folder / "photo.jpg", quality=85, exif=_turned())
    _beside(pictures[0], pictures[1]).save(folder / "two.png")
    shutil.copy(_printed(story, folder.parent), folder / "printed.pdf")
    _documents(folder, pictures)
    _archives(folder, pictures)
    _broken(folder)
    _workbooks(folder, [row["text"] for row in story.credentials()[10:16]])
    (folder / "list.csv").write_text(f"姓名,二维码\n林,{story.credentials()[10]['text']}\n陈,\n", "utf-8")
    return folder


def _photo(picture: Path) -> Image.Image:
    """The code on a sheet on a desk, lying on its side."""
    sheet = Image.new("L", (1200, 1600), 250)
    sheet.paste(Image.open(picture).convert("L").resize((420, 420)), (600, 900))
    desk = Image.new("L", (2000, 1500), 110)
    desk.paste(sheet.rotate(83, Image.Resampling.BICUBIC, expand=True, fillcolor=110).resize((1700, 1300)), (120, 80))
    return desk


def _turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def _beside(*pictures: Path) -> Image.Image:
    shown = Image.new("L", (700 * len(pictures), 700), 255)
    for place, each in enumerate(pictures):
        shown.paste(Image.open(each).convert("L").resize((500, 500)), (700 * place + 100, 100))
    return shown


def _printed(story: Story, out: Path) -> Path:
    home, number = story.work / PORT_GROUP.keys, story.credentials()[10]["number"]
    story.stage.run("yinxin-signer", "print", number, "--home", home, "--out", out)
    (page,) = (out / "print").glob("*.pdf")
    return page


def _documents(folder: Path, pictures: list[Path]) -> None:
    pages = [_beside(*pictures[:1]), _beside(*pictures[1:3]), Image.new("L", (300, 300), 255)]
    pages[0].save(folder / "pages.pdf", save_all=True, append_images=pages[1:], resolution=150)
    with pikepdf.open(folder / "pages.pdf") as document:
        document.save(folder / "locked.pdf", encryption=pikepdf.Encryption(user="1234", owner="5678"))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nrubbish")


def _archives(folder: Path, pictures: list[Path]) -> None:
    with zipfile.ZipFile(folder / "several.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in zip(("证书/一.png", "../../二.png"), pictures[3:], strict=False):
            archive.write(each, name)
        archive.write(folder / "pages.pdf", "pages.pdf")
        archive.writestr("__MACOSX/._一.png", b"litter")
        archive.writestr("inner.zip", _packed("a.txt", b"a"))
        archive.writestr("notes.bin", b"\0\1\2")
    (folder / "bomb.zip").write_bytes(_packed("zeros.png", bytes((64 << 20) + 1)))


def _packed(name: str, data: bytes) -> bytes:
    into = BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return into.getvalue()


SHEET: Final = "xl/worksheets/sheet1.xml"
ENTITY: Final = b'<!DOCTYPE worksheet [<!ENTITY a "a"><!ENTITY b "&a;&a;">]>'


def _workbooks(folder: Path, texts: list[str]) -> None:
    """Lists of texts as spreadsheets, and what is broken or too large of them."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in (
        ("名单", [("姓名", "二维码"), (), ("林", texts[0]), ("陈",)]),
        ("b", [(7.5, texts[1])]),
        ("c", []),
    ):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(folder / "book.xlsx")
    sound = (folder / "book.xlsx").read_bytes()
    (folder / "cut.xlsx").write_bytes(sound[:-40])
    (folder / "locked.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (folder / "entities.xlsx").write_bytes(
        _changed(sound, lambda sheet: sheet.replace(b"<worksheet", ENTITY + b"<worksheet"))
    )
    (folder / "unclosed.xlsx").write_bytes(_changed(sound, lambda sheet: sheet.replace(b"</row>", b"", 1)))
    (folder / "rows.xlsx").write_bytes(_changed(sound, lambda sheet: sheet.replace(b'<row r="4"', b'<row r="1048577"')))
    (folder / "huge.xlsx").write_bytes(_lying(sound, 3 << 30))
    (folder / "one.zip").write_bytes(_packed("inner.xlsx", sound))


def _changed(workbook: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with another first sheet."""
    into = BytesIO()
    with zipfile.ZipFile(BytesIO(workbook)) as found, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as changed:
        for entry in found.infolist():
            data = found.read(entry)
            changed.writestr(entry, change(data) if entry.filename == SHEET else data)
    return into.getvalue()


def _lying(archive: bytes, size: int) -> bytes:
    """The ZIP, whose directory says that its first file is so large unpacked."""
    at = archive.index(b"PK\x01\x02") + 24
    return archive[:at] + size.to_bytes(4, "little") + archive[at + 4 :]


def _broken(folder: Path) -> None:
    Image.new("1", (12_000, 12_000)).save(folder / "144-megapixels.png")
    (folder / "cut.jpg").write_bytes((folder / "photo.jpg").read_bytes()[:40_000])
    (folder / "drawn.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "utf-8")
    (folder / "nothing.png").write_bytes(b"")
    Image.new("L", (300, 300), 255).save(folder / "blank.png")


def read_in(tab: Tab, *paths: Path, patience: int | None = None) -> dict[str, str]:
    """What the page reads in these files: by name the text, or the reason why there is none.

    Without `patience`, in milliseconds, it waits for a silent reader as long as it does for people.
    """
    built = assets.read()
    assert built is not None, "not built: run `make web`"
    files = {path.name: b64encode(path.read_bytes()).decode() for path in paths}
    found = tab.page.evaluate(READ, [f"/static/dist/{built.entries['reading'][0].name}", files, patience])
    return {
        each["name"]: each["content"] if isinstance(each["content"], str) else each["content"]["reason"]
        for each in found
    }


@pytest.fixture(scope="module")
def asked() -> list[Request]:
    """What the page asked for after it was loaded."""
    return []


@pytest.fixture(scope="module")
def found(files: Path, running: Site, browser: Browser, asked: list[Request]) -> Iterator[dict[str, str]]:
    """What the page reads in the folder, all of it at once, without the worker that would keep its files."""
    context = browser.new_context(service_workers="block")
    tab = Tab.opened(running, context)
    tab.open()
    tab.settle()
    assert [each for each in tab.requested if each.removeprefix(running.url).startswith(READER)] == []

    def note(request: Request) -> None:
        asked.append(request)

    context.on("request", note)
    yield read_in(tab, *sorted(files.iterdir()))
    assert tab.violations() == []
    assert tab.complaints == ["warning: Service Worker registration blocked by Playwright"]
    context.close()


def test_everything_in_a_folder_is_read_or_named(found: dict[str, str], story: Story) -> None:
    texts = [row["text"] for row in story.credentials()[10:16]]
    assert found == {
        "144-megapixels.png": "PICTURE_TOO_LARGE",
        "blank.png": "NOT_READ",
        "bomb.zip!/zeros.png": "FILE_TOO_LARGE",
        "book.xlsx:b:1": texts[1],
        "book.xlsx:c": "FILE_EMPTY",
        "book.xlsx:名单:3": texts[0],
        "book.xlsx:名单:4": "LIST_WITHOUT_TEXTS",
        "broken.pdf": "PDF_BROKEN",
        "certificate.png": texts[0],
        "cut.jpg": "PICTURE_TYPE",
        "cut.xlsx": "LIST_BROKEN",
        "drawn.svg": "PICTURE_TYPE",
        "entities.xlsx": "LIST_BROKEN",
        "huge.xlsx": "FILE_TOO_LARGE",
        "list.csv:2": texts[0],
        "list.csv:3": "LIST_WITHOUT_TEXTS",
        "locked.pdf": "PDF_ENCRYPTED",
        "locked.xlsx": "LIST_BROKEN",
        "nothing.png": "FILE_EMPTY",
        "one.zip!/inner.xlsx:b:1": texts[1],
        "one.zip!/inner.xlsx:c": "FILE_EMPTY",
        "one.zip!/inner.xlsx:名单:3": texts[0],
        "one.zip!/inner.xlsx:名单:4": "LIST_WITHOUT_TEXTS",
        "pages.pdf#p1": texts[0],
        "pages.pdf#p2#1": texts[1],
        "pages.pdf#p2#2": texts[2],
        "pages.pdf#p3": "NOT_READ",
        "photo.jpg": texts[0],
        "printed.pdf": texts[0],
        "rows.xlsx": "FILE_TOO_LARGE",
        "several.zip!/../../二.png": texts[4],
        "several.zip!/inner.zip": "ZIP_NESTED",
        "several.zip!/notes.bin": "FILE_TYPE",
        "several.zip!/pages.pdf#p1": texts[0],
        "several.zip!/pages.pdf#p2#1": texts[1],
        "several.zip!/pages.pdf#p2#2": texts[2],
        "several.zip!/pages.pdf#p3": "NOT_READ",
        "several.zip!/证书/一.png": texts[3],
        "two.png#1": texts[0],
        "two.png#2": texts[1],
        "unclosed.xlsx": "LIST_BROKEN",
    }


def test_the_command_line_gives_the_same_names_and_reasons(found: dict[str, str], files: Path, story: Story) -> None:
    options = ("--bundle", story.bundle, "--pin", story.pin, "--json", "--processes", 1)
    rows = story.stage.rows("yinxin-verify", "check", *options, files, expect=(3,))
    said = {row["input"].removeprefix(f"{files}/"): row["reason"] for row in rows}
    assert said == {name: "ACCEPTED" if text.startswith("https:") else text for name, text in found.items()}


def test_nothing_leaves_the_browser(found: dict[str, str], asked: list[Request], site: Site) -> None:
    assert len(found) > 20
    assert {(each.method, each.post_data) for each in asked} == {("GET", None)}
    assert {each.url for each in asked if not each.url.startswith(site.url)} == set()
    paths = {each.url.removeprefix(site.url) for each in asked}
    assert [each for each in paths if not each.startswith(READER)] == []
    assert sum(each.endswith(".wasm") for each in paths) == 2


def test_without_its_webassembly_the_reader_says_that_it_is_missing(browser: Browser, site: Site, files: Path) -> None:
    context = browser.new_context(service_workers="block")
    tab = Tab.opened(site, context)
    tab.open()
    (zxing,) = [path for path in site.files("later") if path.startswith("/v/zxing_reader-")]
    site.instead[zxing] = Answer(b"", 404)
    with pytest.raises(Error, match="ReaderMissing"):
        read_in(tab, files / "certificate.png")
    site.instead.clear()
    assert list(read_in(tab, files / "certificate.png")) == ["certificate.png"]
    context.close()


def test_a_part_of_the_reader_that_cannot_be_had_is_named_and_asked_for_again(
    browser: Browser, site: Site, files: Path, found: dict[str, str]
) -> None:
    context = browser.new_context(service_workers="block")
    tab = Tab.opened(site, context)
    tab.open()
    (pdfium,) = [path for path in site.files("asked") if path.startswith("/v/pdfium-")]
    site.instead[pdfium] = Answer(b"", 404)
    read = read_in(tab, files / "several.zip")
    site.instead.clear()
    again = read_in(tab, files / "locked.pdf")
    context.close()
    rest = {name: text for name, text in found.items() if name.startswith("several.zip") and "pages.pdf" not in name}
    assert read == {**rest, "several.zip!/pages.pdf": "READER_MISSING"}
    assert again == {"locked.pdf": "PDF_ENCRYPTED"}


def test_a_picture_that_moves_is_named(browser: Browser, site: Site, story: Story, tmp_path: Path) -> None:
    first, second = (Image.open(story.out / row["file"]).convert("RGB") for row in story.credentials()[10:12])
    for kind in ("gif", "png", "webp"):
        first.save(
            tmp_path / f"moving.{kind}",
            save_all=True,
            append_images=[second.resize(first.size)],
            duration=500,
            lossless=True,
        )
        first.save(tmp_path / f"still.{kind}", lossless=True)
    context = browser.new_context(service_workers="block")
    tab = Tab.opened(site, context)
    tab.open()
    read = read_in(tab, *sorted(tmp_path.iterdir()))
    context.close()
    text = story.credentials()[10]["text"]
    moving = {f"moving.{kind}": "PICTURE_TYPE" for kind in ("gif", "png", "webp")}
    assert read == {**moving, **{f"still.{kind}": text for kind in ("gif", "png", "webp")}}


HANGS: Final = b"""
{ const real = self.onmessage; self.onmessage = (event) => { while (event.data.name === "blank.png"); real(event); }; }
"""


def test_a_reader_that_hangs_is_given_up_and_another_goes_on(browser: Browser, site: Site, files: Path) -> None:
    site.change = lambda path, body: body + HANGS if path.startswith("/v/reader-") else body
    context = browser.new_context(service_workers="block")
    tab = Tab.opened(site, context)
    tab.open()
    assert read_in(tab, files / "blank.png", patience=1_000) == {"blank.png": "READING_STOPPED"}
    assert read_in(tab, files / "nothing.png") == {"nothing.png": "FILE_EMPTY"}
    context.close()


def test_files_are_read_with_the_server_stopped_after_one_visit(
    context: BrowserContext, site: Site, files: Path, found: dict[str, str]
) -> None:
    tab = Tab.opened(site, context)
    tab.open()
    tab.ready()
    tab.rests()
    read_in(tab, files / "printed.pdf")
    site.stop()
    try:
        tab.open()
        names = ("certificate.png", "printed.pdf", "several.zip")
        read = read_in(tab, *(files / name for name in names))
    finally:
        site.start()
    assert read == {name: text for name, text in found.items() if name.startswith(names)}
