"""The cases of `tests/updates/wanted.json`: what is served and held, and which objects are fetched, round by round."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from credential import bundle, directory, qr_text, trust, wanted
from credential.bundle import Part
from credential.issuer import Survivors
from credential.model import IssuerCode, KeyState, Seconds, Status
from credential.register import pack_digests
from credential.wanted import Choice
from tests.world import DAY, FUJIAN, ISSUER, PUBLISHED_AT, World, certificate, certificate_key, sign_it

TEXT = qr_text.encode("fj.example", sign_it())


@dataclass(frozen=True)
class WantedCase:
    """One holder. Without `whole` he takes no more than what he holds, and what `text` asks for."""

    about: str
    served: Part
    held: Part | None = None
    text: str | None = None
    whole: bool = False

    def rounds(self) -> tuple[list[list[str]], Part]:
        """The SHA-256s that are missing, in each round in ascending order; and the part in the end."""
        pin = frozenset({World().pin()})
        held = None if self.held is None else trust.establish(FUJIAN, self.held, pin)
        need = None if self.text is None else wanted.need_of(self.text)
        choice = None if self.whole else Choice(held, need)
        (start,) = directory.of({FUJIAN: self.served}, 0).starts.values()
        pool = {} if self.held is None else objects(self.held)
        found: list[list[str]] = []
        while True:
            plan = wanted.plan(start, pool, choice)
            if plan.part is not None:
                return found, plan.part
            found.append(sorted(each.hex() for each in plan.missing))
            pool |= {each: objects(self.served)[each] for each in plan.missing}

    def described(self, put: Callable[[bytes], str]) -> dict[str, Any]:
        """The case as data; `put` keeps a bundle and names it."""
        rounds, part = self.rounds()
        return {
            "about": self.about,
            "served": put(bundle.encode({FUJIAN: self.served})),
            "held": None if self.held is None else put(bundle.encode({FUJIAN: self.held})),
            "pin": World().pin().hex(),
            "text": self.text,
            "whole": self.whole,
            "missing": rounds,
            "part": sha256(bundle.encode({FUJIAN: part})).hexdigest(),
        }


def objects(part: Part) -> dict[bytes, bytes]:
    """The part's objects by their SHA-256."""
    return {sha256(data).digest(): data for data in bundle.objects_in(part)}


def wanted_cases() -> dict[str, WantedCase]:
    """Every case by its name."""
    first, later = _world(), replace(_world(), seq=2, checkpoint_issued=Seconds(PUBLISHED_AT + DAY))
    renamed = replace(later, issuers=(ISSUER._replace(sites=()), *later.issuers[1:]), statuses={7: Status.REVOKED})
    stolen = _stolen()
    one = WantedCase("", first.part(), None, TEXT).rounds()[1]
    neighbour = qr_text.encode("fj.example", sign_it(certificate(index=300)))
    return {
        "whole": WantedCase("Everything, and nothing is held.", first.part(), whole=True),
        "whole-unchanged": WantedCase("Everything, and it is held.", first.part(), first.part(), whole=True),
        "whole-newer": WantedCase("Everything, of which most is held.", renamed.part(), first.part(), whole=True),
        "nothing-asked": WantedCase("No certificate: no bin and no list.", first.part()),
        "one": WantedCase("One certificate: its bin, its list, its shard.", first.part(), None, TEXT),
        "one-unreadable": WantedCase("What is no certificate asks for nothing.", first.part(), None, "https://x/v#1"),
        "one-again": WantedCase("The same again: nothing.", first.part(), one, TEXT),
        "one-newer": WantedCase("What is held is brought up to date.", renamed.part(), one),
        "one-of-another-shard": WantedCase("The same issuer, another shard.", first.part(), one, neighbour),
        "one-of-a-stolen-key": WantedCase("The survivors of its key as well.", stolen, None, TEXT),
        "nothing-asked-of-a-stolen-key": WantedCase("Survivors that nobody asks for.", stolen),
    }


def _world() -> World:
    """Three issuers in a bin each, and two shards."""
    others = tuple(
        ISSUER._replace(code=IssuerCode(code), keys=(certificate_key(code),))
        for code in ("A000035000000", "Z000035000000")
    )
    registered = {7: sign_it(), 300: sign_it(certificate(index=300))}
    return World(
        issuers=(ISSUER, *others),
        issuers_a_bin=1,
        statuses=dict.fromkeys(registered, Status.VALID),
        registered=registered,
    )


def _stolen() -> Part:
    """The same, with the first issuer's key in other hands."""
    file = pack_digests([bytes(16)]).data
    key = certificate_key()
    states = (*key.states, (Seconds(PUBLISHED_AT - 60), KeyState.COMPROMISED))
    stolen = key._replace(states=states, survivors=Survivors(sha256(file).digest(), 1))
    world = _world()
    issuers = (ISSUER._replace(keys=(stolen,)), *world.issuers[1:])
    return replace(world, issuers=issuers, survivors=(file,)).part()
