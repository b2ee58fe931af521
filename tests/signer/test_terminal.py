"""What a clerk sees on a real terminal: questions as they are, a cursor, no bar in the way."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from credential.keyfile import Purpose
from signer.keys.passphrases import AGAIN, NEW_PROMPTS, PROMPTS
from tests.signer.desk import RIGHT, Desk
from tests.signer.office import level_row
from tests.signer.screen import Screen
from tests.world import CODE

_HIDDEN = "\x1b[?25l"
_MOVES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
NUMBER = f"{CODE}263000001"
CERTIFICATE, REQUEST = (f"{PROMPTS[each]}: " for each in (Purpose.CERTIFICATE, Purpose.REQUEST))


def test_a_correction_asks_verbatim_and_nothing_is_drawn_over_the_questions(desk: Desk) -> None:
    assert desk.sign(level_row(1))[0] == 0
    folder = desk.office.folder
    screen = Screen(
        "signer.cli", "correct", NUMBER, "--name", "陈志强", "--out", folder / "new", "--home", desk.home.path
    )
    screen.until("更正 1 张？ / correct 1? [y/N] ")
    screen.type("y")
    for prompt in (CERTIFICATE, REQUEST):
        screen.until(prompt)
        asked = len(screen.shown)
        screen.type(RIGHT.decode())
        screen.until("\n")
        assert screen.shown[asked:].startswith("\r\n")
    screen.until("已登记 1 张")
    assert screen.end() == 0
    assert _HIDDEN not in screen.shown
    lines = [" ".join(line.split()) for line in _MOVES.sub("", screen.shown.replace("\r", "\n")).splitlines()]
    bars = [f"{name} {24 * '━'} 1/1" for name in ("签名 signing", "二维码 drawing", "登记 registering")]
    assert [line for line in dict.fromkeys(lines) if "━" in line] == bars


@pytest.mark.parametrize(("end", "code"), [(Screen.interrupt, 2), (Screen.terminate, 143)])
def test_whoever_ends_it_at_a_passphrase_gets_the_terminal_back(
    tmp_path: Path, end: Callable[[Screen], None], code: int
) -> None:
    screen = Screen("signer.cli", "keygen", "--issuer", CODE, "--home", tmp_path / "home")
    screen.until(f"{NEW_PROMPTS[Purpose.CERTIFICATE]}: ")
    assert not screen.echoes
    end(screen)
    assert screen.end() == code
    assert "\x1b" not in screen.shown


def test_a_new_passphrase_is_said_to_be_the_same_again(tmp_path: Path) -> None:
    screen = Screen("signer.cli", "keygen", "--issuer", CODE, "--home", tmp_path / "home")
    for prompt, typed in ((NEW_PROMPTS[Purpose.CERTIFICATE], "eight or more"), (AGAIN, "a slip of the")):
        screen.until(f"{prompt}: ")
        screen.type(typed)
    assert screen.end() == 2
    assert screen.shown.splitlines()[2:] == ["两次输入不同，没有生成密钥。", "the two differ; no key was made."]


def test_without_a_terminal_a_passphrase_is_asked_for_in_one_clear_line(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "signer.cli", "keygen", "--issuer", CODE, "--home", str(tmp_path / "home")]
    nobody = subprocess.DEVNULL
    found = subprocess.run(words, check=False, stdin=nobody, capture_output=True, text=True, start_new_session=True)
    assert found.returncode == 2
    assert found.stderr.splitlines() == [
        "没有终端可以输入口令。请用 --passphrase-file、--passphrase-fd 或 --passphrase-keyring。",
        "there is no terminal to type a passphrase on. Use --passphrase-file, --passphrase-fd or --passphrase-keyring.",
    ]
