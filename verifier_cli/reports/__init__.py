"""Reports on many certificates: CSV, XLSX, JSON and PDF, written when everything is known, whole or not at all."""

import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Final

from verifier_cli.errors import UsageError
from verifier_cli.output import Style, shown
from verifier_cli.reading import extras

if TYPE_CHECKING:
    from credential.trust import Trust
    from verifier_cli.asked import Asked
    from verifier_cli.reports.spool import Spool
    from verifier_cli.reports.summary import Summary
    from verifier_cli.words.row import Rows

    Write = Callable[[str, Spool, Summary], None]

_WRITERS: Final = {".csv": "as_csv", ".xlsx": "as_xlsx", ".json": "as_json", ".pdf": "as_pdf"}


def require_writable(paths: Sequence[str], *, overwrite: bool) -> None:
    """UsageError unless each can be written: by its suffix, its folder, and what is there already."""
    for path in paths:
        if paths.count(path) > 1:
            raise UsageError(f"--report {path} 给了两次。", f"--report {path} is given twice.")
        ending = os.path.splitext(path)[1].lower()
        if ending not in _WRITERS:
            raise UsageError(
                f"--report {path}：文件名应以 .csv、.xlsx、.json 或 .pdf 结尾。",
                f"--report {path}: its name must end in .csv, .xlsx, .json or .pdf.",
            )
        if not os.access(os.path.dirname(path) or ".", os.W_OK):
            raise UsageError(f"不能写入 {path} 所在的文件夹。", f"cannot write into the folder of {path}.")
        if os.path.isdir(path) or (os.path.lexists(path) and not overwrite):
            raise UsageError(
                f"{path} 已存在，不会覆盖。请换一个名字，或加 --force。",
                f"{path} exists and is not overwritten. Choose another name, or add --force.",
            )
        extras.require_report(path, ending)


def kept(answers: "Iterator[Rows]", asked: "Asked", known: "Trust") -> "Iterator[Rows]":
    """The same rows; when all of them were taken, the reports are written. Until then they are on the disk."""
    from verifier_cli.reports import summary
    from verifier_cli.reports.spool import Spool

    try:
        with Spool() as spool:
            for rows in answers:
                for row in rows.kept:
                    spool.add(row)
                yield rows
            if spool.size:
                facts = summary.of(spool, asked, known)
                _write_all(asked.reports, spool, facts, overwrite=asked.overwrite)
    except sqlite3.Error as error:
        raise UsageError(
            f"报告在写成之前放在临时文件夹里，那里写不下了（{error}）。请腾出空间，再核验一次。",
            f"until it is written, a report is kept in the temporary folder, and cannot be ({error}). "
            "Make room there, and verify again.",
        ) from None


def _place(beside: str, path: str) -> None:
    """Give a file the name, if nothing has it. On a drive without hard links (a USB stick) the name is taken first."""
    try:
        os.link(beside, path)
    except FileExistsError:
        raise
    except OSError:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        os.replace(beside, path)


def _write_all(paths: Sequence[str], spool: "Spool", facts: "Summary", *, overwrite: bool) -> None:
    with ExitStack() as stack:
        for path in paths:
            name = _WRITERS[os.path.splitext(path)[1].lower()]
            write: Write = import_module(f"verifier_cli.reports.{name}").write
            beside = stack.enter_context(_whole(path, overwrite=overwrite))
            write(beside, spool, facts)
    style = Style(sys.stderr)
    for path in paths:
        sys.stderr.write(f"{style.both('报告已写入', 'report written')}: {shown(path)}\n")


@contextmanager
def _whole(path: str, *, overwrite: bool) -> Iterator[str]:
    """A file beside `path` to write into, readable by its owner alone, that gets its name when all is well."""
    handle, beside = tempfile.mkstemp(prefix=".yinxin-", suffix=".tmp", dir=os.path.dirname(path) or ".")
    os.close(handle)
    try:
        yield beside
        if overwrite:
            os.replace(beside, path)
        else:
            _place(beside, path)
    except Exception as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"写不了 {path}：{why}。", f"cannot write {path}: {why}.") from error
    finally:
        if os.path.lexists(beside):
            os.unlink(beside)
