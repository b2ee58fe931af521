"""Whoever stands between registry and verifier: a mirror, a cache, a network. Holds no key at all.

Can show old things, withhold new ones, mix, damage, or send without end. Cannot make anything new. What he can reach is
that a verifier learns nothing new, for as long as the lists last, and says so after that.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from credential import bundle
from credential.model import Seconds, Status
from credential.root import Role
from tests.attacks.conftest import Verifier
from tests.attacks.simulator import MONTH, Province
from tests.world import DAY, FUJIAN, NOW, key

ROOT = Path(__file__).parents[2]


def test_48_yesterdays_bundle_again(verifier: Verifier, fujian: Province) -> None:
    """Before the revocation was published: whole, well signed, and older than what is held."""
    before_revocation = fujian.published[0]
    verifier.refuses(before_revocation, "ROLLBACK")
    assert verifier.says(*fujian.registered.values()) == ["ACCEPTED", "REVOKED"]


def test_48_one_old_status_list_under_the_new_checkpoint(verifier: Verifier, fujian: Province) -> None:
    old = fujian.published[0].status_lists
    verifier.refuses(fujian.publish()._replace(status_lists=old), "ROLLBACK")
    assert verifier.says(fujian.registered[8]) == ["REVOKED"]


def test_48_an_old_trust_list_under_the_new_checkpoint(verifier: Verifier, fujian: Province) -> None:
    old = fujian.published[0]
    verifier.refuses(fujian.publish()._replace(trust_list=old.trust_list, bins=old.bins), "ROLLBACK")


def test_48_the_root_of_before_the_ceremony(verifier: Verifier, fujian: Province) -> None:
    """Keys that a ceremony took away do not come back with the root that named them."""
    before = fujian.fork()
    fujian.ceremony(Role.STATUS)
    verifier.takes(fujian.publish())
    verifier.refuses(before.publish(seq=9), "ROLLBACK")


def test_50_freeze_is_noticed_when_the_checkpoint_expires(verifier: Verifier, fujian: Province) -> None:
    """The same bytes for ever: unchanged for three days, then refused by name; certificates undecided after thirty."""
    frozen, good = fujian.last, fujian.registered[7]
    verifier.now = Seconds(NOW + 3 * DAY - 1)
    assert verifier.takes(frozen)["result"] == "unchanged"
    verifier.now = Seconds(NOW + 3 * DAY)
    verifier.refuses(frozen, "EXPIRED")
    assert verifier.says(good) == ["ACCEPTED"]
    verifier.now = Seconds(NOW + MONTH)
    assert verifier.says(*fujian.registered.values()) == ["STATUS_EXPIRED", "REVOKED"]


def test_50_a_newcomer_is_not_given_an_expired_state(newcomer: Verifier, fujian: Province) -> None:
    newcomer.now = Seconds(NOW + 3 * DAY)
    newcomer.refuses(fujian.last, "EXPIRED")
    assert newcomer.held is None


def test_51_the_lists_of_two_days_together(verifier: Verifier, fujian: Province) -> None:
    """Each is newer than what is held; together they were never published."""
    monday, tuesday = fujian.publish(), fujian.publish()
    for mixed in (
        tuesday._replace(status_lists=monday.status_lists),
        tuesday._replace(trust_list=monday.trust_list),
        monday._replace(checkpoint=tuesday.checkpoint),
        tuesday._replace(bins=()),
    ):
        verifier.refuses(mixed, "MIX_AND_MATCH")
    verifier.takes(tuesday)


def test_51_a_newcomer_is_not_given_an_old_list_under_a_new_checkpoint(newcomer: Verifier, fujian: Province) -> None:
    """Nothing is held that could tell old from new, but the checkpoint does."""
    newcomer.refuses(fujian.last._replace(status_lists=fujian.published[0].status_lists), "MIX_AND_MATCH")


def test_51_a_checkpoint_of_the_mirrors_own(newcomer: Verifier, fujian: Province) -> None:
    """It names what was never together, or leaves a register out; but the root knows no key of the mirror."""
    mirror = fujian.thief()
    mirror.keys[Role.CHECKPOINT] = (key("mirror"),)
    mixed = fujian.last._replace(status_lists=fujian.published[0].status_lists)
    newcomer.refuses(mixed._replace(checkpoint=mirror.commit(mixed)), "THRESHOLD_NOT_MET")
    assert newcomer.held is None


def test_51_another_register_that_forgets_a_certificate(verifier: Verifier, fujian: Province) -> None:
    without = fujian.fork()
    del without.registered[8]
    forged = without.publish()
    verifier.refuses(fujian.publish()._replace(registers=forged.registers, shards=forged.shards), "MIX_AND_MATCH")


def test_53_endless_download_stops_at_the_cap(verifier: Verifier, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cap is lowered so that the test need not send 256 MiB."""
    monkeypatch.setattr(bundle, "MAX_BYTES", 1 << 20)
    verifier.server.endless = True
    before = verifier.held
    answer = verifier.sync()
    assert (answer.code, answer.reasons) == (1, ["OBJECT_TOO_LARGE"])
    assert verifier.held == before


def test_56_a_root_withheld_from_the_middle(verifier: Verifier, fujian: Province) -> None:
    """Version 3 is shown without version 2, so that nobody sees what 2 took away."""
    fujian.ceremony(Role.LIST)
    fujian.ceremony(Role.STATUS)
    part = fujian.publish()
    first, _, third = part.roots
    verifier.refuses(part._replace(roots=(first, third)), "ROOT_SKIPPED")
    verifier.takes(part)


def test_56_newer_roots_withheld_with_all_that_they_allow(verifier: Verifier, fujian: Province) -> None:
    """New objects under the old root are signed by keys that it does not name."""
    old = fujian.roots
    fujian.ceremony(Role.STATUS)
    verifier.refuses(fujian.publish()._replace(roots=old), "THRESHOLD_NOT_MET")


def test_57_thousands_of_roots(verifier: Verifier, fujian: Province) -> None:
    """A chain as long as is allowed is followed; one more, or one too large, is refused before it is read."""
    part = fujian.publish()
    verifier.refuses(part._replace(roots=part.roots * 1_025), "OBJECT_TOO_LARGE")
    verifier.refuses(part._replace(roots=(*part.roots, bytes((64 << 10) + 1))), "OBJECT_TOO_LARGE")
    verifier.refuses(part._replace(roots=part.roots * 1_024), "ROOT_SKIPPED")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "OBJECT_MALFORMED"),
        (b"<html>502 Bad Gateway</html>", "OBJECT_MALFORMED"),
        (b"\x82\x01\xa0", "OBJECT_MALFORMED"),
    ],
    ids=["empty", "an-error-page", "no-region-at-all"],
)
def test_58_one_failed_download_takes_no_trust_away(
    verifier: Verifier, fujian: Province, body: bytes, reason: str
) -> None:
    verifier.refuses(body, reason)
    assert verifier.says(*fujian.registered.values()) == ["ACCEPTED", "REVOKED"]


def test_58_a_bundle_cut_anywhere_takes_no_trust_away(verifier: Verifier, fujian: Province) -> None:
    whole = bundle.encode({FUJIAN: fujian.publish()})
    for end in range(0, len(whole), len(whole) // 40):
        verifier.refuses(whole[:end], "OBJECT_MALFORMED")
    assert verifier.says(fujian.registered[7]) == ["ACCEPTED"]


def test_58_lists_left_out(verifier: Verifier, fujian: Province) -> None:
    verifier.refuses(fujian.publish()._replace(status_lists=()), "ENTRY_VANISHED")


def test_61_a_verifier_whose_clock_was_set_back(verifier: Verifier, fujian: Province) -> None:
    """To make an old list look current: what is held is from a time to come, and that is said instead."""
    back = Seconds(NOW - DAY)
    assert verifier.says(*fujian.registered.values(), at=back) == ["CLOCK_SUSPECT", "CLOCK_SUSPECT"]
    verifier.now = back
    assert verifier.says(fujian.registered[7]) == ["CLOCK_SUSPECT"]
    verifier.refuses(fujian.publish(), "DATED_AHEAD")
    verifier.refuses(fujian.published[0], "DATED_AHEAD")


def test_61_limit_a_newcomer_with_a_wrong_clock_believes_that_day(newcomer: Verifier, fujian: Province) -> None:
    """Nothing held, the clock set to an old state's day: it is taken. Who sets the clock decides what is fresh."""
    fujian.now = Seconds(NOW + MONTH)
    fujian.publish()
    newcomer.takes(fujian.published[0])
    assert newcomer.says(fujian.registered[8]) == ["ACCEPTED"]
    newcomer.now = fujian.now
    newcomer.takes(fujian.last)
    assert newcomer.says(fujian.registered[8]) == ["REVOKED"]


CRASH = """
import os, signal, sys
from pathlib import Path
from verifier_cli import arguments, cli
from verifier_cli.held import store
when, now, *words = sys.argv[1:]
arguments.clock = lambda: int(now)
replace = Path.replace
def killed(path, target):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    replace(path, target)
    os.kill(os.getpid(), signal.SIGKILL)
Path.replace = killed
cli.main(words)
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_62_killed_while_saving(verifier: Verifier, fujian: Province, when: str) -> None:
    """Old or new and never half, and the next sync goes on."""
    before = verifier.held
    fujian.statuses[7] = Status.REVOKED
    part = fujian.publish()
    verifier.server.body = new = bundle.encode({FUJIAN: part})
    done = subprocess.run(
        [sys.executable, "-c", CRASH, when, str(NOW), "sync", *verifier.asking], cwd=ROOT, check=False
    )
    assert done.returncode == -9
    assert verifier.held == (before if when == "before" else new)
    assert verifier.says(fujian.registered[7]) == ["ACCEPTED" if when == "before" else "REVOKED"]
    verifier.takes(part)
    assert verifier.says(fujian.registered[7]) == ["REVOKED"]
    for each in verifier.folder.glob(".held.cbor.*.tmp"):
        each.unlink()
