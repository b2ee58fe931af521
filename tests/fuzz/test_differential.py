"""Both verifiers on a sample of what `make soak` compares them on."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz import frames, rich
from tests.fuzz.differential import Tally, ask_both, compare, is_past_the_signature
from tests.fuzz.frames import Frame, decoded
from tests.fuzz.node import Node, running
from tests.world import NOW

ROOT = Path(__file__).resolve().parents[2]
SEED = 20260601
FRAMES = 6_000

# One worker, so that the verifier in TypeScript is compiled once.
pytestmark = pytest.mark.xdist_group("web")


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    subprocess.run([sys.executable, "-m", "tools.web"], cwd=ROOT, check=True)
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def tally(node: Node) -> Tally:
    *_, last = compare(SEED, FRAMES, node)
    return last


def test_the_same_answers(tally: Tally) -> None:
    assert [(each.python, each.typescript, each.encode().hex()) for each in tally.disagreements] == []
    assert tally.total == FRAMES


def test_the_sample_reaches_every_kind_of_question_and_goes_past_the_signature(tally: Tally) -> None:
    kinds = {kind for kind, _ in tally.counts}
    assert kinds >= {frames.LOAD, frames.REGIONS, frames.TEXT, frames.BYTES, frames.OBJECT, frames.CBOR, frames.STREAM}
    past = {reason for reason in tally.of(frames.TEXT, frames.BYTES) if is_past_the_signature(reason)}
    assert past >= {"ACCEPTED: HOME", "ACCEPTED: RECOGNISED", "BODY_SHAPE", "SCOPE_OCCUPATION"}
    assert len(past) > 20  # which ones depends on the vectors, from which the sample starts
    assert sum(count for reason, count in tally.of(frames.BYTES).items() if is_past_the_signature(reason)) > FRAMES / 5


def test_the_same_facts(node: Node) -> None:
    """Not only one word: everything that an accepted certificate says is in the answer that is compared."""
    bundle, pin, _ = rich.bundle()
    shown = frames.text(NOW, rich.texts()[4])
    loaded, (python, typescript), regions = ask_both([frames.load(pin, "", bundle), shown, frames.regions()], node)
    assert loaded == ('["44"]', '["44"]')
    assert regions[0] == regions[1] == '[["35",[1,1780282800,[0],[0]]],["44",[1,1780282800,[0],[0]]]]'
    assert python == typescript
    assert python == (
        '["accepted","ACCEPTED",null,[1780286400,1780282800,1780282800,"register",1780282800],'
        '["Y000035020101","厦门港务控股集团有限公司",0],'
        '["Y000035020101",1780279200,"Y00003502010126T000001",20605,0,["陈志强",0,"123X"],'
        '[2,2022,"6-31-01-03","电工",null,2,1874887200],[11,"https://fj.example/s/0"],null,null,null],'
        '"RECOGNISED",["44",[2022,"6-31-01-03"],null,2,"3.3","第三条",20089]]'
    )


def test_what_is_no_refusal_is_a_disagreement(node: Node) -> None:
    ((python, typescript),) = ask_both([Frame("?", b"")], node)
    assert python == '["raised in Python","ValueError: ?"]'
    assert typescript == '["raised in TypeScript","Error: ?"]'


def test_a_kept_input_is_read_again() -> None:
    asked = [frames.load(bytes(32), "35", b"bundle"), frames.text(7, "文"), Frame(frames.CBOR, b"")]
    assert decoded(b"".join(each.encode() for each in asked)) == asked
