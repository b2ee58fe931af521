"""A folder of mixed files, good, bad and hostile, and a manifest of the rows that check must give of it."""

import csv
import io
import json
import random
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import openpyxl
import pikepdf
from PIL import Image

from credential.model import Status
from tests.verifier_cli.conftest import text
from tests.verifier_cli.test_pictures import beside, code, png
from tests.world import World, certificate, sign_it

STATUSES = {7: Status.VALID, 8: Status.REVOKED, 9: Status.SUPERSEDED, 10: Status.SUSPENDED, 11: Status.NOT_REGISTERED}


def world() -> World:
    """What the manifest's certificates are judged by."""
    return World(statuses=STATUSES)


def signed(index: int, serial: int) -> str:
    return text(sign_it(certificate(index=index, serial=serial)))


GOOD = signed(7, 1)
REVOKED = signed(8, 2)
SUPERSEDED = signed(9, 3)
SUSPENDED = signed(10, 4)
WAITING = signed(11, 5)
FORGED = text(sign_it(certificate(index=7, serial=6), by="stranger"))
FOREIGN = "https://weixin.example/q/abc"
REASONS = {
    GOOD: "ACCEPTED",
    REVOKED: "REVOKED",
    SUPERSEDED: "SUPERSEDED",
    SUSPENDED: "SUSPENDED",
    WAITING: "NOT_YET_REGISTERED",
    FORGED: "KEY_UNKNOWN",
    FOREIGN: "QR_PREFIX",
}
OURS = tuple(each for each in REASONS if each != FOREIGN)
Rows = list[tuple[str, str]]
"""The end of a name, and the reason."""


@cache
def drawn(content: str) -> Image.Image:
    return code(content).convert("L")


@cache
def blank() -> Image.Image:
    return Image.new("L", (200, 200), "white")


def saved(picture: Image.Image, as_format: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.copy().save(out, as_format, **options)
    return out.getvalue()


def bound(pages: Sequence[Image.Image], as_format: str) -> bytes:
    """Pages of one file; copies, because Pillow leaves an encoder's options on a picture that it saved."""
    first, *others = (page.copy() for page in pages)
    return saved(first, as_format, save_all=True, append_images=others)


@dataclass
class Manifest:
    """What was put where, and the rows expected: the name within the folder, and the reason."""

    folder: Path
    random: random.Random
    expected: dict[bytes, Rows] = field(default_factory=dict)

    def put(self, name: str | bytes, data: bytes, rows: Rows) -> None:
        """Write a file, of which these rows are expected."""
        raw = name.encode() if isinstance(name, str) else name
        path = bytes(self.folder) + b"/" + raw
        Path(path.decode("utf-8", "surrogateescape")).write_bytes(data)
        self.expected[raw] = rows

    def one(self) -> str:
        return self.random.choice(OURS)

    def rows(self) -> Rows:
        """All of them in the order of the names, as the command tells them."""
        found = []
        for raw, rows in sorted(self.expected.items(), key=lambda each: each[0].split(b"/")):
            name = raw.decode("utf-8", "backslashreplace")
            found += [(f"{self.folder}/{name}{place}", reason) for place, reason in rows]
        return found

    def reasons(self) -> Counter[str]:
        return Counter(reason for _, reason in self.rows())


def of(texts: Sequence[str | None], place: Callable[[int], str]) -> Rows:
    """A row each, from 1; None is a page without a code."""
    return [(place(number), REASONS[each] if each else "NOT_READ") for number, each in enumerate(texts, 1)]


def picture(made: Manifest, stem: str) -> None:
    content = made.random.choice(tuple(REASONS))
    as_format, suffix = made.random.choice((("PNG", ".png"), ("JPEG", ".jpg"), ("WEBP", ".webp"), ("BMP", "")))
    turned = drawn(content).rotate(made.random.choice((0, 90, 180, 270)), fillcolor="white")
    made.put(f"{stem}{suffix}", saved(turned, as_format), [("", REASONS[content])])


def photo(made: Manifest, stem: str) -> None:
    """As a camera keeps it that was held sideways, or looked into a mirror."""
    content, orientation = made.one(), made.random.randrange(2, 9)
    exif = Image.Exif()
    exif[0x0112] = orientation
    made.put(f"{stem}.jpg", saved(drawn(content), "JPEG", exif=exif), [("", REASONS[content])])


def several(made: Manifest, stem: str) -> None:
    """Certificates side by side: the reader names them in an order of its own."""
    first, second = made.random.sample((REVOKED, FORGED, GOOD), 2)
    if made.random.random() < 0.5:
        second = FOREIGN
        made.put(f"{stem}.png", saved(beside(first, second), "PNG"), [("", REASONS[first])])
    else:
        above = Image.new("L", (400, 900), "white")
        above.paste(drawn(first), (0, 0))
        above.paste(drawn(first), (0, 450))
        made.put(f"{stem}.png", saved(above, "PNG"), [("", REASONS[first])])


def document(made: Manifest, stem: str) -> None:
    texts = [made.random.choice((*OURS, None)) for _ in range(made.random.randrange(1, 7))]
    pages = [drawn(each) if each else blank() for each in texts]
    made.put(f"{stem}.pdf", bound(pages, "PDF"), of(texts, lambda number: f"#p{number}" if len(texts) > 1 else ""))


def scan(made: Manifest, stem: str) -> None:
    texts = [made.random.choice((*OURS, None)) for _ in range(made.random.randrange(2, 4))]
    pages = [drawn(each) if each else blank() for each in texts]
    made.put(f"{stem}.tif", bound(pages, "TIFF"), of(texts, lambda number: f"#p{number}"))


def plain_list(made: Manifest, stem: str) -> None:
    texts = [made.one() for _ in range(made.random.randrange(1, 5))]
    if made.random.random() < 0.5:
        lines = [json.dumps({"number": "1", "text": each}) for each in texts]
        made.put(f"{stem}.jsonl", "\n".join(lines).encode(), of(texts, lambda number: f":{number}"))
    else:
        made.put(f"{stem}.txt", "\n\n".join(texts).encode(), of(texts, lambda number: f":{2 * number - 1}"))


def table(made: Manifest, stem: str) -> None:
    """With a heading, in the encoding of Chinese Windows; or without one, and the column shows itself."""
    texts = [made.one() for _ in range(made.random.randrange(1, 5))]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=made.random.choice(",;\t"))
    headed = made.random.random() < 0.5
    if headed:
        writer.writerow(("姓名", "二维码 文字"))
    writer.writerows(("陈志强, 一", each) for each in texts)
    writer.writerow(("没有码", ""))
    rows = of(texts, lambda number: f":{number + headed}")
    rows.append((f":{len(texts) + headed + 1}", "LIST_WITHOUT_TEXTS"))
    made.put(f"{stem}.csv", out.getvalue().encode("gb18030"), rows)


def workbook_of(texts: Sequence[str], empty: int = 0) -> bytes:
    """Below so many empty rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for _ in range(empty):
        sheet.append([])
    sheet.append(["序号", "QR text"])
    for number, each in enumerate(texts, 1):
        sheet.append([number, each])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def without_sheets() -> bytes:
    """A workbook that names a sheet and does not have it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook_of(()))) as whole, zipfile.ZipFile(out, "w") as made:
        for each in whole.infolist():
            if each.filename != "xl/worksheets/sheet1.xml":
                made.writestr(each, whole.read(each))
    return out.getvalue()


def workbook(made: Manifest, stem: str) -> None:
    texts = [made.one() for _ in range(made.random.randrange(1, 5))]
    suffix = made.random.choice((".xlsx", ".bin"))
    empty = 0 if suffix == ".xlsx" else 120
    made.put(f"{stem}{suffix}", workbook_of(texts, empty), of(texts, lambda number: f":{empty + number + 1}"))


def archive(made: Manifest, stem: str) -> None:
    """Entries of every kind, names that lead out and names in GBK, one encrypted, one a bomb, one an archive."""
    out = io.BytesIO()
    first, second = made.one(), made.one()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("__MACOSX/._a.png", b"x")
        opened.writestr("../../etc/a.png", saved(drawn(first), "PNG"))
        opened.writestr("b/two.pdf", bound([drawn(first), drawn(second)], "PDF"))
        opened.writestr("c.xlsx", workbook_of([second]))
        opened.writestr("d.zip", b"PK\x05\x06" + bytes(18))
        opened.writestr("e.txt", f"{first}\n")
        opened.writestr("secret.png", b"x" * 40)
        opened.writestr("z.png", bytes(65 << 20) if made.random.random() < 0.1 else b"")
        bomb = opened.getinfo("z.png").file_size > 0
        opened.writestr("\u00d6\u00d0.png", saved(drawn(second), "PNG"))
    data = out.getvalue().replace("\u00d6\u00d0".encode(), "中".encode("gb18030") + b"__")
    made.put(
        f"{stem}.zip",
        _in_gbk(_encrypted(data, b"secret.png"), "中".encode("gb18030")),
        [
            ("!/../../etc/a.png", REASONS[first]),
            ("!/b/two.pdf#p1", REASONS[first]),
            ("!/b/two.pdf#p2", REASONS[second]),
            ("!/c.xlsx:2", REASONS[second]),
            ("!/d.zip", "ZIP_NESTED"),
            ("!/e.txt:1", REASONS[first]),
            ("!/secret.png", "ZIP_ENCRYPTED"),
            ("!/z.png", "FILE_TOO_LARGE" if bomb else "PICTURE_TYPE"),
            ("!/中__.png", REASONS[second]),
        ],
    )


def _flags_changed(data: bytes, name: bytes, change: Callable[[int], int]) -> bytes:
    """The general purpose flags of an entry, in its header and in the directory, changed."""
    changed = bytearray(data)
    for signature, flags, at in ((b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)):
        place = -1
        while (place := data.find(signature, place + 1)) >= 0:
            if data[place + at :].startswith(name):
                (old,) = struct.unpack_from("<H", data, place + flags)
                struct.pack_into("<H", changed, place + flags, change(old))
    return bytes(changed)


def _encrypted(data: bytes, name: bytes) -> bytes:
    return _flags_changed(data, name, lambda flags: flags | 1)


def _in_gbk(data: bytes, name: bytes) -> bytes:
    return _flags_changed(data, name, lambda flags: flags & ~0x800)


@cache
def locked_pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(saved(blank(), "PDF"))) as opened:
        opened.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


BAD: Sequence[tuple[str, Callable[[], bytes], str]] = (
    ("blank.png", lambda: saved(blank(), "PNG"), "NOT_READ"),
    ("large.png", lambda: png(12_000, 12_000, zlib.compress(bytes(1_000))), "PICTURE_TOO_LARGE"),
    ("bomb.png", lambda: png(6_000, 6_000, b"not zlib"), "PICTURE_TYPE"),
    ("a.svg", lambda: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "PICTURE_TYPE"),
    ("a.eps", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n", "PICTURE_TYPE"),
    ("cut.jpg", lambda: saved(drawn(GOOD), "JPEG")[:-400], "PICTURE_TYPE"),
    ("locked.pdf", locked_pdf, "PDF_ENCRYPTED"),
    ("broken.pdf", lambda: b"%PDF-1.7\n", "PDF_BROKEN"),
    ("none.pdf", lambda: b"hello", "PDF_BROKEN"),
    ("broken.zip", lambda: b"PK\x03\x04junk", "ZIP_BROKEN"),
    ("empty.zip", lambda: b"PK\x05\x06" + bytes(18), "FILE_EMPTY"),
    ("broken.xlsx", lambda: b"PK\x03\x04junk", "LIST_BROKEN"),
    ("old.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "LIST_BROKEN"),
    ("notepad.txt", lambda: GOOD.encode("utf-16"), "LIST_BROKEN"),
    ("quote.csv", lambda: b'text,name\n"' + b"x\n" * 80_000, "LIST_BROKEN"),
    ("notes.txt", "请各部门\n于周五前提交\n".encode, "LIST_WITHOUT_TEXTS"),
    ("heading.csv", "姓名,二维码\n\n".encode, "FILE_EMPTY"),
    ("columns.csv", lambda: b"text" + b"," * 20_000 + b"\n", "LIST_BROKEN"),
    ("unclosed.csv", f'text,name\n"{GOOD},x\n{REVOKED},y\n'.encode, "LIST_BROKEN"),
    ("blanks.txt", lambda: b"\n" * 70_000 + GOOD.encode(), "LIST_WITHOUT_TEXTS"),
    ("sheetless.xlsx", without_sheets, "FILE_EMPTY"),
    ("people.csv", "姓名,部门\n陈志强,人事\n".encode, "LIST_WITHOUT_TEXTS"),
    ("empty.png", lambda: b"", "FILE_EMPTY"),
    ("program", lambda: b"\x7fELF\0\1\2", "FILE_TYPE"),
    ("letter.docx", lambda: zipped("[Content_Types].xml", "word/document.xml"), "FILE_TYPE"),
)
"""Files that give one row each, which says why there is no text."""
NAMES = (
    b"a\nb.txt",
    "\u202egnp.txt".encode(),
    b"\xff\xfe.txt",
    b"=cmd|' -C calc'!A1.txt",
    b"\x1b[2J.txt",
    b"@a.txt",
    b"_x202E_.txt",
)
LITTER = (".DS_Store", "Thumbs.db", "desktop.ini", ".hidden.png", "~$list.xlsx")
MAKERS = (picture, photo, several, document, scan, plain_list, table, workbook, archive)


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name in names:
            opened.writestr(name, b"")
    return out.getvalue()


def fill(folder: Path, files: int, seed: int) -> Manifest:
    """A folder of so many files: every bad one, every hostile name, and the others of all kinds in turn."""
    made = Manifest(folder, random.Random(seed))
    folder.mkdir()
    for each in ("b", "深/层"):
        (folder / each).mkdir(parents=True)
    for name, content, reason in BAD:
        made.put(f"b/{name}", content(), [("", reason)])
    for raw in NAMES:
        made.put(raw, f"{GOOD}\n".encode(), [(":1", "ACCEPTED")])
    for name in LITTER:
        (folder / name).write_bytes(b"x")
    for number in range(files - len(made.expected)):
        stem = made.random.choice(("", "b/", "深/", "深/层/")) + f"{number:04}"
        MAKERS[number % len(MAKERS)](made, stem)
    return made
