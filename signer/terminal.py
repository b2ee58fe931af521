"""The terminal: Chinese first, then English; progress on stderr; `--json` keeps stdout for one object."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from signer.context import Step
from signer.errors import SignerError, usage
from signer.signing import Json

_BARS = {
    Step.SIGNING: "签名 signing",
    Step.SIGNED: "签名 signing",
    Step.DRAWN: "二维码 drawing",
    Step.REGISTERED: "登记 registering",
    Step.PRINTED: "打印件 printing",
}


class Terminal:
    """A voice for people."""

    def __init__(self, *, quiet: bool, bars: Progress | None = None) -> None:
        self._quiet = quiet
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def say(self, zh: str, en: str) -> None:
        """Print both lines, unless stdout belongs to a program."""
        if not self._quiet:
            print(zh)
            print(en, flush=True)

    def reached(self, step: Step, done: int, total: int) -> None:
        """Move the step's bar."""
        name = _BARS.get(step)
        if self._bars is None or name is None:
            return
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=total)
        self._bars.update(self._tasks[name], completed=done)

    def confirm(self, zh: str, en: str) -> bool:
        """Ask on the terminal; without one, `--yes` is needed."""
        if self._quiet or not sys.stdin.isatty():
            raise usage(
                "needs-yes",
                "没有终端可以询问。核对无误后请加 --yes。",
                "there is no terminal to ask on. When you are sure, add --yes.",
            )
        return input(f"{zh} / {en} [y/N] ").strip().lower() in ("y", "yes", "是")


@contextmanager
def terminal(*, as_json: bool) -> Iterator[Terminal]:
    """A terminal with bars where stderr is one."""
    if as_json or not sys.stderr.isatty():
        yield Terminal(quiet=as_json)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        yield Terminal(quiet=False, bars=bars)


def print_result(command: str, result: Json) -> None:
    """The one object of `--json`."""
    print(json.dumps({"command": command, "ok": True, **result}, ensure_ascii=False))


def print_error(command: str, error: SignerError, findings: tuple[Json, ...], *, as_json: bool) -> None:
    """A refusal: for programs one object on stdout, for people both lines on stderr."""
    if as_json:
        said: Json = {"command": command, "ok": False, "error": error.slug, "exit": int(error.exit)}
        said |= {"message_zh": error.zh, "message_en": error.en, "problems": list(findings)}
        print(json.dumps(said, ensure_ascii=False))
        return
    print(error.zh, file=sys.stderr)
    print(error.en, file=sys.stderr)
