"""Photos: found by either number, decoded under caps, without metadata; and what is refused."""

import zipfile
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from signer.errors import SignerError
from signer.printing import making, photos
from signer.printing.layout import Photo
from signer.printing.photos import PhotoError, Source
from tests.signer.office import Office, level_row, person
from tests.world import CODE

RED = (200, 30, 40)
GREEN = (30, 160, 60)


def jpeg(colour: tuple[int, int, int], size: tuple[int, int] = (300, 420)) -> bytes:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", size, colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_photos_go_onto_the_pages_by_either_number(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "ALONE", 1)  # so that pages are made in processes of their own
    out = office.folder / "out"
    archive = office.folder / "photos.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr(f"一班/{person(1)[2].lower()}.JPG", jpeg(RED))
        made.writestr("一班/readme.txt", b"no photo")
    roster = office.roster(level_row(1), level_row(2))
    code, result = office.json("sign", roster, "--out", out, "--yes", "--pdf", "--photos", archive)
    assert (code, result["printed"]) == (0, 2)
    spot = (165, 125)  # millimetres: in the photo's box, above the word of an empty one
    assert [_colour(out / "print" / f"{CODE}26300000{n}.pdf", spot) for n in (1, 2)] == [RED, (255, 255, 255)]
    with pikepdf.open(out / "print" / f"{CODE}263000001.pdf") as pdf:
        data = bytes(pdf.pages[0].Resources.XObject.Photo0.read_raw_bytes())
    with Image.open(BytesIO(data)) as image:
        assert (image.size, dict(image.getexif())) == ((295, 413), {})
    assert b"taken at home" not in data
    folder = office.folder / "photos"
    folder.mkdir()
    (folder / f"{CODE}263000002.jpeg").write_bytes(jpeg(GREEN))
    assert office.run("print", f"{CODE}263000002", "--out", office.folder / "again", "--photos", folder) == 0
    assert _colour(office.folder / "again" / "print" / f"{CODE}263000002.pdf", spot) == GREEN


def _colour(path: Path, spot: tuple[float, float]) -> tuple[int, ...]:
    """The page's colour at a spot, to the tens that JPEG keeps."""
    picture = pypdfium2.PdfDocument(path)[0].render(scale=1).to_pil()
    pixel = picture.getpixel((int(spot[0] * 72 / 25.4), int(spot[1] * 72 / 25.4)))
    near = [colour for colour in (RED, GREEN) if all(abs(a - b) < 6 for a, b in zip(pixel, colour, strict=True))]
    return near[0] if near else tuple(pixel)


def test_a_bad_photo_is_found_before_anything_is_signed(office: Office) -> None:
    folder = office.folder / "photos"
    folder.mkdir()
    (folder / f"{person(1)[2]}.jpg").write_bytes(b"GIF89a not a photo")
    command = ("--out", office.folder / "out", "--yes", "--pdf", "--photos", folder)
    code, result = office.json("sign", office.roster(level_row(1)), *command)
    assert (code, [(each["row"], each["code"]) for each in result["problems"]]) == (1, [(2, "PRINT_PHOTO")])
    assert person(1)[2] not in str(result)
    assert "/v1/indices" not in office.registry.asked


def test_a_photo_is_cut_to_fill_and_turned_upright(tmp_path: Path) -> None:
    wide = Image.new("RGB", (400, 100), RED)
    wide.paste(GREEN, (0, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112] = 8  # the camera was turned: the picture's left is below
    wide.save(tmp_path / "x.png", exif=exif)
    made = photos.portrait(Source(tmp_path / "x.png", None), Photo(0, 0, 10, 40))
    with Image.open(BytesIO(made.jpeg)) as image:
        assert (image.size, made.width, made.height) == ((118, 472), 118, 472)
        assert [image.crop((59, y, 60, y + 1)).tobytes() > b"\x80" for y in (20, 450)] == [True, False]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is no sound JPEG or PNG"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "it is no sound JPEG or PNG"),
        (jpeg(RED)[:700], "it is no sound JPEG or PNG"),
        (bytes(photos.MAX_BYTES + 1), "it is larger than 8 MB"),
        (jpeg(RED, (8_000, 6_300)), "it has too many pixels"),
    ],
    ids=["empty", "no png", "broken off", "large", "pixels"],
)
def test_what_is_no_photo(data: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / "x.jpg").write_bytes(data)
    with pytest.raises(PhotoError) as caught:
        photos.portrait(Source(tmp_path / "x.jpg", None), Photo(0, 0))
    assert str(caught.value) == why


def test_what_is_no_album(tmp_path: Path) -> None:
    for name in ("350203.jpg", "350203.PNG"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(SignerError) as caught:
        photos.album(tmp_path)
    assert caught.value.slug == "photo-twice"
    with pytest.raises(SignerError) as caught:
        photos.album(tmp_path / "350203.jpg")
    assert caught.value.slug == "photos"
