"""Both verifiers on the same frames: the same answer to each, or a disagreement."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from tests.fuzz import frames
from tests.fuzz.answers import Answering
from tests.fuzz.frames import Frame
from tests.fuzz.generate import frames_of
from tests.fuzz.node import Node

BATCH = 500
_BEFORE_THE_SIGNATURE = frozenset({"REGION_UNKNOWN", "CHAIN_INVALID", "CLOCK_SUSPECT", "ISSUER_UNKNOWN", "KEY_UNKNOWN"})
_AT_THE_BYTES = frozenset({"TOO_LARGE", "COSE_TAG", "COSE_SHAPE", "UNPROTECTED_NOT_EMPTY", "WRONG_TYPE", "ALG_REFUSED"})
_AT_THE_BYTES |= {"HEADER_SHAPE", "SIGNATURE_LENGTH", "CLAIMS_SHAPE"}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A frame that was answered otherwise, and the load that stands before it."""

    load: Frame | None
    frame: Frame
    python: str
    typescript: str

    def encode(self) -> bytes:
        """The frames, to be asked again by `python -m tests.fuzz.replay`."""
        return b"".join(frame.encode() for frame in (self.load, self.frame) if frame is not None)


@dataclass
class Tally:
    """How many frames of each kind had which answer."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    disagreements: list[Disagreement] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many frames were compared."""
        return self.counts.total()

    def of(self, *kinds: str) -> Counter[str]:
        """The answers to frames of these kinds."""
        found: Counter[str] = Counter()
        for (kind, answer), count in self.counts.items():
            found[answer] += count if kind in kinds else 0
        return +found


def compare(seed: int, count: int, node: Node) -> Iterator[Tally]:
    """The tally after every batch, until `count` frames of this seed were compared."""
    tally, answering, load = Tally(), Answering(), None
    source = islice(frames_of(seed), count)
    batch = list(islice(source, BATCH))
    while batch:
        node.ask(batch)
        mine = [answering.line(frame) for frame in batch]
        following = list(islice(source, BATCH))
        for frame, python, typescript in zip(batch, mine, node.answers(len(batch)), strict=True):
            load = frame if frame.kind == frames.LOAD else load
            tally.counts[frame.kind, summary(frame.kind, python)] += 1
            if python != typescript:
                tally.disagreements.append(Disagreement(_needed(load, frame), frame, python, typescript))
        batch = following
        yield tally


def _needed(load: Frame | None, frame: Frame) -> Frame | None:
    return load if frame.kind in {frames.TEXT, frames.BYTES, frames.REGIONS} else None


def ask_both(asked: Sequence[Frame], node: Node) -> list[tuple[str, str]]:
    """The two answers to each frame."""
    answering = Answering()
    node.ask(asked)
    mine = [answering.line(frame) for frame in asked]
    return list(zip(mine, node.answers(len(asked)), strict=True))


def summary(kind: str, line: str) -> str:
    """An answer in a word: the reason of a verdict or refusal, or that there was none."""
    answer = json.loads(line)
    match kind, answer:
        case ((frames.TEXT | frames.BYTES), [_, str() as reason, "ISSUER_UNKNOWN" | "KEY_UNKNOWN" as finer, *_]):
            return f"{reason}: {finer}"
        case ((frames.TEXT | frames.BYTES), ["accepted", str() as reason, _, _, _, _, str() as recognition, _]):
            return f"{reason}: {recognition}"
        case ((frames.TEXT | frames.BYTES), [_, str() as reason, *_]):
            return reason
        case _, ["refused", str() as reason]:
            return reason
        case frames.REGIONS, [_, *_] as regions:
            return next((found for _, found in regions if isinstance(found, str)), "whole")
        case frames.UPDATE, [_, _, [[_, str() as reason], *_], _]:
            return reason
        case frames.STREAM, None:
            return "refused"
    return "read"


def is_past_the_signature(reason: str) -> bool:
    """Whether the verdict of this reason was reached with a signature that holds (step 8 or later)."""
    early = reason.startswith(("QR_", "CBOR_", "STALE: ")) or reason in _AT_THE_BYTES | _BEFORE_THE_SIGNATURE
    return not early and reason not in {"SIGNATURE_INVALID", "read", "refused"}
