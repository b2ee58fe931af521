"""`issuer list|show`: what is on file, for people and for programs."""

import argparse
from typing import TYPE_CHECKING

from credential import cose
from credential.model import day_of, rfc3339
from credential.numbers import parse_division
from registry import words
from registry.commands.common import command, issuer_code, now, open_data
from registry.http import issuer_json
from registry.issuer_keys import approvers
from registry.issuer_keys.approvers import OnFile
from registry.issuers import institutions, listing
from registry.issuers.filing import KINDS
from registry.office import on_file_words, searching
from registry.office.searching import STATES, Wanted
from registry.problems import Problem, Refused
from registry.say import answer, line, say

if TYPE_CHECKING:
    from registry.commands.common import Commands


def add(group: "Commands") -> None:
    """Describe the commands, in the group `issuer`."""
    made = command(group, "list", "列出机构", "list issuers", run_list)
    made.add_argument("words", nargs="*", metavar="WORD", help="名称或代码的一部分，信用代码，职业编码 / words")
    made.add_argument("--kind", choices=sorted(KINDS), help="机构性质 / kind")
    made.add_argument("--state", choices=STATES, help="今天的备案状态 / state today")
    made.add_argument("--division", type=_division, metavar="CODE", help="6 位行政区划代码，含下级 / with its parts")
    made.add_argument("--json", action="store_true", help="给程序用 / for programs")
    made = command(group, "show", "一个机构的备案内容与沿革", "what is on file of an issuer", run_show)
    made.add_argument("--code", required=True, type=issuer_code, help="13 位机构代码 / the issuer's code")
    made.add_argument("--json", action="store_true", help="给程序用 / for programs")


def run_list(options: argparse.Namespace) -> None:
    """List."""
    kind, state = KINDS.get(options.kind or ""), STATES.get(options.state or "")
    wanted, today = Wanted(" ".join(options.words), kind, state, options.division), day_of(now())
    with open_data(options).store.read() as session:
        found = listing.issuers(session, searching.codes(session, wanted, today))
        known = institutions.of(session, [each.code for each in found])
    facts = [issuer_json.summary(each, known[each.code], today) for each in found]
    if options.json:
        answer(facts)
        return
    for each in facts:
        state_word = "-" if each["state"] is None else words.ISSUER_STATE[STATES[each["state"]]].zh
        line(f"{each['code']}  {each['credit_code'] or '-':18}  {state_word}  {each['name']}")
    say(f"共 {len(found)} 家。", f"{len(found)} issuers.")


def run_show(options: argparse.Namespace) -> None:
    """Show."""
    at = now()
    with open_data(options).store.read() as session:
        found = listing.issuers(session, [options.code])
        if not found:
            raise Refused(Problem.NOT_FOUND, f"{options.code}: 没有备案 / not on file")
        known = institutions.of(session, [options.code])[options.code]
        branches = institutions.branches(session, options.code, day_of(at))
        second = approvers.on_file(session, options.code)
    (issuer,) = found
    if options.json:
        answer(issuer_json.whole(issuer, known, branches, {}, at) | {"approvers": [_approver(each) for each in second]})
        return
    for each in (*on_file_words.lines(issuer, known, branches, day_of(at)), *on_file_words.approvers(second)):
        say(each.zh, each.en)


def _approver(found: OnFile) -> dict[str, object]:
    """For this command alone: who approves at an issuer is not public."""
    return {
        "name": found.name,
        "kid": cose.kid(found.public).hex(),
        "fingerprint": cose.fingerprint(found.public),
        "active_from": rfc3339(found.active_from),
        "retired_at": None if found.retired_at is None else rfc3339(found.retired_at),
    }


def _division(value: str) -> str:
    found = parse_division(value)
    if found is None:
        raise argparse.ArgumentTypeError(f"{value!r}: 须为 6 位行政区划代码 / six digits")
    return found
