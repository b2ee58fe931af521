"""`yinxin-verify check`: a verdict for every input, and one exit code for all of them."""

import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from credential import entitlement, trust
from credential.entitlement import Entitlements
from credential.errors import ObjectError
from credential.model import Region, Seconds
from credential.reason import Outcome, Recognition
from credential.trust import Trust
from credential.verify import Accepted, AsOf, Rejected, Undecided, Verdict, verify
from verifier_cli import inputs, store
from verifier_cli.errors import UsageError
from verifier_cli.given import Given, Unread
from verifier_cli.output import Style, say

EXIT_CODES = {Outcome.ACCEPTED: 0, Outcome.REJECTED: 1, Outcome.UNDECIDED: 3}


class Asked(NamedTuple):
    """What the command line asks for. Without `pin` the stored one is taken."""

    bundle: str
    pin: str | None
    region: str | None
    now: Seconds
    inputs: Sequence[str]
    as_json: bool
    require_recognised: bool = False
    division: str | None = None
    """Where benefits are asked for, six digits; None asks for the whole home region."""


def run(asked: Asked) -> int:
    """Print every verdict. 0: all accepted; 1: one is rejected; 3: one is undecided and none rejected."""
    known = load_trust(asked.bundle, asked.pin, asked.region)
    counts = dict.fromkeys(Outcome, 0)
    style = Style(sys.stdout)
    for given in every(asked.inputs):
        verdict = judge(given.content, known, asked.now)
        outcome = counted(verdict, asked.require_recognised)
        counts[outcome] += 1
        found = entitlement.ask(verdict, known, asked.division)
        if asked.as_json:
            say(_as_json(given.name, verdict, found, asked.division))
        else:
            say(_in_words(given.name, verdict, outcome, found, style))
    total = sum(counts.values())
    if total > 1 and not asked.as_json:
        from verifier_cli import human

        say(human.summary(counts, style))
    return exit_code(counts)


def exit_code(counts: dict[Outcome, int]) -> int:
    """One exit code for all; UsageError if there was nothing at all to verify."""
    for outcome in Outcome.REJECTED, Outcome.UNDECIDED, Outcome.ACCEPTED:
        if counts[outcome]:
            return EXIT_CODES[outcome]
    raise UsageError("没有任何内容可以核验：输入是空的。", "nothing to verify: the input is empty.")


def every(arguments: Sequence[str]) -> Iterator[Given]:
    """Every text of every argument; all arguments are looked at before the first is verified."""
    for source in inputs.sources(arguments):
        yield from source()


def load_trust(bundle: str, pin: str | None, region: str | None) -> Trust:
    """What the bundle says to whoever holds this pin; UsageError if either cannot be read."""
    home = None if region is None else Region(region)
    if pin is not None:
        pins = store.read_pins(pin)
    else:
        chosen, pins = store.choose_stored(region)
        home = Region(chosen)
    data = store.read_bundle(bundle)
    try:
        return trust.load(data, pins, home)
    except ObjectError as error:
        raise store.unreadable_bundle(bundle, str(error)) from None


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


def _as_json(name: str, verdict: Verdict, found: Entitlements, division: str | None) -> str:
    from verifier_cli import benefits, report

    return report.line(name, verdict, benefits.report(found, division))


def _in_words(name: str, verdict: Verdict, outcome: Outcome, found: Entitlements, style: Style) -> str:
    from verifier_cli import benefits, human

    return human.block(name, verdict, outcome, style, benefits.lines(found, style))
