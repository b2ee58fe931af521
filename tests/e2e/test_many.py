"""Many certificates in the page: rows, totals and reports as the manifest says; stopped, by keyboard, on a phone."""

import csv
import json
import warnings
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from PIL import Image
from playwright.sync_api import Browser, ViewportSize

from tests.e2e import accessibility, pictures
from tests.e2e.browser import Tab
from tests.e2e.site import Site
from tools.demo.story import Story

pytestmark = pytest.mark.xdist_group("story")
PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
HOSTILE: Final = "<img src=x onerror=alert(1)>" + "很长的文件名" * 20 + "\u202egnp.png"
DROP: Final = """files => {
  const data = new DataTransfer();
  const bytes = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
  for (const [name, content] of files) data.items.add(new File([bytes(content)], name));
  document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
}"""
COPY: Final = """async data => {
  const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
  await navigator.clipboard.write([new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) })]);
}"""
A_PAGE: Final = 50
"""Rows that the list shows at once."""
OUTCOMES: Final = ("accepted", "rejected", "undecided")
Files = dict[str, bytes]
Manifest = list[tuple[str, str, str, str]]
"""Of every row: the file, the place in it, the outcome, the reason."""


@pytest.fixture
def tab(story: Story, browser: Browser, tmp_path: Path) -> Iterator[Tab]:
    """A page on the story's own registry, its desk open; at the end nobody has complained, and nothing was sent."""
    site = Site(tmp_path, port=int(story.fujian.url.rpartition(":")[2]))
    context = browser.new_context(viewport=PHONE, accept_downloads=True)
    opened = Tab.opened(site, context)
    sent: list[str] = []
    context.on("request", lambda request: sent.append(request.method))
    opened.open()
    opened.page.wait_for_selector("#ways button")
    opened.settle()
    yield opened
    assert set(sent) == {"GET"}
    assert opened.complaints == opened.violations() == []
    assert {url.startswith((site.url, "blob:" + site.url, "about:")) for url in opened.requested} == {True}
    context.close()


@pytest.fixture(scope="module")
def given(story: Story) -> tuple[Files, Manifest]:
    """Twenty mixed files, and what must become of each."""
    rows = story.credentials()
    manifest: Manifest = []
    for row, reason in zip(rows, ("REVOKED", "SUSPENDED", "SUPERSEDED"), strict=False):
        manifest.append((f"{row['number']}.png", "", "rejected", reason))
    manifest += [(f"{row['number']}.png", "", "accepted", "ACCEPTED") for row in rows[10:16]]
    files = {name: (story.out / "certificates" / name).read_bytes() for name, *_ in manifest}
    for line in (story.out / "refused" / "refused.jsonl").read_text("utf-8").splitlines():
        refused = json.loads(line)
        files[f"{refused['reason']}.txt"] = refused["text"].encode() + b"\n"
        manifest.append((f"{refused['reason']}.txt", ":1", "rejected", refused["reason"]))
    for name in (HOSTILE, "=1+1.png"):
        files[name] = files[f"{rows[10]['number']}.png"]
        manifest.append((name, "", "accepted", "ACCEPTED"))
    Image.new("L", (300, 300), 255).save(blank := BytesIO(), "PNG")
    files |= {"blank.png": blank.getvalue(), "nothing.png": b""}
    files["list.txt"] = f"{rows[11]['text']}\n{rows[0]['text']}\n".encode()
    manifest += [("blank.png", "", "undecided", "NOT_READ"), ("nothing.png", "", "undecided", "FILE_EMPTY")]
    manifest += [("list.txt", ":1", "accepted", "ACCEPTED"), ("list.txt", ":2", "rejected", "REVOKED")]
    return files, manifest


def drop(tab: Tab, files: Files) -> None:
    tab.page.evaluate(DROP, [[name, b64encode(content).decode()] for name, content in files.items()])


def totals(tab: Tab) -> list[int]:
    """All, and those of each outcome."""
    return [int(each) for each in tab.page.locator(".totals strong").all_inner_texts()]


def saved(tab: Tab, words: str, folder: Path) -> Path:
    """The file that a button saves."""
    with tab.page.expect_download() as saving:
        tab.page.click(f".saving button:has-text('{words}')")
    path = folder / saving.value.suggested_filename
    saving.value.save_as(path)
    return path


def shown(name: str) -> str:
    return name.replace("\u202e", "\\u{202E}")


def test_a_drop_of_200_files_becomes_rows_totals_and_reports_as_the_manifest_says(
    tab: Tab, given: tuple[Files, Manifest], story: Story, tmp_path: Path
) -> None:
    standing = [story.out / row["file"] for row in story.credentials()[16:]]
    others = {path.name: path.read_bytes() for path in standing}
    others |= {f"again-{path.name}": path.read_bytes() for path in standing[:12]}
    files = others | given[0]
    manifest = [(name, "", "accepted", "ACCEPTED") for name in others] + given[1]
    drop(tab, files)
    tab.page.wait_for_selector(".saving button")
    counted = Counter(outcome for _, _, outcome, _ in manifest)
    expected = [len(manifest), *(counted[each] for each in OUTCOMES)]
    assert totals(tab) == expected
    assert sum(expected[1:]) == expected[0] > len(files) >= 200
    assert f"共 {len(manifest)} 份" in (tab.page.text_content("#spoken") or "")
    for place, count in enumerate(expected):
        tab.page.click(f".totals button:nth-child({place + 1})")
        assert tab.page.locator(".answers > li").count() == min(count, A_PAGE)
    tab.page.click(".totals button:first-child")

    with warnings.catch_warnings(action="ignore"):
        book = openpyxl.load_workbook(saved(tab, "XLSX", tmp_path))
    head, *lines = [[cell.value or "" for cell in row] for row in book["明细 Rows"].iter_rows()]
    at = [head.index(each) for each in ("文件 File", "位置 Place", "原因代码 Reason code")]
    assert [tuple(line[each] for each in at) for line in lines] == [
        (shown(name), place, reason) for name, place, _, reason in manifest
    ]
    assert {cell.data_type for row in book["明细 Rows"].iter_rows() for cell in row} <= {"s", "n"}
    summary = {str(key): value for key, value, *_ in book["汇总 Summary"].iter_rows(values_only=True)}
    keys = ("共 Rows", "通过 Accepted", "不通过 Rejected", "无法判断 Undecided")
    assert [int(str(summary[key])) for key in keys] == expected

    with saved(tab, "CSV", tmp_path).open(encoding="utf-8-sig", newline="") as file:
        same_head, *same = csv.reader(file)
    harmless = [[f"'{cell}" if str(cell).startswith("=") else cell for cell in line] for line in lines]
    assert (same_head, same) == (head, harmless)
    assert [line[at[0]] for line in same if "1+1" in line[at[0]]] == ["'=1+1.png"]
    tab.page.set_viewport_size({"width": 1100, "height": 1000})
    tab.page.evaluate("scrollTo(0, 0)")
    pictures.take(tab.page, "verify-many")


def test_a_list_is_accessible_and_whole_on_a_phone_and_prints_every_row(
    tab: Tab, given: tuple[Files, Manifest]
) -> None:
    files, manifest = given
    drop(tab, files)
    tab.page.wait_for_selector(".saving button")
    tab.page.locator(".answers summary", has_text="很长的文件名").click()
    assert "照片不在签名之内" in tab.text(".full")
    assert tab.page.locator("#answer img").count() == 0
    tab.page.locator(".answers summary", has_text="blank.png").click()
    assert tab.page.locator(".full").count() == 1
    assert "NOT_READ" in tab.text(".full .undecided")
    for scheme in ("light", "dark"):
        tab.page.emulate_media(color_scheme=scheme)
        assert accessibility.violations(tab.page) == [], scheme
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    tab.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    tab.page.emulate_media(media="print")
    assert tab.page.locator(".paper tbody tr").count() == len(manifest)
    assert not tab.page.locator(".answers").is_visible()


def drag(tab: Tab, *paths: Path) -> None:
    """Lets go of these files and folders over the page, as a person does: the browser itself opens them."""
    session = tab.page.context.new_cdp_session(tab.page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        assert tab.page.locator("#ways.awaiting").count() == (kind == "drop")
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 100, "y": 300, "data": data})
    assert tab.page.locator("#ways.awaiting").count() == 0
    session.detach()


def test_a_real_folder_is_walked_and_a_screenshot_pasted(tab: Tab, story: Story, tmp_path: Path) -> None:
    first, second, third = [story.out / row["file"] for row in story.credentials()[10:13]]
    folder = tmp_path / "应聘 files"
    for path, found in (("z.png", first), ("里/a.png", second)):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(found.read_bytes())
    (folder / "nothing").mkdir()
    drag(tab, folder, third)
    tab.page.wait_for_selector(".saving button")
    assert totals(tab) == [3, 3, 0, 0]
    names = ["应聘 files/z.png", "应聘 files/里/a.png", third.name]
    shown_names = tab.page.locator(".answers summary").all_inner_texts()
    assert [each.rpartition("\n")[2] for each in shown_names] == names
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.page.evaluate(COPY, b64encode(third.read_bytes()).decode())
    tab.page.keyboard.press("Control+V")
    assert tab.verdict() == ("accepted", "ACCEPTED")
    assert story.credentials()[12]["number"] in tab.text()


STOP: Final = """() => {
  const pressed = (_, observer) => {
    if (document.querySelector(".answers > li") === null) return;
    observer.disconnect();
    document.querySelector(".progress button").click();
  };
  new MutationObserver(pressed).observe(document.body, { childList: true, subtree: true });
}"""
"""Has the run stopped as soon as an answer is there: a hand from outside may come when all is read."""


def test_a_stopped_run_names_what_was_not_read(tab: Tab, story: Story, tmp_path: Path) -> None:
    codes = sorted((story.out / "certificates").glob("*.png"))[:60]
    tab.page.evaluate(STOP)
    drop(tab, {path.name: path.read_bytes() for path in codes})
    tab.page.wait_for_selector(".saving button")
    every, accepted, rejected, stopped = totals(tab)
    assert (every, rejected) == (accepted + stopped, 0)
    assert min(accepted, stopped) > 0
    assert f"{stopped} 个文件没有读完" in tab.text(".progress")
    path = saved(tab, "CSV", tmp_path)
    assert "部分" in path.name
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["文件 File"] for row in rows} == {each.name for each in codes}
    assert Counter(row["原因代码 Reason code"] for row in rows)["READING_STOPPED"] == stopped


POOR: Final = """
delete Navigator.prototype.mediaDevices;
delete Navigator.prototype.serviceWorker;
delete Document.prototype.adoptedStyleSheets;
"""


def test_where_there_is_no_camera_and_no_worker_a_photo_is_enough(story: Story, browser: Browser) -> None:
    context = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)
    context.add_init_script(POOR)
    page = context.new_page()
    page.goto(f"{story.fujian.url}/v")
    page.wait_for_selector("#ways button")
    assert page.locator("#ways .buttons button").all_inner_texts() == ["拍照 Take a photo", "选择文件 Choose files"]
    row = story.credentials()[10]
    page.set_input_files("#ways input[capture]", story.out / row["file"])
    page.wait_for_selector(".verdict.accepted")
    assert row["number"] in page.inner_text("#answer")
    page.wait_for_selector("#data :text('每次核验都需要联网')")
    context.close()


def focus(tab: Tab, selector: str) -> None:
    """Presses Tab until this has the focus."""
    for _ in range(60):
        if tab.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        tab.page.keyboard.press("Tab")
    raise AssertionError(selector)


def test_by_keyboard_alone_one_file_has_the_full_answer_and_several_texts_a_list(tab: Tab, story: Story) -> None:
    rows = story.credentials()
    certificate = story.out / "certificates" / f"{rows[10]['number']}.png"
    tab.page.on("filechooser", lambda chooser: chooser.set_files(certificate))
    focus(tab, "#ways .buttons button")
    tab.page.keyboard.press("Enter")
    assert tab.verdict() == ("accepted", "ACCEPTED")
    assert tab.page.evaluate("document.activeElement.id") == "verdict"
    assert "再核验" in tab.text("#ways h2")
    focus(tab, "#text")
    tab.page.keyboard.insert_text(f"{rows[10]['text']}\n{rows[0]['text']}")
    focus(tab, "#paste button")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_selector(".saving button")
    assert totals(tab) == [2, 1, 1, 0]
    focus(tab, ".totals button:nth-child(3)")
    tab.page.keyboard.press("Space")
    focus(tab, ".answers summary")
    tab.page.keyboard.press("Enter")
    assert "已被撤销" in tab.text(".full .rejected")
