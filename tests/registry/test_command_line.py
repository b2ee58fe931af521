"""Only what a command needs is loaded for it; all that it may be is there when it names none."""

import subprocess
import sys
from importlib import import_module
from inspect import signature
from pkgutil import iter_modules

import pytest

from registry import cli, commands
from tests.registry.office import Office, embedded_only

HEAVY = {"alembic", "flask", "openpyxl", "PIL", "waitress"}
LOADED = """
import sys
from registry import cli
assert cli.main(sys.argv[2:]) == 0
print("loaded", *sorted(set(sys.argv[1].split(",")) & set(sys.modules)))
"""


def words_of(*argv: str) -> set[str]:
    (found,) = (each.choices for each in cli.parser(argv)._actions if isinstance(each.choices, dict))
    return set(found)


@pytest.mark.parametrize("module", cli.MODULES)
def test_a_word_loads_the_module_that_answers_to_it(module: str) -> None:
    for word in cli.MODULES[module]:
        assert words_of("--data", "x", word) == cli.MODULES[module]


def test_without_a_word_everything_is_there() -> None:
    present = (name for _, name, _ in iter_modules(commands.__path__))
    adding = {name: getattr(import_module(f"registry.commands.{name}"), "add", None) for name in present}
    assert {name for name, add in adding.items() if add and "commands" in signature(add).parameters} == set(cli.MODULES)
    assert words_of("--help") == words_of("frobnicate") == {word for words in cli.MODULES.values() for word in words}


@embedded_only
def test_a_plain_command_loads_nothing_heavy(office: Office) -> None:
    asked = ("--data", office.data, "issuer", "list")
    said = subprocess.run(
        [sys.executable, "-c", LOADED, ",".join(HEAVY), *map(str, asked)], check=False, capture_output=True, text=True
    )
    assert (said.returncode, said.stdout.splitlines()[-1]) == (0, "loaded"), said.stderr
