"""A sealed key on paper: drawn, photographed, typed in again; and what is mistyped is said by line."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from credential import keyfile
from credential.keyfile import Purpose
from signer import cli
from signer.custody import paper_text
from signer.custody.paper_text import PaperError
from signer.keys import own
from tests.signer.desk import RIGHT, Desk, private, public_of
from tests.world import CODE

Draw = Callable[[Image.Image, Path], None]


def page_of(desk: Desk, purpose: Purpose) -> Path:
    """The page of one key."""
    code, result = desk.json("key backup", "--out", desk.office.folder / "paper", "--key", purpose.value, secret=False)
    assert code == 0, result
    return Path(result["pages"][0])


def lost(desk: Desk, purpose: Purpose = Purpose.CERTIFICATE) -> bytes:
    """The key file, which is gone now."""
    path = desk.home.key_file(purpose)
    data = path.read_bytes()
    path.unlink()
    return data


def picture(page: Path, dots: int) -> Image.Image:
    document = pypdfium2.PdfDocument(page)
    assert len(document) == 1
    drawn: Image.Image = document[0].render(scale=dots / 72).to_pil()
    document.close()
    return drawn


def scan(drawn: Image.Image, path: Path) -> None:
    drawn.save(path, "PNG")


def photo(drawn: Image.Image, path: Path) -> None:
    """Askew, grey, on a table, and compressed."""
    turned = drawn.convert("L").rotate(7, expand=True, fillcolor=90)
    Image.eval(turned, lambda value: 40 + value * 2 // 3).save(path, "JPEG", quality=60)


@pytest.mark.parametrize(("draw", "name"), [(scan, "scan.png"), (photo, "photo.jpg")])
def test_a_picture_of_the_page_restores_the_key(desk: Desk, draw: Draw, name: str) -> None:
    given = desk.office.folder / name
    draw(picture(page_of(desk, Purpose.REQUEST), 200), given)
    public, before = public_of(desk, Purpose.REQUEST), lost(desk, Purpose.REQUEST)
    code, result = desk.json("key restore", given)
    assert (code, result["public"]) == (0, public.hex())
    path = desk.home.key_file(Purpose.REQUEST)
    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_page_itself_and_its_typed_lines_restore_the_key(desk: Desk) -> None:
    page = page_of(desk, Purpose.CERTIFICATE)
    document = pypdfium2.PdfDocument(page)
    said = document[0].get_textpage().get_text_bounded()
    document.close()
    file = keyfile.parse(desk.home.key_file(Purpose.CERTIFICATE).read_bytes())
    for line in paper_text.lines(file):
        assert line.replace(" ", "") in said.replace(" ", "").replace("\r\n", "")
    assert "口令不在这张纸上" in said.replace("\r\n", "")
    assert RIGHT.decode() not in said
    before = lost(desk)
    assert desk.json("key restore", page)[0] == 0
    assert lost(desk) == before
    typed = "\n".join(paper_text.lines(file)[::-1]).lower().replace("0", "o").replace("1", "l").replace(" ", "")
    given = private(desk.office.folder / "typed.txt", typed.replace("ol", "01", 1).encode())
    assert desk.json("key restore", given)[0] == 0
    assert lost(desk) == before


def test_what_cannot_be_restored_is_one_refusal_each(desk: Desk) -> None:
    folder, path = desk.office.folder, desk.home.key_file(Purpose.CERTIFICATE)
    file = keyfile.parse(path.read_bytes())
    lines = paper_text.lines(file)
    good = private(folder / "good.txt", "\n".join(lines).encode())
    other = private(folder / "other.txt", "\n".join(paper_text.lines(file._replace(owner="Y000035020999"))).encode())
    blank = BytesIO()
    Image.new("L", (300, 300), 255).save(blank, "PNG")
    nothing = private(folder / "blank.png", blank.getvalue())
    assert refusal(desk, good) == (2, "key-exists")
    lost(desk)
    assert refusal(desk, other) == (1, "other-issuer")
    assert refusal(desk, nothing) == (2, "backup-unreadable")
    assert refusal(desk, private(folder / "bytes", b"\xff\x00")) == (2, "backup-unreadable")
    assert refusal(desk, private(folder / "half.png", blank.getvalue()[:60])) == (2, "backup-unreadable")
    assert refusal(desk, private(folder / "half.pdf", b"%PDF-1.7 nothing")) == (2, "backup-unreadable")
    assert refusal(desk, private(folder / "lines.txt", "\n".join(lines[1:]).encode())) == (2, "backup-text")
    desk.secret.write_bytes(b"wrong horse\n")
    assert refusal(desk, good) == (2, "key-cannot-open")
    assert not path.exists()


def refusal(desk: Desk, given: Path) -> tuple[int, str]:
    code, result = desk.json("key restore", given)
    return code, result["error"]


def sealed() -> keyfile.KeyFile:
    seed, salt, nonce = bytes(range(32)), bytes(16), bytes(24)
    return keyfile.parse(
        keyfile.seal(seed, Purpose.CERTIFICATE, "Y000035020101", RIGHT, salt, nonce, keyfile.Cost(1, 8192))
    )


def test_every_mistyped_character_is_found_in_its_line() -> None:
    """Each character in turn becomes the next one of the alphabet."""
    lines = paper_text.lines(sealed())
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    for at, line in enumerate(lines):
        for place in range(3, len(line)):
            if line[place] != " ":
                wrong = line[:place] + alphabet[(alphabet.index(line[place]) + 1) % 32] + line[place + 1 :]
                with pytest.raises(PaperError) as refused:
                    paper_text.read("\n".join([*lines[:at], wrong, *lines[at + 1 :]]))
                assert f"{at + 1:02d}" in refused.value.zh


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda lines: lines[:-1], "each line is right, but not the whole"),
        (lambda lines: lines[1:], "line 01 is missing"),
        (lambda lines: [*lines[:3], *lines[4:]], "line 04 is missing"),
        (lambda _: [], "line 01 is missing"),
        (lambda lines: [lines[1].replace("02", "01", 1), *lines[1:]], "line 01 does not fit"),
        (lambda lines: [*lines, "hello, world"], "not understood"),
        (lambda _: ["x" * 20_000], "too long"),
    ],
)
def test_what_is_wrong_is_said(spoil: Callable[[list[str]], list[str]], said: str) -> None:
    with pytest.raises(PaperError, match=said):
        paper_text.read("\n".join(spoil(paper_text.lines(sealed()))))


def test_paper_asks_for_no_more_memory_than_a_file_may() -> None:
    greedy = sealed()._replace(cost=keyfile.Cost(1, 1 << 40))
    with pytest.raises(PaperError, match="not a key's backup"):
        paper_text.read(paper_text.code(greedy))


def test_a_key_in_a_token_has_no_paper(desk: Desk) -> None:
    from signer.keys.token_file import TokenFile

    path = desk.home.key_file(Purpose.CERTIFICATE)
    public = own.read(path, Purpose.CERTIFICATE).public
    private(path, TokenFile(Purpose.CERTIFICATE, "Y000035020101", public, Path("/x.so"), "t", "l").encode())
    words = ("key backup", "--out", desk.office.folder / "paper")
    code, result = desk.json(*words, "--key", "certificate", secret=False)
    assert (code, result["error"]) == (1, "backup-token")
    assert not (desk.office.folder / "paper").exists()
    code, result = desk.json(*words, secret=False)
    assert (code, [Path(page).name.partition("-")[0] for page in result["pages"]]) == (0, ["request"])


def test_an_approvers_key_is_kept_on_paper_and_restored_into_a_new_home(desk: Desk) -> None:
    office = desk.office
    own_home, new_home = office.folder / "approver", office.folder / "approver-again"
    who = ("--issuer", CODE, "--name", "周敏", "--registry", office.url, "--pin", office.folder / "pin.txt")
    code, made = at(desk, own_home, "approver", *who)
    assert code == 0, made
    code, result = at(desk, own_home, "key backup", "--out", office.folder / "paper", secret=False)
    (page,) = map(Path, result["pages"])
    assert (code, page.name.startswith("approval-key-")) == (0, True)
    (shown,) = at(desk, own_home, "key show", secret=False)[1]["keys"]
    assert (shown["purpose"], shown["state"], shown["public"]) == ("approval", "not-published", made["public"])
    code, result = desk.json("key restore", page)
    assert (code, result["error"]) == (2, "not-your-own-home")
    assert at(desk, new_home, "key restore", page)[0] == 0
    code, again = at(desk, new_home, "approver", *who)
    assert (code, again["public"]) == (0, made["public"])
    assert keyfile.parse((new_home / "keys" / "approval.key").read_bytes()) == keyfile.parse(
        (own_home / "keys" / "approval.key").read_bytes()
    )
    code, result = at(desk, new_home, "key restore", page_of(desk, Purpose.REQUEST))
    assert (code, result["error"]) == (2, "not-your-own-home")


def at(desk: Desk, home: Path, command: str, *words: object, secret: bool = True) -> tuple[int, dict[str, Any]]:
    """A command in another home."""
    given = ["--passphrase-file", desk.secret] if secret else []
    desk.office.capture.readouterr()
    code = cli.main([*command.split(), *map(str, ("--json", "--home", home, *given, *words))])
    return code, json.loads(desk.office.capture.readouterr().out)
