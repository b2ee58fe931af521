"""A few worn certificates as both languages read them; `make soak ONLY=corpus` counts many (docs/adr/0040)."""

import json
from collections.abc import Callable, Iterator

import pytest
from PIL import Image

from tests import mending_cases
from tests.corpus.reading import Node, read, running
from tools.corpus.specimens import HELD_OUT, KINDS, TUNING, Kind, Specimen, specimen
from verifier_cli.reading import ladder
from verifier_cli.reading.ladder import Point, Seen
from verifier_cli.reading.mending import brightest

ONLY_BY = {1: 15, 2: 169, 3: 6, 4: 307, 5: 56, 6: 231, 7: 68, 8: 24}
"""A step of the ladder, counted from the picture as it is, and the seed of a picture that no other step reads."""
IN_COLOURS = 106
"""A stamp that is read only where red is told from black."""
HARD = (IN_COLOURS, *ONLY_BY.values(), 46, 116, 130, 145, 156)
"""Pictures that the ladder reads and ZXing alone does not."""
HARD_KINDS = {
    *(Kind.STAMP, Kind.PAGE, Kind.MIXED, Kind.TONER, Kind.MOTION, Kind.STAIN, Kind.SMALL, Kind.BLUR, Kind.COPY),
    *(Kind.SCRIBBLE, Kind.FAINT, Kind.CURVE, Kind.SCREEN, Kind.FOLD),
}
EASY = {Kind.TILT: 2, Kind.JPEG: 8, Kind.HIDDEN: 13}
HOPELESS = {Kind.BLUR: 0}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with running(tmp_path_factory.mktemp("asked")) as process:
        yield process


@pytest.fixture(scope="module")
def hard() -> dict[int, Specimen]:
    return {seed: specimen(seed) for seed in HARD}


def test_both_languages_read_by_the_ladder_what_zxing_alone_does_not(node: Node, hard: dict[int, Specimen]) -> None:
    assert {each.kind for each in hard.values()} == HARD_KINDS
    for reading in read(hard.values(), node):
        said = reading.specimen.text
        assert (reading.python.alone, reading.python.ladder) == ([], [said]), reading.specimen[:3]
        assert (reading.typescript.alone, reading.typescript.ladder) == ([], [said]), reading.specimen[:3]


def test_every_step_reads_what_no_other_does(hard: dict[int, Specimen]) -> None:
    for step, seed in ONLY_BY.items():
        bright = brightest(hard[seed].picture)
        reading = [at for at, each in enumerate(ladder.candidates(bright, 4_000_000)) if ladder.glance(each)]
        assert reading == [step], hard[seed][:3]


def test_red_is_told_from_black(hard: dict[int, Specimen]) -> None:
    stamped = hard[IN_COLOURS].picture
    assert ladder.read(stamped) == [hard[IN_COLOURS].text]
    assert ladder.read(stamped.convert("L")) == []


def test_what_zxing_reads_alone_is_read_at_once(node: Node) -> None:
    for reading in read(map(specimen, EASY.values()), node):
        for answer in (reading.python, reading.typescript):
            assert answer.alone == answer.ladder == [reading.specimen.text], reading.specimen.kind


def test_what_nothing_reads_is_not_read(node: Node) -> None:
    for reading in read(map(specimen, HOPELESS.values()), node):
        assert (reading.python.ladder, reading.typescript.ladder) == ([], [])


def test_a_picture_follows_from_its_seed_alone() -> None:
    first, second = (specimen(8), specimen(8))
    assert first.picture.tobytes() == second.picture.tobytes()
    assert first[:4] == second[:4]
    assert [specimen(seed).kind for seed in (0, 2)] == [KINDS[0], KINDS[2]]


def test_seeds_of_the_measure_are_none_of_tuning() -> None:
    assert not set(TUNING[:: len(TUNING) - 1]) & set(HELD_OUT)
    assert TUNING.stop <= HELD_OUT.start


def test_the_means_do_what_is_written_for_both_languages() -> None:
    kept = json.loads(mending_cases.FILE.read_text("utf-8"))
    assert kept == json.loads(json.dumps(mending_cases.cases()))


BOX: tuple[Point, ...] = ((10, 10), (30, 10), (30, 30), (10, 30))
WHITE = Image.new("RGB", (100, 50), "white")


def answering(
    first: list[Seen], *later: list[Seen]
) -> tuple[list[tuple[int, int]], Callable[[Image.Image], list[Seen]]]:
    """A decoder that says this, and then nothing; and the sizes of what it was asked."""
    asked: list[tuple[int, int]] = []
    said = iter((first, *later))

    def decode(picture: Image.Image) -> list[Seen]:
        asked.append(picture.size)
        return next(said, [])

    return asked, decode


def test_what_is_read_is_not_looked_at_again() -> None:
    asked, decode = answering([Seen("a", BOX), Seen("b", BOX), Seen("a", BOX)])
    assert ladder.read(WHITE, decode) == ["a", "b"]
    assert asked == [(100, 50)]


def test_a_damaged_code_beside_one_that_was_read_is_looked_at_by_itself() -> None:
    asked, decode = answering([Seen("a", BOX), Seen(None, BOX)], [], [Seen("b", BOX)])
    assert ladder.read(WHITE, decode) == ["a", "b"]
    assert asked == [(100, 50), (29, 29), (58, 58)]


def test_the_whole_picture_is_mended_if_nothing_was_read() -> None:
    asked, decode = answering([])
    assert ladder.read(WHITE, decode) == []
    assert asked == [*[(100, 50)] * 2, *[(200, 100)] * 2, (100, 50), *[(200, 100)] * 4, (300, 150)]


def test_large_pictures_are_mended_smaller() -> None:
    asked, decode = answering([])
    ladder.read(Image.new("L", (4000, 3001)), decode)
    assert asked == [*[(4000, 3001)] * 2, *[(2000, 1501)] * 8]


def test_no_more_than_four_damaged_codes_are_looked_at() -> None:
    asked, decode = answering([Seen("a", BOX), *[Seen(None, BOX)] * 100])
    assert ladder.read(WHITE, decode) == ["a"]
    assert len(asked) == 1 + 4 * 9


@pytest.mark.parametrize("box", [((-50, -50), (-9, -9)), ((500, 500), (900, 900)), ((0, 0), (0, 0))])
def test_a_code_seen_at_an_odd_place_is_no_fault(box: tuple[Point, ...]) -> None:
    _, decode = answering([Seen(None, box)])
    assert ladder.read(WHITE, decode) == []
