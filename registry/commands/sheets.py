"""What the commands share that take an operator's sheet: its options, its faults, and the yes before it is taken."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from registry.commands.common import Run, command, name_of_person
from registry.problems import ConfigurationError
from registry.say import answer, complain
from registry.sheets.sheet_rows import Fault

if TYPE_CHECKING:
    from registry.commands.common import Commands


def add_import(group: "Commands", chinese: str, english: str, run: Run, columns: str) -> argparse.ArgumentParser:
    """`import FILE`: says what the sheet would change, asks, and takes all of it or nothing."""
    made = command(group, "import", chinese, english, run, columns)
    made.add_argument("file", type=Path, help="XLSX 或 CSV 表 / the sheet")
    made.add_argument("--dry-run", action="store_true", help="只说明，不作改变 / say what it does, change nothing")
    made.add_argument("--yes", action="store_true", help="不再询问 / do not ask")
    made.add_argument("--json", action="store_true", help="供程序读的说明或错误 / what it does, or the faults, as JSON")
    made.add_argument(
        "--operator", metavar="NAME", type=name_of_person, help="办理人；--dry-run 时可省 / who does this"
    )
    return made


def require_operator(options: argparse.Namespace) -> None:
    """Only a dry run goes without an operator. ConfigurationError otherwise."""
    if not options.dry_run and not options.operator:
        raise ConfigurationError("须有 --operator / --operator is needed")


def refuse(options: argparse.Namespace, faults: Sequence[Fault]) -> int:
    """Tell every fault of the sheet; exit code 2."""
    if options.json:
        answer({"ok": False, "file": options.file.name, "faults": [each.to_json() for each in faults]})
    else:
        for fault in faults:
            complain(f"{options.file.name} {fault.zh}\n  {fault.en}")
    complain(f"{len(faults)} 处要改，未作改变 / {len(faults)} faults to mend, nothing changed")
    return 2
