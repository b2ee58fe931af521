"""Whoever stole keys of a province's roles: online ones from the server, or one of a threshold from its holder.

Can sign what that role signs, until the root takes the key away. Cannot sign for another role, nor below the threshold,
nor undo what is for ever; and cannot stay, because the root grants a new epoch with new keys.
"""

import pytest

from credential import bundle, cbor, cose, sign, status_list, trust_list
from credential.model import IssuerCode, IssuerState, Seconds, Status
from credential.root import Role
from credential.status_list import StatusList
from tests.attacks.conftest import Verifier
from tests.attacks.simulator import MONTH, Province, holders
from tests.verifier_cli.faults import BAD_KEYS
from tests.world import CERTIFICATE, DAY, FUJIAN, ISSUER, NOW, SIGNED_AT, certificate_key

END = 2**53 - 1
ONLINE = (Role.STATUS, Role.CHECKPOINT)


def test_49_two_stories_under_one_number(verifier: Verifier, fujian: Province) -> None:
    """The thief tells this verifier another story than the rest: named, and the other story is kept as evidence."""
    thief = fujian.thief(*ONLINE)
    thief.statuses[7] = Status.REVOKED
    other = thief.publish(seq=fujian.seq)
    answer = verifier.refuses(other, "EQUIVOCATION")
    assert [str(each) for each in verifier.evidence] == [answer["evidence"]]
    assert bundle.decode(verifier.evidence[0].read_bytes()) == {FUJIAN: other}
    assert verifier.says(fujian.registered[7]) == ["ACCEPTED"]


def test_49_two_stories_under_one_number_of_a_list_that_is_only_named(verifier: Verifier, fujian: Province) -> None:
    """A later checkpoint, but in it the status list of the same number is another one."""
    thief = fujian.thief(*ONLINE)
    thief.statuses[8] = Status.VALID
    other = thief.publish(seq=fujian.seq).status_lists
    thief.keys.pop(Role.STATUS)
    part = thief.publish(seq=fujian.seq + 1)._replace(status_lists=other)
    verifier.refuses(part._replace(checkpoint=thief.commit(part)), "EQUIVOCATION")


def test_52_fast_forward_to_the_end_of_numbers_and_back(verifier: Verifier, fujian: Province) -> None:
    """After the last number there is no next one: the province is mute, until its root grants a new epoch."""
    thief = fujian.thief(*ONLINE)
    verifier.takes(thief.publish(seq=END))
    verifier.refuses(fujian.publish(), "ROLLBACK")
    fujian.ceremony(*ONLINE)
    answer = verifier.takes(fujian.publish())
    assert (answer["checkpoint"], answer["new_epochs"]) == ([2, 4], ["status", "checkpoint"])
    verifier.refuses(thief.last, "ROLLBACK")
    assert verifier.says(*fujian.registered.values()) == ["ACCEPTED", "REVOKED"]


def test_52_a_number_beyond_the_last(verifier: Verifier, fujian: Province) -> None:
    """2^63 would overflow a careless verifier; here it is no number at all."""
    claims = cbor.decode(cose.decode_sign1(fujian.last.status_lists[0], status_list.TYP).payload)
    assert isinstance(claims, dict)
    encoded = cbor.encode({**claims, -65538: [1, END]}).replace(END.to_bytes(8, "big"), (2**63).to_bytes(8, "big"))
    forged = sign.sign1(encoded, status_list.TYP, fujian.keys[Role.STATUS][0])
    verifier.refuses(fujian.publish()._replace(status_lists=(forged,)), "OBJECT_MALFORMED")


def test_54_one_list_key_of_two(verifier: Verifier, fujian: Province) -> None:
    """A holder alone files an institution of his own."""
    thief = fujian.thief(Role.LIST, *ONLINE, of_each=1)
    mine = IssuerCode("Y000035020102")
    thief.issuers[mine] = ISSUER._replace(code=mine, keys=(certificate_key("thief"),))
    verifier.refuses(thief.publish(), "THRESHOLD_NOT_MET")
    forged = thief.forge(9, "thief", issuer=mine, number=f"{mine}263000009")
    assert verifier.says(forged) == ["ISSUER_UNKNOWN"]


def test_54_one_root_key_of_two(verifier: Verifier, fujian: Province) -> None:
    """A holder of the root alone holds a ceremony."""
    thief = fujian.thief(Role.ROOT, *ONLINE, of_each=1)
    thief.ceremony(Role.ROOT, Role.LIST, *ONLINE, signers=(*thief.keys[Role.ROOT], *holders(FUJIAN, Role.ROOT, 2)))
    verifier.refuses(thief.publish(), "THRESHOLD_NOT_MET")


def test_54_new_root_keys_that_do_not_sign_for_themselves(verifier: Verifier, fujian: Province) -> None:
    """The old holders name keys that nobody is shown to hold: the province would lock itself out."""
    old = fujian.keys[Role.ROOT][:2]
    fujian.ceremony(Role.ROOT, signers=old)
    verifier.refuses(fujian.publish(), "THRESHOLD_NOT_MET")


def test_55_the_same_signature_twice(verifier: Verifier, fujian: Province) -> None:
    """One key, counted twice; or once under its name and once under another's."""
    part = fujian.publish()
    payload = cose.decode_sign(part.trust_list, trust_list.TYP).payload
    mine = sign.signature_for(payload, trust_list.TYP, fujian.keys[Role.LIST][0])
    twice = sign.assemble(payload, trust_list.TYP, (mine, mine))
    verifier.refuses(part._replace(trust_list=twice), "OBJECT_MALFORMED")
    renamed = mine._replace(kid=fujian.keys[Role.LIST][1].kid)
    verifier.refuses(part._replace(trust_list=_both(payload, mine, renamed)), "THRESHOLD_NOT_MET")


def _both(payload: bytes, *signatures: cose.Signature) -> bytes:
    return sign.assemble(payload, trust_list.TYP, sorted(signatures, key=lambda each: each.kid))


def test_58_an_emptied_list(verifier: Verifier, fujian: Province) -> None:
    """Nobody is registered any more, or nobody filed: even if it is signed as it must be."""
    emptied = fujian.fork()
    emptied.statuses.clear()
    verifier.refuses(emptied.publish(), "ENTRY_VANISHED")
    nobody = fujian.fork()
    nobody.issuers.clear()
    verifier.refuses(nobody.publish(), "ENTRY_VANISHED")
    assert verifier.says(*fujian.registered.values()) == ["ACCEPTED", "REVOKED"]


def test_58_a_shrunken_list(verifier: Verifier, fujian: Province) -> None:
    short = fujian.fork()
    short.length = 512
    verifier.refuses(short.publish(), "LIST_SHRUNK")
    forgetful = fujian.fork()
    forgetful.registered.clear()
    verifier.refuses(forgetful.publish(), "LIST_SHRUNK")


@pytest.mark.parametrize("back_to", [Status.VALID, Status.SUSPENDED, Status.SUPERSEDED])
def test_59_a_revoked_certificate_comes_back(verifier: Verifier, fujian: Province, back_to: Status) -> None:
    thief = fujian.thief(*ONLINE)
    thief.statuses[8] = back_to
    verifier.refuses(thief.publish(), "ENTRY_REVIVED")
    assert verifier.says(fujian.registered[8]) == ["REVOKED"]


def test_59_a_void_issuer_comes_back(verifier: Verifier, fujian: Province) -> None:
    before = fujian.issuers[ISSUER.code]
    fujian.decide(IssuerState.VOID, SIGNED_AT)
    verifier.takes(fujian.publish())
    assert verifier.says(fujian.registered[7]) == ["ISSUER_VOID"]
    fujian.issuers[ISSUER.code] = before
    verifier.refuses(fujian.publish(), "ENTRY_REVIVED")
    assert verifier.says(fujian.registered[7]) == ["ISSUER_VOID"]


def test_59_a_compromised_key_comes_back(verifier: Verifier, fujian: Province) -> None:
    """Clean again, or stolen only later, so that more of the thief's certificates would stand."""
    before = fujian.issuers[ISSUER.code]
    fujian.compromise(SIGNED_AT)
    verifier.takes(fujian.publish())
    later = fujian.fork()
    later.compromise(Seconds(SIGNED_AT + 1), [fujian.registered[7]])
    verifier.refuses(later.publish(), "ENTRY_REVIVED")
    fujian.issuers[ISSUER.code] = before
    verifier.refuses(fujian.publish(), "ENTRY_REVIVED")
    assert verifier.says(fujian.registered[7]) == ["KEY_COMPROMISED"]


@pytest.mark.parametrize("exchanged", [False, True], ids=["one more", "one for another"])
def test_60_two_list_keys_let_a_thiefs_certificate_survive(
    verifier: Verifier, fujian: Province, exchanged: bool
) -> None:
    """They write another file of survivors under the same instant, with the forged certificate in it."""
    forged = fujian.forge(7, person=CERTIFICATE.person._replace(name="张三"))
    honest = list(fujian.registered.values())
    fujian.compromise(Seconds(SIGNED_AT + 60), standing=honest)
    verifier.takes(fujian.publish())
    thief = fujian.thief(Role.LIST, *ONLINE, of_each=2)
    thief.compromise(Seconds(SIGNED_AT + 60), standing=[forged, *honest[exchanged:]])
    verifier.refuses(thief.publish(), "ENTRY_REVIVED")
    verifier.refuses(thief.last._replace(survivors=()), "ENTRY_REVIVED")
    assert verifier.says(forged, *honest) == ["KEY_COMPROMISED", "ACCEPTED", "REVOKED"]


def test_60_two_list_keys_replace_survivors_while_nobody_can_compare(verifier: Verifier, fujian: Province) -> None:
    """Fewer, with the forged one among them; the mirror helps and leaves the file out until the list is taken."""
    forged = fujian.forge(7, person=CERTIFICATE.person._replace(name="张三"))
    fujian.compromise(Seconds(SIGNED_AT + 60), standing=list(fujian.registered.values()))
    verifier.takes(fujian.publish())
    thief = fujian.thief(Role.LIST, *ONLINE, of_each=2)
    thief.compromise(Seconds(SIGNED_AT + 60), standing=[forged])
    verifier.refuses(thief.publish()._replace(survivors=()), "ENTRY_REVIVED")
    verifier.refuses(thief.last, "ENTRY_REVIVED")
    fujian.compromise(Seconds(SIGNED_AT + 60), standing=[fujian.registered[8]])
    verifier.takes(fujian.publish())
    assert verifier.says(forged, *fujian.registered.values()) == ["KEY_COMPROMISED", "KEY_COMPROMISED", "REVOKED"]


def test_102_a_mirror_withholds_the_survivors_that_were_held(verifier: Verifier, fujian: Province) -> None:
    """The file is named as before, so that what is held goes on to count."""
    fujian.compromise(Seconds(SIGNED_AT + 60), standing=[fujian.registered[7]])
    verifier.takes(fujian.publish())
    verifier.takes(fujian.publish()._replace(survivors=()))
    assert verifier.says(fujian.registered[7]) == ["ACCEPTED"]


def test_98_status_key_stolen_and_everything_revoked(verifier: Verifier, fujian: Province) -> None:
    """A new epoch of the two online roles brings all back, and of nothing else: what the list role said stays said."""
    thief = fujian.thief(*ONLINE)
    thief.statuses = dict.fromkeys(range(1024), Status.REVOKED)
    verifier.takes(thief.publish(seq=END))
    assert verifier.says(fujian.registered[7]) == ["REVOKED"]
    fujian.ceremony(*ONLINE)
    emptied = fujian.fork()
    emptied.issuers.clear()
    verifier.refuses(emptied.publish(), "ENTRY_VANISHED")
    assert verifier.takes(fujian.publish())["new_epochs"] == ["status", "checkpoint"]
    assert verifier.says(*fujian.registered.values()) == ["ACCEPTED", "REVOKED"]


def test_98_the_stolen_key_is_worth_nothing_after_the_ceremony(verifier: Verifier, fujian: Province) -> None:
    """The thief follows the new root and signs in its epoch, with the old key; or stays with the old epoch."""
    stolen = fujian.thief(*ONLINE).keys
    fujian.ceremony(*ONLINE)
    verifier.takes(fujian.publish())
    thief = fujian.fork()
    thief.keys = stolen
    thief.statuses[8] = Status.VALID
    verifier.refuses(thief.publish(), "THRESHOLD_NOT_MET")
    assert verifier.says(fujian.registered[8]) == ["REVOKED"]


def test_98_an_epoch_that_the_root_did_not_grant(verifier: Verifier, fujian: Province) -> None:
    """The thief gives himself the epoch that would make him new."""
    thief = fujian.thief(*ONLINE)
    old = status_list.decode(thief.publish().status_lists[0])[0]
    raised: StatusList = old._replace(epoch=2)
    forged = sign.sign1(raised.encode(), status_list.TYP, thief.keys[Role.STATUS][0])
    part = thief.last._replace(status_lists=(forged,))
    verifier.refuses(part._replace(checkpoint=thief.commit(part)), "EPOCH_MISMATCH")


def test_98_limit_status_key_alone_cannot_publish(verifier: Verifier, fujian: Province) -> None:
    """Without the checkpoint's key nobody names the forged list."""
    thief = fujian.thief(Role.STATUS)
    thief.statuses[7] = Status.REVOKED
    verifier.refuses(thief.publish(), "MIX_AND_MATCH")


def test_98_a_role_signs_for_another(verifier: Verifier, fujian: Province) -> None:
    """One key, one purpose: the online keys file no issuer, whatever they sign."""
    online = (*fujian.keys[Role.STATUS], *fujian.keys[Role.CHECKPOINT])
    thief = fujian.thief(*ONLINE)
    thief.keys[Role.LIST] = online
    verifier.refuses(thief.publish(), "THRESHOLD_NOT_MET")
    crossed = fujian.thief(*ONLINE)
    crossed.keys[Role.STATUS], crossed.keys[Role.CHECKPOINT] = crossed.keys[Role.CHECKPOINT], crossed.keys[Role.STATUS]
    verifier.refuses(crossed.publish(), "THRESHOLD_NOT_MET")


@pytest.mark.parametrize("name", BAD_KEYS)
def test_36_a_list_with_a_key_under_which_anyone_can_sign(verifier: Verifier, fujian: Province, name: str) -> None:
    """Two holders of the list role enrol a point of small or mixed order: no verifier takes that list."""
    weak = ISSUER.keys[0]._replace(public=BAD_KEYS[name])
    fujian.issuers[ISSUER.code] = ISSUER._replace(keys=(*ISSUER.keys, weak))
    verifier.refuses(fujian.publish(), "OBJECT_MALFORMED")


def test_36_a_root_with_a_key_under_which_anyone_can_sign(verifier: Verifier, fujian: Province) -> None:
    old = fujian.keys[Role.ROOT][:2]
    fujian.ceremony(Role.STATUS, signers=old)
    good, bad = fujian.keys[Role.STATUS][0].public, BAD_KEYS["small-order-0"]
    payload = cose.decode_sign(fujian.roots[-1], "application/yinxin-root+cose").payload.replace(good, bad)
    part = fujian.publish()
    weak = sign.sign(payload, "application/yinxin-root+cose", old)
    verifier.refuses(part._replace(roots=(part.roots[0], weak)), "OBJECT_MALFORMED")


def test_limit_two_root_keys_are_the_province(verifier: Verifier, fujian: Province) -> None:
    """A threshold of the root can do all, and nobody can tell: what helps is a new pin, the way the first one came."""
    thief = fujian.thief(Role.ROOT, of_each=2)
    thief.ceremony(*Role)
    thief.issuers = {ISSUER.code: ISSUER._replace(keys=(certificate_key("thief"),))}
    forged = thief.certify(9, "thief")
    assert verifier.takes(thief.publish())["new_epochs"] == ["root", "list", "status", "checkpoint"]
    assert verifier.says(forged, fujian.registered[7]) == ["ACCEPTED", "KEY_UNKNOWN"]
    again = Province.founded(issuers=fujian.issuers, statuses=fujian.statuses, registered=fujian.registered)
    again.ceremony(*Role)
    again.ceremony(*Role)
    again.roots = again.roots[2:]
    verifier.trust(again)
    verifier.takes(again.publish())
    assert verifier.says(forged, fujian.registered[7]) == ["KEY_UNKNOWN", "ACCEPTED"]


def test_49_two_newcomers_are_told_two_stories(newcomer: Verifier, fujian: Province) -> None:
    """Each sees one, and cannot know. Whoever compares their bundles with `audit` knows."""
    thief = fujian.thief(*ONLINE)
    thief.statuses[8] = Status.VALID
    newcomer.takes(thief.publish(seq=fujian.seq))
    assert newcomer.says(fujian.registered[8]) == ["ACCEPTED"]
    other = newcomer.folder / "data" / "other.cbor"
    other.write_bytes(bundle.encode({FUJIAN: fujian.last}))
    answer = newcomer.call(["audit", "--bundle", str(newcomer.bundle), "--against", str(other), "--json"])
    assert answer.code == 1
    assert answer.rows[0]["update"].startswith("refused EQUIVOCATION")


def test_limit_checkpoint_key_shows_a_newcomer_the_list_of_last_month(verifier: Verifier, fujian: Province) -> None:
    """Whoever holds a newer list is not deceived; who holds none is, until that list expires."""
    thief = fujian.thief(Role.CHECKPOINT)
    fujian.now = verifier.now = thief.now = Seconds(NOW + 20 * DAY)
    old = thief.last._replace(status_lists=fujian.published[0].status_lists)
    thief.seq += 1
    forged = old._replace(checkpoint=thief.commit(old))
    verifier.refuses(forged, "ROLLBACK")
    verifier.bundle.unlink()
    verifier.takes(forged)
    assert verifier.says(fujian.registered[8]) == ["ACCEPTED"]
    verifier.now = Seconds(NOW + MONTH)
    assert verifier.says(fujian.registered[8]) == ["STATUS_EXPIRED"]


def test_limit_certificate_key_and_online_keys_together(verifier: Verifier, fujian: Province) -> None:
    """They sign and register what they like, until both are taken away; then all of it falls, and nothing else."""
    thief = fujian.thief(*ONLINE)
    forged = thief.certify(9)
    verifier.takes(thief.publish())
    assert verifier.says(forged) == ["ACCEPTED"]
    fujian.compromise(Seconds(SIGNED_AT + 60), standing=list(fujian.registered.values()))
    fujian.ceremony(*ONLINE)
    verifier.takes(fujian.publish())
    assert verifier.says(forged, *fujian.registered.values()) == ["KEY_COMPROMISED", "ACCEPTED", "REVOKED"]


def test_limit_two_list_keys_file_whom_they_like(verifier: Verifier, fujian: Province) -> None:
    """With the online keys as well. A new epoch of the list role takes it all back, and leaves the rest as it was."""
    thief = fujian.thief(Role.LIST, *ONLINE, of_each=2)
    code = IssuerCode("Y000035020102")
    thief.issuers[code] = ISSUER._replace(code=code, keys=(certificate_key("thief"),))
    forged = thief.certify(9, "thief", issuer=code, number=f"{code}263000009")
    verifier.takes(thief.publish())
    assert verifier.says(forged) == ["ACCEPTED"]
    fujian.ceremony(Role.LIST, *ONLINE)
    assert verifier.takes(fujian.publish())["new_epochs"] == ["list", "status", "checkpoint"]
    assert verifier.says(forged, *fujian.registered.values()) == ["ISSUER_UNKNOWN", "ACCEPTED", "REVOKED"]
