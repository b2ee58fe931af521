"""`yinxin-verify check`: a verdict for every input, and one exit code for all of them."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeVar

from credential import entitlement
from credential.entitlement import Entitlements
from credential.model import Seconds
from credential.reason import Outcome, Recognition
from credential.trust import Trust
from credential.verify import Accepted, AsOf, Rejected, Undecided, Verdict, verify
from verifier_cli.asked import Asked
from verifier_cli.errors import UsageError
from verifier_cli.given import Given, Unread
from verifier_cli.held import trusted
from verifier_cli.output import Style, complain, say
from verifier_cli.reading import inputs
from verifier_cli.words.row import Row, Rows, together

if TYPE_CHECKING:
    from collections.abc import Generator

    from verifier_cli.checking.progress import Bar
    from verifier_cli.reading.lists import Lines
    from verifier_cli.reading.pieces import Piece

    Found = Given | Piece | Lines

EXIT_CODES = {Outcome.ACCEPTED: 0, Outcome.REJECTED: 1, Outcome.UNDECIDED: 3}
ALONE: Final = 100
"""Texts that this process judges by itself: starting others would take longer."""
R = TypeVar("R")


def run(asked: Asked) -> int:
    """Print every verdict. 0: all accepted; 1: one is rejected; 3: one is undecided and none rejected."""
    if asked.reports:
        from verifier_cli.reports import require_writable

        require_writable(asked.reports, overwrite=asked.overwrite)
    work = Judge(asked)
    found = every(asked.inputs)
    counts = Counter(dict.fromkeys(Outcome, 0))
    try:
        with closing(_rows(work, found)) as answers:
            for rows in _kept(work, answers):
                counts.update(rows.counts)
                if rows.printed:
                    say(rows.printed)
    except (KeyboardInterrupt, OSError):
        if asked.reports:
            complain("已中断，没有写报告。", "interrupted; no report was written.")
        raise
    code = exit_code(counts)
    if sum(counts.values()) > 1 and not asked.as_json:
        from verifier_cli.words import human

        say(human.summary(counts, Style(sys.stdout)))
    return code


def _kept(work: "Judge", answers: Iterator[Rows]) -> Iterator[Rows]:
    """The same rows, which are also in the reports when all of them were taken."""
    if not work.asked.reports:
        return answers
    from verifier_cli.reports import kept

    return kept(answers, work.asked, work.known)


def _rows(work: "Judge", found: "Iterator[Found]") -> "Generator[Rows, None, None]":
    """The rows of all that is given, in order; beside a bar where somebody is watching."""
    asked = work.asked
    bar = _bar(asked)
    if bar is None:
        yield from answered(found, work, asked.processes)
        return
    try:
        for rows in answered(found, work, asked.processes, advance=bar.advance):
            bar.hide()
            yield rows
            bar.count(rows.counts.total())
    finally:
        bar.hide()


def _bar(asked: Asked) -> "Bar | None":
    if not sys.stderr.isatty() or all(map(inputs.is_text, asked.inputs)):
        return None
    from verifier_cli.checking.progress import Bar

    return Bar(sys.stderr, inputs.bytes_of(asked.inputs))


class Judge:
    """What makes rows of what is given. A process that is spawned loads the bundle anew."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.known = trusted.load(asked.bundle, asked.pin, asked.region)
        self.style = Style(sys.stdout)
        self.as_json = _json_writer() if asked.as_json or asked.reports else None

    def __reduce__(self) -> "tuple[type[Judge], tuple[Asked]]":
        return Judge, (self.asked,)

    def __call__(self, given: Iterable[Given]) -> Rows:
        """The rows, in order."""
        return together([self._row(each) for each in given], keep=bool(self.asked.reports))

    def _row(self, given: Given) -> Row:
        verdict = judge(given.content, self.known, self.asked.now)
        outcome = counted(verdict, self.asked.require_recognised)
        found = entitlement.ask(verdict, self.known, self.asked.division)
        data, printed = None, ""
        if self.as_json is not None:
            data = self.as_json(given.name, verdict, found, self.asked.division)
        if self.asked.as_json:
            printed = data or ""
        elif not self.asked.reports or outcome is not Outcome.ACCEPTED:
            printed = _in_words(given.name, verdict, outcome, found, self.style)
        if not self.asked.reports:
            return Row(outcome, printed)
        from verifier_cli.words import columns

        return Row(outcome, printed, columns.cells(given, verdict, outcome), data, _digest(given.content))


def answered(
    found: "Iterator[Found]",
    work: Callable[[Iterable[Given]], R],
    processes: int | None = None,
    alone: int = ALONE,
    advance: Callable[[int], None] | None = None,
) -> "Generator[R, None, None]":
    """What `work` answers to all that is given, in order: few texts here, all else in processes of their own."""
    for number, each in enumerate(found):
        if not isinstance(each, Given) or number >= alone:
            from verifier_cli.crew import crew

            working = crew.Crew(processes or crew.cores(), work)
            yield from working.run(crew.chunks(chain([each], found)), advance or _unseen)
            return
        yield work([each])


def _unseen(_: int) -> None:
    """Nobody watches."""


def exit_code(counts: Mapping[Outcome, int]) -> int:
    """One exit code for all; UsageError if there was nothing at all to verify."""
    for outcome in Outcome.REJECTED, Outcome.UNDECIDED, Outcome.ACCEPTED:
        if counts[outcome]:
            return EXIT_CODES[outcome]
    raise UsageError("没有任何内容可以核验：输入是空的。", "nothing to verify: the input is empty.")


def every(arguments: Sequence[str]) -> "Iterator[Found]":
    """All that the arguments hold; all of them are looked at before the first is verified."""
    sources = inputs.sources(arguments)
    return chain.from_iterable(source() for source in sources)


def texts(arguments: Sequence[str]) -> Iterator[Given]:
    """The same, with what is in files that only a decoder can read."""
    return chain.from_iterable(answered(_one_by_one(every(arguments)), list, alone=sys.maxsize))


def _one_by_one(found: "Iterator[Found]") -> "Iterator[Given | Piece]":
    from verifier_cli.reading.lists import Lines

    for each in found:
        if isinstance(each, Lines):
            yield from each.given()
        else:
            yield each


def judge(content: str | Unread, known: Trust, now: Seconds) -> Verdict:
    """The verdict on a text, or on the lack of one."""
    if isinstance(content, str):
        return verify(content, known, now)
    if content.reason.outcome is Outcome.UNDECIDED:
        return Undecided(content.reason, content.detail, AsOf(now))
    return Rejected(content.reason, content.detail, AsOf(now))


def counted(verdict: Verdict, require_recognised: bool) -> Outcome:
    """What the verdict counts as: under --require-recognised what is not recognised here counts as rejected.

    What nobody can know of counts as undecided.
    """
    if not require_recognised or not isinstance(verdict, Accepted):
        return verdict.reason.outcome
    match verdict.recognition:
        case Recognition.HOME | Recognition.RECOGNISED:
            return Outcome.ACCEPTED
        case Recognition.RECOGNITION_UNKNOWN:
            return Outcome.UNDECIDED
        case _:
            return Outcome.REJECTED


def _digest(content: str | Unread) -> bytes | None:
    """Of the certificate's bytes, by which the same one is known again, whichever address stands before them."""
    from credential import qr_text
    from credential.digest import sha256
    from credential.errors import CredentialError

    if not isinstance(content, str):
        return None
    try:
        return sha256(qr_text.decode(content))
    except CredentialError:
        return None


def _json_writer() -> Callable[[str, Verdict, Entitlements, str | None], str]:
    from verifier_cli.words import lines

    return lines.line


def _in_words(name: str, verdict: Verdict, outcome: Outcome, found: Entitlements, style: Style) -> str:
    from verifier_cli.words import benefits, human

    return human.block(name, verdict, outcome, style, benefits.lines(found, style))
