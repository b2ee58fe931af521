"""Pictures through main(). Drawn with qrcode and Pillow, read back by the verifier."""

import os
import struct
import zlib
from pathlib import Path

import pytest
import qrcode
from PIL import Image, ImageOps

from tests.verifier_cli.conftest import GOOD, REVOKED, Desk
from verifier_cli.reading import pictures


def code(text: str, box: int = 3) -> Image.Image:
    drawn = qrcode.QRCode(box_size=box, border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    drawn.add_data(text)
    return drawn.make_image().get_image().convert("RGB")


def beside(*texts: str) -> Image.Image:
    drawn = [code(text) for text in texts]
    sheet = Image.new("RGB", (sum(each.width for each in drawn), max(each.height for each in drawn)), "white")
    left = 0
    for each in drawn:
        sheet.paste(each, (left, 0))
        left += each.width
    return sheet


def saved(desk: Desk, picture: Image.Image, name: str = "a.png", as_format: str | None = None) -> str:
    path = desk.folder / name
    picture.save(path, as_format)
    return str(path)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.bmp", "a.gif", "a.tiff", "no-suffix"])
def test_formats(desk: Desk, name: str) -> None:
    path = saved(desk, code(GOOD), name, "PNG" if name == "no-suffix" else None)
    answer = desk.check(path)
    assert (answer.code, answer.names, answer.reasons) == (0, [path], ["ACCEPTED"])


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "CMYK"])
def test_modes(desk: Desk, mode: str) -> None:
    name = "a.tiff" if mode == "CMYK" else "a.png"
    assert desk.check(saved(desk, code(GOOD).convert(mode), name)).reasons == ["ACCEPTED"]


def test_transparent_ground(desk: Desk) -> None:
    ink = code(GOOD).convert("L")
    picture = Image.new("RGBA", ink.size, (0, 0, 0, 0))
    picture.putalpha(ImageOps.invert(ink))
    assert desk.check(saved(desk, picture)).reasons == ["ACCEPTED"]


def test_small_code_is_tried_at_twice_the_size(desk: Desk) -> None:
    small = code(GOOD, box=2).resize((code(GOOD, box=1).width,) * 2, Image.Resampling.BOX)
    assert desk.check(saved(desk, small)).reasons == ["ACCEPTED"]


def test_no_code_is_said_out_loud(desk: Desk) -> None:
    path = saved(desk, Image.new("RGB", (200, 200), "white"))
    answer = desk.check(path)
    assert (answer.code, answer.names, answer.reasons) == (3, [path], ["NOT_READ"])
    assert answer.rows[0]["verdict"] == "undecided"
    assert "图片里没有读到二维码" in desk.check_in_words(path).out


def test_two_certificates_in_one_picture(desk: Desk) -> None:
    path = saved(desk, beside(GOOD, REVOKED))
    answer = desk.check(path)
    assert answer.code == 3
    assert answer.names == [f"{path}#1", f"{path}#2"]
    assert sorted(answer.reasons) == ["ACCEPTED", "NOT_YET_REGISTERED"]


def test_one_certificate_twice_counts_once(desk: Desk) -> None:
    path = saved(desk, beside(GOOD, GOOD))
    assert desk.check(path).names == [path]


def test_code_of_others(desk: Desk) -> None:
    foreign = "https://weixin.example/q/abc"
    assert desk.check(saved(desk, beside(foreign, GOOD))).reasons == ["ACCEPTED"]
    answer = desk.check(saved(desk, beside(foreign, foreign + "d")))
    assert (answer.code, answer.reasons) == (1, ["QR_PREFIX"])


def test_pages_of_one_file(desk: Desk) -> None:
    path = str(desk.folder / "pages.tiff")
    code(GOOD).save(path, save_all=True, append_images=[code(REVOKED)])
    assert desk.check(path).names == [f"{path}#p1", f"{path}#p2"]


def test_pages_that_all_claim_to_be_small_copies(desk: Desk) -> None:
    path = str(desk.folder / "pages.tiff")
    code(GOOD).save(path, save_all=True, append_images=[code(REVOKED)], tiffinfo={254: 1})
    assert desk.check(path).names == [f"{path}#p1"]


def test_grey_of_sixteen_bits(desk: Desk) -> None:
    ink = code(GOOD).convert("L")
    pixels = b"".join(struct.pack("<H", 60_000 if value else 8_000) for value in ink.tobytes())
    drawn = Image.frombytes("I;16", ink.size, pixels)
    for name in ("a.png", "a.tiff"):
        assert desk.check(saved(desk, drawn, name)).reasons == ["ACCEPTED"]


def png(width: int, height: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [7_100, 12_000, 60_000])
def test_large_picture_is_refused_from_its_header(desk: Desk, side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_flattened", lambda _: os._exit(9))
    path = desk.file("large.png", png(side, side, zlib.compress(bytes(1_000))))
    answer = desk.check(path)
    assert (answer.code, answer.reasons) == (3, ["PICTURE_TOO_LARGE"])


def test_huge_file_is_refused_unread(desk: Desk) -> None:
    path = Path(desk.file("huge.png", b"\x89PNG\r\n\x1a\n"))
    with path.open("r+b") as file:
        file.truncate(pictures.MAX_FILE + 1)
    assert desk.check(str(path)).reasons == ["PICTURE_TOO_LARGE"]


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", SVG),
        ("a.png", SVG),
        ("a", SVG),
        ("a.eps", EPS),
        ("a.jpg", EPS),
        ("a.png", b""),
        ("a.png", b"hello"),
        ("a.png", b"\x89PNG\r\n\x1a\n"),
        ("a.ico", b"\0\0\1\0"),
        ("bomb.png", png(6_000, 6_000, b"not zlib")),
        ("cut.png", png(6_000, 6_000, zlib.compress(bytes(1_000))[:-5])),
    ],
)
def test_what_is_no_picture(desk: Desk, name: str, content: bytes) -> None:
    answer = desk.check(desk.file(name, content))
    assert (answer.code, answer.reasons) == (3, ["PICTURE_TYPE"])


def test_truncated_jpeg(desk: Desk) -> None:
    path = Path(saved(desk, code(GOOD), "a.jpg"))
    path.write_bytes(path.read_bytes()[:-400])
    assert desk.check(str(path)).reasons == ["PICTURE_TYPE"]


def test_pictures_and_lists_together_keep_their_order(desk: Desk) -> None:
    picture = saved(desk, code(GOOD))
    listed = desk.file("list.txt", f"{REVOKED}\n{GOOD}\n")
    assert desk.check(picture, listed, GOOD).names == [picture, f"{listed}:1", f"{listed}:2", GOOD]
